"""A worksheet in a few counts: what stands, what wants a person and why, what waits for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.sdk.views import CellView, TableView

_FAILURES = ("failed", "set aside")


@dataclass(frozen=True, slots=True)
class Reason:
    """Cells that have one thing to say; `cells` are all of them in order."""

    words: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """`states` counts cells by state; `needs` and `waits` are reasons, the most frequent first but
    for failures, which a person should see before all else.
    A cell that waits for another step is counted in the states alone: the other one is told."""

    cells: int
    states: dict[str, int]
    needs: tuple[Reason, ...]
    waits: tuple[Reason, ...]

    @property
    def needing(self) -> int:
        """Cells that a person should look at."""
        return sum(len(reason.cells) for reason in self.needs)

    @property
    def failed(self) -> int:
        """Cells that failed or were set aside."""
        return self.states.get("failed", 0) + self.states.get("set_aside", 0)


def summarise(view: TableView) -> Summary:
    """Count the cells of a table."""
    cells = [cell for row in view.rows for cell in row.cells]
    states: dict[str, int] = {}
    for cell in cells:
        states[cell.state] = states.get(cell.state, 0) + 1
    needs = _failures_first(_grouped((_kind(cell), cell) for cell in cells if cell.needs))
    waits = _grouped(
        (f"{cell.step_name}: {cell.reason}", cell)
        for cell in cells
        if cell.state == "waiting" and cell.waiting_for not in ("person", "input")
    )
    return Summary(len(cells), states, needs, waits)


def _grouped(told: Iterable[tuple[str, CellView]]) -> tuple[Reason, ...]:
    groups: dict[str, list[CellView]] = {}
    for words, cell in told:
        groups.setdefault(words, []).append(cell)
    found = [Reason(words, tuple(cells)) for words, cells in groups.items()]
    return tuple(sorted(found, key=lambda reason: -len(reason.cells)))


def _failures_first(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: reason.words not in _FAILURES))


def _kind(cell: CellView) -> str:
    """The reason without what is special to one cell, so that cells can be counted by it."""
    if cell.state in ("failed", "set_aside"):
        return cell.state.replace("_", " ")
    if cell.state == "waiting":
        return "waits for a person"
    if cell.absence and not cell.conflict and cell.verdict is None:
        return cell.absence.replace("_", " ")
    return cell.needs.partition(":")[0]
