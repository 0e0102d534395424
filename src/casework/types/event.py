"""Facts that happened, for those who listen. A listener changes no result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casework.types.case import Cell
from casework.types.run import Progress, RunRecord
from casework.types.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CellSettled:
    """A cell has a committed state."""

    worksheet_id: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A person decided."""

    worksheet_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run is over."""

    run: RunRecord


Event = CellSettled | VerdictGiven | RunEnded | Progress
Listener = Callable[[Event], None]
