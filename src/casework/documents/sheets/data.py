"""What readers of spreadsheets make of a sheet, whatever its format: rows of shown cells, merged
cells, what is hidden, comments. Knows no format and no pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from casework.documents.typesetting.flow import GridCell


class SheetRow(NamedTuple):
    """The filled cells of a row: its number as people count it, columns from 0, shown texts."""

    number: int
    columns: Sequence[int]
    texts: Sequence[str]


class Remarked(NamedTuple):
    """A text that hangs on a cell: a comment, a text box, the title of a chart."""

    cell: str
    kind: str
    text: str


@dataclass(slots=True)
class Listed:
    """A range that the format itself says is a table: rows and columns from 0, end exclusive."""

    top: int
    left: int
    bottom: int
    right: int
    header_rows: int
    title: str


@dataclass(slots=True)
class SheetData:
    """A sheet. Rows and columns of `merged`, `hidden_…` and `frozen_…` count from 0.

    `merged` maps the first cell to the rows and columns it covers; `veiled` are texts that their
    number format does not show; `frozen_rows` stay on the screen when one scrolls: headings.
    """

    name: str
    hidden: bool = False
    rows: list[SheetRow] = field(default_factory=list)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    frozen_rows: int = 0
    frozen_columns: int = 0
    remarked: list[Remarked] = field(default_factory=list)
    veiled: list[tuple[str, str]] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Cells(Collection[Sequence[GridCell]]):
    """The rows of a sheet as those of a grid, made when they are walked: a large sheet is not kept
    twice. Columns begin at the first filled one; empty rows between filled ones become one."""

    def __init__(self, sheet: SheetData) -> None:
        self._sheet = sheet
        self.left = min((row.columns[0] for row in sheet.rows), default=0)
        self.index: dict[int, int] = {}
        """Number of a row → its index in the grid."""
        at = -1
        before: int | None = None
        for row in sheet.rows:
            at += 1 if before is None or row.number == before + 1 else 2
            self.index[row.number] = at
            before = row.number
        self._length = at + 1

    def __len__(self) -> int:
        return self._length

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)

    def __iter__(self) -> Iterator[Sequence[GridCell]]:
        before = None
        prefix = f"{self._sheet.name}!"
        for number, columns, texts in self._sheet.rows:
            if before is not None and number != before + 1:
                yield ()
            before = number
            yield [
                GridCell(column - self.left, text, f"{prefix}{column_name(column)}{number}", *span)
                for column, text in zip(columns, texts, strict=True)
                for span in (self.span(number, column),)
            ]

    def span(self, number: int, column: int) -> tuple[int, int]:
        """How many rows of the grid and columns a cell covers."""
        found = self._sheet.merged.get((number - 1, column)) if self._sheet.merged else None
        if found is None:
            return (1, 1)
        down = sum(number + step in self.index for step in range(1, min(found[0], 10_000)))
        return (1 + down, found[1])


def column_name(column: int) -> str:
    """A, B, …, Z, AA, … for a column counted from 0."""
    if column < 26:
        return _LETTERS[column]
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = _LETTERS[rest] + name
    return name


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def column_number(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of each run."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
