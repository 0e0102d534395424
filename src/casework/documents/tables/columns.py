"""Columns of a group of rows: the strips that its words leave free.

Pieces that lie across the gaps of most other rows (a heading over several columns, a remark) do
not count; their words are parted at the gap between words next to the strip. Knows no cells.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from casework.documents.tables.rows import Piece, VisualRow, WordBox

_FULL_SHARE = 0.5  # of the pieces of full rows that a row must have to count
_FULLEST = 3  # rows that say how many pieces a full row has
_ACROSS_SHARE = 0.5  # of the other rows whose gaps a piece must cover not to count
_NARROWEST = 0.2  # of the row height that a strip is wide at least
_STRONG_SHARE = 0.2  # of the rows in which a strip must be a gap between pieces
_TOUCH = 0.3  # of the row height by which a piece must reach over both sides of a gap
_HEADED_NEAR = 1.5  # of the row height around a gap of the headings where rows may have a space
_WORD_GAP = 0.15  # of the row height that such words are apart at least
_LEAST_WHOLE = 3  # columns of a table in which a heading may stand beside its figures
_COMPARED_ROWS = 40  # rows with whose gaps a piece is compared
_MOST_ROWS = 400  # rows that are looked at: columns do not change after them


class Column(NamedTuple):
    """A column: its edges, in the middle of the strips around it, and those of its words."""

    left: float
    right: float
    x0: float
    x1: float


class Part(NamedTuple):
    """The words of a piece that stand in one column or, not parted, in several."""

    column: int
    end_column: int
    words: list[WordBox]

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join([word.text for word in self.words])


def columns_of(rows: Sequence[VisualRow]) -> list[Column]:
    """The columns of these rows from left to right."""
    full = _full_rows(rows)[:_MOST_ROWS]
    if not full:
        return []
    height = sum(row.height for row in full) / len(full)
    lying = _across(full, height)
    spans = sorted(
        (piece.x0, piece.x1)
        for at, row in enumerate(full)
        for number, piece in enumerate(row.pieces)
        if (at, number) not in lying
    )
    if not spans:
        return []
    strong = [strip for strip in _strips(spans, height) if _is_strong(strip, full)]
    strong = sorted([*strong, *_headed(full, strong, height)])
    edges = [float("-inf"), *((left + right) / 2 for left, right in strong), float("inf")]
    x0s = [spans[0][0], *(right for _, right in strong)]
    x1s = [*(left for left, _ in strong), max(span[1] for span in spans)]
    return [
        Column(left, right, x0, x1)
        for (left, right), x0, x1 in zip(pairwise(edges), x0s, x1s, strict=True)
    ]


def whole_columns(rows: Sequence[VisualRow], columns: Sequence[Column]) -> list[Column]:
    """The columns with a heading that stands beside its figures, not over them, put together with
    these: one has headings alone, its neighbour figures alone."""
    head = next((at for at, row in enumerate(rows) if row.has_values), 0)
    if not head or len(columns) < _LEAST_WHOLE:
        return list(columns)
    headed = {part.column for row in rows[:head] for part in parts_of(row, columns)}
    filled = {part.column for row in rows[head:] for part in parts_of(row, columns)}
    found = [columns[0]]
    for at in range(1, len(columns)):
        one, other = columns[at - 1], columns[at]
        apart = {at - 1, at} <= headed or {at - 1, at} <= filled or at - 1 == 0
        if apart or found[-1] is not one:
            found.append(other)
        else:
            found[-1] = Column(one.left, other.right, one.x0, other.x1)
    return found


def _full_rows(rows: Sequence[VisualRow]) -> list[VisualRow]:
    """The rows with about as many pieces as the fullest; of rows under the headings those with
    figures, if any has some."""
    head = next((at for at, row in enumerate(rows) if at and row.has_values), 1)
    rows = [*rows[:head], *(_with_most_figures(rows[head:]) or rows[head:])]
    counts = sorted((len(row.pieces) for row in rows), reverse=True)
    usual = counts[min(_FULLEST, len(counts)) - 1]
    least = max(2, _FULL_SHARE * usual)
    return [row for row in rows if len(row.pieces) >= least]


def _with_most_figures(rows: Sequence[VisualRow]) -> list[VisualRow]:
    """The rows with about as many figures as those with most."""
    counts = [row.figures for row in rows]
    usual = sorted(counts, reverse=True)[:_FULLEST][-1:] or [0]
    return [
        row for row, count in zip(rows, counts, strict=True)
        if count and count >= _FULL_SHARE * usual[0]
    ]  # fmt: skip


def _across(rows: Sequence[VisualRow], height: float) -> set[tuple[int, int]]:
    """Pieces, as row and number, that lie across the gaps of most other rows."""
    gaps = [[(one.x1, other.x0) for one, other in pairwise(row.pieces)] for row in rows]
    step = max(1, len(rows) // _COMPARED_ROWS)
    compared = range(0, len(rows), step)
    found: set[tuple[int, int]] = set()
    touch = _TOUCH * height
    for at, row in enumerate(rows):
        others = [gaps[other] for other in compared if other != at]
        for number, (x0, x1, words, _) in enumerate(row.pieces):
            if len(words) == 1 and x1 - x0 < 2 * height:
                continue
            count, low, high = 0, x0 + touch, x1 - touch
            for each in others:
                for left, right in each:
                    if low < left and right < high:
                        count += 1
                        break
            if count and count >= _ACROSS_SHARE * len(others):
                found.add((at, number))
    return found


def _strips(spans: Sequence[tuple[float, float]], height: float) -> list[tuple[float, float]]:
    """The strips that no piece covers."""
    found: list[tuple[float, float]] = []
    reach = spans[0][1]
    for left, right in spans:
        if left - reach > _NARROWEST * height:
            found.append((reach, left))
        reach = max(reach, right)
    return found


def _headed(
    rows: Sequence[VisualRow], strips: Sequence[tuple[float, float]], height: float
) -> list[tuple[float, float]]:
    """Further strips where the headings have a gap and every row a space between words: columns
    set so close that the pieces of the rows run together."""
    head = next((at for at, row in enumerate(rows) if row.has_values), 0)
    if not head:
        return []
    first = rows[head - 1]
    found: list[tuple[float, float]] = []
    for one, other in pairwise(first.pieces):
        left, right = one.x1, other.x0
        if any(a < right and left < b for a, b in strips):
            continue
        reach = (left - _HEADED_NEAR * height, right + _HEADED_NEAR * height)
        cuts = [_space_in(row, reach, height) for row in rows[head:]]
        if None not in cuts:
            middle = (left + right) / 2
            found.append((middle - 0.1, middle + 0.1))
    return found


def _space_in(
    row: VisualRow, reach: tuple[float, float], height: float
) -> tuple[float, float] | None:
    """The widest space between words of a row within these bounds."""
    words = row.words
    spaces = [
        (other.x0 - one.x1, one.x1)
        for one, other in pairwise(words)
        if other.x0 - one.x1 > _WORD_GAP * height and reach[0] <= one.x1 and other.x0 <= reach[1]
    ]
    return max(spaces, default=None)


def _is_strong(strip: tuple[float, float], rows: Sequence[VisualRow]) -> bool:
    """Whether enough rows have a gap between pieces there."""
    left, right = strip
    strong = both = 0
    for row in rows:
        if row.pieces[0].x0 >= left or row.pieces[-1].x1 <= right:
            continue
        both += 1
        strong += any(
            one.x1 <= left + 0.01 and right - 0.01 <= other.x0
            for one, other in pairwise(row.pieces)
        )
    return strong > 0 and strong >= _STRONG_SHARE * both


def parts_of(row: VisualRow, columns: Sequence[Column], *, cut: bool = True) -> list[Part]:
    """The words of a row by their columns; what cannot be parted stands over several. Without
    `cut` no piece is parted: a remark under a row runs on over the columns beside it."""
    found: list[Part] = []
    lefts = [column.left for column in columns]
    for piece in row.pieces:
        for part in _parted(piece, columns, lefts, row.height, cut=cut):
            before = found[-1] if found else None
            if before and part.column < before.end_column:
                joined = sorted([*before.words, *part.words])
                end = max(before.end_column, part.end_column)
                found[-1] = Part(before.column, end, joined)
            else:
                found.append(part)
    return found


def _parted(
    piece: Piece, columns: Sequence[Column], lefts: Sequence[float], height: float, *, cut: bool
) -> list[Part]:
    slack = _TOUCH * height
    first = _column_at(piece.x0, piece.x1, columns, lefts, slack, at_start=True)
    last = _column_at(piece.x0, piece.x1, columns, lefts, slack, at_start=False)
    if first >= last:
        at = _nearest(piece, columns, first, last)
        return [Part(at, at + 1, piece.words)]
    words = piece.words
    parts: list[Part] = []
    begun, start = 0, first
    for column in range(first + 1, last + 1):
        end = _cut(words, begun, columns[column - 1], columns[column], height) if cut else None
        if end:
            parts.append(Part(start, column, words[begun:end]))
            begun, start = end, column
    parts.append(Part(start, last + 1, words[begun:]))
    return parts


def _column_at(
    x0: float, x1: float, columns: Sequence[Column], lefts: Sequence[float], slack: float,
    *, at_start: bool,
) -> int:  # fmt: skip
    """The first or the last column whose words a piece reaches over."""
    if at_start:
        at = bisect_right(lefts, x0) - 1
        if (
            at + 1 < len(columns)
            and x0 > columns[at].x1 - slack
            and x1 > columns[at + 1].x0 + slack
        ):
            at += 1
        return at
    at = bisect_right(lefts, x1) - 1
    if at > 0 and x1 < columns[at].x0 + slack:
        at -= 1
    return at


def _nearest(piece: Piece, columns: Sequence[Column], first: int, last: int) -> int:
    """Of two neighbours the column that a piece between them overlaps more."""
    if first == last:
        return first
    low, high = min(first, last), max(first, last)
    return max(
        range(low, high + 1),
        key=lambda at: min(piece.x1, columns[at].x1) - max(piece.x0, columns[at].x0),
    )


def _cut(
    words: Sequence[WordBox], begun: int, left: Column, right: Column, height: float
) -> int | None:
    """Where the words are parted between two columns: the widest gap near the strip."""
    best, widest = None, _WORD_GAP * height
    for at in range(begun + 1, len(words)):
        one, other = words[at - 1], words[at]
        gap = other.x0 - one.x1
        if (
            gap > widest
            and one.x1 <= right.x0 + _TOUCH * height
            and other.x0 >= left.x1 - _TOUCH * height
        ):
            best, widest = at, gap
    return best
