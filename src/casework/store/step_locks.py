"""Who alone may edit a step or decide on its cells. Judges nobody."""

from __future__ import annotations

import json

from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction, missing
from casework.types.account import StepLock

_OF = (
    "SELECT l.step_id, l.what, l.whom, l.who, l.at FROM worksheets w"
    " JOIN step_locks l ON l.worksheet = w.n WHERE w.id = ? ORDER BY l.step_id, l.what"
)
_PUT = (
    "INSERT INTO step_locks (worksheet, step_id, what, whom, who, at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (worksheet, step_id, what) DO UPDATE SET whom = excluded.whom,"
    " who = excluded.who, at = excluded.at"
)


class StepLocks:
    """The locks of the steps of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, worksheet_id: str) -> list[StepLock]:
        """The locks of a worksheet's steps."""
        rows = await self._database.rows(_OF, (worksheet_id,))
        return [
            StepLock(step, what, tuple(json.loads(whom)), *by) for step, what, whom, *by in rows
        ]

    async def put(self, worksheet_id: str, lock: StepLock) -> None:
        """Let a lock hold; one that is for nobody in particular is taken away."""

        async def work(tx: Transaction) -> None:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            told = (sheet[0], lock.step_id, lock.what)
            if not lock.whom:
                await tx.execute(
                    "DELETE FROM step_locks WHERE worksheet = ? AND step_id = ? AND what = ?", told
                )
                return
            await tx.execute(_PUT, (*told, json_text(list(lock.whom)), plain(lock.who), lock.at))

        await self._database.write(work)
