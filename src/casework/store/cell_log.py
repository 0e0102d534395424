"""Which cells changed, in the order of the commits, whoever changed them: triggers write it down.

On Postgres writers of all processes take turns, so a number that is seen has no smaller one that is
still to come.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.store.database import Database, Transaction

KEPT = 200_000
"""Rows of the log that are kept: whoever is further behind looks at everything anew."""
_ENDS = (
    "SELECT coalesce((SELECT min(n) FROM cell_log), 0), coalesce((SELECT max(n) FROM cell_log), 0)"
)
_TOPS = (
    "WITH RECURSIVE up (n, step_id) AS (SELECT case_n, step_id FROM cell_log WHERE n > ? AND n <= ?"
    " UNION SELECT k.parent, '/' FROM up JOIN cases k ON k.n = up.n WHERE k.parent IS NOT NULL)"
    " SELECT k.n, k.id, min(up.step_id) FROM up JOIN cases k ON k.n = up.n"
    " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?) GROUP BY k.n, k.id ORDER BY k.n"
)
_THROUGH = "SELECT coalesce(max(n), 0) FROM (SELECT n FROM cell_log WHERE n > ? ORDER BY n LIMIT ?)"
_CASES_CAME = (
    "SELECT 1 FROM cell_log l JOIN cases k ON k.n = l.case_n WHERE l.n > ? AND l.step_id = ''"
    " AND k.worksheet = (SELECT n FROM worksheets WHERE id = ?) LIMIT 1"
)
_TRIM = "DELETE FROM cell_log WHERE n <= (SELECT coalesce(max(n), 0) - ? FROM cell_log)"


@dataclass(frozen=True, slots=True)
class Changed:
    """A case of a worksheet in which something changed, or in a row of its tables; `itself` where
    more than its cells did: it came or went, or has another name or other documents."""

    number: int
    id: str
    itself: bool


class CellLog:
    """The log of changed cells of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> int:
        """The number of the last change; 0 before the first."""
        return (await self._ends())[1]

    async def reaches(self, seq: int) -> bool:
        """Whether it still tells all that came after this change."""
        first, last = await self._ends()
        return seq >= last or first <= seq + 1

    async def through(self, seq: int, rows: int) -> int:
        """The number of the change that comes so many after this one, or of the last."""
        row = await self._database.row(f"{_THROUGH} AS next_ones", (seq, rows))
        return max(seq, int(row[0])) if row else seq

    async def cases(self, worksheet_id: str, seq: int, to: int) -> list[Changed]:
        """The cases of a worksheet in which something changed after `seq`, up to `to`."""
        rows = await self._database.rows(_TOPS, (seq, to, worksheet_id))
        return [Changed(int(n), id, step_id == "") for n, id, step_id in rows]

    async def cases_came(self, worksheet_id: str, seq: int) -> bool:
        """Whether cases came or went, or got other documents, after this change."""
        return await self._database.row(_CASES_CAME, (seq, worksheet_id)) is not None

    async def trim(self, kept: int = KEPT) -> None:
        """Let go of the oldest rows; the newest always stays."""
        await self._database.write(lambda tx: trim(tx, kept))

    async def _ends(self) -> tuple[int, int]:
        row = await self._database.row(_ENDS)
        return (int(row[0]), int(row[1])) if row else (0, 0)


async def trim(tx: Transaction, kept: int = KEPT) -> None:
    """The same within a transaction."""
    await tx.execute(_TRIM, (max(1, kept),))
