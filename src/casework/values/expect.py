"""What each type expects, in words, with an example: for error messages and model schemas."""

from __future__ import annotations

from casework.base.errors import ValueReadError
from casework.types.values import TypeName, ValueType

EXPECTED: dict[TypeName, tuple[str, str]] = {
    "text": ("a text", "Norton Ltd"),
    "number": ("a number", "1234.5"),
    "percent": ("a percentage", "19 %"),
    "money": ("an amount of money", "EUR 1,234.50"),
    "quantity": ("an amount with a unit", "24 months"),
    "date": ("a date", "2026-11-21"),
    "period": ("a period", "2025-01-01 to 2025-12-31"),
    "yes/no": ("yes or no", "yes"),
    "choice": ("one of the options", "pay"),
    "choices": ("some of the options", "pay; query"),
    "table": ("a list of rows", '[{"item": "Desk", "price": "EUR 120.00"}]'),
    "record": ("an object with its fields", '{"item": "Desk"}'),
    "file": ("a file", '{"document": "SHA256", "name": "claim.pdf"}'),
    "document": ("a text in Markdown", "# Decision"),
    "reference": ("a case of a worksheet", '{"worksheet": "Claims", "case": "C-17"}'),
}


def refused(told: str, type: ValueType, place: str = "", *, why: str = "") -> ValueReadError:
    """The error that says what was told, where, what was expected, and an example of it."""
    what, example = EXPECTED[type.name]
    if type.options:
        what, example = f"{what} ({', '.join(type.options)})", type.options[0]
    if type.name == "quantity" and type.unit:
        what, example = f"an amount in {type.unit}", f"24 {type.unit}"
    where = f"{place}: " if place else ""
    shown = told if len(told) <= 80 else told[:77] + "..."
    reason = why or f"{shown!r} is not {what}."
    return ValueReadError(f"{where}{reason}", fix=f"Write it like {example}.")
