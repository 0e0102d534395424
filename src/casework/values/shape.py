"""Values as JSON: brings what others hand in to the one form, and tells models the form.

Accepts what a model, a python function or an API caller would naturally give. Reads no document.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from casework.base.errors import ValueReadError
from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.expect import refused
from casework.values.habits import NO_HABITS
from casework.values.money import money_json
from casework.values.numbers import exact, plain
from casework.values.periods import period_json
from casework.values.quantities import converted, quantity_json, unit_named
from casework.values.typed import EDGES, in_option_order, items_of, read_one, unknown_currency

AS_JSON = frozenset({"table", "record", "file", "reference"})
"""Types that a text says as JSON."""
_CURRENCY_LETTERS = 3


def settle_json(value: Json, type: ValueType) -> Json:
    """The value in the one form that its type has; settling twice changes nothing.

    A bare number is percentage points for a percent, and money in the currency of the type. Texts
    are read as `read_value` reads them. Fields that a record does not name become null, fields
    that the type does not know are refused. Raises `ValueReadError` naming the place inside the
    value, such as `rows[2].amount`.
    """
    return _settle(value, type, "")


def _settle(value: Json, type: ValueType, place: str) -> Json:
    if type.many:
        return _many(value, type, place)
    if value is None:
        raise refused("null", type, place, why="There is no value.")
    try:
        return _SETTLERS[type.name](value, type, place)
    except ValueReadError as error:
        if place and not error.message.startswith(place):
            raise ValueReadError(f"{place}: {error.message}", fix=error.fix) from error
        raise


def _many(value: Json, type: ValueType, place: str) -> Json:
    if value is None:
        return []
    items: list[Json]
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _parsed(value, type, place)
    if isinstance(value, str):
        items = list(items_of(value, type))
    else:
        items = value if isinstance(value, list) else [value]
    one = type.one()
    return unique([_settle(item, one, f"{place}[{at}]") for at, item in enumerate(items)], one)


def _parsed(text: str, type: ValueType, place: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError as error:
        raise refused(text, type, place) from error
    return value


def _read(text: str, type: ValueType, place: str) -> Json:
    told = text.strip(EDGES)
    if not told:
        raise refused("", type, place, why="The text is empty.")
    return read_one(told, type, NO_HABITS)


def unique(items: list[Json], type: ValueType) -> list[Json]:
    """The items without those that say the same as an earlier one."""
    kept: list[Json] = []
    for item in items:
        if not any(same(item, other, type) for other in kept):
            kept.append(item)
    return kept


def _decimal(value: Json, type: ValueType, place: str) -> Decimal | None:
    """The number that a JSON number or plain decimal string is; None for other texts."""
    if value is None or isinstance(value, bool | list | dict):
        raise refused(str(value), type, place)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refused(str(value), type, place)
        return Decimal(repr(value))
    told = value.strip()
    try:
        return Decimal(told) if "e" in told.lower() else exact(told)
    except InvalidOperation:
        return None


def _number(value: Json, type: ValueType, place: str) -> Json:
    told = _decimal(value, type, place)
    if told is not None and told.is_finite():
        return plain(told)
    return _read(str(value), type, place)


def _money(value: Json, type: ValueType, place: str) -> Json:
    if isinstance(value, dict):
        _known(value, ("amount", "currency"), type, place)
        amount, currency = value.get("amount"), value.get("currency") or None
        told = _decimal(amount, type, f"{place}.amount" if place else "amount")
        if told is None:
            return _with_currency(_read(str(amount), type, place), currency, type, place)
        return _with_currency(money_json(told, None), currency, type, place)
    if isinstance(value, str):
        return _read(value, type, place)
    told = _decimal(value, type, place)
    return money_json(told or Decimal(0), type.unit or None)


def _with_currency(read: Json, currency: Json, type: ValueType, place: str) -> Json:
    """The read money in the currency that stands beside the amount."""
    if not isinstance(read, dict):
        raise refused(str(read), type, place)
    stated = read.get("currency")
    if currency is not None:
        code = _code(str(currency), type, place)
        if stated and stated != code:
            raise refused(code, type, place, why=f"The amount is in {stated}, not in {code}.")
        stated = code
    if type.unit and stated and stated != type.unit:
        raise refused(str(stated), type, place, why=f"{stated} is not {type.unit}.")
    return {"amount": read["amount"], "currency": stated or type.unit or None}


def _code(told: str, type: ValueType, place: str) -> str:
    """The currency code that a code, symbol or word says."""
    code = told.strip().upper()
    if len(code) == _CURRENCY_LETTERS and not unknown_currency(code):
        return code
    try:
        read = _read(f"1.00 {told.strip()}", ValueType("money"), place)
    except ValueReadError as error:
        raise refused(told, type, place, why=f"{told!r} is no currency.") from error
    return str(read["currency"]) if isinstance(read, dict) else code


def _quantity(value: Json, type: ValueType, place: str) -> Json:
    if not isinstance(value, dict):
        return _read(str(value), type, place)
    _known(value, ("amount", "unit"), type, place)
    amount = _decimal(value.get("amount"), type, place)
    unit = str(value.get("unit") or type.unit).strip()
    if amount is None:
        read = _read(str(value.get("amount")), ValueType("number"), place)
        amount = Decimal(str(read))
    if not unit:
        raise refused(str(value), type, place)
    unit = unit_named(unit) or unit
    if not type.unit:
        return quantity_json(amount, unit)
    told = converted(amount, unit, type.unit)
    if told is None:
        raise refused(f"{amount} {unit}", type, place)
    return quantity_json(told, type.unit)


def _date(value: Json, type: ValueType, place: str) -> Json:
    if not isinstance(value, str):
        raise refused(str(value), type, place)
    return _read(value, type, place)


def _period(value: Json, type: ValueType, place: str) -> Json:
    if not isinstance(value, dict):
        return _date(value, type, place)
    _known(value, ("from", "to", "label"), type, place)
    ends: list[dt.date | None] = []
    for key in ("from", "to"):
        told = value.get(key)
        day = _read(str(told), ValueType("date", hint=type.hint), place) if told else None
        ends.append(dt.date.fromisoformat(str(day)) if day else None)
    first, last = ends
    label = str(value.get("label") or "")
    if first is None and last is None and not label:
        raise refused(str(value), type, place)
    if first and last and first > last:
        raise refused(str(value), type, place, why=f"{first} comes after {last}.")
    return period_json(first, last, label)


def _answer(value: Json, type: ValueType, place: str) -> Json:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise refused(str(value), type, place)
    return _read(value, type, place)


def _text(value: Json, type: ValueType, place: str) -> Json:
    if isinstance(value, list | dict | bool):
        raise refused(str(value), type, place)
    told = plain(Decimal(repr(value))) if isinstance(value, float) else str(value)
    return _read(told, type, place)


def _choices(value: Json, type: ValueType, place: str) -> Json:
    if not isinstance(value, list):
        return _read(str(value), type, place)
    one = ValueType("choice", options=type.options)
    told = [_settle(item, one, f"{place}[{at}]") for at, item in enumerate(value)]
    return in_option_order(told, type)


def _table(value: Json, type: ValueType, place: str) -> Json:
    if isinstance(value, str):
        value = _parsed(value, type, place)
    if not isinstance(value, list):
        raise refused(str(value), type, place)
    row = ValueType("record", fields=type.fields)
    return [_settle(item, row, f"{place or 'rows'}[{at}]") for at, item in enumerate(value)]


def _record(value: Json, type: ValueType, place: str) -> Json:
    if isinstance(value, str):
        value = _parsed(value, type, place)
    if not isinstance(value, dict):
        raise refused(str(value), type, place)
    _known(value, tuple(field.name for field in type.fields), type, place)
    settled: dict[str, Json] = {}
    for field in type.fields:
        told = value.get(field.name)
        inside = f"{place}.{field.name}" if place else field.name
        settled[field.name] = None if told is None else _settle(told, field.type, inside)
    return settled


def _object(value: Json, type: ValueType, place: str) -> Json:
    """A file, a reference or a document: all its keys, as texts."""
    keys = _KEYS[type.name]
    if isinstance(value, str):
        value = _parsed(value, type, place) if type.name in AS_JSON else {keys[0]: value}
    if not isinstance(value, dict):
        raise refused(str(value), type, place)
    _known(value, keys, type, place)
    if not value.get(keys[0]):
        raise refused(str(value), type, place, why=f"{keys[0]!r} is missing.")
    return {key: str(value.get(key) or "") for key in keys}


def _document(value: Json, type: ValueType, place: str) -> Json:
    """A written document: its text, and its sentences as they were checked where it has them."""
    sentences = value.get("sentences") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(sentences, list):
        return _object(value, type, place)
    bare: dict[str, Json] = {key: told for key, told in value.items() if key != "sentences"}
    settled = _object(bare, type, place)
    return {**settled, "sentences": sentences} if isinstance(settled, dict) else settled


def _known(value: dict[str, Json], keys: tuple[str, ...], type: ValueType, place: str) -> None:
    unknown = [key for key in value if key not in keys]
    if unknown:
        told = f"There is no field {unknown[0]!r}; the fields are {', '.join(keys)}."
        raise refused(unknown[0], type, place, why=told)


_KEYS: dict[str, tuple[str, ...]] = {
    "file": ("document", "name"),
    "reference": ("worksheet", "case"),
    "document": ("markdown",),
}
_SETTLERS: dict[str, Callable[[Json, ValueType, str], Json]] = {
    "text": _text,
    "number": _number,
    "percent": _number,
    "money": _money,
    "quantity": _quantity,
    "date": _date,
    "period": _period,
    "yes/no": _answer,
    "choice": _text,
    "choices": _choices,
    "table": _table,
    "record": _record,
    "file": _object,
    "reference": _object,
    "document": _document,
}
