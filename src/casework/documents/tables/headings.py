"""What the headings of a table say of its cells: period, scale, unit, and the labels of a row.

A figure is read with the scale that stands nearest to it: in its cell, at the label of its row, in
the heading of its column, in the note of the table. Figures per share, ratios and head counts are
never scaled. Knows tables and values, not how a table was found.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from casework.types.table import Table, TableCell
from casework.values.dates import dates_in
from casework.values.habits import NO_HABITS, Habits
from casework.values.periods import period_readings
from casework.values.scales import NO_SCALE, Scale, is_count, is_per_share, is_ratio, scale_in

RowKind = Literal["heading", "section", "total", "figures", "text"]
"""`section`: a label without figures; `total`: a sum of rows above; `text`: no figures at all."""

_YEAR_DAYS = range(350, 381)
_STUCK = re.compile(r"((?:19|20)\d\d)\s?[*†¹²³EAPFBeap]{1,2}(?![^\W_])")
"""A year with a mark of a note or of an estimate right behind it: `2025E`, `2023*`."""
_TOTAL = re.compile(
    r"(?i)^(?:grand |sub)?-?\s?(?:total|sum)\b|\btotals?$|^(?:zwischen|gesamt)?summe\b|^gesamt\b"
    r"|^sous-total\b|^total\b|^ensemble\b|^net (?:income|profit|loss|sales)\b|^(?:jahres|bilanz)"
)
_BEFORE = re.compile(
    r"(?i)^(?:vorjahr|vj\.?|(?:prior|previous|preceding) (?:year|period)|n\s?-\s?1\b"
    r"|exercice précédent|ejercicio anterior|esercizio precedente|vorig (?:boek)?jaar)"
)
"""A heading that means the year before that of the column to its left."""
_LETTER = re.compile(r"[^\W\d_]")


class Timing(NamedTuple):
    """The period of a column: first and last day, None where not said; `label` as it is written.
    A balance stands at one day: `start` is None then."""

    start: dt.date | None
    end: dt.date | None
    label: str

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year, by the calendar or not."""
        return bool(self.start and self.end and (self.end - self.start).days in _YEAR_DAYS)


class Sized(NamedTuple):
    """The scale that holds for a cell, and the text that says so ('' when nothing does)."""

    scale: Scale
    told_by: str


@dataclass(slots=True)
class Headings:
    """A table looked at by rows and columns. Made once a table; knows how its document writes
    dates and numbers by `habits`."""

    table: Table
    habits: Habits = NO_HABITS
    rows: list[list[TableCell]] = field(init=False)
    values: frozenset[int] = field(init=False)
    _columns: list[list[TableCell]] = field(init=False)
    _timings: dict[int, Timing | None] = field(init=False, default_factory=dict)
    _sections: list[tuple[str, ...]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        table = self.table
        self.rows = [[] for _ in range(table.rows)]
        self._columns = [[] for _ in range(table.columns)]
        for cell in table.cells:
            if cell.row < table.rows:
                self.rows[cell.row].append(cell)
            if cell.row < table.header_rows and cell.text:
                for column in range(
                    cell.column, min(cell.column + cell.column_span, table.columns)
                ):
                    self._columns[column].append(cell)
        self._spread_headings()
        self.values = frozenset(_value_columns(self.rows[table.header_rows :], table.columns))

    def _spread_headings(self) -> None:
        """Let a heading reach over the empty places to its right, where every column has a heading
        in the row below and this row has fewer: cells that somebody did not merge."""
        heads = self.table.header_rows
        for row in range(heads - 1):
            filled = {cell.column: cell for cell in self.rows[row] if cell.text and cell.column}
            below = {cell.column for cell in self.rows[row + 1] if cell.text and cell.column}
            spans = any(cell.column_span > 1 for cell in self.rows[row])
            if spans or not filled or not filled.keys() < below:
                continue
            texts = [cell.text for cell in self.rows[row + 1] if cell.column in below]
            if len(set(texts)) == len(texts):
                continue
            last: TableCell | None = None
            for column in range(1, self.table.columns):
                last = filled.get(column, last)
                if last is not None and column not in filled and column in below:
                    self._columns[column].insert(row, last)

    def over(self, column: int) -> list[TableCell]:
        """The headings over a column, from the top down."""
        return self._columns[column] if 0 <= column < len(self._columns) else []

    def path(self, column: int) -> tuple[str, ...]:
        """Their texts, each once."""
        return tuple(dict.fromkeys(cell.text for cell in self.over(column)))

    def label_cells(self, row: int) -> list[TableCell]:
        """The cells of a row that say what it is about: those of text left of its figures."""
        cells = self.rows[row]
        first = min((cell.column for cell in cells if cell.column in self.values and
                     _has_digit(cell.text)), default=self.table.columns)  # fmt: skip
        fixed = self.table.header_columns
        found = [
            cell
            for cell in cells
            if cell.text and (cell.column < fixed or cell.column < max(first, 1))
            and (cell.column not in self.values or not _has_digit(cell.text))
        ]  # fmt: skip
        return [cell for cell in found if _LETTER.search(cell.text)]

    def label(self, row: int) -> str:
        """The label of a row, '' when it has none."""
        return " ".join(dict.fromkeys(cell.text for cell in self.label_cells(row)))

    def sections(self, row: int) -> tuple[str, ...]:
        """The labels of the rows without figures above a row, the nearest first, two at most."""
        if not self._sections:
            above: tuple[str, ...] = ()
            for at in range(self.table.rows):
                self._sections.append(above)
                if self.kind(at) == "section":
                    above = (self.label(at), *above[:1])
        return self._sections[row]

    def kind(self, row: int) -> RowKind:
        """What kind of row this is, by its look and its label."""
        if row < self.table.header_rows:
            return "heading"
        figures = any(
            cell.column in self.values and (_has_digit(cell.text) or _is_dash(cell.text))
            for cell in self.rows[row]
        )
        label = self.label(row)
        if not figures:
            return "section" if label and len(self.rows[row]) == 1 else "text"
        return "total" if not label or _TOTAL.search(label) else "figures"

    def timing(self, column: int) -> Timing | None:
        """The period of a column, None when its headings name none."""
        if column not in self._timings:
            self._timings[column] = timing_of(self.path(column), self.habits)
        return self._timings[column]

    @property
    def title_timing(self) -> Timing | None:
        """The period that the title or the note of the table names."""
        return timing_of((self.table.title,), self.habits) or timing_of(
            (self.table.note,), self.habits
        )

    def timings(self) -> dict[int, Timing]:
        """The columns that have a period."""
        every = {column: self.timing(column) for column in range(self.table.columns)}
        found = {column: timing for column, timing in every.items() if timing is not None}
        for column in range(1, self.table.columns):
            before = found.get(column - 1)
            if before and column not in found and _BEFORE.search(" ".join(self.path(column))):
                found[column] = _year_before(before)
        return found

    def sized(self, cell: TableCell) -> Sized:
        """The scale that holds for a cell of figures."""
        label = self.label(cell.row)
        told = self._told(cell, label)
        currency = told.scale.currency or next(
            (
                scale.currency
                for text in self._texts(cell, label)
                if (scale := scale_in(text)).currency
            ),
            None,
        )
        scale = told.scale._replace(currency=currency)
        if "%" in cell.text or scale.percent or (is_ratio(label) and "%" in label):
            return Sized(Scale(percent=True), told.told_by if scale.percent else "")
        if is_per_share(label) or any(map(is_per_share, self.sections(cell.row)[:1])):
            return Sized(Scale(currency=currency), "")
        if is_count(label) and scale_in(label).power == 0:
            return Sized(NO_SCALE, "")
        own = [text for text in self.path(cell.column) if not scale_in(text).power]
        if any(map(is_per_share, own)):
            return Sized(Scale(currency=currency), "")
        if any(map(is_count, own)) and told.told_by not in self.path(cell.column):
            return Sized(NO_SCALE, "")
        return Sized(scale, told.told_by)

    def _told(self, cell: TableCell, label: str) -> Sized:
        for text in self._texts(cell, label):
            scale = scale_in(text)
            if scale.power or scale.percent:
                return Sized(scale, text)
        return Sized(NO_SCALE, "")

    def _texts(self, cell: TableCell, label: str) -> Iterable[str]:
        """Texts that may state the scale of a cell, the nearest first."""
        yield label
        yield from (head.text for head in reversed(self.over(cell.column)))
        table = self.table
        if cell.column not in (0, *range(table.header_columns)):
            yield from (head.text for head in self.over(0))
        if self._note_holds(cell.column):
            yield table.note
        yield table.title

    def _note_holds(self, column: int) -> bool:
        """Whether the note is said of a column too: one that is the heading of another column holds
        besides only for periods (`2024 (€m)` beside `2023`), not for `Pieces`."""
        note, table = self.table.note, self.table
        heads = [c for c in table.cells if c.row < table.header_rows and c.text == note]
        whole = any(not c.column or c.column_span > 1 for c in heads)
        return not heads or whole or self.timing(column) is not None


def note_in(texts: Iterable[str]) -> str:
    """The first of these texts that states a scale, '' when none does."""
    told = list(texts)
    return next((text for text in told if scale_in(text).power), "")


def timing_of(path: Sequence[str], habits: Habits = NO_HABITS) -> Timing | None:
    """The period that a path of headings names: `Year ended 31 December` over `2024`, `2024`
    over `Q1`. Read as a whole, from the bottom up too, and else by its parts."""
    texts = [_STUCK.sub(r"\1", text) for text in path]
    whole = _timing(" ".join(texts), habits)
    if whole is None or whole.is_year or not whole.end:
        turned = _timing(" ".join(reversed(texts)), habits)
        if turned is not None and turned.start and not turned.is_year:
            return turned
    if whole is not None or len(texts) == 1:
        return whole
    found = [timing for text in reversed(texts) if (timing := _timing(text, habits)) is not None]
    return max(found, key=_exact) if found else None


def _timing(told: str, habits: Habits) -> Timing | None:
    found: list[Timing] = []
    for each in period_readings(told, habits):
        value = each.value
        assert isinstance(value, dict)
        found.append(Timing(_day(value["from"]), _day(value["to"]), str(value["label"])))
    days = dates_in(told, habits)
    if days:
        last = days[-1]
        written = told[last.start : last.end]
        # A year or an open end is only a part of the day that is written out.
        found = [each for each in found if each.start and each.label not in written]
        found.append(Timing(None, last.days[0], written))
    return max(found, key=_exact) if found else None


def _exact(timing: Timing) -> tuple[int, int]:
    """A quarter is more exact than its year, and a period with both ends than a day."""
    if timing.start and timing.end:
        return (2, -(timing.end - timing.start).days)
    return (1 if timing.end else 0, 0)


def _year_before(timing: Timing) -> Timing:
    return Timing(_less_a_year(timing.start), _less_a_year(timing.end), "")


def _less_a_year(day: dt.date | None) -> dt.date | None:
    if day is None:
        return None
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _day(value: object) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else None


def _value_columns(rows: Sequence[Sequence[TableCell]], count: int) -> set[int]:
    """The columns that mostly hold figures or dashes."""
    figures, filled = [0] * count, [0] * count
    for row in rows:
        for cell in row:
            if cell.text and cell.column < count:
                filled[cell.column] += 1
                figures[cell.column] += _is_figures(cell.text)
    return {at for at in range(count) if figures[at] and 2 * figures[at] >= filled[at]}


def _is_figures(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    return _is_dash(text) or (digits > 0 and letters <= max(4, digits))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_dash(text: str) -> bool:
    return text.strip() in ("-", "–", "—", "−", "‒", "n/a", "nil", "n.a.", "n. a.", "k. A.")
