"""A table of a document: cells with spans, each with its words, and what is heading in it.

Rows and columns count from 0. A cell that spans several of them stands at its first row and column.
Knows nothing of how a table was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class TableCell(NamedTuple):
    """A cell: where it stands in the table, and its words on one page of the document.

    `words` are runs of indexes into the words of that page (end exclusive), in reading order; empty
    for an empty cell. A cell is on one page; a row that is broken over pages has its text on both.
    """

    row: int
    column: int
    text: str
    page: int
    words: tuple[tuple[int, int], ...] = ()
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table, on one page or several; cells by row, then by column.

    `header_rows` and `header_columns` are headings at its top and left. `title` is what stands
    above it (a caption, the name of a sheet); `note` is the text that states scale and unit of all
    of it (`in thousands of euros`), '' if none does. `stated` says that the format itself says that
    this is a table (a sheet, HTML, Word), and not that it was found by the places of its words.
    """

    cells: tuple[TableCell, ...]
    rows: int
    columns: int
    header_rows: int = 0
    header_columns: int = 0
    title: str = ""
    note: str = ""
    stated: bool = False

    @property
    def pages(self) -> tuple[int, ...]:
        """The numbers of the pages it stands on, in order."""
        return tuple(sorted({cell.page for cell in self.cells}))

    def at(self, row: int, column: int) -> TableCell | None:
        """The cell that covers this place, or None."""
        for cell in self.cells:
            down, across = row - cell.row, column - cell.column
            if 0 <= down < cell.row_span and 0 <= across < cell.column_span:
                return cell
        return None

    def header_path(self, cell: TableCell) -> tuple[str, ...]:
        """The headings above a cell from the top down, each once; empty for a heading itself."""
        if cell.row < self.header_rows:
            return ()
        above = (self.at(row, cell.column) for row in range(self.header_rows))
        return tuple(dict.fromkeys(each.text for each in above if each and each.text))

    def row_path(self, cell: TableCell) -> tuple[str, ...]:
        """The headings to the left of a cell from the outside in, each once."""
        if cell.column < self.header_columns:
            return ()
        left = (self.at(cell.row, column) for column in range(self.header_columns))
        return tuple(dict.fromkeys(each.text for each in left if each and each.text))
