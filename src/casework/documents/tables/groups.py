"""Rows that belong to one table: rows whose pieces stand under each other, also over pages.

Two rows are linked when enough of their pieces share an edge or a middle and none lies across
several of the other; linked rows make a group. A group is a stretch of the rows of the document,
what stands between its rows (second lines, remarks) included. Knows no cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from casework.documents.tables.rows import Piece, VisualRow

_ALIGNED = 0.5  # of the row height by which edges or middles of aligned pieces may differ
_OVERLAP = 0.25  # of the row height by which pieces must overlap to count as one upon another
_FIGURES_OVERLAP = 0.55  # of the narrower of two figures that stand under each other
_LOOK_BACK = 8  # rows of pieces that a row is compared with
_FARTHEST = 16.0  # heights between two linked rows of a page
_HEADER_FARTHEST = 6.0  # heights between a header and its row, linked by overlap alone
_HEADER_PAIRS = 3
_FARTHEST_ALIKE = 50.0  # the same for rows that are alike in all their pieces
_AT_PAGE_END = 7  # rows after the last one of a table that goes on on the next page
_AT_PAGE_START = 5  # rows before the first one that goes on
_AT_PAGE_BREAK = 24  # rows between two that are alike, over a page break
_BLANK = 1.5  # heights of blank between rows, above which they must be more alike
_BLANK_UNLIKE = 0.9  # the same for rows of which one has twice as many pieces
_ALIKE_PIECES = 3
_ALIKE_SHARE = 0.75
_LEAST_ROWS = 2
_MOST_PIECES = 60  # a row of more pieces is dots or a drawing, no row of a table


class Group(NamedTuple):
    """Rows of a table by their index: `rows` are those that hold its columns, and it reaches from
    the first to the last of them."""

    rows: list[int]

    @property
    def first(self) -> int:
        """The first row."""
        return self.rows[0]

    @property
    def last(self) -> int:
        """The last row."""
        return self.rows[-1]


def groups_of(rows: Sequence[VisualRow]) -> list[Group]:
    """The groups among the rows of a document, in their order; they do not overlap."""
    many = [
        at for at, row in enumerate(rows)
        if _MOST_PIECES >= len(row.pieces) > 1 and not row.running
    ]  # fmt: skip
    parent = list(range(len(many)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    ends = _page_ends(rows)
    for at, one in enumerate(many):
        linked = 0
        for back in range(at - 1, max(at - 1 - _LOOK_BACK, -1), -1):
            if linked and root(back) == root(at):
                continue
            if _linked(rows, many[back], one, ends):
                parent[root(at)] = root(back)
                linked += 1
    found: dict[int, list[int]] = {}
    for at, one in enumerate(many):
        found.setdefault(root(at), []).append(one)
    lists = [each for each in found.values() if len(each) >= _LEAST_ROWS]
    return [Group(each) for each in _apart(rows, lists)]


Ends = dict[int, int]
"""Rows to how many rows of their page stand after or before them."""


def _page_ends(rows: Sequence[VisualRow]) -> tuple[Ends, Ends]:
    """How many rows stand after each of the last rows of a page, and before each of the first."""
    after: Ends = {}
    before: Ends = {}
    pages: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if not row.running:
            pages.setdefault(row.page, []).append(at)
    for each in pages.values():
        after.update({at: number for number, at in enumerate(each[: -_AT_PAGE_BREAK - 1 : -1])})
        before.update({at: number for number, at in enumerate(each[:_AT_PAGE_BREAK])})
    return after, before


def _linked(rows: Sequence[VisualRow], above: int, below: int, ends: tuple[Ends, Ends]) -> bool:
    one, other = rows[above], rows[below]
    height = (one.height + other.height) / 2
    far = _far(rows, above, below, ends, height)
    if far is None:
        return False
    fit = matched(one.pieces, other.pieces, height)
    more, fewer = sorted((len(one.pieces), len(other.pieces)))[::-1]
    figures = one.has_values and other.has_values
    if far > _FARTHEST:
        return figures and _is_alike(fit, more)
    if fit.aligned >= 2 and 2 * fit.aligned >= fewer and fit.across < fit.aligned:
        blank = _widest_blank(rows, above, below) / height
        usual = _BLANK if fewer > more / 2 else _BLANK_UNLIKE
        if blank <= usual or _is_alike(fit, more):
            return True
        return not fit.across and fit.aligned == fewer == more and blank <= 2 * _BLANK
    if figures and fit.pairs > _ALIKE_PIECES and not fit.alone and fit.across <= 1:
        return True
    if far > _HEADER_FARTHEST or one.has_values or not other.has_values:
        return False
    if fit.across:
        return fit.pairs > _HEADER_PAIRS * fit.across or (not fit.alone and fewer > _HEADER_PAIRS)
    return fit.pairs >= _HEADER_PAIRS or fit.pairs == fewer == more


def _far(
    rows: Sequence[VisualRow], above: int, below: int, ends: tuple[Ends, Ends], height: float
) -> float | None:
    """How far apart two rows are, in heights; None when they are too far for any table."""
    one, other = rows[above], rows[below]
    if one.page == other.page:
        far = (other.y0 - one.y1) / height
        return far if far <= _FARTHEST_ALIKE else None
    if one.page + 1 != other.page:
        return None
    after, before = ends[0].get(above, len(rows)), ends[1].get(below, len(rows))
    if after <= _AT_PAGE_END and before <= _AT_PAGE_START:
        return 0.0
    return 2 * _FARTHEST if after + before <= _AT_PAGE_BREAK else None


def _is_alike(fit: Fit, more: int) -> bool:
    """Whether rows with a blank between them are so much alike that they are of one table."""
    return (
        fit.aligned >= _ALIKE_PIECES
        and fit.pairs >= _ALIKE_SHARE * (more - fit.across)
        and fit.across <= 1
    )


class Fit(NamedTuple):
    """Of two rows: pairs of pieces that are aligned, pairs of which each overlaps only the other,
    pieces that lie across several of the other row, and pieces that overlap none."""

    aligned: int
    pairs: int
    across: int
    alone: int


def matched(one: Sequence[Piece], other: Sequence[Piece], height: float) -> Fit:
    """How the pieces of two rows stand to each other."""
    near, least = _ALIGNED * height, _OVERLAP * height
    hits = [0] * len(other)
    aligned = pairs = across = alone = 0
    last: list[tuple[int, bool]] = []
    for a0, a1, _, kind in one:
        count, partner, fits = 0, -1, False
        for at, (b0, b1, _, kin) in enumerate(other):
            shared = (a1 if a1 < b1 else b1) - (a0 if a0 > b0 else b0)
            if shared <= 0:
                continue
            width = min(a1 - a0, b1 - b0)
            if shared <= least and shared < _FIGURES_OVERLAP * width:
                continue
            count += 1
            hits[at] += 1
            partner = at
            fits = (
                -near <= a0 - b0 <= near
                or -near <= a1 - b1 <= near
                or -2 * near <= a0 + a1 - b0 - b1 <= 2 * near
                or (kind != "text" and kin != "text" and shared >= _FIGURES_OVERLAP * width)
            )
        if count == 1:
            last.append((partner, fits))
        across += count > 1
        alone += not count
    across += sum(hit > 1 for hit in hits)
    alone += hits.count(0)
    for partner, fits in last:
        if hits[partner] == 1:
            pairs += 1
            aligned += fits
    return Fit(aligned, pairs, across, alone)


def _widest_blank(rows: Sequence[VisualRow], above: int, below: int) -> float:
    """The widest empty height between two rows, on the page of each when they are on two."""
    widest = 0.0
    page, reach = rows[above].page, rows[above].y1
    for at in range(above + 1, below + 1):
        row = rows[at]
        if row.running:
            continue
        if row.page != page:
            page, reach = row.page, row.y1
        widest = max(widest, row.y0 - reach)
        reach = max(reach, row.y1)
    return widest


def _apart(rows: Sequence[VisualRow], lists: list[list[int]]) -> list[list[int]]:
    """Groups that do not overlap: where two do, the one with more pieces keeps the stretch."""
    taken: list[list[int]] = []
    lists.sort(key=lambda each: -sum(len(rows[at].pieces) for at in each))
    for each in lists:
        rest = each
        for other in taken:
            if rest and rest[0] < other[-1] and other[0] < rest[-1]:
                before = [at for at in rest if at < other[0]]
                after = [at for at in rest if at > other[-1]]
                rest = before if len(before) >= len(after) else after
        if len(rest) >= _LEAST_ROWS:
            taken.append(rest)
    return sorted(taken)
