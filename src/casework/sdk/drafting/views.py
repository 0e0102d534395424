"""What writing steps gives back: frozen, plain, the same for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.base.errors import Mistake
from casework.sdk.views import CellView
from casework.types.procedure import Step
from casework.types.run import Plan

ScopeName = Literal["all", "unverified", "sample", "shown"]
"""How much of a draft is carried out: all that it touches, only where nobody decided, the pinned
cases, or named cases (those that a filter shows)."""
Beside = Literal["same", "changed", "added", "gone"]
"""How something of a draft stands to what is in force."""
KEYS = (
    "type", "by", "many", "when", "from", "model", "review", "second", "third", "readers", "owner",
)  # fmt: skip
"""The keys of a step that a form offers; others stay as they are written."""


@dataclass(frozen=True, slots=True)
class StepEdit:
    """A step as somebody writes it. `step` is the path of the step that is edited, '' for a new
    one, which comes behind the step `after`. `keys` are those of `KEYS` as written; one that is not
    in it stays as it is, '' takes it out. `over` is the digest of the text that the edit was made
    on."""

    name: str
    instruction: str
    keys: Mapping[str, str] = field(default_factory=dict)
    step: str = ""
    after: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step that an instruction may name: what stands in the braces, its type and who fills it."""

    name: str
    type: str
    by: str


@dataclass(frozen=True, slots=True)
class StepLink:
    """Another step, by its path and its name."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step as it is written now, ready to be edited. `names` are the steps that it may name;
    `closed` says why nobody can edit it here ('' when one can)."""

    step: str
    title: str
    name: str
    instruction: str
    keys: Mapping[str, str]
    names: tuple[NamedStep, ...]
    sha256: str
    after: str = ""
    closed: str = ""
    line: int = 0
    version: int = 0
    pending: bool = False
    readers: tuple[str, ...] = ()
    """The names of the steps that read it."""
    around: tuple[StepLink, ...] = ()
    """The tables that it stands in, outermost first."""
    inside: tuple[StepLink, ...] = ()
    """The steps of the rows of its table."""


@dataclass(frozen=True, slots=True)
class DraftLook:
    """A draft as far as its words alone can tell. `type` and `by` are what the step would be;
    `type_because` and `by_because` where that comes from. `mistakes` of its own lines come with
    their line in its instruction (0: its heading or keys), `elsewhere` with that of the file."""

    step: str
    name: str
    type: str
    type_because: str
    by: str
    by_because: str
    mistakes: tuple[Mistake, ...] = ()
    elsewhere: tuple[Mistake, ...] = ()
    changed: bool = False
    changes: tuple[str, ...] = ()
    review: str = "unsure"

    @property
    def right(self) -> bool:
        """Whether it has no mistake."""
        return not (self.mistakes or self.elsewhere)


@dataclass(frozen=True, slots=True)
class ValueBeside:
    """A value of a row as it is in force and as a draft has it, both as text; '' where there is
    none."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.old == self.new


@dataclass(frozen=True, slots=True)
class RowBeside:
    """A row of a table that is in force, in a draft, or in both. `place` is its place (from 1) in
    the draft, of one that is gone in what is in force; `values` are in the order of the columns."""

    kind: Beside
    place: int
    values: tuple[ValueBeside, ...]


@dataclass(frozen=True, slots=True)
class ColumnBeside:
    """A column of a table that is in force, in a draft, or in both."""

    name: str
    kind: Beside


@dataclass(frozen=True, slots=True)
class TableBeside:
    """A table as a draft has it beside the one in force: the rows of the draft in their order, then
    those that are gone."""

    columns: tuple[ColumnBeside, ...]
    rows: tuple[RowBeside, ...]

    def count(self, kind: Beside) -> int:
        """How many rows are of this kind."""
        return sum(row.kind == kind for row in self.rows)


@dataclass(frozen=True, slots=True)
class SampleCell:
    """One case of a sample, or one row of its table: what is in force beside what the draft gives
    (None: not there yet). `because` is where that comes from, in a few words; `same` whether it
    comes to the same. `case_id` and `case_name` are those of the case also where the cell is of a
    row; then `row` says which one (`Lines 2`), `row_told` what stands first in it, and `kind`
    whether the draft has made or lost the row. `table` is there where the step gives a table."""

    case_id: str
    case_name: str
    old: CellView
    new: CellView | None
    same: bool = False
    because: str = ""
    row: str = ""
    row_told: str = ""
    kind: Beside = "same"
    table: TableBeside | None = None

    @property
    def changed(self) -> bool:
        """Whether the draft comes to something else, as far as it has come."""
        return self.kind == "gone" or (self.new is not None and not self.same)

    @property
    def waiting(self) -> bool:
        """Whether nothing is there yet."""
        return self.new is None and self.kind != "gone"


@dataclass(frozen=True, slots=True)
class DraftSample:
    """A draft on its pinned cases; a step of rows has a cell for each row of each case, in their
    order. `seconds` and `cost_usd` are what this time took (None: the
    price is not known), `calls` how many calls that were; `spent_usd` of `budget_usd` is what all
    drafts of the worksheet used today. `stopped` says why some cells have no value, in words."""

    step: Step | None
    cells: tuple[SampleCell, ...]
    done: bool = False
    seconds: float = 0.0
    cost_usd: float | None = 0.0
    calls: int = 0
    spent_usd: float = 0.0
    budget_usd: float = 0.0
    stopped: str = ""
    note: str = ""

    fresh: bool = False
    """The step is nowhere in force: there is nothing that a draft of it stands beside."""

    @property
    def changed(self) -> int:
        """Cells that come to something else."""
        return sum(cell.changed for cell in self.cells)

    @property
    def waiting(self) -> int:
        """Cells that are still being worked on."""
        return 0 if self.done else sum(cell.waiting for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """One way to limit what a draft runs on, with what it would touch; None where it was not
    asked."""

    name: ScopeName
    words: str
    cells: int | None = None
    cases: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a draft would do if it were applied: the plan of the chosen scope among all `cells` of
    the worksheet, in words, and the other scopes. `first` says that nothing is in force yet, so
    that it runs in force and not beside it."""

    plan: Plan
    scope: ScopeName
    cells: int
    because: str
    scopes: tuple[ScopeChoice, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class PinnedCase:
    """A case on which drafts are tried."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class StepCard:
    """A step beside the text: its lines (from 1, `last` included), what it is, what it reads."""

    path: str
    title: str
    name: str
    type: str
    by: str
    review: str
    owner: str
    first: int
    last: int
    reads: tuple[str, ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PossibleRename:
    """A heading that is gone beside one that is new: `same step?`"""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """The procedure as its file says, or as it is kept. `closed` says why nobody can edit it here;
    `gone` that the file is not there. `cards` are of the text; where this has mistakes, as far as
    each step can be told alone."""

    file: str
    text: str
    sha256: str
    version: int
    pending: bool
    cards: tuple[StepCard, ...]
    mistakes: tuple[Mistake, ...] = ()
    changes: tuple[str, ...] = ()
    renames: tuple[PossibleRename, ...] = ()
    closed: str = ""
    gone: str = ""
    trying: bool = False
    """A change is being tried beside what is in force."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of the procedure that is or was in force."""

    number: int
    at: str
    who: str
    note: str
    in_force: bool = False


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """How a text differs from another: lines of a unified diff, each with its kind, and what it
    means in words. `plan` is what would run if the newer one came in force now; None where that was
    not asked or cannot be told (`why_no_plan`)."""

    old: str
    new: str
    lines: tuple[tuple[Literal["same", "gone", "new", "place"], str], ...]
    changes: tuple[str, ...]
    plan: Plan | None = None
    why_no_plan: str = ""
