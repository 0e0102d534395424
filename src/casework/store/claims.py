"""Which cells people have before them just now, so that two who review at once are shown different
ones. A claim binds nobody after its time, and no verdict depends on one."""

from __future__ import annotations

from dataclasses import dataclass

from casework.store.database import Database, Transaction

_CLAIM = (
    "INSERT INTO review_claims (case_n, step_id, who, session, until)"
    " SELECT n, ?2, ?3, ?4, ?5 FROM cases WHERE id = ?1"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET who = excluded.who,"
    " session = excluded.session, until = excluded.until"
    " WHERE review_claims.session = excluded.session OR review_claims.until <= ?6"
)
_LET_GO = (
    "DELETE FROM review_claims WHERE session = ?1 AND step_id = ?3"
    " AND case_n = (SELECT n FROM cases WHERE id = ?2)"
)
_LET_ALL_GO = "DELETE FROM review_claims WHERE session = ?1 OR until <= ?2"
_HELD = (
    "SELECT k.id, c.step_id FROM review_claims c JOIN cases k ON k.n = c.case_n"
    " WHERE c.session <> ?1 AND c.until > ?2"
)
_OF_WORKSHEET = (
    "WITH RECURSIVE below (n) AS (SELECT n FROM worksheets WHERE id = ?1"
    " UNION ALL SELECT w.n FROM worksheets w JOIN below b ON w.parent = b.n)"
    " SELECT k.id, c.step_id, c.who, c.session, k.name FROM review_claims c"
    " JOIN cases k ON k.n = c.case_n WHERE c.until > ?2"
    " AND CAST(k.worksheet AS INTEGER) IN (SELECT n FROM below) ORDER BY c.until DESC"
)
"""The cast keeps SQLite from looking through all cases of the worksheet for a few claims."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A cell that somebody has before them."""

    case_id: str
    step_id: str
    who: str
    session: str
    case: str


class Claims:
    """The claims of a workspace. Times are UTC stamps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, case_id: str, step_id: str, *, who: str, session: str, until: str, now: str
    ) -> bool:
        """Claim a cell for a session until then; False when another one has it."""

        async def work(tx: Transaction) -> bool:
            told = (case_id, step_id, who, session, until, now)
            return await tx.execute(_CLAIM, told) > 0

        return await self._database.write(work)

    async def let_go(self, case_id: str, step_id: str, *, session: str) -> None:
        """Give a cell back."""

        async def work(tx: Transaction) -> None:
            await tx.execute(_LET_GO, (session, case_id, step_id))

        await self._database.write(work)

    async def end(self, session: str, *, now: str) -> None:
        """Give back all cells of a session; claims whose time is over go too."""

        async def work(tx: Transaction) -> None:
            await tx.execute(_LET_ALL_GO, (session, now))

        await self._database.write(work)

    async def of_others(self, session: str, *, now: str) -> set[tuple[str, str]]:
        """The cells (case id, step id) that other sessions hold."""
        rows = await self._database.rows(_HELD, (session, now))
        return {(case_id, step_id) for case_id, step_id in rows}

    async def of_worksheet(self, worksheet_id: str, *, now: str) -> list[Claim]:
        """Whatever anybody has before them in a worksheet, or in its tables, the latest first."""
        rows = await self._database.rows(_OF_WORKSHEET, (worksheet_id, now))
        return [Claim(*row) for row in rows]
