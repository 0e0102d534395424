"""What is asked of a document and what comes back. Finds nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from casework.types.case import AbsenceKind
from casework.types.proof import Searched
from casework.types.values import Json, ValueType


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field: `name` and `instruction` in plain words, and its type. `preamble` speaks to all
    fields of the procedure."""

    id: str
    name: str
    instruction: str
    type: ValueType
    preamble: str = ""


class Part(NamedTuple):
    """A further place that a value rests on, as offsets into the text of a page (from 1): a cell
    of a table with its own `value` and `type`, or a heading, which has none. `asked` is what was
    looked for there. `scale` multiplies what is written, as a heading says."""

    page: int
    start: int
    end: int
    asked: str
    value: Json = None
    type: ValueType | None = None
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value with its place: `text` stands at `start` to `end` of the text of page `page`
    (counted from 1), letter by letter. `score` has no unit and is no probability. `scale` is what
    the headings of its table say of the figure; `parts` are further places, cells and headings."""

    document: str
    document_name: str
    page: int
    start: int
    end: int
    text: str
    value: Json
    score: float
    scale: Decimal = Decimal(1)
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> bool:
        """Whether the value is the rows of a table."""
        return isinstance(self.value, list)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: no picks and an absence, one pick, or several for a many-valued field.

    `reason` says in words where it was looked and why nothing was taken, or by what the value was
    found. `margin` is the score of the pick over the next other value; `runners_up` are the next
    best, best first; in a conflict they are the values that contradict each other.
    """

    picks: tuple[Candidate, ...]
    absence: AbsenceKind | None
    reason: str
    score: float
    margin: float
    runners_up: tuple[Candidate, ...]
    searched: tuple[Searched, ...]
