"""Promises about errors: one a step or worksheet holds, the newest. Keeps none of them."""

from __future__ import annotations

from casework.store.codec import plain
from casework.store.database import Database, Transaction, missing
from casework.types.trust import PromiseMade

_INSERT = (
    "INSERT INTO promises (worksheet, path, epsilon, delta, who, at) VALUES (?, ?, ?, ?, ?, ?)"
)
_EVER = (
    "SELECT p.path, p.epsilon, p.delta, p.who, p.at FROM worksheets w"
    " JOIN promises p ON p.worksheet = w.n WHERE w.id = ? ORDER BY p.n"
)
_TAKEN_BACK = 0.0
"""The ε of a row that takes a promise back."""


class Promises:
    """The promises of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, worksheet_id: str, promise: PromiseMade) -> None:
        """Let a promise hold from now on, in the place of an earlier one for the same path."""

        async def work(tx: Transaction) -> None:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            told = (promise.path, promise.epsilon, promise.delta, plain(promise.who), promise.at)
            await tx.execute(_INSERT, (sheet[0], *told))

        await self._database.write(work)

    async def withdraw(self, worksheet_id: str, path: str, who: str, at: str) -> None:
        """Take the promise for a path back; it stays in the history."""
        await self.make(worksheet_id, PromiseMade(path, _TAKEN_BACK, _TAKEN_BACK, who, at))

    async def of_worksheet(self, worksheet_id: str) -> dict[str, PromiseMade]:
        """The promises that hold, by path."""
        held: dict[str, PromiseMade] = {}
        for promise in await self.ever(worksheet_id):
            held.pop(promise.path, None)
            if promise.epsilon != _TAKEN_BACK:
                held[promise.path] = promise
        return held

    async def ever(self, worksheet_id: str) -> list[PromiseMade]:
        """All that were ever made, oldest first; ε is 0 where one was taken back."""
        rows = await self._database.rows(_EVER, (worksheet_id,))
        return [PromiseMade(*row) for row in rows]
