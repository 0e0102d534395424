"""Tables of RTF: cells between control words, their columns told by right edges → grids."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from casework.documents.typesetting.flow import Grid, GridCell, Text
from casework.documents.typesetting.grid_heads import heads

_TOLERANCE = 60
"""Edges that differ by less (in twips, a twentieth of a point) are the same."""
_MOST_EDGES = 200


@dataclass(slots=True)
class RowShape:
    """What a row says of its cells: right edges, and which go on those above or before."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    is_head: bool = False
    pending: str = ""

    def edge(self, at: int) -> None:
        """Take the right edge of the next cell."""
        if len(self.edges) < _MOST_EDGES:
            self.edges.append(at)
            self.merges.append(self.pending)
        self.pending = ""


@dataclass(slots=True)
class RtfTable:
    """A table under way."""

    rows: list[tuple[RowShape, list[str]]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    insets: dict[int, list[Text | Grid]] = field(default_factory=dict)

    def end_row(self, shape: RowShape) -> None:
        """The cells so far are a row of this shape."""
        if self.cells:
            self.rows.append((shape, self.cells))
        self.cells = []

    def nest(self, grid: Grid) -> None:
        """A table that stands in the row under way."""
        self.insets.setdefault(len(self.rows), []).append(grid)

    def grid(self, name: str) -> Grid | None:
        """The table as a grid; None without cells."""
        if self.cells:
            self.end_row(RowShape())
        if not self.rows:
            return None
        edges = _edges([shape for shape, _ in self.rows])
        rows: list[list[GridCell]] = []
        above: dict[int, tuple[int, int]] = {}
        head_rows = 0
        for index, (shape, texts) in enumerate(self.rows):
            if shape.is_head and head_rows == index:
                head_rows += 1
            rows.append([])
            for at, text in enumerate(texts):
                _place(rows, shape, at, text, _Columns(edges, above, name))
        found = heads([[(cell.column, cell.text) for cell in row] for row in rows])
        insets = {row: tuple(each) for row, each in self.insets.items()}
        return Grid(rows, head_rows or found.rows, found.columns, insets=insets)


@dataclass(frozen=True, slots=True)
class _Columns:
    edges: list[int]
    above: dict[int, tuple[int, int]]
    """Column → row and index of the cell that can be made taller."""
    name: str


def _place(
    rows: list[list[GridCell]], shape: RowShape, at: int, text: str, columns: _Columns
) -> None:
    """Put a cell into the last row, or make the cell above or before it larger."""
    row = rows[-1]
    merge = shape.merges[at] if at < len(shape.merges) else ""
    if at < len(shape.edges):
        before = shape.edges[at - 1] if at else shape.left
        column = _index(columns.edges, before)
        end = max(_index(columns.edges, shape.edges[at]), column + 1)
    else:
        column = row[-1].column + row[-1].column_span if row else 0
        end = column + 1
    if row and column < row[-1].column + row[-1].column_span:
        column = row[-1].column + row[-1].column_span
        end = max(end, column + 1)
    if merge == "across" and row and not text.strip():
        row[-1] = row[-1]._replace(column_span=end - row[-1].column)
        return
    held = columns.above.get(column)
    if merge == "down" and held is not None and not text.strip():
        cell = rows[held[0]][held[1]]
        rows[held[0]][held[1]] = cell._replace(row_span=len(rows) - held[0])
        return
    columns.above[column] = (len(rows) - 1, len(row))
    place = f"{columns.name}, row {len(rows)}, column {column + 1}"
    row.append(GridCell(column, text, place, 1, end - column))


def _edges(shapes: list[RowShape]) -> list[int]:
    """The edges of all rows in order, those that are nearly the same as one."""
    every = sorted({edge for shape in shapes for edge in (shape.left, *shape.edges)})
    found: list[int] = []
    for edge in every:
        if not found or edge - found[-1] > _TOLERANCE:
            found.append(edge)
    return found


def _index(edges: list[int], edge: int) -> int:
    """Which of the edges this is."""
    return max(bisect_left(edges, edge - _TOLERANCE), 0)
