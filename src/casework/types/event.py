"""Facts that happened, for those who listen. A listener changes no result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casework.types.case import CaseRecord, Cell
from casework.types.run import Progress, RunRecord
from casework.types.verdict import Verdict


@dataclass(frozen=True, slots=True)
class CellSettled:
    """A cell has a committed state."""

    worksheet_id: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class CaseWorked:
    """A run is done with a case for now: every cell of it has a committed state. `case` tells when
    it was answered and decided."""

    case: CaseRecord


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A person decided."""

    worksheet_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run is over."""

    run: RunRecord


@dataclass(frozen=True, slots=True)
class StoodStill:
    """Code blocked the event loop for so long that nothing else went on; `where` names its place.
    Told from another thread."""

    seconds: float
    where: str


Event = CellSettled | CaseWorked | VerdictGiven | RunEnded | Progress | StoodStill
Listener = Callable[[Event], None]
