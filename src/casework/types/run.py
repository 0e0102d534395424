"""A run, a plan, and how far a run has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.types.usage import NO_USAGE, Usage

RunState = Literal["running", "finished", "cancelled", "interrupted"]
"""`interrupted`: the process went away; whatever was committed stands."""


CAME_TO_WAIT = "came to wait"
"""In the counts of a run: cells that were not worked on and wait now for another reason."""


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
    change_id: str = ""
    """The pending change whose cells it filled beside those in force; '' for a run of these."""
    reverts: str = ""
    """The run whose effect it took back; '' for a run that computed."""
    woken: bool = False
    """Whether nobody began it: it worked out what rules say of a decision."""


Why = Literal[
    "new",
    "instruction_changed",
    "input_changed",
    "documents_changed",
    "model_changed",
    "method_changed",
    "learned_changed",
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
    step_name: str = ""


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
    expected: Usage | None = None
    """What its calls will use all together, by what such cells used before; None where none did."""


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A reader of a step with several, as it is expected to be asked; the last one is a person.
    `share` of the cells reaches it, which are about `cells`; `cost_usd` is for these. Each is None
    where nothing tells."""

    who: str
    share: float | None
    cells: int | None
    calls: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedCascade:
    """A step whose readers read one after the other, and how many of the cells that a run would
    compute each is expected to get. `basis` says in words what that rests on."""

    step_id: str
    step_name: str
    cells: int
    stages: tuple[PlannedStage, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, in column order. `settled` cells stand as they are; `waiting` counts
    cells that stay as they are by what they wait for, `blocked` says why in words, once each.
    `cost_usd`, tokens and `seconds` come from measured history: each is None where there is none,
    and `unknown` says why. `seconds` is the time on the clock, with as many calls at once as the
    models allow. `changes` are the differences between the procedure in force and the pending one,
    in words. `left_out` counts cells that the change touches and the chosen scope does not.
    `unmade` are titles of tables whose rows are still to be made, or may become others."""

    worksheet: str
    groups: tuple[PlanGroup, ...]
    settled: int
    waiting: Mapping[str, int]
    blocked: tuple[str, ...] = ()
    cost_usd: float | None = None
    seconds: float | None = None
    new_version: bool = False
    changes: tuple[str, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    unknown: tuple[str, ...] = ()
    left_out: int = 0
    trying: bool = False
    """A change is being tried: a run leaves it alone until somebody adopts it."""
    unmade: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    """Caps that what is expected would pass, in words: some of it will wait."""
    notes: tuple[str, ...] = ()
    """What else a person should know of what is followed, such as a procedure without its file."""
    cascades: tuple[PlannedCascade, ...] = ()
    """Steps with an order of readers among them: their calls and cost are those that are expected
    to get so far, where that is known, and else all."""

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
        return not self.groups and not self.new_version and not self.unmade


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
    worksheet_id: str = ""
    """The worksheet that runs; '' for work that is no run, such as reading files."""
