"""A grid → rows of aligned cells on pages, and the tables that stand in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from casework.documents.compose import Row
from casework.documents.typesetting.flow import Grid, GridCell, Text
from casework.documents.typesetting.grid_columns import Band, Extent, bands
from casework.documents.typesetting.pages_under_way import (
    BLOCK_GAP_PT,
    LEADING,
    MARGIN_PT,
    PAGE_HEIGHT_PT,
    SIZE_PT,
    WIDEST_PAGE_PT,
    PagesUnderWay,
    set_line,
    wrapped,
)
from casework.documents.typesetting.stated import Region, Stated
from casework.types.table import TableCell

_LINE_PT = SIZE_PT * LEADING
_LINES_A_PAGE = int((PAGE_HEIGHT_PT - 2 * MARGIN_PT) / _LINE_PT)


def bands_of(grid: Grid) -> list[Band]:
    """The columns of a grid, as many beside each other as a page can hold."""
    cells = (Extent(cell.column, cell.column_span, cell.text) for row in grid.rows for cell in row)
    return bands(cells, SIZE_PT, MARGIN_PT, WIDEST_PAGE_PT - MARGIN_PT)


def set_grid(
    sheet: PagesUnderWay,
    grid: Grid,
    columns: Sequence[Band],
    set_insets: Callable[[Sequence[Text | Grid]], None],
) -> None:
    """Set the rows of a grid in these columns; what stands in its cells is set below their row.

    A grid comes before the grids in it among the tables.
    """
    stated = Stated(_regions(grid, columns))
    above = len(sheet.tables)
    if sheet.blocks:
        sheet.y += BLOCK_GAP_PT
    rows = grid.rows if len(columns) < 2 else [list(row) for row in grid.rows]
    for band in columns:
        joined = False
        for index, row in enumerate(rows):
            if not row and joined:  # air in the grid is air on the page
                sheet.y += BLOCK_GAP_PT
                joined = False
                continue
            joined = _set_row(sheet, band, (index, row), stated, joined=joined)
            if band is columns[-1] and index in grid.insets:
                set_insets(grid.insets[index])
                joined = False
    sheet.tables[above:above] = stated.tables()


def _regions(grid: Grid, columns: Sequence[Band]) -> Sequence[Region]:
    if grid.regions is not None or not columns:
        return grid.regions or ()
    about = (grid.header_rows, grid.header_columns, grid.title, grid.note)
    return [Region(0, 0, len(grid.rows), columns[-1].end, *about)]


def _set_row(
    sheet: PagesUnderWay,
    band: Band,
    numbered: tuple[int, Sequence[GridCell]],
    stated: Stated,
    *,
    joined: bool,
) -> bool:
    """Set the cells of a row that stand in this band; whether the next row continues the block.

    A row that is taller than a page goes on on the next, with its cells on both.
    """
    index, row = numbered
    cells = [_placed(cell, band) for cell in _in_band(row, band)]
    tallest = max([len(cell.lines) for cell in cells], default=0)
    for start in range(0, max(tallest, 1), _LINES_A_PAGE):
        part = min(tallest - start, _LINES_A_PAGE)
        sheet.room(part * _LINE_PT)
        first = True
        for cell, left, room, lines in cells:
            shown = lines if tallest == part else lines[start : start + part]
            if not shown:
                if start == 0:
                    stated.add(_table_cell(index, cell, "", sheet.number, ()))
                continue
            words = set_line(shown[0], left, sheet.y, SIZE_PT, room=room)
            for offset, line in enumerate(shown[1:], 1):
                words += set_line(line, left, sheet.y + offset * _LINE_PT, SIZE_PT, room=room)
            line_row = Row(words, cell.place, same_row=not first)
            run = sheet.add_row("table", 0, line_row, joined=joined)
            text = " ".join(chain.from_iterable(shown)) if len(words) > 1 else shown[0][0]
            text = cell.text if text == cell.text else text  # one string and not two
            stated.add(_table_cell(index, cell, text, sheet.number, sheet.runs(*run)))
            first, joined = False, True
        sheet.y += part * _LINE_PT
    return joined


class _Placed(NamedTuple):
    """A cell, where its text begins, how wide it can be, and its lines as lists of words."""

    cell: GridCell
    left: float
    room: float
    lines: list[list[str]]


def _placed(cell: GridCell, band: Band) -> _Placed:
    left = band.left(cell.column)
    room = max(band.right(cell.column + cell.column_span) - left, 1.0)
    return _Placed(cell, left, room, _lines(cell.text, room))


def _table_cell(
    row: int, cell: GridCell, text: str, page: int, words: tuple[tuple[int, int], ...]
) -> TableCell:
    return TableCell(row, cell.column, text, page, words, cell.row_span, cell.column_span)


def _in_band(row: Sequence[GridCell], band: Band) -> Sequence[GridCell]:
    """The cells that begin in these columns; the cells of a row stand in order."""
    if not row or (band.first <= row[0].column and row[-1].column < band.end):
        return row
    first = bisect_left(row, band.first, key=_column)
    return row[first : bisect_left(row, band.end, key=_column)]


def _column(cell: GridCell) -> int:
    return cell.column


def _lines(text: str, room: float) -> list[list[str]]:
    """The lines of a cell as lists of words; none for an empty one."""
    lines: list[list[str]] = []
    for part in text.split("\n") if "\n" in text else (text,):
        words = part.split()
        if len(words) == 1:
            lines.append(words)
        elif words:
            lines.extend(wrapped(words, SIZE_PT, room))
    return lines
