"""What looking at runs, calls and costs gives back: frozen and plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.store.calls import CallNote
from casework.types.run import RunRecord
from casework.types.span import MessagePart
from casework.types.spending import Cap, Spent
from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class CallView:
    """A call of a model. `id` names it; `asked` and `answered` are the beginnings of the last
    question and of the answer; `status` `ok` or `error`; `error` what went wrong in words.
    `remembered` says that the answer came from memory and cost nothing."""

    id: str
    at: str
    worksheet: str
    case_id: str
    case_name: str
    step_id: str
    step_name: str
    run_id: str
    model: str
    provider: str
    purpose: str
    status: str
    error: str
    duration_s: float
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    asked: str
    answered: str
    remembered: bool = False
    notes: tuple[CallNote, ...] = ()

    @property
    def mark(self) -> int:
        """What people made of it together: above 0 good, below 0 bad."""
        return sum(note.mark for note in self.notes)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are looked for; empty fields ask for any. `text` is looked for in questions and
    answers; `least_s` and `least_usd` are lower bounds."""

    text: str = ""
    model: str = ""
    step: str = ""
    case: str = ""
    run: str = ""
    status: str = ""
    mark: int = 0
    tag: str = ""
    noted: bool = False
    least_s: float = 0.0
    least_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first. `next` is what to ask for the ones after them ('' for none); `looked`
    how many were looked through, and `all_looked` whether that was all there are."""

    calls: tuple[CallView, ...]
    next: str
    looked: int
    all_looked: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of work and those inside it."""

    id: str
    name: str
    started_ms: float
    """After the beginning of the whole."""
    duration_ms: float
    status: str
    attributes: Mapping[str, Json]
    parts: tuple[MessagePart, ...] = ()
    inside: tuple[Piece, ...] = ()
    this: bool = False
    """Whether it is the one that was asked for."""


@dataclass(frozen=True, slots=True)
class CallReport:
    """A call with every word of it, and the work that it was a part of."""

    call: CallView
    parts: tuple[MessagePart, ...]
    attributes: Mapping[str, Json]
    work: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A run in one step: from when (`first`) to when (`last`) its cells were worked on, as shares
    (0 to 1) of the time of the run."""

    step_id: str
    step_name: str
    cells: int
    failed: int
    first: float
    last: float
    busy_s: float
    calls: int
    tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class CellLine:
    """A cell that a run computed."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    duration_s: float
    cost_usd: float | None
    calls: int
    model: str
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Cells of one step that failed with one kind of reason; `aside` of them are set aside and can
    be brought back."""

    step_id: str
    step_name: str
    code: str
    words: str
    cells: tuple[CellLine, ...]
    aside: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """Cells done in a stretch of a run: where it begins and ends as shares of the run, how many,
    and how many of them failed."""

    at: float
    until: float
    cells: int
    failed: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run with what it did. `number` counts the runs of its worksheet from 1; `seconds` is how
    long it took, or has taken so far. `remembered` of the cells that came to a value or an absence
    were not computed by it: what gives that result was there already."""

    number: int
    run: RunRecord
    seconds: float
    steps: tuple[StepLine, ...]
    pulses: tuple[Pulse, ...]
    slowest: tuple[CellLine, ...]
    dearest: tuple[CellLine, ...]
    failures: tuple[FailureGroup, ...]
    remembered: int = 0


@dataclass(frozen=True, slots=True)
class CapView:
    """A cap and what is used of it; `paused` counts cells that wait for it."""

    scope: str
    setting: str
    cap: Cap
    used: Spent
    words: str = ""


@dataclass(frozen=True, slots=True)
class CostOf:
    """What something used: a day, a model or a step."""

    name: str
    used: Spent
    id: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a worksheet (or the workspace) used: in all and today, by day, model and step, with the
    caps in force and how many cells they paused."""

    all: Spent
    today: Spent
    days: tuple[CostOf, ...]
    models: tuple[CostOf, ...]
    steps: tuple[CostOf, ...]
    caps: tuple[CapView, ...]
    paused: int
    paused_words: tuple[tuple[str, int], ...] = field(default=())
