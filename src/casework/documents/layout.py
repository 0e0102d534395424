"""Placed words of a page in any order → a page in reading order with lines and blocks.

Words become pieces (runs with ordinary gaps), pieces become regions (columns), the pieces of a
region become visual rows, rows become blocks. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Literal

from casework.documents.columns import Piece, regions
from casework.documents.compose import PlacedWord, Row, RowBlock, compose
from casework.types.document import BlockKind, Page

_PIECE_GAP = 0.9  # of the word height; a wider gap begins a new piece
_LEVEL = 0.35  # of the smaller height by which the centres of neighbours may differ
_RAISED = 0.5  # of the larger height by which a superscript may be raised
_RAISED_SIZE = 0.85  # of the larger height up to which a neighbour may be a superscript
_RAISED_GAP = 0.3  # of the larger height at which a superscript still touches its word
_CELL_GAP = 1.2  # of the row height; a wider gap parts cells
_SAME_ROW = 0.5  # of the smaller height by which centres may differ
_BLOCK_GAP = 0.65  # of the row height; a wider gap begins a new block
_SIZE_STEP = 1.2  # ratio of heights at which a new block begins
_HEADING_SIZE = 1.18  # of the ordinary height of the page
_HEADING_LETTERS = 120
_HEADING_ROWS = 3
_TABLE_ROWS = 3
_TABLE_SHARE = 0.6
_LEVEL_SIZES = ((1.8, 1), (1.4, 2))

_BULLET = re.compile(
    "[\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25a0\u25e6\u2043\u2219\u00b7\uf0b7*\u2013\u2014-]"
)
_ITEM = re.compile(rf"{_BULLET.pattern}|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{1,5}})[.)]", re.IGNORECASE)
"""What stands before an item of a list: a bullet, or a number or letter with its dot or bracket."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def lay_out(
    words: Sequence[PlacedWord],
    *,
    number: int,
    width_pt: float,
    height_pt: float,
    aside: Sequence[PlacedWord] = (),
    after: Sequence[RowBlock] = (),
    label: str = "",
    state: Literal["read", "needs_ocr", "empty"] = "read",
) -> Page:
    """The page of these words. `aside` are words that run in another direction (a stamp along the
    margin): they come last, in the given order, as a block of their own, and then `after`."""
    rows: list[list[PlacedWord]] = []
    ends: set[int] = set()
    for region in regions(_pieces(words)) if words else ():
        rows += _rows(region)
        ends.add(len(rows))
    blocks = _blocks(rows, ends)
    if aside:
        blocks.append(RowBlock("paragraph", [Row(aside)]))
    blocks += after
    return compose(number, width_pt, height_pt, blocks, label=label, state=state)


def _pieces(words: Sequence[PlacedWord]) -> list[Piece]:
    """Runs of words that follow each other on one line, in the order of the words."""
    pieces: list[Piece] = []
    run = [words[0]]
    left, top, right, bottom, _ = words[0]
    p0, before, p1, height = top, right, bottom, bottom - top  # of the word before
    for word in words[1:]:
        x0, y0, x1, y1, _text = word
        if y0 == p0 and y1 == p1 and -height < x0 - before < _PIECE_GAP * height:
            # The common case: the next word in the same size on the same line.
            run.append(word)
            right = x1 if x1 > right else right
            before = x1
            continue
        tall, height = height, y1 - y0
        larger = height if height > tall else tall
        smaller = height + tall - larger
        gap = x0 - before
        shift = abs(y0 + y1 - p0 - p1) / 2
        if (shift < _LEVEL * smaller and -larger < gap < _PIECE_GAP * larger) or (
            shift < _RAISED * larger
            and smaller < _RAISED_SIZE * larger
            and abs(gap) < _RAISED_GAP * larger
        ):
            run.append(word)
            right = x1 if x1 > right else right
            top = y0 if y0 < top else top
            bottom = y1 if y1 > bottom else bottom
        else:
            pieces.append(_piece(left, top, right, bottom, run))
            run = [word]
            left, top, right, bottom = x0, y0, x1, y1
        p0, before, p1 = y0, x1, y1
    pieces.append(_piece(left, top, right, bottom, run))
    return pieces


def _piece(left: float, top: float, right: float, bottom: float, run: list[PlacedWord]) -> Piece:
    return Piece(left, top, right, bottom, sum([len(word[4]) for word in run]), run)


def _rows(region: Sequence[Piece]) -> list[list[PlacedWord]]:
    """Visual rows from top to bottom, each in reading direction."""
    rows: list[list[Piece]] = []
    middle = height = 0.0
    for piece in sorted(region, key=_row_order):
        its_middle, its_height = (piece.y0 + piece.y1) / 2, piece.y1 - piece.y0
        if rows and abs(its_middle - middle) < _SAME_ROW * min(its_height, height):
            row = rows[-1]
            row.append(piece)
            middle += (its_middle - middle) / len(row)
        else:
            rows.append([piece])
            middle, height = its_middle, its_height
    return [_in_direction(row) for row in rows]


def _row_order(piece: Piece) -> tuple[float, float]:
    return piece.y0 + piece.y1, piece.x0


def _in_direction(row: list[Piece]) -> list[PlacedWord]:
    """The words of a row from left to right, or from right to left for such scripts."""
    words = [word for piece in row for word in piece.words] if len(row) > 1 else row[0].words
    text = "".join([word[4] for word in words])
    if text.isascii() or 2 * len(_RIGHT_TO_LEFT.findall(text)) < len(text):
        return sorted(words) if len(row) > 1 else words
    return sorted(words, key=lambda word: -word[2])


def _blocks(rows: Sequence[Sequence[PlacedWord]], ends: set[int]) -> list[RowBlock]:
    """Rows that stand close together, in one size; `ends` are the ends of regions."""
    heights = [_height(row) for row in rows]
    body = _ordinary(rows, heights)
    blocks: list[RowBlock] = []
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or index in ends or _parted(rows, heights, index):
            blocks.append(_block(rows[start:index], heights[start:index], body))
            start = index
    return blocks


def _height(row: Sequence[PlacedWord]) -> float:
    """The height of the widest word: a logo or a stray mark in the row does not decide."""
    widest, found = -inf, row[0]
    for word in row:
        width = word[2] - word[0]
        if width > widest:
            widest, found = width, word
    return found[3] - found[1] or 1.0


def _ordinary(rows: Sequence[Sequence[PlacedWord]], heights: Sequence[float]) -> float:
    """The height in which most letters of the page are set."""
    weight: dict[float, int] = {}
    for row, height in zip(rows, heights, strict=True):
        key = round(height, 1)
        weight[key] = weight.get(key, 0) + sum([len(word[4]) for word in row])
    return max(weight, key=lambda key: weight[key]) if weight else 1.0


def _parted(rows: Sequence[Sequence[PlacedWord]], heights: Sequence[float], index: int) -> bool:
    """Whether a new block begins at this row."""
    above, here = heights[index - 1], heights[index]
    gap = min([word[1] for word in rows[index]]) - max([word[3] for word in rows[index - 1]])
    return gap > _BLOCK_GAP * min(above, here) or not (1 / _SIZE_STEP < above / here < _SIZE_STEP)


def _block(rows: Sequence[Sequence[PlacedWord]], heights: Sequence[float], body: float) -> RowBlock:
    kind: BlockKind = "paragraph"
    level = 0
    size = max(heights) / body if body else 1.0
    if len(rows) >= _TABLE_ROWS:
        gridded = sum(_has_cells(row, height) for row, height in zip(rows, heights, strict=True))
        if gridded >= _TABLE_SHARE * len(rows):
            kind = "table"
    if kind == "paragraph" and _is_list(rows):
        kind = "list"
    if size >= _HEADING_SIZE and len(rows) <= _HEADING_ROWS and _reads_as_heading(rows):
        kind = "heading"
        level = next((level for bound, level in _LEVEL_SIZES if size >= bound), 3)
    return RowBlock(kind, [Row(row) for row in rows], level)


def _is_list(rows: Sequence[Sequence[PlacedWord]]) -> bool:
    """Whether the rows are items: the first has a bullet, or it and another one have a number or
    letter in front."""
    first = rows[0][0][4]
    if len(rows[0]) == 1 or not _ITEM.fullmatch(first):
        return False
    return bool(_BULLET.fullmatch(first)) or any(_ITEM.fullmatch(row[0][4]) for row in rows[1:])


def _has_cells(row: Sequence[PlacedWord], height: float) -> bool:
    wide = _CELL_GAP * height
    return any(after[0] - before[2] > wide for before, after in pairwise(row))


def _reads_as_heading(rows: Sequence[Sequence[PlacedWord]]) -> bool:
    text = " ".join(word[4] for row in rows for word in row)
    return len(text) <= _HEADING_LETTERS and sum(map(str.isalpha, text)) >= len(text) / 2
