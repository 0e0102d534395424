"""A draft on its pinned cases as the panel draws it: case by case, of many rows those that tell
something first. Knows no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from casework.sdk.drafting.views import DraftSample, RowBeside, SampleCell, TableBeside

T = TypeVar("T")
MOST_ROWS = 8
"""Rows of one case, or of its table, that are drawn; more would push the other cases away."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table beside the one in force: the rows that are drawn, and what of it is not, in words."""

    table: TableBeside
    rows: tuple[RowBeside, ...]
    told: str
    left: str


@dataclass(frozen=True, slots=True)
class CasePart:
    """One pinned case with the cells that are drawn: one, or those of its rows (`rows` of them).
    `left` says what is not drawn, in words."""

    case_id: str
    case_name: str
    cells: tuple[SampleCell, ...]
    rows: int
    changed: int
    left: str
    table: TablePart | None = None


def case_parts(sample: DraftSample | None) -> tuple[CasePart, ...]:
    """The pinned cases of a sample, in its order; nothing of a sample that has not begun."""
    by_case: dict[str, list[SampleCell]] = {}
    for cell in sample.cells if sample else ():
        by_case.setdefault(cell.case_id, []).append(cell)
    return tuple(_part(cells) for cells in by_case.values())


def _part(cells: Sequence[SampleCell]) -> CasePart:
    first = cells[0]
    rows = len(cells) if first.row else 0
    drawn = _telling(cells, [cell.changed or cell.waiting for cell in cells])
    hidden = [cell for cell in cells if cell not in drawn]
    changed = sum(cell.changed for cell in hidden)
    return CasePart(
        first.case_id,
        first.case_name,
        tuple(drawn),
        rows,
        sum(cell.changed for cell in cells),
        _left(len(hidden), changed),
        _table(first.table) if first.table else None,
    )


def _table(table: TableBeside) -> TablePart | None:
    if not table.rows:
        return None
    drawn = _telling(table.rows, [row.kind != "same" for row in table.rows])
    hidden = [row for row in table.rows if row not in drawn]
    changed = sum(row.kind != "same" for row in hidden)
    counts = (("changed", table.count("changed")), ("added", table.count("added")),
              ("gone", table.count("gone")), ("the same", table.count("same")))  # fmt: skip
    told = ", ".join(f"{number} {words}" for words, number in counts if number)
    return TablePart(table, tuple(drawn), told, _left(len(hidden), changed))


def _telling(every: Sequence[T], tells: Sequence[bool]) -> list[T]:
    """Those that are drawn, in their order: what tells something first, the others while there is
    room."""
    places = sorted(range(len(every)), key=lambda at: (not tells[at], at))[:MOST_ROWS]
    return [every[at] for at in sorted(places)]


def _left(hidden: int, changed: int) -> str:
    if not hidden:
        return ""
    rows = "1 more row" if hidden == 1 else f"{hidden} more rows"
    if not changed:
        return f"{rows} with nothing new"
    return f"{rows}, {changed} of them changed"
