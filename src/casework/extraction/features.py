"""Numbers about each candidate for a field: one row a candidate, one column a feature of `NAMES`.

What depends on the document alone is computed once; labels are weighed for the field that asks.
The columns are the input of the untrained weights and of models fitted later. All lie near 0 to 1.
"""

from __future__ import annotations

import re

import numpy as np

from casework.extraction.anchors import Anchors
from casework.extraction.candidates.table import Candidates
from casework.extraction.layout import Floats, Ints, Layout
from casework.extraction.looks import PLAIN, WORDY, plain_looks, wordy_looks
from casework.extraction.tokens import letters_and_digits

STATIC = (
    "top", "low", "first_page", "last_page", "page_share", "height", "centred", "certain",
    "largest", "smallest_bad", "currency", "decimals", "words", "digits", "capitals", "form",
    "label_inside", "colon_end", "prose", "address", "lines", "whole_cell", "repeated", "first",
    "pair_first", "pair_last", "column", "contact", "early", "sentence", "alone", "head",
    "form_only", "lines_fit", "row_mates", "line_share", "upper_start", "long_number", "title_word",
)  # fmt: skip
LABELLED = (
    "left", "above", "before", "close", "left_rival", "above_rival", "before_rival", "close_rival",
    "cross", "unlabelled", "capture", "balance",
    "missed_label",
    "own_missing",
)  # fmt: skip
NAMES = STATIC + LABELLED

_JOINED = re.compile(r"\s*(?:-|–|—|to|through|thru|until|bis|au|al|a|hasta|t/m|and|/)?\s*$", re.I)
_DECIMALS = re.compile(r"[.,]\d{2}(?!\d)")
_CURRENCY = re.compile(r"[^\d\s.,()+-]")
_EARLY_CHARACTERS = 1500.0
_HEAD_ROWS = 3.0
_JOIN_LETTERS = 10
_CELL_WIDTHS = (0.6, 1.1, 2.2)


def static(
    candidates: Candidates, layout: Layout, anchors: Anchors, *, wordy: bool = True
) -> Floats:
    """The features that depend on the document alone. Candidates that are not `wordy` (amounts,
    dates) are not looked at as names or addresses."""
    count = len(candidates)
    table = np.zeros((count, len(STATIC)))
    if not count:
        return table
    column = {name: table[:, at] for at, name in enumerate(STATIC)}
    _places(column, candidates, layout)
    _looks(column, candidates, wordy=wordy)
    _amounts(column, candidates)
    _company(column, candidates, layout, anchors)
    return table


def _places(column: dict[str, Floats], candidates: Candidates, layout: Layout) -> None:
    page = candidates.page
    widths = np.array([max(each.width_pt, 1.0) for each in layout.pages])
    lowest = np.zeros(len(layout.pages))
    np.maximum.at(lowest, layout.page, layout.box[:, 3])
    highest = np.full(len(layout.pages), np.inf)
    np.minimum.at(highest, layout.page, layout.box[:, 1])
    extent = np.maximum(lowest - highest, 1.0)
    box = candidates.first_box
    down = np.clip((box[:, 1] - highest[page]) / extent[page], 0, 1)
    column["top"][:] = 1 - down
    column["low"][:] = down
    column["first_page"][:] = page == 0
    column["last_page"][:] = page == len(layout.pages) - 1
    column["page_share"][:] = page / max(len(layout.pages) - 1, 1)
    tall = layout.box[candidates.first_word, 3] - layout.box[candidates.first_word, 1]
    column["height"][:] = np.clip(tall / layout.height[candidates.first_word] - 1, -0.5, 1.5)
    middle = np.abs((box[:, 0] + box[:, 2]) / 2 - widths[page] / 2) / widths[page]
    column["centred"][:] = np.clip(1 - 5 * middle, 0, 1)
    column["certain"][:] = candidates.certain
    column["lines"][:] = (
        (layout.row[candidates.last_word] - candidates.row)
        / 7
        * (layout.page[candidates.last_word] == page)
    )
    first_row = np.full(len(layout.pages), np.iinfo(np.int64).max)
    np.minimum.at(first_row, layout.page, layout.row)
    column["head"][:] = (page == 0) * np.exp2(-(candidates.row - first_row[page]) / _HEAD_ROWS)
    column["early"][:] = (page == 0) * np.exp2(-candidates.start / _EARLY_CHARACTERS)


def _looks(column: dict[str, Floats], candidates: Candidates, *, wordy: bool) -> None:
    for names, look in ((PLAIN, plain_looks), (WORDY, wordy_looks))[: 1 + wordy]:
        table = np.array([look(text) for text in candidates.texts])
        for at, name in enumerate(names):
            column[name][:] = table[:, at]


def _amounts(column: dict[str, Floats], candidates: Candidates) -> None:
    amounts = [amount_of(value) for value in candidates.values]
    known = np.array([each for each in amounts if each is not None])
    if not len(known):
        return
    top = max(float(known.max()), 1e-9)
    for at, amount in enumerate(amounts):
        if amount is None:
            continue
        column["largest"][at] = max(amount, 0.0) / top if amount < top else 1.0
        column["smallest_bad"][at] = amount <= 0
        text = candidates.texts[at]
        column["decimals"][at] = _DECIMALS.search(text) is not None
        column["currency"][at] = _CURRENCY.search(text) is not None


def amount_of(value: object) -> float | None:
    """The amount of money, a quantity or a number; None for other values."""
    if isinstance(value, dict) and "amount" in value:
        value = value["amount"]
    try:
        return float(str(value))
    except ValueError:
        return None


def _company(
    column: dict[str, Floats], candidates: Candidates, layout: Layout, anchors: Anchors
) -> None:
    """Features of a candidate among the others and among the labels."""
    numbers: dict[str, int] = {}
    key = np.array([numbers.setdefault(key_of(each), len(numbers)) for each in candidates.values])
    order = np.lexsort((candidates.start, candidates.page))
    _, first = np.unique(key[order], return_index=True)
    column["first"][order[first]] = 1.0
    column["alone"][:] = 1 / max(len(numbers), 1)
    column["repeated"][:] = np.minimum(np.log2(np.bincount(key)) / 3, 1.0)[key]
    _pairs(column, candidates, layout)
    _mates(column, candidates)
    _columns(column, candidates, layout)
    _labels_inside(column, candidates, layout, anchors)


def _pairs(column: dict[str, Floats], candidates: Candidates, layout: Layout) -> None:
    """Two values joined by a dash or `to`: the first and the last of a period."""
    wide = max(len(page.text) for page in layout.pages) + 1
    every = (candidates.page * wide + candidates.start) * wide + candidates.end
    _, one, of = np.unique(every, return_index=True, return_inverse=True)
    page, start, end = candidates.page[one], candidates.start[one], candidates.end[one]
    gap = start[1:] - end[:-1]
    near = (page[1:] == page[:-1]) & (gap >= 0) & (gap <= _JOIN_LETTERS)
    joined = np.zeros(len(one) + 1)
    for at in np.flatnonzero(near).tolist():
        if _JOINED.match(layout.pages[page[at]].text[end[at] : start[at + 1]]):
            joined[at] = 1.0
    column["pair_first"][:] = joined[of]
    column["pair_last"][:] = joined[of - 1]  # before the first place none is joined to it


def _mates(column: dict[str, Floats], candidates: Candidates) -> None:
    """How many other candidates of the kind stand in the same row."""
    wide = int(candidates.start.max()) + 1
    spots = np.unique(candidates.row * wide + candidates.start)
    counts = np.bincount(spots // wide)
    column["row_mates"][:] = np.clip((counts[candidates.row] - 1) / 3, 0, 1)


def _columns(column: dict[str, Floats], candidates: Candidates, layout: Layout) -> None:
    """How many candidates of the kind share the right or left edge: a column of a table."""
    height = float(np.median(layout.height)) if len(layout.height) else 1.0
    for side in (0, 2):
        edge = np.round(candidates.box[:, side] / (0.7 * height)).astype(np.int64)
        place = edge * 4096 + candidates.page
        _, inverse, counts = np.unique(place, return_inverse=True, return_counts=True)
        share = np.clip((counts[inverse] - 2) / 10.0, 0, 1)
        column["column"][:] = np.maximum(column["column"], share)


def _labels_inside(
    column: dict[str, Floats], candidates: Candidates, layout: Layout, anchors: Anchors
) -> None:
    """The share of a candidate that is labels, and whether it fills its cell."""
    sizes = [len(page.text) + 1 for page in layout.pages]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    covered = np.zeros(int(offsets[-1]) + 1)
    for page, start, end, quality in zip(
        anchors.page.tolist(), anchors.start.tolist(), anchors.end.tolist(),
        anchors.quality.tolist(), strict=True,
    ):  # fmt: skip
        covered[offsets[page] + start : offsets[page] + end] = 1.0 if quality > 0.6 else 0.4
    total = np.concatenate([[0.0], np.cumsum(covered)])
    at = offsets[candidates.page]
    inside = total[at + candidates.end] - total[at + candidates.start]
    length = np.maximum(candidates.end - candidates.start, 1)
    column["label_inside"][:] = np.clip(inside / length, 0, 1)
    column["whole_cell"][:] = _fills_cell(candidates, layout)
    column["line_share"][:] = _line_share(candidates, layout)


def _line_share(candidates: Candidates, layout: Layout) -> Floats:
    """The share of its visual line, cut at wide gaps, that a candidate takes."""
    order = layout.order
    cut = np.ones(len(order), bool)
    space = layout.box[order[1:], 0] - layout.box[order[:-1], 2]
    same = layout.row[order[1:]] == layout.row[order[:-1]]
    cut[1:] = ~same | (space > _CELL_WIDTHS[-1] * layout.height[order[1:]])
    run = np.empty(len(order), np.int64)
    run[order] = np.cumsum(cut) - 1
    lengths = np.bincount(run, weights=layout.end - layout.start + 1.0)
    whole = lengths[run[candidates.first_word]]
    return np.clip((candidates.end - candidates.start + 1) / np.maximum(whole, 1.0), 0.0, 1.0)


def _fills_cell(candidates: Candidates, layout: Layout) -> Floats:
    """1 where a gap or the edge of the row lies on both sides, a half where on the right only."""
    word = np.arange(len(layout.page))
    gap_after = np.full(len(word), np.inf)
    gap_before = np.full(len(word), np.inf)
    same = (layout.row[1:] == layout.row[:-1]) & (layout.page[1:] == layout.page[:-1])
    space = (layout.box[1:, 0] - layout.box[:-1, 2]) / layout.height[1:]
    space = np.where(same & (space > -1), space, np.inf)
    gap_after[:-1] = space
    gap_before[1:] = space
    last, first = candidates.last_word, candidates.first_word
    to_end = candidates.end >= layout.end[last] - 1
    from_start = candidates.start > layout.start[first] + 1
    marked = _after_mark(candidates, layout) | from_start
    filled = np.zeros(len(candidates))
    for width in _CELL_WIDTHS:
        filled += (gap_after[last] > width) & to_end
        filled += (gap_before[first] > width) | marked
    return filled / (2 * len(_CELL_WIDTHS))


def _after_mark(candidates: Candidates, layout: Layout) -> Ints:
    texts = [each.text for each in layout.pages]
    return np.array(
        [
            texts[page][max(start - 3, 0) : start].rstrip().endswith((":", "#", "."))
            for page, start in zip(candidates.page.tolist(), candidates.start.tolist(), strict=True)
        ],
        dtype=bool,
    )


def key_of(value: object) -> str:
    """What makes two values of a document one: an amount, a day, the letters of a text."""
    if isinstance(value, dict):
        return "|".join(str(value[name]) for name in sorted(value) if name != "currency")
    return letters_and_digits(str(value))
