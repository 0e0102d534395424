"""Whole texts as one value: a reader for each type that a person can type in one line.

Knows no JSON: `shape` settles that, and `read` is the door to both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

from casework.types.values import Json, ValueType
from casework.values.dates import date_readings, day_first, real_day
from casework.values.expect import refused
from casework.values.habits import Habits
from casework.values.lexicon import currencies
from casework.values.money import money_json, money_readings
from casework.values.numbers import exact, number_readings, parse, plain
from casework.values.periods import period_readings
from casework.values.quantities import (
    percent_readings,
    quantity_json,
    quantity_readings,
    unit_named,
)
from casework.values.reading import Reading
from casework.values.words import answer_readings, nearest, option_named

_MONEY = re.compile(r"([A-Z]{3}) (-?[0-9]+(?:\.[0-9]{1,2}|\.[0-9]{4,})?)", re.ASCII)
_PLAIN_UNIT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)[ \u00a0](\D+)")
_OTHER_UNIT = re.compile(r"(-?[0-9](?:[0-9.,]*[0-9])?)[ \u00a0]?([^\W\d_][^\d;]*)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*/\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
_ISO_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}.*")
_ITEMS = re.compile(r"\s*[;\n]\s*")
_COMMAS = re.compile(r"\s*[,;\n]\s*")
EDGES = " \t\r\n\u00a0"


def read_one(text: str, type: ValueType, habits: Habits) -> Json:
    """The stripped text as one value; raises `ValueReadError`."""
    return _READERS[type.name](text, type, habits)


def items_of(text: str, type: ValueType) -> list[str]:
    """The pieces of a text that lists values: by lines and semicolons, and by commas where no
    value of the type has one in it."""
    commas = type.name in ("yes/no", "choice", "choices")
    commas = commas and not any("," in option for option in type.options)
    return [piece for piece in (_COMMAS if commas else _ITEMS).split(text) if piece]


def _whole(text: str, found: tuple[Reading, ...], type: ValueType, decided: bool) -> Json:
    """The value of the reading that takes all of the text."""
    fit = [r for r in found if r.end - r.start == len(text)]
    if not fit:
        raise refused(text, type)
    if len(fit) > 1 and not fit[0].certain and not decided:
        ways = " or ".join(json.dumps(r.value, ensure_ascii=False) for r in fit[:2])
        raise refused(text, type, why=f"{text!r} can be read as {ways}.")
    return fit[0].value


def _read_number(text: str, type: ValueType, habits: Habits) -> Json:
    if habits.decimal_comma is not True and (told := exact(text)) is not None:
        return plain(told)
    return _whole(text, number_readings(text, habits), type, False)


def _read_percent(text: str, type: ValueType, habits: Habits) -> Json:
    bare = text.removesuffix("%").rstrip(EDGES)
    if habits.decimal_comma is not True and (told := exact(bare)) is not None:
        return plain(told)
    with_sign = text if bare != text else f"{text} %"
    found = percent_readings(text, habits) or percent_readings(with_sign, habits)
    fit = [r for r in found if r.start == 0 and r.end >= len(text)]
    if not fit:
        raise refused(text, type)
    return _whole(fit[0].text, tuple(fit), type, False)


def _read_money(text: str, type: ValueType, habits: Habits) -> Json:
    if habits.decimal_comma is not True and (match := _MONEY.fullmatch(text)):
        return _checked(money_json(Decimal(match[2]), match[1]), text, type)
    return _checked(_whole(text, money_readings(text, habits, type.unit), type, False), text, type)


def _checked(value: Json, text: str, type: ValueType) -> Json:
    """Refuses money in a currency that is none, or in another than the type fixes."""
    currency = value.get("currency") if isinstance(value, dict) else None
    if type.unit and currency != type.unit:
        raise refused(text, type, why=f"{text!r} is not in {type.unit}.")
    if currency and unknown_currency(str(currency)):
        raise refused(text, type, why=f"{currency!r} is no currency code.")
    return value


def unknown_currency(code: str) -> bool:
    """Whether no currency has this code."""
    return code not in currencies().codes


def _read_quantity(text: str, type: ValueType, habits: Habits) -> Json:
    if habits.decimal_comma is not True and (match := _PLAIN_UNIT.fullmatch(text)):
        unit = unit_named(match[2])
        if unit and type.unit in ("", unit):
            return quantity_json(Decimal(match[1]), unit)
    found = quantity_readings(text, habits, type.unit)
    if any(r.end - r.start == len(text) for r in found):
        return _whole(text, found, type, False)
    told = exact(text)
    if told is not None and type.unit:
        return quantity_json(told, type.unit)
    match = _OTHER_UNIT.fullmatch(text)
    if match and not type.unit and unit_named(match[2]) is None:
        values, certain = _amount(match[1], habits)
        if values and certain:
            return quantity_json(values[0], match[2].strip())
    raise refused(text, type)


def _amount(text: str, habits: Habits) -> tuple[tuple[Decimal, ...], bool]:
    """An amount with its sign."""
    if habits.decimal_comma is not True and (told := exact(text)) is not None:
        return (told,), True
    values, certain = parse(text.removeprefix("-"), habits.decimal_comma, "decimal")
    if text.startswith("-"):
        return tuple(value.copy_negate() for value in values), certain
    return values, certain


def _read_date(text: str, type: ValueType, habits: Habits) -> Json:
    if match := _ISO_MOMENT.fullmatch(text):
        text = match[1]
    if _ISO.fullmatch(text) and real_day(int(text[:4]), int(text[5:7]), int(text[8:])):
        return text
    decided = day_first(habits, type.hint) is not None
    return _whole(text, date_readings(text, habits, type.hint), type, decided)


def _read_period(text: str, type: ValueType, habits: Habits) -> Json:
    label = text
    if text.endswith(")") and "(" in text[1:]:
        text, _, label = text[:-1].rpartition("(")
        text = text.rstrip()
    elif span := _ISO_SPAN.fullmatch(text):
        text = label = f"{span[1]} to {span[2]}"
    found = period_readings(text, habits, type.hint)
    decided = day_first(habits, type.hint) is not None
    value = _whole(text, found, type, decided)
    if isinstance(value, dict):
        first, last = value["from"], value["to"]
        if first and last and str(first) > str(last):
            raise refused(text, type, why=f"{text!r} ends before it begins.")
        return {**value, "label": " ".join(label.split())}
    return value


def _read_answer(text: str, type: ValueType, habits: Habits) -> Json:
    return _whole(text.rstrip(".!"), answer_readings(text.rstrip(".!")), type, True)


def _read_choice(text: str, type: ValueType, habits: Habits) -> Json:
    if not type.options:
        return text
    option = option_named(text, type.options)
    if option is None:
        close = nearest(text, type.options)
        hint = f" Did you mean {close!r}?" if close else ""
        why = f"{text!r} is not one of the options ({', '.join(type.options)}).{hint}"
        raise refused(text, type, why=why)
    return option


def _read_choices(text: str, type: ValueType, habits: Habits) -> Json:
    stated = [_read_choice(piece, type, habits) for piece in items_of(text, type)]
    return in_option_order(stated, type)


def in_option_order(stated: list[Json], type: ValueType) -> list[Json]:
    """The options that are stated, once each, in the order of the type."""
    if not type.options:
        return list(dict.fromkeys(str(item) for item in stated))
    return [option for option in type.options if option in stated]


def _read_text(text: str, type: ValueType, habits: Habits) -> Json:
    return text


def _read_document(text: str, type: ValueType, habits: Habits) -> Json:
    return {"markdown": text}


_READERS: dict[str, Callable[[str, ValueType, Habits], Json]] = {
    "text": _read_text,
    "number": _read_number,
    "percent": _read_percent,
    "money": _read_money,
    "quantity": _read_quantity,
    "date": _read_date,
    "period": _read_period,
    "yes/no": _read_answer,
    "choice": _read_choice,
    "choices": _read_choices,
    "document": _read_document,
}
