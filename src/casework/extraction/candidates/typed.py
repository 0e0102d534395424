"""Candidates that are values by themselves: dates, money, numbers, percents, quantities, periods.

Reading is the business of `values`; this only asks it page by page and keeps the places.
"""

from __future__ import annotations

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout
from casework.types.values import TypeName, ValueType
from casework.values.habits import Habits
from casework.values.read import readings

TYPED: frozenset[TypeName] = frozenset(
    {"date", "money", "number", "percent", "quantity", "period", "yes/no", "choice", "choices"}
)
_UNCERTAIN = 0.6
_SECOND_READING = 0.2


def typed(layout: Layout, wanted: ValueType, habits: Habits) -> list[Found]:
    """Every reading of the type on every page; the likeliest reading of a place comes first."""
    found: list[Found] = []
    for index, page in enumerate(layout.pages):
        place = (-1, -1)
        for each in readings(page.text, wanted, habits=habits):
            second = (each.start, each.end) == place
            place = (each.start, each.end)
            certain = _SECOND_READING if second else 1.0 if each.certain else _UNCERTAIN
            found.append(Found(index, each.start, each.end, each.value, certain))
    return found
