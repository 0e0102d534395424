"""Results of rules: whether a kind fits the step's type, and the bare value as JSON with its unit.

Money that was multiplied or divided is rounded half up to the smallest coin of its currency.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

from casework.sandbox.inputs import Value
from casework.sandbox.kinds import TEXTS, Kind, minor_digits, told
from casework.sandbox.pieces import Piece, no_option
from casework.sandbox.wrong import Wrong
from casework.types.values import Field, Json, TypeName, ValueType
from casework.values.expect import EXPECTED
from casework.values.money import money_json
from casework.values.numbers import plain
from casework.values.periods import period_json
from casework.values.quantities import quantity_json
from casework.values.shape import settle_json

_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)

_FITS: dict[TypeName, frozenset[str]] = {
    "number": frozenset({"number", "share", "percent"}),
    "percent": frozenset({"percent", "share"}),
    "money": frozenset({"money"}),
    "quantity": frozenset({"quantity"}),
    "date": frozenset({"date"}),
    "period": frozenset({"period"}),
    "yes/no": frozenset({"yes/no"}),
    "text": TEXTS,
    "choice": TEXTS,
    "record": frozenset({"record"}),
}
"""Which kinds a type takes; a number written in the rule also fits percent, money, quantity."""
_BARE_TOO = ("percent", "money", "quantity")


def check_result(piece: Piece, type: ValueType) -> None:
    """Raise `Wrong` when what the rule gives cannot be a value of this type."""
    _check(piece.kind, type, piece)


def natural(kind: Kind) -> ValueType:
    """The type that a rule gives when nobody asks for one."""
    match kind.name:
        case "list":
            item = natural(kind.item) if kind.item else ValueType("text")
            return replace(item, many=True)
        case "money" | "quantity":
            return ValueType(kind.name)
        case "percent" | "share":
            return ValueType("percent" if kind.name == "percent" else "number")
        case "number" | "date" | "period" | "yes/no" | "text" | "choice":
            return ValueType("text" if kind.name == "choice" else kind.name)
        case "record":
            return ValueType("record", fields=tuple(Field(n, natural(k)) for n, k in kind.fields))
    raise Wrong("rule.result", f"A rule cannot give {told(kind)}.", _PART_FIX)


def as_json(value: Value, kind: Kind, type: ValueType) -> Json:
    """The value as the step's type writes it; raises `ValueReadError` when it is none of it."""
    return settle_json(_json(value, kind, type), type)


_PART_FIX = 'Give one field of it, such as {X}["Amount"], or count it with len({X}).'


def _check(kind: Kind, type: ValueType, piece: Piece) -> None:
    if kind.name == "any":
        return
    if _is_list(type):
        if kind.name != "list":
            raise Wrong("rule.result", f"The step wants a list; {piece.described()}.")
        if kind.item is not None:
            _check(kind.item, _item(type), piece)
        return
    if type.name not in _FITS:
        what = EXPECTED[type.name][0]
        raise Wrong(
            "rule.result", f"A rule cannot give {what}.", "Let a person or a document fill it."
        )
    fits = kind.name in _FITS[type.name] or (kind.bare and type.name in _BARE_TOO)
    if not fits:
        raise _misfit(kind, type)
    if kind.several:
        fix = "Bring all to one unit in a step of its own before."
        raise Wrong("rule.unit", f"The rule gives {told(kind)}.", fix)
    if type.name == "record":
        _check_fields(kind, type, piece)
    if type.name == "choice" and kind.literal:
        for word in kind.words:
            if word not in type.options:
                raise no_option(word, type.options, "this step")


def _check_fields(kind: Kind, type: ValueType, piece: Piece) -> None:
    """A record is handed on as it is: the wanted fields must be among its own."""
    fields = dict(kind.fields)
    for field in type.fields:
        if field.name not in fields:
            raise Wrong("rule.result", f"{piece.brief()} has no {field.name!r}, the step wants it.")
        _check(fields[field.name], field.type, piece)


def _is_list(type: ValueType) -> bool:
    return type.many or type.name in ("choices", "table")


def _item(type: ValueType) -> ValueType:
    if type.many:
        return type.one()
    return replace(type, name="choice" if type.name == "choices" else "record")


def _misfit(kind: Kind, type: ValueType) -> Wrong:
    what = EXPECTED[type.name][0]
    fix = f"Write - type: {kind.name}." if kind.name in _FITS else ""
    if type.name == "yes/no":
        fix = f"Compare it with something. {fix}".rstrip()
    elif type.name == "percent" and kind.name == "number":
        fix = "A percentage comes from {Part} / {Whole}, or from another percentage."
    elif type.name == "money" and kind.name in ("number", "share"):
        fix = f"Make what it is worked out from {what}. {fix}".rstrip()
    return Wrong("rule.result", f"The rule gives {told(kind)}, the step wants {what}.", fix)


def _json(value: Value, kind: Kind, type: ValueType) -> Json:
    if isinstance(value, list):
        item = kind.item or Kind("any")
        return [_json(each, item, _item(type)) for each in value]
    if isinstance(value, Decimal):
        return _number(value, kind, type)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict) and kind.name == "record":
        kinds = dict(kind.fields)
        return {f.name: _json(value[f.name], kinds[f.name], f.type) for f in type.fields}
    if isinstance(value, dict):
        first, last = value.get("from"), value.get("to")
        ends = [day if isinstance(day, dt.date) else None for day in (first, last)]
        return period_json(ends[0], ends[1], str(value.get("label") or ""))
    return value


def _number(value: Decimal, kind: Kind, type: ValueType) -> Json:
    if type.name == "money":
        stated = kind.unit if kind.name == "money" else None
        currency = (type.unit if stated is None else stated) or None
        digits = minor_digits(currency)
        if kind.worked:
            value = value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
        return money_json(value, currency)
    if type.name == "quantity":
        return quantity_json(value, (kind.unit if kind.name == "quantity" else "") or type.unit)
    if type.name == "percent" and kind.name == "share":
        value = _EXACT.multiply(value, _HUNDRED)
    return plain(value)
