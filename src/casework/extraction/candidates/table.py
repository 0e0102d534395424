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
    size = int((last - first).max()) + 1
    words = np.minimum(first[:, None] + np.arange(size)[None, :], last[:, None])
    boxes = layout.box[words]
    box = np.concatenate([boxes[..., :2].min(axis=1), boxes[..., 2:].max(axis=1)], axis=1)
    same = layout.row[words] == layout.row[first][:, None]
    low = np.where(same[..., None], boxes[..., :2], np.inf).min(axis=1)
    high = np.where(same[..., None], boxes[..., 2:], -np.inf).max(axis=1)
    first_box = np.concatenate([low, high], axis=1)
    into = np.clip(start - layout.start[first], 0, None)
    width = layout.box[first, 2] - layout.box[first, 0]
    shift = width * into / np.maximum(layout.end[first] - layout.start[first], 1)
    partial = into > 0
    for each in (box, first_box):
        each[partial, 0] = np.maximum(each[partial, 0], (layout.box[first, 0] + shift)[partial])
    return box, first_box
