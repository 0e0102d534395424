"""Whose turn it is to fit the models of a worksheet, so that two processes do not both do it. A
turn binds nobody after its time: whoever was killed keeps no one waiting."""

from __future__ import annotations

from casework.store.database import Database, Transaction

_TAKE = (
    "INSERT INTO learning_turns (worksheet, holder, until)"
    " SELECT n, ?2, ?3 FROM worksheets WHERE id = ?1"
    " ON CONFLICT (worksheet) DO UPDATE SET holder = excluded.holder, until = excluded.until"
    " WHERE learning_turns.holder = excluded.holder OR learning_turns.until <= ?4"
)
_GIVE_BACK = (
    "DELETE FROM learning_turns WHERE holder = ?2"
    " AND worksheet = (SELECT n FROM worksheets WHERE id = ?1)"
)


class LearningTurns:
    """The turns of a workspace. Times are UTC stamps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, worksheet_id: str, *, holder: str, now: str, until: str) -> bool:
        """Take the turn, or hold it for longer; False while somebody else has it."""

        async def work(tx: Transaction) -> bool:
            return await tx.execute(_TAKE, (worksheet_id, holder, until, now)) > 0

        return await self._database.write(work)

    async def give_back(self, worksheet_id: str, *, holder: str) -> None:
        """Give the turn back, if the holder still has it."""

        async def work(tx: Transaction) -> None:
            await tx.execute(_GIVE_BACK, (worksheet_id, holder))

        await self._database.write(work)
