"""A worksheet in a few counts: what stands, what wants a person and why, what waits for what.

Gathered row by row, so that a long worksheet is never held whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from casework.sdk.views import CellView, TableView

KEPT = 1_000
"""Cells of one reason that are kept; the others are counted."""
_FAILURES = ("failed", "set aside")


@dataclass(frozen=True, slots=True)
class Reason:
    """Cells that have one thing to say. `cells` are the first of them in order, `count` is how many
    there are, and `steps` counts them by the names of their steps."""

    words: str
    cells: tuple[CellView, ...]
    count: int
    steps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """`states` counts cells by state; `needs` and `waits` are reasons, the most frequent first but
    for failures, which a person should see before all else.
    A cell that waits for another step is counted in the states alone: the other one is told."""

    cells: int
    states: dict[str, int]
    needs: tuple[Reason, ...]
    waits: tuple[Reason, ...]
    looked: bool = True
    """Whether every cell was looked at; without it only the states were counted."""

    @property
    def needing(self) -> int:
        """Cells that a person should look at."""
        return sum(reason.count for reason in self.needs)

    @property
    def failed(self) -> int:
        """Cells that failed or were set aside."""
        return self.states.get("failed", 0) + self.states.get("set_aside", 0)


@dataclass(slots=True)
class _Group:
    cells: list[CellView] = field(default_factory=list)
    count: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    def add(self, cell: CellView) -> None:
        self.count += 1
        self.steps[cell.step_name] = self.steps.get(cell.step_name, 0) + 1
        if len(self.cells) < KEPT:
            self.cells.append(cell)


class Gathering:
    """Counts cells as they come."""

    def __init__(self) -> None:
        self._cells = 0
        self._states: dict[str, int] = {}
        self._needs: dict[str, _Group] = {}
        self._waits: dict[tuple[str, str], _Group] = {}

    def add(self, cells: Iterable[CellView]) -> None:
        """Count the cells of a row."""
        for cell in cells:
            self._cells += 1
            self._states[cell.state] = self._states.get(cell.state, 0) + 1
            if cell.needs:
                self._needs.setdefault(_kind(cell), _Group()).add(cell)
            if cell.state == "waiting" and cell.waiting_for not in ("person", "input"):
                key = (str(cell.waiting_for), cell.reason)
                self._waits.setdefault(key, _Group()).add(cell)

    def add_needs(self, cells: Iterable[CellView]) -> None:
        """Count cells by why a person should look at them, and no more."""
        for cell in cells:
            self._needs.setdefault(_kind(cell), _Group()).add(cell)

    def summary(self) -> Summary:
        """The counts so far."""
        needs = sorted(
            _reasons(self._needs.items()), key=lambda reason: reason.words not in _FAILURES
        )
        waits = _reasons((words, group) for (_, words), group in self._waits.items())
        return Summary(self._cells, dict(self._states), tuple(needs), tuple(waits))


def summarise(view: TableView) -> Summary:
    """Count the cells of a table."""
    gathering = Gathering()
    for row in view.rows:
        gathering.add(row.every)
    return gathering.summary()


def _reasons(groups: Iterable[tuple[str, _Group]]) -> list[Reason]:
    """The groups as reasons, the most frequent first."""
    found = [
        Reason(words, tuple(group.cells), group.count, dict(group.steps)) for words, group in groups
    ]
    return sorted(found, key=lambda reason: -reason.count)


def _kind(cell: CellView) -> str:
    """The reason without what is special to one cell, so that cells can be counted by it."""
    if cell.state in ("failed", "set_aside"):
        return cell.state.replace("_", " ")
    if cell.state == "waiting":
        return "waits for a person"
    if cell.absence and not cell.conflict and cell.verdict is None:
        return cell.absence.replace("_", " ")
    return cell.needs.partition(":")[0]
