"""Values as a person reads them; `read_value` reads what is shown here back, but for the endless
decimals of a quotient."""

from __future__ import annotations

from decimal import Decimal

from casework.types.values import Json, ValueType
from casework.values.lexicon import currencies, units
from casework.values.numbers import exact

_GROUP = 3
_MOST_DIGITS = 20
"""Quotients have more (28); no document states as many, and nobody reads them."""
_DECIMALS = 6


def show(value: Json, type: ValueType) -> str:
    """`EUR 1,234.50` · `19 %` · `24 months` · `2026-11-21` · `yes` · `3 rows`; many by `; `.

    None is shown as ''. What does not have the shape of its type is shown as it is.
    """
    if value is None:
        return ""
    if type.many:
        items = value if isinstance(value, list) else [value]
        return "; ".join(show(item, type.one()) for item in items)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _list(value, type)
    if isinstance(value, dict):
        return _object(value, type)
    if type.name == "percent":
        return f"{_short(str(value))} %"
    return _short(str(value)) if type.name == "number" else str(value)


def _short(number: str) -> str:
    """A number as it is, or rounded where its decimals go on beyond what people read."""
    told = exact(number)
    digits = number.lstrip("-0.").replace(".", "")
    if told is None or len(digits) <= _MOST_DIGITS or "." not in number:
        return number
    shown = f"{told:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return shown if exact(shown) else number


def _list(value: list[Json], type: ValueType) -> str:
    if type.name == "table":
        return "1 row" if len(value) == 1 else f"{len(value)} rows"
    return "; ".join(str(item) for item in value)


def _object(value: dict[str, Json], type: ValueType) -> str:
    match type.name:
        case "money":
            return _money(str(value.get("amount")), value.get("currency"))
        case "quantity":
            return _quantity(str(value.get("amount")), str(value.get("unit")))
        case "period":
            return _period(value.get("from"), value.get("to"), str(value.get("label") or ""))
        case "record":
            told = ((f.name, show(value.get(f.name), f.type)) for f in type.fields)
            return ", ".join(f"{name}: {text}" for name, text in told if text)
        case "document":
            return str(value.get("markdown"))
        case "file":
            return str(value.get("name") or value.get("document"))
        case _:
            return " / ".join(str(part) for part in value.values())


def _money(amount: str, currency: Json) -> str:
    told = exact(amount)
    if told is None:
        return amount
    whole, _, fraction = amount.removeprefix("-").partition(".")
    grouped = f"{Decimal(whole):,f}"
    if currency in currencies().no_minor and not fraction.strip("0"):
        fraction = ""
    if len(fraction) == _GROUP:
        fraction += "0"
    sign = "-" if told < 0 else ""
    number = f"{sign}{grouped}.{fraction}" if fraction else f"{sign}{grouped}"
    return f"{currency} {number}" if currency else number


def _quantity(amount: str, unit: str) -> str:
    told = exact(amount)
    many = told is not None and abs(told) != Decimal(1)
    return f"{_short(amount)} {units().many.get(unit, unit) if many else unit}"


def _period(first: Json, last: Json, label: str) -> str:
    if first and last:
        days = f"{first} to {last}"
    elif first or last:
        days = f"from {first}" if first else f"until {last}"
    else:
        return label
    return days if not label or label == days else f"{days} ({label})"
