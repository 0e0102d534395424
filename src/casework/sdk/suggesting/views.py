"""What suggesting gives back: frozen, plain, the same for every door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.types.document import DocumentState

Source = Literal["label", "columns", "place", "sum", "procedure", "goal", "person"]
"""Where a proposed step comes from: a label of the documents, the columns of their tables, the
place where such values stand, a sum that holds; or a written procedure or a goal, which a model put
into words; or a person, who wrote it."""


@dataclass(frozen=True, slots=True)
class ExampleView:
    """A value that the step gives for one of the files, as people see it, with its place: page
    (from 1, 0 for none) and quote."""

    file: str
    value: str
    page: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class SuggestedStep:
    """A step that is proposed. `type` is as a procedure writes it; `rule` is set for a calculated
    one; `by` is '' where what it says decides who fills it. `found` of `of` cases that it was tried
    on have a value; `of` is 0 where it could not be tried without a model. `label` is how the
    documents write it, `because` the sentence that asks for it, `problem` why it cannot stand.
    `weak` of those found were found by little, and are wrong more often than others."""

    id: str
    name: str
    type: str
    source: Source
    instruction: str = ""
    rule: str = ""
    by: str = ""
    label: str = ""
    because: str = ""
    found: int = 0
    of: int = 0
    example: ExampleView | None = None
    keep: bool = True
    problem: str = ""
    weak: int = 0

    @property
    def told(self) -> str:
        """Where it comes from, in words."""
        match self.source:
            case "label":
                return f"“{self.label}” label"
            case "columns":
                return f"columns of a table: {self.label}"
            case "place":
                return "no label: by its place"
            case "sum":
                return f"rule: {self.rule}"
            case "procedure":
                return f"“{self.because}”" if self.because else "the written procedure"
            case "goal":
                return "the goal"
            case _:
                return f"rule: {self.rule}" if self.rule else "written by you"

    @property
    def sure(self) -> bool:
        """Whether most of what was found was found well; it is shown as found, not as proved, where
        that is not so."""
        return 2 * self.weak < max(self.found, 1)

    @property
    def needs_model(self) -> bool:
        """Whether only a model (or a person) can fill it."""
        return not self.rule and not self.of


@dataclass(frozen=True, slots=True)
class SuggestedFile:
    """A file that was handed in: its path below what was named, and whether it can be read.
    One that `describes` the work is no case."""

    path: str
    state: DocumentState
    bytes: int
    pages: int = 0
    words: int = 0
    reason: str = ""
    describes: bool = False

    @property
    def readable(self) -> bool:
        """Whether there is text to look at."""
        return self.state == "read"


@dataclass(frozen=True, slots=True)
class GroupingChoice:
    """A way to make cases of the files, and how many cases it makes."""

    how: str
    cases: int

    @property
    def told(self) -> str:
        """The way in words: one case is …"""
        words = {"file": "one file", "folder": "one folder", "thread": "one mail thread"}
        word = words.get(self.how, f"one {self.how}")
        return f"{word}, {self.cases:,} case{'' if self.cases == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What files suggest. `tried` cases of all were looked at, which is all but where there are
    many; `unread` files beyond those that were read for this are read when a worksheet is made.
    `model` names who worded steps, '' for nobody; `notes` are remarks for people.

    `sop` is the path of the file that describes the work, '' for none, and `sop_words` are its
    words as they stand at the head of the steps while no model has made steps of them."""

    title: str
    files: tuple[SuggestedFile, ...]
    groupings: tuple[GroupingChoice, ...]
    grouping: str
    steps: tuple[SuggestedStep, ...]
    tried: int
    unread: int = 0
    preamble: str = ""
    model: str = ""
    cost_usd: float | None = None
    notes: tuple[str, ...] = ()
    sop: str = ""
    sop_words: str = ""

    @property
    def opening(self) -> str:
        """What stands before the first step, and speaks to all of them."""
        return self.preamble or self.sop_words

    @property
    def cases(self) -> int:
        """How many cases the files make."""
        return next((one.cases for one in self.groupings if one.how == self.grouping), 0)

    @property
    def kept(self) -> tuple[SuggestedStep, ...]:
        """The steps that a worksheet would get."""
        return tuple(one for one in self.steps if one.keep)


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What the first run of a draft would do: cells, calls of models among them, what they cost
    (None: not known before the first), and about how long it takes."""

    cells: int
    calls: int
    cost_usd: float | None
    seconds: float | None
    model: str = ""
