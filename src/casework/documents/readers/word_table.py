"""A table of Word as a grid: cells over several columns and rows, heading rows, nested tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from casework.documents.readers.word_styles import W, is_on, value_of
from casework.documents.typesetting.flow import Grid, GridCell, Text
from casework.documents.typesetting.grid_heads import heads

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROW, _CELL = f"{W}tr", f"{W}tc"
_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins"))
_WIDEST_SPAN = 200
_UNSTYLED = frozenset({"", "TableGrid", "TableNormal", "Tabellenraster", "Grilledutableau"})
"""Styles of tables that mark no first row, whatever the table says of it."""
_FIRST_ROW = 0x20  # in the bit field of w:tblLook


class Cell(NamedTuple):
    """A cell as it is in the file. `goes_on` says that it belongs to the one above it, or, with
    `across`, to the one before it."""

    element: _Element
    span: int
    goes_on: bool
    across: bool


class Row(NamedTuple):
    """A row: how many columns it leaves out at its left, and whether it is a heading."""

    before: int
    is_head: bool


class Table:
    """A table under way, row after row."""

    def __init__(self, name: str, title: str) -> None:
        self.insets: dict[int, list[Text | Grid]] = {}
        self._name = name
        self._title = title
        self._rows: list[list[GridCell]] = []
        self._heads = 0
        self._column = 0
        self._open: dict[int, tuple[int, int]] = {}  # column → row and index of the cell above

    def begin_row(self, row: Row) -> None:
        """What is added now stands in a further row."""
        if row.is_head and self._heads == len(self._rows):
            self._heads += 1
        self._rows.append([])
        self._column = row.before

    def add(self, cell: Cell, text: str) -> None:
        """Take a cell of the row; one that goes on makes the cell above it taller."""
        column, here = self._column, len(self._rows) - 1
        self._column += cell.span
        above = self._open.get(column)
        if cell.across and self._rows[-1]:
            last = self._rows[-1][-1]
            self._rows[-1][-1] = last._replace(column_span=last.column_span + cell.span)
        elif cell.goes_on and above is not None and not text.strip():
            row, index = above
            held = self._rows[row][index]
            self._rows[row][index] = held._replace(row_span=here - row + 1)
        else:
            self._open[column] = (here, len(self._rows[-1]))
            place = f"{self._name}, row {here + 1}, column {column + 1}"
            self._rows[-1].append(GridCell(column, text, place, 1, cell.span))

    def grid(self, element: _Element) -> Grid:
        """The table as a grid."""
        properties = element.find(f"{W}tblPr")
        first, caption = False, ""
        if properties is not None:
            look = properties.find(f"{W}tblLook")
            first = look is not None and _first_row(look)
            wide = max(map(len, self._rows), default=0) > 2  # two columns may be a form
            first = first and (wide or value_of(properties, "tblStyle") not in _UNSTYLED)
            caption = value_of(properties, "tblCaption")
        found = heads(
            [[(cell.column, cell.text) for cell in row] for row in self._rows],
            first_is_head=first,
        )
        return Grid(
            self._rows,
            header_rows=self._heads or found.rows,
            header_columns=found.columns,
            title=self._title or caption,
            insets={row: tuple(insets) for row, insets in self.insets.items()},
        )


def rows_of(table: _Element) -> Iterator[tuple[Row, list[Cell]]]:
    """The rows of a table with their cells; rows that were deleted under tracking are left out."""
    for row in _within(table, _ROW):
        properties = row.find(f"{W}trPr")
        before, is_head = 0, False
        if properties is not None:
            if properties.find(f"{W}del") is not None:
                continue
            head = properties.find(f"{W}tblHeader")
            is_head = head is not None and is_on(head.get(f"{W}val"), "1")
            before = min(_whole(value_of(properties, "gridBefore"), 0), _WIDEST_SPAN)
        yield Row(before, is_head), [_cell(cell) for cell in _within(row, _CELL)]


def is_box(table: _Element) -> bool:
    """Whether a table is a frame around text and no table: one cell, or one column with tables."""
    rows = list(rows_of(table))
    if len(rows) == 1 and len(rows[0][1]) == 1:
        return True
    nested = table.find(f".//{_CELL}//{W}tbl") is not None
    return nested and all(len(cells) == 1 for _, cells in rows)


def _cell(element: _Element) -> Cell:
    properties = element.find(f"{W}tcPr")
    if properties is None:
        return Cell(element, 1, False, False)
    span = min(max(_whole(value_of(properties, "gridSpan"), 1), 1), _WIDEST_SPAN)
    return Cell(element, span, _goes_on(properties, "vMerge"), _goes_on(properties, "hMerge"))


def _goes_on(properties: _Element, name: str) -> bool:
    merge = properties.find(f"{W}{name}")
    return merge is not None and (merge.get(f"{W}val") or "continue") == "continue"


def _first_row(look: _Element) -> bool:
    stated = look.get(f"{W}firstRow")
    if stated is not None:
        return is_on(stated, "0")
    try:
        return bool(int(look.get(f"{W}val") or "0", 16) & _FIRST_ROW)
    except ValueError:
        return False


def _within(parent: _Element, tag: str) -> Iterator[_Element]:
    """Children with this tag, also inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise
