"""The door: text to values. `readings` finds every value in a text, `read_value` takes all of a
text as one value, as a person types it or a model answers it."""

from __future__ import annotations

from decimal import Decimal

from casework.types.values import Json, ValueType
from casework.values.dates import date_readings
from casework.values.expect import refused
from casework.values.habits import NO_HABITS, Habits
from casework.values.money import money_readings
from casework.values.numbers import number_readings
from casework.values.periods import period_readings
from casework.values.quantities import percent_readings, quantity_readings
from casework.values.reading import Reading
from casework.values.shape import AS_JSON, settle_json, unique
from casework.values.typed import EDGES, items_of, read_one
from casework.values.words import answer_readings, choice_readings, choices_readings

_ONE = Decimal(1)


def readings(
    text: str, type: ValueType, *, habits: Habits | None = None, scale: Decimal = _ONE
) -> tuple[Reading, ...]:
    """Every value of the type that stands in the text, in its order, with offsets into it.

    A many-valued type gives its items. `scale` multiplies numbers and money that bear no scale
    word of their own ("€ in thousands" in a heading is 1000). Files, references, tables and
    records do not stand in a text: they give nothing.
    """
    known = habits or NO_HABITS
    match type.name:
        case "money":
            return money_readings(text, known, type.unit, scale)
        case "number":
            return number_readings(text, known, scale)
        case "percent":
            return percent_readings(text, known)
        case "quantity":
            return quantity_readings(text, known, type.unit)
        case "date":
            return date_readings(text, known, type.hint)
        case "period":
            return period_readings(text, known, type.hint)
        case "yes/no":
            return answer_readings(text)
        case "choice":
            return choice_readings(text, type.options)
        case "choices":
            return choices_readings(text, type.options)
        case "text":
            return _all_of(text)
        case _:
            return ()


def _all_of(text: str) -> tuple[Reading, ...]:
    told = text.strip(EDGES)
    if not told:
        return ()
    start = text.index(told)
    return (Reading(told, start, start + len(told), told),)


def read_value(text: str, type: ValueType, *, habits: Habits | None = None) -> Json:
    """The whole text as one value of the type.

    Many values stand on lines of their own or between semicolons (commas too where no value of
    the type has one in it). Raises `ValueReadError` with what was expected and an example; so
    does a text that can be read in two ways when neither `habits` nor the type decides.
    """
    known = habits or NO_HABITS
    told = text.strip(EDGES)
    if type.many and not told.startswith("["):
        one = type.one()
        return unique([read_value(item, one, habits=known) for item in items_of(told, type)], one)
    if not told:
        raise refused("", type, why="Nothing was written.")
    if type.many or type.name in AS_JSON:
        return settle_json(told, type)
    return read_one(told, type, known)
