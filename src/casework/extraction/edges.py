"""What lies at the edges of a candidate: the rest of its line, the lines above and below it. They
tell where a name or an address begins and ends.

Models fitted from examples look at it beside the columns of `features`; the hand-set weights do
not. One row a candidate, one column a name of `EDGES`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from casework.extraction.candidates.blocks import lines, stacked
from casework.extraction.candidates.names import legal_form
from casework.extraction.candidates.table import Candidates
from casework.extraction.layout import Floats, Ints, Layout
from casework.extraction.looks import line_score

_LINE = ("fits", "form", "postcode", "digit", "comma", "contact", "colon")
_NEXT_TO = ("there", "aligned", "as_tall")
EDGES = (
    *(f"above_{name}" for name in (*_LINE, *_NEXT_TO)),
    *(f"below_{name}" for name in (*_LINE, *_NEXT_TO)),
    "starts_line", "ends_line", "comma_after", "bracket_after", "form_left_out",
    "one_line", "two_lines", "three_lines", "more_lines", "first_line", "second_line",
    "first_fits", "last_fits", "worst_fits", "has_postcode", "has_form", "ends_in_form",
    "bracket_inside", "digit_at_end", "ends_in_stop", "dash_inside", "slash_inside", "length",
)  # fmt: skip
_NONE = (-1.0, *(0.0,) * (len(_LINE) + len(_NEXT_TO) - 1))
_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")
_CONTACT = re.compile(r"@|\btel|\bfax|www\.", re.IGNORECASE)
_LONG = 60.0
_MOST_LONG = 2.0
_COUNTED_LINES = 3
_AS_TALL = 0.15
_REMEMBERED = 1 << 14


class Lines:
    """The lines of a document, and which of them stands right below the one before it; made once
    a document."""

    def __init__(self, layout: Layout) -> None:
        found = lines(layout)
        self.layout = layout
        self.first = np.array([first for first, _ in found], np.int64)
        self.last = np.array([last for _, last in found], np.int64)
        below = [stacked(layout, upper, lower) for upper, lower in pairwise(found)]
        self.follows = (False, *below, False)

    def of(self, word: Ints) -> Ints:
        """The line of each word."""
        return np.searchsorted(self.first, word, side="right") - 1

    def beside(self, line: int, step: int) -> tuple[float, ...]:
        """How the line above (`step` -1) or below (1) looks; `_NONE` where none is near."""
        if not self.follows[line + max(step, 0)]:
            return _NONE
        layout, other = self.layout, line + step
        a, b = layout.box[self.first[line]], layout.box[self.first[other]]
        ends = layout.box[self.last[line], 2] - layout.box[self.last[other], 2]
        tall = float(layout.height[self.first[line]])
        left = float(a[0] - b[0])
        aligned = abs(left) < tall or abs(left + float(ends)) < 2 * tall
        as_tall = abs(float(a[3] - a[1] - b[3] + b[1])) < _AS_TALL * tall
        text = layout.text(int(self.first[other]), int(self.last[other]))
        return (*_line_looks(text), 1.0, float(aligned), float(as_tall))


def edges(candidates: Candidates, known: Lines, at: Ints) -> Floats:
    """The columns `EDGES` of the candidates with these indexes."""
    found = np.zeros((len(at), len(EDGES)))
    if not len(at):
        return found
    firsts = known.of(candidates.first_word[at]).tolist()
    lasts = known.of(candidates.last_word[at]).tolist()
    above = {line: known.beside(line, -1) for line in set(firsts)}
    below = {line: known.beside(line, 1) for line in set(lasts)}
    for row, (index, first, last) in enumerate(zip(at.tolist(), firsts, lasts, strict=True)):
        found[row] = (
            *above[first],
            *below[last],
            *_in_line(candidates, known, index, (first, last)),
            *_text_looks(candidates.texts[index]),
        )
    return found


def _in_line(
    candidates: Candidates, known: Lines, index: int, place: tuple[int, int]
) -> tuple[float, ...]:
    """How a candidate lies in its lines, the first and the last of which are at `place`."""
    first, last = place
    layout = known.layout
    page = layout.pages[int(candidates.page[index])].text
    start, end = int(candidates.start[index]), int(candidates.end[index])
    before = page[int(layout.start[known.first[first]]) : start]
    rest = page[end : int(layout.end[known.last[last]])]
    mark = rest.lstrip()[:1]
    count = last - first + 1
    return (
        float(not before.strip()),
        float(not rest.strip(" .,;:")),
        float(mark == ","),
        float(mark != "" and mark in "(["),
        float(_has_form(before) or _has_form(rest)),
        *(float(count == each) for each in range(1, _COUNTED_LINES + 1)),
        min(max(count - _COUNTED_LINES, 0) / _COUNTED_LINES, 1.0),
        float(first == 0),
        float(first == 1),
    )


@lru_cache(maxsize=_REMEMBERED)
def _line_looks(text: str) -> tuple[float, ...]:
    return (
        line_score(text),
        float(_has_form(text)),
        float(bool(_POSTCODE.search(text))),
        float(any(letter.isdigit() for letter in text)),
        float(text.endswith(",")),
        float(bool(_CONTACT.search(text))),
        float(":" in text),
    )


@lru_cache(maxsize=_REMEMBERED)
def _text_looks(text: str) -> tuple[float, ...]:
    fits = [line_score(line) for line in text.splitlines()] or [0.0]
    form = legal_form().search(text)
    return (
        fits[0],
        fits[-1],
        min(fits),
        float(bool(_POSTCODE.search(text))),
        float(form is not None),
        float(form is not None and text.rstrip(" .)").endswith(form.group().rstrip(" ."))),
        float("(" in text),
        float(any(letter.isdigit() for letter in text[-2:])),
        float(text.endswith(".")),
        float("-" in text),
        float("/" in text),
        min(len(text) / _LONG, _MOST_LONG),
    )


@lru_cache(maxsize=_REMEMBERED)
def _has_form(text: str) -> bool:
    return bool(text) and bool(legal_form().search(text))
