"""Candidates as arrays: where each stands, what it says. Judges none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from casework.extraction.layout import Floats, Ints, Layout
from casework.types.values import Json


class Found(NamedTuple):
    """A candidate as its finder gives it: page index, span in the page's text, value, certainty."""

    page: int
    start: int
    end: int
    value: Json
    certain: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of one kind. `box` is around all, `first_box` around the part in the first row;
    `first_word` and `last_word` index words; `key` tells equal values; `row` is the first row."""

    page: Ints
    start: Ints
    end: Ints
    first_word: Ints
    last_word: Ints
    row: Ints
    box: Floats
    first_box: Floats
    certain: Floats
    values: tuple[Json, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.page)


def gather(layout: Layout, found: Sequence[Found]) -> Candidates:
    """The found candidates with their places; those without a word of the page are left out."""
    page = np.array([each.page for each in found], np.int64)
    start = np.array([each.start for each in found], np.int64)
    end = np.array([each.end for each in found], np.int64)
    first, last = _words(layout, page, start, end)
    good = first <= last
    if not good.all():
        keep = np.flatnonzero(good).tolist()
        return gather(layout, [found[at] for at in keep])
    box, first_box = _boxes(layout, start, end, first, last)
    texts = tuple(layout.pages[each.page].text[each.start : each.end] for each in found)
    return Candidates(
        page, start, end, first, last,
        layout.row[first] if len(first) else np.zeros(0, np.int64),
        box, first_box,
        np.array([each.certain for each in found], np.float64),
        tuple(each.value for each in found), texts,
    )  # fmt: skip


def _words(layout: Layout, page: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The first and last word that each span touches; words are sorted by page and start."""
    if not len(page):
        none = np.zeros(0, np.int64)
        return none, none
    wide = np.int64(1) << 40
    starts = layout.page * wide + layout.start
    ends = layout.page * wide + layout.end
    first = np.searchsorted(ends, page * wide + start, side="right")
    last = np.searchsorted(starts, page * wide + end, side="left") - 1
    return first.astype(np.int64), last.astype(np.int64)


def _boxes(
    layout: Layout, start: Ints, end: Ints, first: Ints, last: Ints
) -> tuple[Floats, Floats]:
    """Boxes by interpolation within the first and last word, and of the first row alone."""
    count = len(first)
    if not count:
        return np.zeros((0, 4)), np.zeros((0, 4))
    sizes = last - first + 1
    begins = np.cumsum(sizes) - sizes
    words = np.repeat(first - begins, sizes) + np.arange(int(sizes.sum()))
    boxes = layout.box[words]
    box = _around(boxes[:, :2], boxes[:, 2:], begins)
    same = (layout.row[words] == np.repeat(layout.row[first], sizes))[:, None]
    low = np.where(same, boxes[:, :2], np.inf)
    first_box = _around(low, np.where(same, boxes[:, 2:], -np.inf), begins)
    into = np.clip(start - layout.start[first], 0, None)
    width = layout.box[first, 2] - layout.box[first, 0]
    shift = width * into / np.maximum(layout.end[first] - layout.start[first], 1)
    partial = into > 0
    for each in (box, first_box):
        each[partial, 0] = np.maximum(each[partial, 0], (layout.box[first, 0] + shift)[partial])
    return box, first_box


def _around(low: Floats, high: Floats, begins: Ints) -> Floats:
    """The box around each run of words that begins at these places."""
    lowest = np.minimum.reduceat(low, begins, axis=0)
    return np.concatenate([lowest, np.maximum.reduceat(high, begins, axis=0)], axis=1)
