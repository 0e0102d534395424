"""Inputs of a rule: from the JSON of a cell to its kind, with its unit, and the bare value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from casework.sandbox.kinds import Kind, KindName, joined_units, kind_of
from casework.sandbox.lower import MOST_DIGITS
from casework.sandbox.wrong import Wrong
from casework.types.needs import RuleInput
from casework.types.values import Json, TypeName, ValueType
from casework.values.expect import EXPECTED
from casework.values.numbers import exact

Value = None | bool | str | Decimal | dt.date | list["Value"] | dict[str, "Value"]
"""A value as the sandbox holds it: units are gone into the kind."""

Taken = tuple[Kind, Value]


def take(given: RuleInput) -> Taken:
    """The kind and the bare value of an input; raises `Wrong` when it has not its type's shape."""
    try:
        return _take(given.value, given.type)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        expected = "a list" if given.type.many else EXPECTED[given.type.name][0]
        reason = f"{given.name} holds {str(given.value)[:60]!r}, which is not {expected}."
        raise Wrong("rule.input", reason, "Correct the cell, or run its step again.") from error


def _take(value: Json, type: ValueType) -> Taken:
    if type.many:
        return _list(value, type.one())
    return _TAKERS[type.name](value, type)


@lru_cache(maxsize=4096)
def _with_unit(name: KindName, unit: str) -> Kind:
    return Kind(name, unit)


@lru_cache(maxsize=4096)
def _declared(type: ValueType) -> Kind:
    return kind_of(type)


def _decimal(value: Json) -> Decimal:
    told = exact(value) if isinstance(value, str) else None
    if told is None:
        raise ValueError(value)
    if len(told.as_tuple().digits) > MOST_DIGITS:
        reason = f"{value} has more digits than rules calculate with ({MOST_DIGITS})."
        raise Wrong("rule.too_large", reason, "Correct the cell it comes from.")
    return told


def _number(value: Json, type: ValueType) -> Taken:
    return _declared(type), _decimal(value)


def _money(value: Json, type: ValueType) -> Taken:
    """Zero without a stated currency is zero of any: it stands beside every other amount."""
    told = _object(value)
    currency, amount = told["currency"], _decimal(told["amount"])
    if not currency and not amount:
        return _declared(_MONEY), amount
    return _with_unit("money", str(currency or "")), amount


def _quantity(value: Json, type: ValueType) -> Taken:
    told = _object(value)
    return _with_unit("quantity", str(told["unit"])), _decimal(told["amount"])


def _date(value: Json, type: ValueType) -> Taken:
    return _declared(type), dt.date.fromisoformat(_text_of(value))


def _period(value: Json, type: ValueType) -> Taken:
    told = _object(value)
    ends = {key: dt.date.fromisoformat(str(told[key])) if told[key] else None for key in _ENDS}
    return _declared(type), {**ends, "label": _clean(str(told.get("label") or ""))}


_ENDS = ("from", "to")
_MONEY = ValueType("money")


def _answer(value: Json, type: ValueType) -> Taken:
    if not isinstance(value, bool):
        raise ValueError(value)
    return _declared(type), value


def _text(value: Json, type: ValueType) -> Taken:
    return _declared(type), _clean(_text_of(value))


def _choices(value: Json, type: ValueType) -> Taken:
    if not isinstance(value, list):
        raise ValueError(value)
    return _declared(type), [_clean(_text_of(item)) for item in value]


def _file(value: Json, type: ValueType) -> Taken:
    return _declared(type), True


def _table(value: Json, type: ValueType) -> Taken:
    return _list(value, ValueType("record", fields=type.fields))


def _list(value: Json, type: ValueType) -> Taken:
    """The items, and one kind for all: with all units that stand in it."""
    if not isinstance(value, list):
        raise ValueError(value)
    taken = [_take(item, type) for item in value]
    item = _declared(type)
    for kind in {kind: None for kind, _ in taken}:
        item = _merged(item, kind)
    values = [found for _, found in taken]
    for number, found in enumerate(values, start=1):
        if isinstance(found, dict) and type.name == "record":
            found[_ROW] = str(number)
    return Kind("list", item=item), values


_ROW = " row"
"""The key under which a row carries its number, for messages: no field name begins with a space."""


def _merged(known: Kind, found: Kind) -> Kind:
    """The kind of a list so far, and one more item of it."""
    if known.name == "record":
        pairs = zip(known.fields, found.fields, strict=True)
        return replace(known, fields=tuple((a[0], _merged(a[1], b[1])) for a, b in pairs))
    if known.name not in ("money", "quantity") or found.unit is None or found.unit == known.unit:
        return known
    return replace(known, unit=_both(known.unit, found.unit))


def _both(known: str | None, found: str) -> str:
    return found if known is None else joined_units(known, found)


def _record(value: Json, type: ValueType) -> Taken:
    told = _object(value)
    fields: list[tuple[str, Kind]] = []
    values: dict[str, Value] = {}
    for field in type.fields:
        inside = told.get(field.name)
        if inside is None:
            fields.append((field.name, _declared(field.type)))
            values[field.name] = None
        else:
            kind, values[field.name] = _take(inside, field.type)
            fields.append((field.name, kind))
    return Kind("record", fields=tuple(fields)), values


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise ValueError(value)
    return value


def _text_of(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _clean(text: str) -> str:
    """The text without lone surrogates, which no file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _document(value: Json, type: ValueType) -> Taken:
    """A written document is its text, in Markdown."""
    return _declared(type), _clean(_text_of(_object(value)["markdown"]))


_TAKERS: dict[TypeName, Callable[[Json, ValueType], Taken]] = {
    "text": _text, "choice": _text, "number": _number, "percent": _number, "money": _money,
    "quantity": _quantity, "date": _date, "period": _period, "yes/no": _answer,
    "choices": _choices, "table": _table, "record": _record, "file": _file, "reference": _file,
    "document": _document,
}  # fmt: skip
