"""Candidates that are values by themselves: dates, money, numbers, percents, quantities, periods.

Reading is the business of `values`; this only asks it page by page and keeps the places.
"""

from __future__ import annotations

import numpy as np

from casework.extraction.candidates.options import written_options
from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout
from casework.types.values import TypeName, ValueType
from casework.values.habits import Habits
from casework.values.read import readings

TYPED: frozenset[TypeName] = frozenset(
    {"date", "money", "number", "percent", "quantity", "period", "yes/no", "choice", "choices"}
)
_LEAST_WORDS = 2
_COUNTED = frozenset({"money", "number", "percent", "quantity"})
_APART = 0.9
"""Two figures further apart than this, in heights of the text, are two numbers, not `19 163,16`."""
_UNCERTAIN = 0.6
_SECOND_READING = 0.2


def typed(layout: Layout, wanted: ValueType, habits: Habits) -> list[Found]:
    """Every reading of the type on every page; the likeliest reading of a place comes first."""
    found: list[Found] = []
    counted = wanted.name in _COUNTED
    for index, page in enumerate(layout.pages):
        place = (-1, -1)
        text = columns_apart(layout, index) if counted else page.text
        for each in readings(text, wanted, habits=habits):
            second = (each.start, each.end) == place
            place = (each.start, each.end)
            certain = _SECOND_READING if second else 1.0 if each.certain else _UNCERTAIN
            found.append(Found(index, each.start, each.end, each.value, certain))
    if wanted.name in ("choice", "choices"):
        found += written_options(layout, wanted.options, many=wanted.name == "choices")
    return found


def columns_apart(layout: Layout, index: int) -> str:
    """The text of a page with a tab for the space between figures of different columns, so that
    they are not read as one number; every letter keeps its place."""
    text = layout.pages[index].text
    here = np.flatnonzero(layout.page == index)
    if len(here) < _LEAST_WORDS:
        return text
    one, other = here[:-1], here[1:]
    gap = layout.box[other, 0] - layout.box[one, 2]
    wide = (gap > _APART * layout.height[other]) & (layout.start[other] == layout.end[one] + 1)
    letters: list[str] = []
    for at in layout.end[one[wide]].tolist():
        if text[at] == " " and text[at - 1].isdigit() and text[at + 1].isdigit():
            letters = letters or list(text)
            letters[at] = "\t"
    return "".join(letters) if letters else text
