"""What the file of a case gives back: sections of fields with their places. Frozen and plain; of a
field that is to be read blind nothing tells what the machine found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from casework.sdk.documents import DocumentView
from casework.sdk.notebook import Crop, case_html
from casework.sdk.views import CellView
from casework.types.case import CaseRecord
from casework.types.document import Box
from casework.types.procedure import Step
from casework.types.proof import Grade, Support

Part = Literal["value", "claim", "input", "clash"]
"""What of a field stands on a place: the value itself, a claim of a reasoned answer, a value that
it was computed from, or one of the values that contradict each other."""

_FIRST, _LONGEST = 3, 80
"""Of so many first fields those with a text of at most so many letters stand beside the name of a
case."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a field, numbered from 1. `boxes` are those on each page, in points from the top
    left; `page` is the first of these pages, 0 where the quote was not found. `of` names the value
    that was computed with, where it is not the field's own."""

    number: int
    document: str
    document_name: str
    page: int
    where: str
    quote: str
    grade: Grade
    support: Support
    boxes: tuple[tuple[int, tuple[Box, ...]], ...]
    part: Part = "value"
    of: str = ""


@dataclass(frozen=True, slots=True)
class InputView:
    """A cell that a field reads; `field` is the id of its field in this file, '' for none. Of the
    field's places `places` are those of this input; `type` is the name of its type, '' for a column
    of many rows."""

    cell: CellView
    field: str
    places: tuple[Place, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A sentence with what it rests on: fields by id and name, and places. `problem` says why it
    does not hold, '' when it does. `section` is the heading that it stands under, in a document."""

    text: str
    holds: bool
    problem: str
    fields: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be said of a field with one key: `said` is kept as `kind` with `value`; `likely`
    that the machine says so. In a conflict it has its places, and who says it."""

    said: str
    kind: Literal["accepted", "corrected"]
    value: str = ""
    who: str = ""
    places: tuple[Place, ...] = ()
    likely: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """A cell as a field of the form. `shown` is the value without the unit that its section states;
    `against` is the outcome that a decision is given on ('' for none); `blind` that a person is to
    read it before they see what the machine found; `note` says why it is so, where it needs saying.
    `records` are the rows of a table without steps of its own, headed by `columns`."""

    id: str
    cell: CellView
    step: Step
    type: str
    shown: str
    against: str
    blind: bool = False
    places: tuple[Place, ...] = ()
    expression: str = ""
    inputs: tuple[InputView, ...] = ()
    claims: tuple[ClaimView, ...] = ()
    choices: tuple[Choice, ...] = ()
    searched: tuple[tuple[str, str], ...] = ()
    """Documents that were searched in vain, each with its pages in words."""
    pages_searched: int = 0
    columns: tuple[str, ...] = ()
    records: tuple[tuple[str, ...], ...] = ()
    mine: str = ""
    """What the person's decision says, where the machine says something else since."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its name, and the fields in the order of the columns."""

    id: str
    name: str
    fields: tuple[FieldView, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, or (with `columns`) the rows of a table. `unit` is what all
    amounts of it are in, '' where they differ. `more` counts rows that are not here."""

    id: str
    title: str
    fields: tuple[FieldView, ...] = ()
    unit: str = ""
    columns: tuple[Step, ...] = ()
    rows: tuple[TableRow, ...] = ()
    more: int = 0
    amounts: bool = False

    @property
    def every(self) -> Iterator[FieldView]:
        """All fields, those of rows too."""
        yield from self.fields
        for row in self.rows:
            yield from row.fields
            for section in row.sections:
                yield from section.every


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its form and its documents. `hidden` counts documents that are not the person's
    to read; `cost_usd` is what the outcomes in force cost, None where that is not known; `runs`
    tells how many values are out of date or not reached, so that a run would do something."""

    case: CaseRecord
    sections: tuple[Section, ...]
    documents: tuple[DocumentView, ...]
    hidden: int
    cost_usd: float | None
    given: tuple[tuple[str, str], ...] = ()
    crops: tuple[Crop, ...] = ()

    @property
    def fields(self) -> Iterator[FieldView]:
        """All fields, in the order in which they are shown."""
        for section in self.sections:
            yield from section.every

    @property
    def subtitle(self) -> str:
        """What tells people which case it is, beside its name: what came with it, else the texts
        that stand among its first fields. '' where there is nothing of the kind."""
        given = [f"{name} {value}" for name, value in self.given]
        firsts = (one.cell.shown for one in islice(self.fields, _FIRST) if _tells(one, self.case))
        return " · ".join(given or dict.fromkeys(firsts))

    @property
    def conflicts(self) -> int:
        """How many of its cells are in conflict."""
        return sum(one.cell.conflict or one.cell.absence == "conflict" for one in self.fields)

    @property
    def waits(self) -> tuple[FieldView, ...]:
        """The fields that a person should look at."""
        return tuple(one for one in self.fields if one.cell.needs)

    @property
    def outdated(self) -> int:
        """How many values a run would look at again."""
        return sum(bool(one.cell.outdated) for one in self.fields)

    def field(self, case_id: str, step_id: str) -> FieldView | None:
        """The field of a cell."""
        cells = ((one.cell.case_id, one.cell.step_id, one) for one in self.fields)
        return next((one for case, step, one in cells if (case, step) == (case_id, step_id)), None)

    def _repr_html_(self) -> str:
        return case_html(self.case.name, self.sections, self.crops)


def _tells(field: FieldView, case: CaseRecord) -> bool:
    """Whether a field holds a text that stands in one line, and is not the name of the case."""
    cell = field.cell
    line = 0 < len(cell.shown) <= _LONGEST and "\n" not in cell.shown
    text = line and field.step.type.name == "text" and cell.state == "value"
    stands = not (cell.needs or cell.hidden or field.blind)
    return text and stands and cell.shown.casefold() not in case.name.casefold()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that stands in the documents and might be meant: as it would be read, as it stands
    there, and where."""

    shown: str
    quote: str
    place: Place


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text would be kept as; `problem` says why it cannot be."""

    shown: str
    problem: str = ""
