"""Whether two values of a type say the same. Compares JSON values; reads no text."""

from __future__ import annotations

import re
from decimal import Decimal

from casework.types.values import Json, ValueType
from casework.values.numbers import exact
from casework.values.quantities import converted
from casework.values.words import folded

_DECIMAL = re.compile(
    r"(?<![0-9.,/])([0-9]{1,3}(?:[.,'’ ][0-9]{3})+|[0-9]+)[.,]([0-9]{1,2})(?![0-9]|[.,/][0-9])"
)


def same(a: Json, b: Json, type: ValueType) -> bool:
    """Typed equality.

    Decimals compare as numbers; texts by their letters and digits without case; money needs the
    same currency, and an unstated one equals only an unstated one; quantities compare across
    units where that is exact (12 months are a year); periods by their days, and by their label
    only when no day is known; many-valued values and choices as sets; tables row by row.
    """
    if a is None or b is None:
        return a is b
    if type.many or type.name == "choices":
        return _same_set(a, b, type.one() if type.many else ValueType("choice"))
    match type.name:
        case "number" | "percent":
            return _same_number(a, b)
        case "yes/no" | "date":
            return a == b
        case "table":
            return _same_rows(a, b, type)
        case "text" | "choice":
            return _same_text(a, b)
    if not isinstance(a, dict) or not isinstance(b, dict):
        return a == b
    return _same_object(a, b, type)


def _same_object(a: dict[str, Json], b: dict[str, Json], type: ValueType) -> bool:
    match type.name:
        case "money":
            same_currency = a.get("currency") == b.get("currency")
            return same_currency and _same_number(a.get("amount"), b.get("amount"))
        case "quantity":
            return _same_quantity(a, b)
        case "period":
            days = [(one.get("from"), one.get("to")) for one in (a, b)]
            if days[0] == (None, None):
                return days[1] == days[0] and _same_text(a.get("label"), b.get("label"))
            return days[0] == days[1]
        case "record":
            return all(same(a.get(f.name), b.get(f.name), f.type) for f in type.fields)
        case "file":
            return a.get("document") == b.get("document")
        case "document":
            return _same_text(a.get("markdown"), b.get("markdown"))
        case _:
            return a == b


def _decimal(value: Json) -> Decimal | None:
    return exact(value) if isinstance(value, str) else None


def _same_number(a: Json, b: Json) -> bool:
    one, two = _decimal(a), _decimal(b)
    return a == b if one is None or two is None else one == two


def _same_text(a: Json, b: Json) -> bool:
    if a == b:
        return True
    if not isinstance(a, str) or not isinstance(b, str):
        return False
    one, two = folded(a), folded(b)
    return one == two and bool(one) and _decimals(a) == _decimals(b)


def _decimals(text: str) -> list[tuple[str, str]]:
    """The figures before and behind each decimal point: `1.5` is not 15."""
    return [(folded(whole), fraction) for whole, fraction in _DECIMAL.findall(text)]


def _same_quantity(a: dict[str, Json], b: dict[str, Json]) -> bool:
    one, two = _decimal(a.get("amount")), _decimal(b.get("amount"))
    if one is None or two is None:
        return a == b
    unit, wanted = str(a.get("unit")), str(b.get("unit"))
    if unit == wanted:
        return one == two
    forward, back = converted(one, unit, wanted), converted(two, wanted, unit)
    return forward == two if forward is not None else back == one and back is not None


def _same_set(a: Json, b: Json, type: ValueType) -> bool:
    if not isinstance(a, list) or not isinstance(b, list):
        return a == b
    return _within(a, b, type) and _within(b, a, type)


def _within(some: list[Json], others: list[Json], type: ValueType) -> bool:
    return all(any(same(one, other, type) for other in others) for one in some)


def _same_rows(a: Json, b: Json, type: ValueType) -> bool:
    if not isinstance(a, list) or not isinstance(b, list) or len(a) != len(b):
        return False
    row = ValueType("record", fields=type.fields)
    return all(same(one, two, row) for one, two in zip(a, b, strict=True))
