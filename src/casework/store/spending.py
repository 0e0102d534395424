"""What calls of models used, in sums that a cap can be compared with. Knows no cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.store.codec import plain
from casework.store.database import Database, Transaction
from casework.types.spending import NOTHING_SPENT, Spent

Key = tuple[str, str, str]
"""Worksheet id ('' for none), model, quarter of an hour (`2026-01-02T03:15`)."""


@dataclass(frozen=True, slots=True)
class SpentIn:
    """What one model used in one quarter of an hour."""

    quarter: str
    model: str
    used: Spent


_ADD = (
    "INSERT INTO spending (worksheet, model, quarter, calls, tokens, cost_usd, unpriced)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (worksheet, model, quarter) DO UPDATE SET"
    " calls = spending.calls + excluded.calls, tokens = spending.tokens + excluded.tokens,"
    " cost_usd = spending.cost_usd + excluded.cost_usd,"
    " unpriced = spending.unpriced + excluded.unpriced"
)
_SUMS = "sum(calls), sum(tokens), sum(cost_usd), sum(unpriced)"
_SINCE = f"SELECT model, {_SUMS} FROM spending WHERE quarter >= ? GROUP BY model"
_OF_WORKSHEET = f"SELECT {_SUMS} FROM spending WHERE worksheet = ?"
_OF_OUTCOMES = (
    "sum(o.calls), sum(o.input_tokens + o.output_tokens), sum(coalesce(o.cost_usd, 0.0)),"
    " sum(CASE WHEN o.cost_usd IS NULL THEN o.calls ELSE 0 END)"
)
_OF_CELL = (
    f"SELECT {_OF_OUTCOMES} FROM cases k JOIN outcomes o ON o.case_n = k.n"
    " WHERE k.id = ? AND o.step_id = ?"
)
_OF_CASE = (
    "WITH RECURSIVE family (n) AS (SELECT n FROM cases WHERE id = ?"
    " UNION ALL SELECT k.n FROM cases k JOIN family f ON k.parent = f.n)"
    f" SELECT {_OF_OUTCOMES} FROM family k JOIN outcomes o ON o.case_n = k.n"
)


class Spendings:
    """The sums of a workspace: a `SpendingStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sums: Mapping[Key, Spent]) -> None:
        """Add to the sums, without waiting: they are committed with the next group, so no later
        than the cells that they were spent on."""
        rows = [
            (sheet, plain(model), quarter, s.calls, s.tokens, s.cost_usd, s.unpriced)
            for (sheet, model, quarter), s in sorted(sums.items())
        ]

        async def work(tx: Transaction) -> None:
            await tx.many(_ADD, rows)

        self._database.post(work)

    async def now(self, worksheet_id: str, since: str) -> tuple[Spent, dict[str, Spent]]:
        """What a worksheet has used in all, and what each model has used since a quarter of an hour
        in the whole workspace. What was added before is in it."""

        async def work(tx: Transaction) -> tuple[Spent, dict[str, Spent]]:
            sheet = _spent(await tx.row(_OF_WORKSHEET, (worksheet_id,)))
            models = await tx.rows(_SINCE, (since,))
            return sheet, {row[0]: _spent(row[1:]) for row in models}

        return await self._database.write(work)

    async def of_case(self, case_id: str) -> Spent:
        """What the cells of a case and of all its rows have used, failed tries included."""
        return _spent(await self._database.row(_OF_CASE, (case_id,)))

    async def of_cell(self, case_id: str, step_id: str) -> Spent:
        """What a cell has used, failed tries included."""
        return _spent(await self._database.row(_OF_CELL, (case_id, step_id)))

    async def by_quarter(self, worksheet_id: str, *, since: str = "") -> list[SpentIn]:
        """What each quarter of an hour (UTC) used of each model, from one on: of a worksheet, or
        ('') of the whole workspace; oldest first."""
        rows = await self._database.long_read(
            f"SELECT quarter, model, {_SUMS} FROM spending WHERE (? = '' OR worksheet = ?)"
            " AND quarter >= ? GROUP BY quarter, model ORDER BY quarter, model",
            (worksheet_id, worksheet_id, since),
        )
        return [SpentIn(quarter, model, _spent(told)) for quarter, model, *told in rows]

    async def by_step(self, worksheet_id: str) -> dict[str, Spent]:
        """What the cells of each step of a worksheet have used, failed tries included."""
        rows = await self._database.long_read(
            f"SELECT o.step_id, {_OF_OUTCOMES} FROM cases k JOIN outcomes o ON o.case_n = k.n"
            " JOIN worksheets w ON w.n = k.worksheet WHERE w.id = ? OR w.parent ="
            " (SELECT n FROM worksheets WHERE id = ?) GROUP BY o.step_id",
            (worksheet_id, worksheet_id),
        )
        return {step_id: _spent(told) for step_id, *told in rows}


def _spent(row: Sequence[Any] | None) -> Spent:
    if row is None or row[0] is None:
        return NOTHING_SPENT
    calls, tokens, cost_usd, unpriced = row
    return Spent(int(calls), int(tokens), float(cost_usd), int(unpriced))
