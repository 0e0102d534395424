"""CSV and TSV: a grid whose cells have places `row 3, column 2`, counted from 1.

The delimiter is found by counting. Lines before the headings (a title, a date) and below the last
row are read, but stand outside of the table.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from casework.documents.reading import Reading, Source, too_large
from casework.documents.tables.headings import note_in
from casework.documents.typesetting.flow import Grid, GridCell
from casework.documents.typesetting.grid_heads import heads
from casework.documents.typesetting.stated import Region
from casework.documents.typesetting.typeset import typeset

READER = "table"
VERSION = "3"
MEDIA_TYPE = "text/csv"

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 100
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = "sep="
"""How a file tells Excel its delimiter; Excel does not show the line."""
_MOST_BREAKS = 500
"""A cell with more line breaks is no cell: a quotation mark was never closed."""
_MOST_COLUMNS = 500_000
_KEPT_CELLS = 1_000_000
_MOST_TITLE = 300


class _Rows(Collection[Sequence[GridCell]]):
    """Rows as those of a grid; empty cells are left out. Very many are made anew whenever they are
    walked, so that they do not fill the memory; few are kept, because a wide table is walked once
    for each page that it is wide."""

    def __init__(self, rows: list[list[str]], first: int) -> None:
        self._rows = rows
        self._first = first
        few = sum(map(len, rows)) <= _KEPT_CELLS
        self._made = list(self._each()) if few else None

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)

    def __iter__(self) -> Iterator[Sequence[GridCell]]:
        return self._each() if self._made is None else iter(self._made)

    def _each(self) -> Iterator[list[GridCell]]:
        for number, row in enumerate(self._rows, self._first):
            yield [
                GridCell(column, value, f"row {number}, column {column + 1}")
                for column, value in enumerate(row)
                if value and not value.isspace()
            ]


def read(source: Source) -> Reading:
    """The pages of a table."""
    rows, first, delimiter = rows_of(source.text, source)
    grid = Grid(_Rows(rows, first), regions=_regions(rows))
    made = typeset([grid], source)
    media_type = "text/tab-separated-values" if delimiter == "\t" else MEDIA_TYPE
    return Reading(media_type, READER, VERSION, made.pages, notes=made.notes, tables=made.tables)


def rows_of(text: str, source: Source) -> tuple[list[list[str]], int, str]:
    """The rows of a delimited text, the number of the first of them, and the delimiter."""
    first, delimiter = 1, ""
    if text[: len(_SEPARATOR_LINE)].lower() == _SEPARATOR_LINE:
        line, _, text = text.partition("\n")
        delimiter, first = line[len(_SEPARATOR_LINE) :].strip("\r")[:1], 2
    usual = "\t" if source.name.lower().endswith((".tsv", ".tab")) else ","
    delimiter = delimiter or _delimiter(text, usual)
    return _rows(text, delimiter, source), first, delimiter


def _rows(text: str, delimiter: str, source: Source) -> list[list[str]]:
    """The rows; where a quotation mark was never closed, quotation marks mean nothing."""
    csv.field_size_limit(max(source.limits.characters, len(text)) + 1)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if any(cell.count("\n") > _MOST_BREAKS for row in rows for cell in row):
        plain = io.StringIO(text, newline="")
        rows = list(csv.reader(plain, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    widest = max(map(len, rows), default=0)
    if widest > _MOST_COLUMNS:
        raise too_large(f"The table has {widest:,} columns; {_MOST_COLUMNS:,} are allowed.")
    return rows


def _regions(rows: list[list[str]]) -> list[Region]:
    """The table in the rows: from the first row that is as wide as most, to the last wide one."""
    filled = [sum(1 for cell in row if cell and not cell.isspace()) for row in rows]
    widths = Counter(count for count in filled[:_SAMPLE_ROWS] if count > 1)
    if not widths:
        return []
    usual = widths.most_common(1)[0][0]
    wide = [at for at, count in enumerate(filled) if count > 1]
    top = next((at for at in wide if filled[at] * 2 > usual), wide[0])
    bottom = wide[-1] + 1
    if bottom - top < 2:
        return []
    sample = [
        [(column, cell) for column, cell in enumerate(row) if cell]
        for row in rows[top : top + _SAMPLE_ROWS]
    ]
    found = heads(sample, first_is_head=True)
    lines = [" ".join(" ".join(row).split()) for row in rows[:top]]
    title = " · ".join(line for line in lines if line)[:_MOST_TITLE]
    right = max(
        len(row) - next(at for at, cell in enumerate(reversed(row)) if cell and not cell.isspace())
        for row, count in zip(rows[top:bottom], filled[top:bottom], strict=True)
        if count
    )
    return [Region(top, 0, bottom, right, found.rows, found.columns, title, note_in(lines))]


def _delimiter(text: str, usual: str) -> str:
    """The delimiter that gives most lines one same number of columns."""
    lines = [line for line in text[:1_000_000].split("\n")[:_SAMPLE_LINES] if line.strip()]
    best, most = usual, 0
    for each in (usual, *_DELIMITERS):
        counts = Counter(found for line in lines if (found := _outside_quotes(line, each)))
        agreeing = counts.most_common(1)[0][1] if counts else 0
        if agreeing > most:
            best, most = each, agreeing
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
