"""Candidates that say how long: "two (2) years", "30 Tage"; as a text the value is "2 years"."""

from __future__ import annotations

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout
from casework.types.values import ValueType
from casework.values.habits import Habits
from casework.values.quantities import quantity_readings

_TIMES = frozenset({"day", "business day", "week", "month", "quarter", "year", "hour", "minute"})


def durations(layout: Layout, habits: Habits, wanted: ValueType) -> list[Found]:
    """Every quantity of time, as the type wants it told."""
    as_text = wanted.name == "text"
    found: list[Found] = []
    for index, page in enumerate(layout.pages):
        place = -1
        for each in quantity_readings(page.text, habits, wanted.unit):
            value = each.value
            if isinstance(value, dict) and value.get("unit") in _TIMES and each.start >= place:
                said = told(value["amount"], value["unit"]) if as_text else value
                found.append(Found(index, each.start, each.end, said))
                place = each.end
    return found


def told(amount: object, unit: object) -> str:
    """`2 years`, `1 month`."""
    return f"{amount} {unit}" if str(amount) == "1" else f"{amount} {unit}s"
