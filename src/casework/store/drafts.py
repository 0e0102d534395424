"""Drafts of steps: what they found, kept in memory and in no cell; the cases that they are tried
on, and what they used. Holds SQL and nothing of what a draft is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from casework.base.clock import stamp
from casework.store.codec import Row, plain
from casework.store.commits import Commits, NewCell
from casework.store.database import Database, Transaction, missing
from casework.types.case import CellWrite

DRAFT = "draft:"
"""How the run ids of outcomes begin that drafts found: they belong to no run, and to no history."""

_PINNED = (
    "SELECT k.id FROM pinned_cases p JOIN worksheets w ON w.n = p.worksheet"
    " JOIN cases k ON k.n = p.case_n WHERE w.id = ? AND k.retired_at = ''"
    " ORDER BY p.position, p.case_n"
)
_SHEET = "SELECT n FROM worksheets WHERE id = ?"
_CASE = "SELECT n FROM cases WHERE id = ?"
_USED = (
    "SELECT s.calls, s.cost_usd FROM draft_spending s JOIN worksheets w ON w.n = s.worksheet"
    " WHERE w.id = ? AND s.day = ?"
)
_USE = (
    "INSERT INTO draft_spending (worksheet, day, calls, cost_usd) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (worksheet, day) DO UPDATE SET calls = draft_spending.calls + excluded.calls,"
    " cost_usd = draft_spending.cost_usd + excluded.cost_usd"
)


class DraftSpent(NamedTuple):
    """What drafts of a worksheet used in a day."""

    calls: int = 0
    cost_usd: float = 0.0


class Drafts:
    """What drafts leave behind in a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._put = _Remembered().put

    async def remember(self, write: CellWrite) -> None:
        """Keep what a draft found for a cell, under its fingerprint; no cell is touched by it."""
        await self._database.write_each(self._put, NewCell(write, ()))

    async def pinned(self, worksheet_id: str) -> list[str]:
        """The ids of the cases that drafts are tried on, in their order."""
        rows = await self._database.rows(_PINNED, (worksheet_id,))
        return [str(row[0]) for row in rows]

    async def pin(self, worksheet_id: str, case_ids: Sequence[str], who: str) -> None:
        """Let drafts be tried on these cases, and no others."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            sheet = await tx.row(_SHEET, (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            await tx.execute("DELETE FROM pinned_cases WHERE worksheet = ?", (sheet[0],))
            rows = []
            for position, case_id in enumerate(dict.fromkeys(case_ids)):
                case = await tx.row(_CASE, (case_id,))
                if case is None:
                    raise missing("case", case_id)
                rows.append((sheet[0], case[0], position, plain(who), at))
            await tx.insert("pinned_cases", ("worksheet", "case_n", "position", "who", "at"), rows)

        await self._database.write(work)

    async def used(self, worksheet_id: str, day: str) -> DraftSpent:
        """What drafts used on a day (YYYY-MM-DD in the workspace's time zone)."""
        row = await self._database.row(_USED, (worksheet_id, day))
        return DraftSpent(int(row[0]), float(row[1])) if row else DraftSpent()

    async def use(self, worksheet_id: str, day: str, calls: int, cost_usd: float) -> None:
        """Add to that."""

        async def work(tx: Transaction) -> None:
            sheet = await tx.row(_SHEET, (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            await tx.execute(_USE, (sheet[0], day, calls, cost_usd))

        await self._database.write(work)


class _Remembered(Commits):
    """Writes what cells left behind, and lets the cells themselves stand as they are."""

    async def _note_reuses(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Nothing is put in force, so nothing is noted."""

    async def _note_lapses(
        self, tx: Transaction, writes: Iterable[CellWrite], numbers: Mapping[str, int]
    ) -> None:
        """Nothing ceases to be in force, so nothing is noted."""

    async def _stand(self, tx: Transaction, states: Sequence[Row]) -> None:
        """No cell is touched."""
