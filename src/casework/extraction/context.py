"""The words around each candidate as hashed features: what models fitted from examples look at
beside the columns of `features`. One row a candidate, one column a slot (the word before it, the
word above it, the form of its letters …), each a number below `SIZE`.

Hashing (Weinberger et al., 2009) needs no vocabulary, so a model is two arrays and can be applied
to words that it has never seen.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from itertools import groupby

import numpy as np

from casework.extraction.candidates.table import Candidates
from casework.extraction.edges import Lines
from casework.extraction.layout import Ints, Layout
from casework.extraction.tokens import fold

SIZE = 1 << 15
SLOTS = 20
_NOTHING = np.int64(7)
"""Stands for a place where there is no word."""
_ROWS_ABOVE = 3
_FORM_LETTERS = 60
_LONGEST_FORM = 16
_EDGES = ".,:;()[]\"'*#"
_MASK = np.int64(0xFFFFFFFF)
_CACHE = 1 << 16


def contexts(candidates: Candidates, words: WordsAround, at: Ints) -> Ints:
    """The features of the candidates with these indexes, (indexes, `SLOTS`)."""
    if not len(at):
        return np.zeros((0, SLOTS), np.int64)
    layout = words.layout
    first, last = candidates.first_word[at], candidates.last_word[at]
    one, two, three = (words.beside(first, -step) for step in (1, 2, 3))
    above, before_above = words.over(first)
    starts, seconds = words.row_start(layout.row[first])
    forms = np.array([_form(candidates.texts[index]) for index in at.tolist()], np.int64)
    columns: list[tuple[int, tuple[Ints, ...]]] = [
        (1, (one,)), (2, (two, one)), (3, (three, two)), (4, (words.beside(last, 1),)),
        (5, (above,)), (6, (before_above, above)), (7, (starts,)), (8, (starts, seconds)),
        (9, (words.row_start(layout.row[first] - 1)[0],)), (10, (forms,)),
        (11, (words.token[first],)), (12, (words.token[last],)),
        (13, (words.row_start(layout.row[last] + 1)[0],)), (14, (words.token[first], forms)),
        (15, (two,)), (16, (one,)), (16, (two,)), (16, (three,)), (17, (above,)), (17, (one,)),
    ]  # fmt: skip
    return np.stack([_mixed(slot, *tokens) for slot, tokens in columns], axis=1)


class WordsAround:
    """Hashed words of a layout, found by their place in visual rows; made once a document."""

    def __init__(self, layout: Layout) -> None:
        texts = [page.text for page in layout.pages]
        spans = zip(layout.page.tolist(), layout.start.tolist(), layout.end.tolist(), strict=True)
        self.token = np.array([_token(texts[page][a:b]) for page, a, b in spans], np.int64)
        self.layout = layout
        self._order = layout.order
        self._rows = layout.row[layout.order]
        self._place = np.empty(len(layout.order), np.int64)
        self._place[layout.order] = np.arange(len(layout.order))
        self._above = _above(layout)
        self.lines = Lines(layout)

    def beside(self, word: Ints, steps: int) -> Ints:
        """The word so many steps to the right (left when negative) in the same row."""
        at = self._place[word] + steps
        inside = (at >= 0) & (at < len(self._order))
        found = self._order[np.clip(at, 0, len(self._order) - 1)]
        same = inside & (self.layout.row[found] == self.layout.row[word])
        return np.where(same, self.token[found], _NOTHING)

    def over(self, word: Ints) -> tuple[Ints, Ints]:
        """The word above, and the one to the left of that."""
        found = self._above[word]
        there = np.clip(found, 0, None)
        left = self.beside(there, -1)
        none = found < 0
        return (
            np.where(none, _NOTHING, self.token[there]),
            np.where(none, _NOTHING, left),
        )

    def row_start(self, row: Ints) -> tuple[Ints, Ints]:
        """The first two words of a row."""
        at = np.searchsorted(self._rows, row)
        found = []
        for step in (0, 1):
            here = np.clip(at + step, 0, len(self._rows) - 1)
            same = (at + step < len(self._rows)) & (self._rows[here] == row)
            found.append(np.where(same, self.token[self._order[here]], _NOTHING))
        return found[0], found[1]


def _above(layout: Layout) -> Ints:
    """For each word the one that overlaps it most in the nearest of the rows above; -1 for none."""
    found = np.full(len(layout.page), -1, np.int64)
    order, box = layout.order, layout.box
    rows = layout.row[order]
    if not len(rows):
        return found
    starts = np.searchsorted(rows, np.arange(int(rows[-1]) + 2))
    for row in range(1, len(starts) - 1):
        words = order[starts[row] : starts[row + 1]]
        for higher in range(row - 1, max(row - 1 - _ROWS_ABOVE, -1), -1):
            open_words = words[found[words] < 0]
            over = order[starts[higher] : starts[higher + 1]]
            if not len(open_words) or not len(over):
                break
            if layout.page[over[0]] != layout.page[words[0]]:
                break
            left = np.maximum(box[open_words, 0][:, None], box[over, 0][None, :])
            right = np.minimum(box[open_words, 2][:, None], box[over, 2][None, :])
            shared = right - left
            best = np.argmax(shared, axis=1)
            hit = shared[np.arange(len(open_words)), best] > 0
            found[open_words[hit]] = over[best[hit]]
    return found


def _mixed(slot: int, *tokens: Ints) -> Ints:
    """The feature of these words in this slot."""
    mixed = np.full(tokens[0].shape, (slot * 0x9E3779B1) & 0xFFFFFFFF, np.int64)
    for token in tokens:
        mixed = ((mixed * 1000003) ^ token) & _MASK
    mixed ^= mixed >> 15
    mixed = (mixed * 0x2C1B3C6D) & _MASK
    mixed ^= mixed >> 12
    return mixed & (SIZE - 1)


@lru_cache(maxsize=_CACHE)
def _token(word: str) -> int:
    """A word without accents and marks around it; any digits are alike."""
    bare = fold(word).strip(_EDGES)
    return zlib.crc32("".join("0" if c.isdigit() else c for c in bare).encode("utf-8", "replace"))


@lru_cache(maxsize=_CACHE)
def _form(text: str) -> int:
    """How a text is written: `12/05/2019` is `9/9/9`, `Acme GmbH` is `Aa AaA`."""
    classes = groupby(map(_class, text[:_FORM_LETTERS]))
    return zlib.crc32("".join(one for one, _ in classes)[:_LONGEST_FORM].encode("utf-8", "replace"))


def _class(letter: str) -> str:
    if letter.isdigit():
        return "9"
    if letter.isupper():
        return "A"
    if letter.isalpha():
        return "a"
    return " " if letter.isspace() else letter
