"""The audit log: what was done, by whom, when, on what. Rows are only added. Judges nothing."""

from __future__ import annotations

from casework.base.clock import moment, stamp
from casework.store.codec import Row, plain
from casework.store.database import Database, Transaction
from casework.types.deed import Deed

_COLUMNS = "at, person, who, api_key, what, worksheet, case_id, step_id, done_on, ended"
_INSERT = f"INSERT INTO deeds ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Deeds:
    """What was done in a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, deed: Deed) -> None:
        """Write it down with the next commit; raises what went wrong with an earlier one."""
        told = (deed.person, plain(deed.who), deed.key, deed.what, deed.worksheet, deed.case)
        ended = (plain(deed.step), plain(deed.on), deed.ended)

        async def work(tx: Transaction) -> None:
            await tx.execute(_INSERT, (stamp(deed.at), *told, *ended))

        self._database.post(work)

    async def settle(self) -> None:
        """Return once all that was noted is committed."""
        await self._database.write(_nothing)

    async def latest(
        self, limit: int = 100, *, before: int = 0, person: str | None = None, what: str = ""
    ) -> list[Deed]:
        """The latest, newest first: those before this number (0: from the newest on), of one
        person, and of actions whose name has these letters."""
        told, parameters = ["1 = 1"], list[str | int]()
        if before:
            told.append("n < ?")
            parameters.append(before)
        if person is not None:
            told.append("person = ?")
            parameters.append(person)
        if what:
            told.append("LOWER(what) LIKE ?")
            parameters.append(f"%{what.lower()}%")
        rows = await self._database.rows(
            f"SELECT n, {_COLUMNS} FROM deeds WHERE {' AND '.join(told)} ORDER BY n DESC LIMIT ?",
            (*parameters, limit),
        )
        return [_deed(row) for row in rows]


async def _nothing(tx: Transaction) -> None:
    """What is queued before it is committed with it."""


def _deed(row: Row) -> Deed:
    n, at, person, who, key, what, *told = row
    worksheet, case, step, on, ended = told
    return Deed(moment(at), person, who, key, what, worksheet, case, step, on, ended, n)
