"""Arithmetic over kinds: what adding, multiplying and dividing gives, and which are mistakes.

Money times money, EUR plus CHF and a month minus a day raise `Wrong`, naming both sides.
"""

from __future__ import annotations

from dataclasses import replace

from casework.sandbox.kinds import (
    ANY,
    DATE,
    DAYS,
    NUMBER,
    NUMERIC,
    PERCENT,
    SHARE,
    TEXT,
    TEXTS,
    Kind,
    told,
)
from casework.sandbox.pieces import Piece, alike, fit, joined, literal, unlike
from casework.sandbox.wrong import Wrong

_DATE_UNITS = {
    "day": ("_days", 1), "week": ("_days", 7), "month": ("_months", 1),
    "quarter": ("_months", 3), "year": ("_months", 12),
}  # fmt: skip
"""Units that can be added to a date, with the function that does it and how many each is."""

_VERBS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "divide",
    "%": "divide", "**": "raise to a power",
}  # fmt: skip
_HUNDRED = "100"


def calculate(operator: str, a: Piece, b: Piece) -> Piece:
    """The piece `a operator b`, for the seven operators of arithmetic."""
    if "any" in (a.kind.name, b.kind.name):
        return Piece(ANY, "None", joined(operator, a, b))
    if operator in ("+", "-"):
        kind, code = _add(operator, a, b)
    elif operator == "*":
        kind, code = _multiply(a, b)
    elif operator == "/":
        kind, code = _divide(a, b)
    elif operator == "**":
        kind, code = _power(a, b)
    else:
        kind, code = _whole_divide(operator, a, b)
    return Piece(kind, code, joined(operator, a, b), closed=False)


def negated(piece: Piece) -> Piece:
    """The piece with its sign turned."""
    if piece.kind.name not in NUMERIC and piece.kind.name != "any":
        raise Wrong("rule.kind", f"There is no minus of {piece.brief()}: it is {told(piece.kind)}.")
    return Piece(piece.kind, f"(-{piece.code})", f"-{piece.said}")


def _add(operator: str, a: Piece, b: Piece) -> tuple[Kind, str]:
    names = (a.kind.name, b.kind.name)
    verb = _VERBS[operator]
    if operator == "+" and names[0] in TEXTS and names[1] in TEXTS:
        return TEXT, f"({a.code} + {b.code})"
    if names == ("date", "date") and operator == "-":
        return DAYS, f"_between({a.code}, {b.code})"
    if "date" in names:
        return _move(operator, a, b)
    if a.kind.name not in NUMERIC or b.kind.name not in NUMERIC:
        raise unlike(verb, a, b)
    if a.kind.bare != b.kind.bare and "percent" in names:
        return _whole_and_percent(operator, a, b)
    kind = alike(verb, a, b)
    return kind, f"({fit(a, kind)} {operator} {fit(b, kind)})"


def _whole_and_percent(operator: str, a: Piece, b: Piece) -> tuple[Kind, str]:
    """`1 + 19 %` is 1.19; every other number may mean points or a whole and is refused."""
    if a.code == literal("1"):
        return replace(SHARE, scaled=True), f"(_ONE {operator} {b.code} * _CENT)"
    percent = a if a.kind.name == "percent" else b
    raise Wrong(
        "rule.percent",
        f"Cannot {_VERBS[operator]}: {percent.described()}, and a bare number may mean points or "
        "a whole.",
        f"Write 1 {operator} {{Rate}} for the whole, or {{Net}} {operator} {{Net}} * {{Rate}}.",
    )


def _move(operator: str, a: Piece, b: Piece) -> tuple[Kind, str]:
    """A date moved by days, weeks, months or years."""
    day, step = (a, b) if a.kind.name == "date" else (b, a)
    if step.kind.name in ("number", "share"):
        fix = f"Say of what: {day.said} {operator} days(30), weeks, months or years."
        raise Wrong(
            "rule.unit", f"Cannot {_VERBS[operator]}: {a.described()}, {b.described()}.", fix
        )
    if step.kind.name != "quantity" or (operator == "-" and day is b):
        raise unlike(_VERBS[operator], a, b)
    if step.kind.unit is None:
        return DATE, f"_days({day.code}, {step.code})"
    if step.kind.unit not in _DATE_UNITS:
        fix = "Dates move by days, weeks, months, quarters and years."
        if step.kind.unit == "business day":
            fix += " Business days need a calendar of holidays: write it as a python step."
        raise Wrong("rule.unit", f"Cannot {_VERBS[operator]}: {step.described()}.", fix)
    function, times = _DATE_UNITS[step.kind.unit]
    sign = "-" if operator == "-" else ""
    return DATE, f"{function}({day.code}, {sign}{step.code} * {times})"


def _multiply(a: Piece, b: Piece) -> tuple[Kind, str]:
    marks = _marks(a, b)
    left, right = a.kind, b.kind
    if left.name not in NUMERIC or right.name not in NUMERIC:
        raise _not_counted("*", a, b)
    dims = [kind for kind in (left, right) if kind.name in ("money", "quantity")]
    code = f"({_ratio(a)} * {_ratio(b)})"
    if len(dims) == 2:
        money = next((kind for kind in dims if kind.name == "money"), None)
        if money is None or left.name == right.name:
            raise _not_counted("*", a, b)
        return replace(money, worked=True, literal=False, scaled=marks), code
    if dims:
        return replace(dims[0], worked=True, literal=False, scaled=marks), code
    return _product(a, b, marks, code)


def _product(a: Piece, b: Piece, scaled: bool, code: str) -> tuple[Kind, str]:
    left, right = a.kind, b.kind
    if left.bare and right.bare:
        return replace(left, scaled=scaled), code
    if left.name == right.name == "percent":
        return PERCENT, f"({a.code} * {b.code} * _CENT)"
    if left.name == right.name == "share":
        return replace(SHARE, scaled=scaled), code
    if left.bare or right.bare:
        other, bare = (b, a) if left.bare else (a, b)
        if other.kind.name == "share" and bare.code == literal(_HUNDRED) and not other.kind.scaled:
            return PERCENT, code
        name = "share" if other.kind.name == "percent" else other.kind.name
        return Kind(name, scaled=scaled), code
    return replace(NUMBER, scaled=scaled), code


def _divide(a: Piece, b: Piece) -> tuple[Kind, str]:
    left, right, scaled = a.kind, b.kind, _marks(a, b)
    if left.name not in NUMERIC or right.name not in NUMERIC:
        raise _not_counted("/", a, b)
    if b.code == literal(_HUNDRED) and scaled and not right.scaled:
        reason = f"{a.brief()} is divided by 100 twice: 19 % is 0.19 already."
        raise Wrong("rule.percent", reason, "Leave / 100 out.")
    if right.name in ("money", "quantity") and left.name == right.name:
        kind = alike("divide", a, b)
        return replace(SHARE, scaled=scaled), f"({fit(a, kind)} / {fit(b, kind)})"
    code = f"({_ratio(a)} / {_ratio(b)})"
    if left.name == "money":
        return replace(left, worked=True, scaled=scaled), code
    if right.name in ("money", "quantity"):
        raise _not_counted("/", a, b)
    if left.name == "quantity":
        return replace(left, worked=True, scaled=scaled), code
    return _quotient(a, b, scaled, code)


def _quotient(a: Piece, b: Piece, scaled: bool, code: str) -> tuple[Kind, str]:
    left, right = a.kind, b.kind
    if left.bare and right.bare:
        return left, code
    if left.name == right.name and not left.bare and not right.bare:
        return replace(SHARE, scaled=scaled and left.name != "percent"), code
    if left.name == "percent":
        return PERCENT, f"({a.code} / {_ratio(b)})"
    if left.name == "share" and right.bare:
        return replace(left, scaled=scaled), code
    return replace(NUMBER, scaled=scaled), code


def _power(a: Piece, b: Piece) -> tuple[Kind, str]:
    for piece in (a, b):
        if piece.kind.name not in ("number", "share"):
            reason = f"Cannot raise to a power: {piece.described()}."
            raise Wrong("rule.unit", reason, "Powers are for plain numbers.")
    literal_too = a.kind.bare and b.kind.bare
    return replace(NUMBER, literal=literal_too, scaled=_marks(a, b)), f"({a.code} ** {b.code})"


def _whole_divide(operator: str, a: Piece, b: Piece) -> tuple[Kind, str]:
    """`//` counts how often, `%` gives what is left; both cut towards zero."""
    names = (a.kind.name, b.kind.name)
    if names[0] not in NUMERIC or names[1] not in NUMERIC or "percent" in names:
        raise _not_counted(operator, a, b)
    kind = alike(_VERBS[operator], a, b)
    code = f"({fit(a, kind)} {operator} {fit(b, kind)})"
    if operator == "%" or kind.bare or (b.kind.bare and a.kind.name in ("money", "quantity")):
        return replace(kind, literal=kind.bare), code
    return NUMBER, code


def _ratio(piece: Piece) -> str:
    return f"({piece.code} * _CENT)" if piece.kind.name == "percent" else piece.code


def _marks(a: Piece, b: Piece) -> bool:
    """Whether a percentage is multiplied into the result."""
    return any(p.kind.scaled or p.kind.name == "percent" for p in (a, b))


def _not_counted(operator: str, a: Piece, b: Piece) -> Wrong:
    code = "rule.unit" if {a.kind.name, b.kind.name} <= NUMERIC else "rule.kind"
    reason = f"Cannot {_VERBS[operator]}: {a.described()}, {b.described()}."
    fix = ""
    if a.kind.name == b.kind.name == "money":
        fix = "Money times money is nothing; one of the two should be a number or a percentage."
    elif operator in ("//", "%") and "percent" in (a.kind.name, b.kind.name):
        fix = "Use / to divide a percentage."
    return Wrong(code, reason, fix)
