"""Visual rows and cells of a document from the boxes of its words. Reads no meaning.

Rows are made from boxes alone, because readers differ in what they call a line. Cells are rows cut
at gaps; a gap is measured in heights of the text, at several widths, because one width cuts names
apart and another glues columns together. All arrays run over all words of all pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from casework.extraction.tokens import fold, spans
from casework.types.document import Document, Page

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CELL_GAPS = (0.55, 1.1, 2.2)
"""Widths at which a row is cut, in heights of the text."""
_SAME_ROW = 0.5
"""How far the middles of two words of a row may lie apart, in heights of the lower word."""

_REMEMBERED = 1 << 14


@dataclass(frozen=True, slots=True)
class Layout:
    """Words and tokens of a document as arrays.

    `box` is (words, 4); `order` lists words row by row, left to right; `row` numbers visual rows
    through the document; `token_*` are label tokens in that same order, `token_box` interpolated
    within their word. `height` is the median height of a word on its page. `pages` are the pages
    that have words, `page` indexes them.
    """

    pages: tuple[Page, ...]
    page: Ints
    start: Ints
    end: Ints
    box: Floats
    row: Ints
    order: Ints
    height: Floats
    tokens: tuple[str, ...]
    token_word: Ints
    token_start: Ints
    token_end: Ints
    token_box: Floats

    def text(self, first: int, last: int) -> str:
        """The text from one word to another of the same page."""
        text = self.pages[int(self.page[first])].text
        return text[int(self.start[first]) : int(self.end[last])]


def lay_out(document: Document) -> Layout:
    """The layout of all pages that have words."""
    pages = tuple(page for page in document.pages if page.words)
    page, start, end, box, height = _word_arrays(pages)
    row, order = _rows(page, box)
    names, word, token_start, token_end = _tokens(pages, page, start, end, order)
    token_box = box[word].copy() if len(word) else np.zeros((0, 4))
    if len(word):
        length = np.maximum(end[word] - start[word], 1)
        width = box[word, 2] - box[word, 0]
        token_box[:, 0] = box[word, 0] + width * (token_start - start[word]) / length
        token_box[:, 2] = box[word, 0] + width * (token_end - start[word]) / length
    return Layout(
        pages, page, start, end, box, row, order, height, names, word, token_start, token_end,
        token_box,
    )  # fmt: skip


def _word_arrays(pages: tuple[Page, ...]) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    count = sum(len(page.words) for page in pages)
    number = np.zeros(count, np.int64)
    start, end = np.zeros(count, np.int64), np.zeros(count, np.int64)
    box, height = np.zeros((count, 4)), np.zeros(count)
    at = 0
    for index, page in enumerate(pages):
        until = at + len(page.words)
        number[at:until] = index
        start[at:until] = [word.start for word in page.words]
        end[at:until] = [word.end for word in page.words]
        box[at:until] = [word.box for word in page.words]
        tall = np.median(box[at:until, 3] - box[at:until, 1])
        height[at:until] = max(float(tall), 1e-3)
        at = until
    return number, start, end, box, height


def _rows(page: Ints, box: Floats) -> tuple[Ints, Ints]:
    """The visual row of each word, and the words in reading order of rows."""
    middle = (box[:, 1] + box[:, 3]) / 2
    tall = np.maximum(box[:, 3] - box[:, 1], 1e-3)
    row = np.zeros(len(page), np.int64)
    current, at_page, centre, low = -1, -1, 0.0, 0.0
    members = 0
    middles, talls, numbers = middle.tolist(), tall.tolist(), page.tolist()
    for word in np.lexsort((middle, page)).tolist():
        here = middles[word]
        near = abs(here - centre) < _SAME_ROW * min(low, talls[word])
        if numbers[word] != at_page or not near:
            current, at_page, centre, low, members = (
                current + 1,
                numbers[word],
                here,
                talls[word],
                1,
            )
        else:
            members += 1
            centre += (here - centre) / members
            low += (talls[word] - low) / members
        row[word] = current
    return row, np.lexsort((box[:, 0], row))


def _tokens(
    pages: tuple[Page, ...], page: Ints, start: Ints, end: Ints, order: Ints
) -> tuple[tuple[str, ...], Ints, Ints, Ints]:
    names: list[str] = []
    words: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    texts = [each.text for each in pages]
    for word, number, first, last in zip(
        order.tolist(), page[order].tolist(), start[order].tolist(), end[order].tolist(),
        strict=True,
    ):  # fmt: skip
        text = texts[number][first:last]
        if text.isascii() and text.isalpha():
            names.append(text.lower())
            words.append(word)
            starts.append(first)
            ends.append(last)
            continue
        for name, a, b in _tokens_in(text):
            names.append(name)
            words.append(word)
            starts.append(first + a)
            ends.append(first + b)
    return (
        tuple(names),
        np.array(words, np.int64),
        np.array(starts, np.int64),
        np.array(ends, np.int64),
    )


@lru_cache(maxsize=_REMEMBERED)
def _tokens_in(word: str) -> tuple[tuple[str, int, int], ...]:
    """The tokens of a word with their places in it."""
    return tuple((fold(word[a:b].replace("°", "º")), a, b) for a, b in spans(word))


def gaps(layout: Layout) -> Floats:
    """The gap before each word in row order, in heights of the text; infinite at a row's start."""
    order = layout.order
    if not len(order):
        return np.zeros(0)
    before = np.full(len(order), np.inf)
    same = layout.row[order[1:]] == layout.row[order[:-1]]
    space = layout.box[order[1:], 0] - layout.box[order[:-1], 2]
    before[1:] = np.where(same, space / layout.height[order[1:]], np.inf)
    return before


def cells(layout: Layout) -> list[tuple[int, int]]:
    """Spans in `order` (end exclusive) of the cells at every gap width, without repeats.

    A cell's words follow each other in the text of the page, so that a cell is one quote.
    """
    order = layout.order
    if not len(order):
        return []
    before = gaps(layout)
    jump = np.ones(len(order), bool)
    jump[1:] = order[1:] != order[:-1] + 1
    found: dict[tuple[int, int], None] = {}
    for width in CELL_GAPS:
        cut = np.flatnonzero((before > width) | jump).tolist()
        for first, last in zip(cut, [*cut[1:], len(order)], strict=True):
            found[(first, last)] = None
    return list(found)
