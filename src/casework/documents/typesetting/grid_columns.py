"""How wide the columns of a grid are, and which of them stand side by side on one page.

Knows only how wide the text in them is, not how it is set.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casework.documents.typesetting.metric import width_pt

CELL_GAP_PT = 14.0
WIDEST_CELL_PT = 190.0
_WIDEST_ALONE_PT = 480.0
"""A column without neighbours is as wide as a paragraph."""
_NARROWEST_CELL_PT = 12.0
_WIDEST_GAP = 3
"""Columns without a cell are as narrow as can be, and no more than so many of them in a row."""


class Extent(NamedTuple):
    """Where a cell stands across, and its text."""

    column: int
    column_span: int
    text: str


class Band(NamedTuple):
    """Columns that fit on one page beside each other: the first, the one behind the last, and the
    left edges of all of them, followed by the right edge of the last."""

    first: int
    end: int
    edges: tuple[float, ...]

    def left(self, column: int) -> float:
        """Where a column begins."""
        return self.edges[column - self.first]

    def right(self, column: int) -> float:
        """Where the text of a cell that ends before this column ends at the latest."""
        return self.edges[min(column, self.end) - self.first] - CELL_GAP_PT


def bands(cells: Iterable[Extent], size_pt: float, left: float, right: float) -> list[Band]:
    """The columns that these cells need, between `left` and `right`; nothing when there are none.

    Columns that do not fit beside the others come in further bands, as a printer would do it.
    """
    widths = _widths(cells, size_pt)
    widest = _WIDEST_ALONE_PT if len(widths) == 1 else WIDEST_CELL_PT
    found: list[Band] = []
    first, edges, empty = 0, [left], 0
    for column in range(max(widths, default=-1) + 1):
        wanted = widths.get(column)
        empty = empty + 1 if wanted is None else 0
        if empty > _WIDEST_GAP:
            step = 0.0
        else:
            step = max(min(wanted or 0.0, widest), _NARROWEST_CELL_PT) + CELL_GAP_PT
        if edges[-1] + step > right and len(edges) > 1:
            found.append(Band(first, column, tuple(edges)))
            first, edges = column, [left]
        edges.append(edges[-1] + step)
    if len(edges) > 1:
        found.append(Band(first, first + len(edges) - 1, tuple(edges)))
    return found


def _widths(cells: Iterable[Extent], size_pt: float) -> dict[int, float]:
    """The width that each column needs; a cell over several columns needs them together."""
    widths: dict[int, float] = {}
    wide: dict[tuple[int, int], float] = {}
    for column, span, text in cells:
        if span > 1:
            at = (column, span)
            if wide.get(at, 0.0) < WIDEST_CELL_PT:
                wide[at] = max(wide.get(at, 0.0), _width(text, size_pt))
        elif widths.get(column, -1.0) < _WIDEST_ALONE_PT:
            widths[column] = max(widths.get(column, 0.0), _width(text, size_pt))
    for (column, span), wanted in sorted(wide.items()):
        covered = range(column, column + span)
        room = sum(widths.get(each, 0.0) for each in covered) + (span - 1) * CELL_GAP_PT
        missing = max(min(wanted, WIDEST_CELL_PT) - room, 0.0) / span
        for each in covered:
            widths[each] = widths.get(each, 0.0) + missing
    return widths


def _width(text: str, size_pt: float) -> float:
    if "\n" in text:
        return max(width_pt(line, size_pt) for line in text.split("\n")) + 1.0
    return width_pt(text, size_pt) + 1.0
