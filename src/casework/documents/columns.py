"""Pieces of lines → regions in reading order: finds columns of running text.

Two columns are cut only where both sides hold many long lines of text; a form or an invoice with
labels left and values right stays one region, so that a label and its value share a row.
A simple recursive cut along gutters after Nagy & Seth, "Hierarchical representation of optically
scanned documents" (ICPR 1984), with lines that cross a gutter as the horizontal cuts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from casework.documents.compose import PlacedWord

_BIN_PT = 3.0
_MOST_GUTTERS_TRIED = 3
_DEEPEST = 3
_LONG_LINES = 4  # on each side, for the first stretch that shows that there are columns
_LONG_LINES_AFTER = 2  # for further stretches between the same columns
_LONG_LETTERS = 20
_LONG_SHARE = 0.55  # of the width of its side that a long line fills
_TEXT_SHARE = 0.6  # of the letters of a side that are in long lines
_LOW_COVER = 0.25  # of the busier sides, up to which a strip may be a gutter
_NARROWEST_PT = 80.0


class Piece(NamedTuple):
    """Neighbouring words of one line with ordinary gaps between them."""

    x0: float
    y0: float
    x1: float
    y1: float
    letters: int
    words: list[PlacedWord]

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return (self.y0 + self.y1) / 2


def regions(pieces: Sequence[Piece], depth: int = 0) -> list[list[Piece]]:
    """Regions in reading order; the rows of one region are read straight across."""
    return _best_cut(pieces, depth) or [list(pieces)]


def _best_cut(pieces: Sequence[Piece], depth: int) -> list[list[Piece]]:
    """The regions of the first gutter that parts columns; empty when none does."""
    if depth < _DEEPEST and len(pieces) >= 2 * _LONG_LINES:
        for gutter in _gutters(pieces):
            cut = _cut(pieces, gutter, depth)
            if cut:
                return cut
    return []


def _gutters(pieces: Sequence[Piece]) -> list[float]:
    """Heights of x where few pieces are, between places where many are; best first."""
    left = min(piece.x0 for piece in pieces)
    bins = int((max(piece.x1 for piece in pieces) - left) / _BIN_PT) + 1
    steps = [0] * (bins + 2)
    for piece in pieces:
        steps[int((piece.x0 - left) / _BIN_PT)] += 1
        steps[int((piece.x1 - left) / _BIN_PT) + 1] -= 1
    cover: list[int] = []
    total = 0
    for step in steps[:bins]:
        total += step
        cover.append(total)
    edge = int(_NARROWEST_PT / _BIN_PT)
    found: list[tuple[int, float]] = []
    for low, high in _low_runs(cover, edge):
        least = min(cover[low:high])
        thin = [index for index in range(low, high) if cover[index] == least]
        found.append((least, left + (thin[len(thin) // 2] + 0.5) * _BIN_PT))
    return [x for _, x in sorted(found)[:_MOST_GUTTERS_TRIED]]


def _low_runs(cover: Sequence[int], edge: int) -> list[tuple[int, int]]:
    """Runs of bins, away from the edges, that are much emptier than both sides."""
    runs: list[tuple[int, int]] = []
    if len(cover) <= 2 * edge:
        return runs
    bound = _LOW_COVER * min(max(cover[: len(cover) // 2]), max(cover[len(cover) // 2 :]))
    start = -1
    for index in range(edge, len(cover) - edge + 1):
        if index < len(cover) - edge and cover[index] <= bound:
            start = index if start < 0 else start
        elif start >= 0:
            runs.append((start, index))
            start = -1
    return runs


def _cut(pieces: Sequence[Piece], gutter: float, depth: int) -> list[list[Piece]]:
    """The regions when cut along this gutter; empty when it parts no columns of text."""
    crossing = sorted(
        (piece for piece in pieces if piece.x0 < gutter - 1 and piece.x1 > gutter + 1),
        key=lambda piece: piece.middle,
    )
    heights = [piece.middle for piece in crossing]
    bands: list[list[Piece]] = [[] for _ in range(len(crossing) + 1)]
    for piece in pieces:
        if not (piece.x0 < gutter - 1 and piece.x1 > gutter + 1):
            bands[bisect_right(heights, piece.middle)].append(piece)
    if not any(_is_columns(band, gutter, _LONG_LINES, depth) for band in bands):
        return []
    found: list[list[Piece]] = []
    across: list[Piece] = []
    for index, band in enumerate(bands):
        if _is_columns(band, gutter, _LONG_LINES_AFTER, depth):
            if across:
                found.append(across)
                across = []
            left = [piece for piece in band if piece.x1 <= gutter + 1]
            right = [piece for piece in band if piece.x1 > gutter + 1]
            found += regions(left, depth + 1) + regions(right, depth + 1)
        else:
            across += band
        if index < len(crossing):
            across.append(crossing[index])
    if across:
        found.append(across)
    return found


def _is_columns(band: Sequence[Piece], gutter: float, wanted: int, depth: int) -> bool:
    """Whether both sides of the gutter are running text, or columns of it themselves."""
    left = [piece for piece in band if piece.x1 <= gutter + 1]
    right = [piece for piece in band if piece.x1 > gutter + 1]
    texts = _is_text(left, wanted), _is_text(right, wanted)
    if texts == (False, False):
        return False
    return all(
        text or bool(_best_cut(side, depth + 1))
        for side, text in zip((left, right), texts, strict=True)
    )


def _is_text(side: Sequence[Piece], wanted: int) -> bool:
    if len(side) < wanted:
        return False
    width = max(piece.x1 for piece in side) - min(piece.x0 for piece in side)
    if width < _NARROWEST_PT:
        return False
    long = [
        piece
        for piece in side
        if piece.letters >= _LONG_LETTERS and piece.x1 - piece.x0 >= _LONG_SHARE * width
    ]
    letters = sum(piece.letters for piece in side)
    return len(long) >= wanted and sum(piece.letters for piece in long) >= _TEXT_SHARE * letters
