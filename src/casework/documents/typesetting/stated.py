"""The cells of a grid, as they are set on pages → the tables that its format states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from casework.types.table import Table, TableCell


class Region(NamedTuple):
    """Where a table stands in a grid: its rows and columns (end exclusive), and what is heading."""

    top: int
    left: int
    bottom: int
    right: int
    header_rows: int = 0
    header_columns: int = 0
    title: str = ""
    note: str = ""


class Stated:
    """Collects the cells of one grid, which holds one table for each region."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self._regions = sorted(regions)
        self._cells: list[list[TableCell]] = [[] for _ in regions]
        self._row = -1
        self._here: list[tuple[Region, list[TableCell]]] = []

    def add(self, cell: TableCell) -> None:
        """Take a cell with its row and column in the grid; cells outside all regions are none."""
        if not self._regions:
            return
        if cell.row != self._row:
            self._row = cell.row
            pairs = zip(self._regions, self._cells, strict=True)
            self._here = [pair for pair in pairs if pair[0].top <= cell.row < pair[0].bottom]
        for region, cells in self._here:
            if region.left <= cell.column < region.right:
                cells.append(_within(region, cell))
                return

    def tables(self) -> list[Table]:
        """The tables, from the top down; a region without a cell is none."""
        pairs = zip(self._regions, self._cells, strict=True)
        return [_table(region, cells) for region, cells in pairs if cells]


def _within(region: Region, cell: TableCell) -> TableCell:
    """The cell with its row and column in the region, and no wider or taller than that."""
    down = min(cell.row_span, region.bottom - cell.row)
    across = min(cell.column_span, region.right - cell.column)
    if region[:2] == (0, 0) and down == cell.row_span and across == cell.column_span:
        return cell
    row, column = cell.row - region.top, cell.column - region.left
    return TableCell(row, column, cell.text, cell.page, cell.words, down, across)


def _table(region: Region, cells: list[TableCell]) -> Table:
    rows, columns = region.bottom - region.top, region.right - region.left
    cells.sort(key=lambda cell: (cell.row, cell.column, cell.page))
    return Table(
        tuple(cells),
        rows,
        columns,
        header_rows=min(region.header_rows, rows),
        header_columns=min(region.header_columns, columns),
        title=region.title,
        note=region.note,
        stated=True,
    )
