"""Where the ruled lines of a table stand on a typeset page, by the boxes of its words.

Columns begin where the words of their leftmost cells do, rows where their topmost words do; a line
is left out where a cell spans it. Draws nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from casework.types.document import Box, Page
from casework.types.table import Table, TableCell

_LEFT_PAD_PT = 5.0
_ROW_PAD_PT = 0.75
_MOST_CELLS = 20_000
"""Of a table on one page; a page with more is drawn without rules."""

Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """Lines (x0, y0, x1, y1), the grounds of its headings, and the words in these by index."""

    lines: tuple[Segment, ...]
    strong: tuple[Segment, ...]
    head: tuple[Box, ...]
    head_words: frozenset[int]


@dataclass(slots=True)
class _Frame:
    """Edges of the rows and columns that have words on the page, and the cell at each place."""

    rows: list[int]
    columns: list[int]
    tops: list[float]
    lefts: list[float]
    owner: dict[tuple[int, int], int]


def rules_of(tables: Sequence[Table], page: Page) -> tuple[Rules, ...]:
    """The rules of all stated tables on this page."""
    found = []
    for table in tables:
        cells = [
            (cell, box)
            for cell in table.cells
            if cell.page == page.number and (box := _box(cell, page)) is not None
        ]
        if table.stated and 1 < len(cells) <= _MOST_CELLS:
            found.append(_rules(table, cells, page))
    return tuple(found)


def _box(cell: TableCell, page: Page) -> Box | None:
    """The box around the words of a cell; None without any."""
    boxes = [
        page.words[at].box
        for start, end in cell.words
        for at in range(start, min(end, len(page.words)))
    ]
    if not boxes:
        return None
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _rules(table: Table, cells: Sequence[tuple[TableCell, Box]], page: Page) -> Rules:
    frame = _frame(cells)
    rows, columns = len(frame.rows), len(frame.columns)
    lines: list[Segment] = []
    for r, top in enumerate(frame.tops):
        for c in range(columns):
            above, below = frame.owner.get((r - 1, c), -1), frame.owner.get((r, c), -2)
            if above != below:
                lines.append((frame.lefts[c], top, frame.lefts[c + 1], top))
    for c, left in enumerate(frame.lefts):
        for r in range(rows):
            before, after = frame.owner.get((r, c - 1), -1), frame.owner.get((r, c), -2)
            if before != after:
                lines.append((left, frame.tops[r], left, frame.tops[r + 1]))
    left, top, right, bottom = frame.lefts[0], frame.tops[0], frame.lefts[-1], frame.tops[-1]
    head = frame.tops[bisect_left(frame.rows, table.header_rows)]
    side = frame.lefts[bisect_left(frame.columns, table.header_columns)]
    strong = ((left, head, right, head),) if head > top else ()
    grounds = (Box(left, top, right, head), Box(left, top, side, bottom))
    words = frozenset(
        at
        for cell, _ in cells
        if cell.row < table.header_rows or cell.column < table.header_columns
        for start, end in cell.words
        for at in range(start, end)
    )
    head_grounds = tuple(box for box in grounds if box.x1 > left and box.y1 > top)
    return Rules(tuple(lines), strong, head_grounds, words)


def _frame(cells: Sequence[tuple[TableCell, Box]]) -> _Frame:
    rows = sorted({cell.row for cell, _ in cells})
    columns = sorted({cell.column for cell, _ in cells})
    tops: dict[int, float] = {}
    lefts: dict[int, float] = {}
    for cell, box in cells:
        tops[cell.row] = min(tops.get(cell.row, box.y0), box.y0)
        lefts[cell.column] = min(lefts.get(cell.column, box.x0), box.x0)
    bottom = max(box.y1 for _, box in cells)
    right = max(box.x1 for _, box in cells)
    edges_down = [tops[row] - _ROW_PAD_PT for row in rows] + [bottom + _ROW_PAD_PT]
    edges_across = [lefts[column] - _LEFT_PAD_PT for column in columns] + [right + _LEFT_PAD_PT]
    owner: dict[tuple[int, int], int] = {}
    for index, (cell, _) in enumerate(cells):
        for r in _within(rows, cell.row, cell.row_span):
            for c in _within(columns, cell.column, cell.column_span):
                owner[r, c] = index
    return _Frame(rows, columns, _rising(edges_down), _rising(edges_across), owner)


def _within(numbers: list[int], first: int, span: int) -> range:
    """The indexes of those numbers that a span covers."""
    return range(bisect_left(numbers, first), bisect_left(numbers, first + span))


def _rising(edges: list[float]) -> list[float]:
    """The edges in order, none before the one before it."""
    found = edges[:1]
    for _, after in pairwise(edges):
        found.append(max(after, found[-1]))
    return found
