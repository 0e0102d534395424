"""A pending change of a worksheet, and how what it would give differs from what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.types.proof import Proof
from casework.types.run import Plan
from casework.types.values import Json

ChangeState = Literal["open", "adopted", "dropped"]
Decided = Literal["", "adopted", "kept"]
DifferenceKind = Literal[
    "value",
    "lost",
    "found",
    "absence",
    "skipped",
    "unskipped",
    "new",
    "removed",
    "failed",
    "waiting",
    "proof",
    "confidence",
]
"""What became of a cell: another value; value to absent; absent to value; another kind of absence;
no longer run because of its condition; run again; a step that is new or gone; it failed; it waits;
the same value with another proof; the same value, surer or less sure."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person would give, tried out. `absence` as in a verdict."""

    case_id: str
    step_id: str
    value: Json
    absence: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is asked beside the procedure file, in the words of people: `models` by role, other
    settings by name, and values to try: case, step, value as one writes it (`absent:not_found` for
    an absence)."""

    models: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[tuple[str, str, str], ...] = ()
    versions: tuple[str, ...] = ()
    """Learned versions (`types.learned.Version`) to try: ids, or a step with or without a number
    (`Total`, `Total 3`)."""

    @property
    def asked(self) -> dict[str, str]:
        """All settings by their names."""
        return {**self.settings, **{f"model.{role}": name for role, name in self.models.items()}}

    def __bool__(self) -> bool:
        return bool(self.models or self.settings or self.corrections or self.versions)


NO_TRIAL = Trial()


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What is asked beside what is in force: a procedure text, settings, corrected values. One
    of a worksheet is open at a time. `who` made it `at` (UTC stamp); `ended_by` adopted or dropped
    it."""

    id: str
    worksheet_id: str
    state: ChangeState
    text: str
    sha256: str
    settings: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    who: str = ""
    at: str = ""
    ended_by: str = ""
    ended_at: str = ""
    versions: tuple[str, ...] = ()
    """Ids of learned versions that it would put to work."""


@dataclass(frozen=True, slots=True)
class Side:
    """A cell on one side of a comparison. `shown` is its value as text ('' for none), `state` what
    the machine's work came to, `proof_word` as it is shown (quoted, derived, …, or the absence)."""

    state: str
    shown: str
    absence: str
    reason: str
    proof_word: str
    grade: str
    confidence: float | None
    proof: Proof


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs. `verified` is what a person said of it, as text ('' when nobody did);
    `agrees` whether the new value agrees with that, None where nobody has spoken."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    kind: DifferenceKind
    old: Side
    new: Side
    verified: str = ""
    agrees: bool | None = None
    decided: Decided = ""
    path: str = ""
    """Of its step: the id, behind those of the tables around it."""


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """Cells of one step (its path) that differ in one way."""

    step_id: str
    step_name: str
    kind: DifferenceKind
    cells: tuple[Difference, ...]

    @property
    def undecided(self) -> int:
        """Cells of it that nobody has adopted or kept yet; of a step that is gone there is nothing
        to decide."""
        return 0 if self.kind == "removed" else sum(not cell.decided for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell whose new value is not what a person said; `before` whether the old one was."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    said: str
    old: str
    new: str
    before: bool


@dataclass(frozen=True, slots=True)
class Regression:
    """The change measured by what people verified: of `verified` cells (accepted or corrected) its
    values agree with `agrees`, those in force with `before`."""

    verified: int = 0
    agrees: int = 0
    before: int = 0
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def worse(self) -> tuple[Disagreement, ...]:
        """What agreed before and does not any more."""
        return tuple(one for one in self.disagreements if one.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pending change would give, beside what is in force: only cells that differ, grouped.

    `changes` tells it in words; `tried` counts cells that it was run for, `equal` those of them
    that came out the same; `left` cells that it touches and has not been run for.
    """

    change: ChangeRecord
    changes: tuple[str, ...]
    groups: tuple[DifferenceGroup, ...]
    regression: Regression
    tried: int
    equal: int
    left: int
    stale: bool = False
    """The procedure was edited since: what is shown is of the edit before."""

    @property
    def cells(self) -> int:
        """Cells that differ."""
        return sum(len(group.cells) for group in self.groups)

    @property
    def undecided(self) -> int:
        """Cells that differ and that nobody has decided on."""
        return sum(group.undecided for group in self.groups)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an open change still asks of a person, in passing: `undecided` cells that differ and of
    which nobody has decided (None: its `proposals` are too many to be compared in passing)."""

    change: ChangeRecord
    proposals: int
    undecided: int | None


@dataclass(frozen=True, slots=True)
class ChangeDecision:
    """What adopting or keeping did. `cells` were decided; `version` is the procedure version that
    is in force now; `left` differ still and are undecided; `next` is what a run would do now."""

    decided: Decided
    cells: int
    version: int
    taken_up: bool
    left: int
    state: ChangeState
    conflicts: int = 0
    next: Plan | None = None
    learned: tuple[str, ...] = ()
    """Learned versions that went to work with it, by name (`version 3 of Total`)."""


@dataclass(frozen=True, slots=True)
class SameMeaning:
    """A person's word that an edit of a step changes no result: old and new are meanings' digests.
    `undone_by` took it back; '' while it holds."""

    step_id: str
    step_name: str
    old: str
    new: str
    who: str
    at: str
    undone_by: str = ""
    undone_at: str = ""
