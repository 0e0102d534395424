"""A run, a plan, and how far a run has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.types.usage import NO_USAGE, Usage

RunState = Literal["running", "finished", "cancelled", "interrupted"]
"""`interrupted`: the process went away; whatever was committed stands."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution over some cases and steps. Stamps are UTC; `counts` is by cell state."""

    id: str
    worksheet_id: str
    state: RunState
    started_at: str
    ended_at: str = ""
    procedure_version: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    usage: Usage = NO_USAGE
    holder: str = ""


Why = Literal[
    "new",
    "instruction_changed",
    "input_changed",
    "documents_changed",
    "model_changed",
    "method_changed",
    "failed_before",
    "interrupted",
    "woken",
    "forced",
]


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A cell that a run would work on. `certain` is False when it runs only if an input that is
    recomputed before it turns out different. `detail` names what changed."""

    case_id: str
    case_name: str
    step_id: str
    why: Why
    detail: str = ""
    certain: bool = True
    remembered: bool = False
    """An outcome with this fingerprint exists: nothing is computed, it is taken from memory."""
    verified: bool = False
    """A person has decided on it; the decision stays above whatever the run finds."""


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Planned cells of one step that run for one reason. `cases` names up to a few of them."""

    step_id: str
    step_name: str
    why: Why
    detail: str
    certain: bool
    cells: int
    verified: int
    remembered: int
    calls: int
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, in column order. `settled` cells stand as they are; `waiting` counts
    cells that stay as they are by what they wait for, `blocked` says why in words, once each.
    `cost_usd` and `seconds` come from measured history, None where there is none. `changes` are
    the differences between the procedure in force and the pending one, in words."""

    worksheet: str
    groups: tuple[PlanGroup, ...]
    settled: int
    waiting: Mapping[str, int]
    blocked: tuple[str, ...] = ()
    cost_usd: float | None = None
    seconds: float | None = None
    new_version: bool = False
    changes: tuple[str, ...] = ()

    def count(self, *, certain: bool | None = None) -> int:
        """Cells that would run; only the certain or only the possible ones if asked."""
        return sum(g.cells for g in self.groups if certain is None or g.certain == certain)

    @property
    def verified(self) -> int:
        """Cells among them on which a person has decided."""
        return sum(g.verified for g in self.groups)

    @property
    def remembered(self) -> int:
        """Cells among them whose outcome is taken from memory."""
        return sum(g.remembered for g in self.groups)

    @property
    def calls(self) -> int:
        """Model calls if every certain and possible cell runs."""
        return sum(g.calls for g in self.groups)

    @property
    def empty(self) -> bool:
        """Whether a run would do nothing."""
        return not self.groups and not self.new_version


@dataclass(frozen=True, slots=True)
class Progress:
    """A step forward of a run, for a progress bar: cells done of cells known to be in it. The
    first, and the last after inputs that came out equal, name no cell."""

    run_id: str
    done: int
    total: int
    case_name: str
    step_name: str
    state: str
    reused: bool = False
    usage: Usage = NO_USAGE
