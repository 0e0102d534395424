"""Who was asked to decide on which cells. One holds until its cell is decided on, or until it is
ended; what was is kept."""

from __future__ import annotations

from collections.abc import Collection

from casework.store.codec import plain
from casework.store.database import Database, Transaction, missing
from casework.types.assignment import Assignment

_COLUMNS = "k.id, a.step_id, a.kind, a.whose, a.who, a.note, a.at"
_END = "UPDATE assignments SET ended_at = ? WHERE case_n = ? AND step_id = ? AND ended_at = ''"
_GIVE = (
    "INSERT INTO assignments (worksheet, case_n, step_id, kind, whose, who, note, at, after_n,"
    " ended_at) SELECT w.n, k.n, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(c.human, 0), ''"
    " FROM worksheets w JOIN cases k ON k.id = ?2"
    " LEFT JOIN cells c ON c.case_n = k.n AND c.step_id = ?3 WHERE w.id = ?1"
)
_OPEN = (
    f"SELECT {_COLUMNS} FROM assignments a JOIN cases k ON k.n = a.case_n"
    " LEFT JOIN cells c ON c.case_n = a.case_n AND c.step_id = a.step_id"
    " WHERE a.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND a.ended_at = ''"
    " AND coalesce(c.human, 0) <= a.after_n ORDER BY a.n"
)
_OF_CELL = (
    f"SELECT {_COLUMNS} FROM assignments a JOIN cases k ON k.n = a.case_n"
    " WHERE k.id = ? AND a.step_id = ? ORDER BY a.n"
)
_REVISION = (
    "SELECT (SELECT coalesce(max(n), 0) FROM assignments),"
    " (SELECT count(*) FROM assignments WHERE ended_at <> ''),"
    " (SELECT coalesce(max(n), 0) FROM audits), (SELECT coalesce(max(n), 0) FROM second_readings),"
    " (SELECT count(*) FROM second_readings), (SELECT coalesce(max(n), 0) FROM promises)"
)
_Place = tuple[str, str]


class Assignments:
    """The assignments of a workspace. Cells are named by case id and step id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, worksheet_id: str, given: Collection[Assignment]) -> None:
        """Ask for these decisions; an earlier assignment of the same cell ends. The worksheet is
        the one that is reviewed, also for a row of one of its tables."""

        async def work(tx: Transaction) -> None:
            for one in given:
                found = await tx.row("SELECT n FROM cases WHERE id = ?", (one.case_id,))
                if found is None:
                    raise missing("case", one.case_id)
                await tx.execute(_END, (one.at, found[0], one.step_id))
                await tx.execute(
                    _GIVE,
                    (
                        worksheet_id,
                        one.case_id,
                        one.step_id,
                        one.kind,
                        plain(one.whose),
                        plain(one.who),
                        plain(one.note),
                        one.at,
                    ),
                )

        await self._database.write(work)

    async def end(self, places: Collection[_Place], at: str) -> int:
        """Take assignments back; returns how many held."""

        async def work(tx: Transaction) -> int:
            ended = 0
            for case_id, step_id in places:
                found = await tx.row("SELECT n FROM cases WHERE id = ?", (case_id,))
                if found is not None:
                    ended += await tx.execute(_END, (at, found[0], step_id))
            return ended

        return await self._database.write(work)

    async def open(self, worksheet_id: str) -> dict[_Place, Assignment]:
        """Those that hold, by case id and step id."""
        rows = await self._database.rows(_OPEN, (worksheet_id,))
        return {(row[0], row[1]): Assignment(*row) for row in rows}

    async def of_cell(self, case_id: str, step_id: str) -> list[Assignment]:
        """All that a cell ever had, oldest first."""
        rows = await self._database.rows(_OF_CELL, (case_id, step_id))
        return [Assignment(*row) for row in rows]

    async def revision(self) -> tuple[int, ...]:
        """Other numbers once anywhere something was assigned or taken back, drawn at random,
        read a second time, or promised: what is asked of people beside what stands in cells."""
        row = await self._database.row(_REVISION)
        return tuple(int(one) for one in row) if row else ()
