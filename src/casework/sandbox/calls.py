"""The functions of rules over kinds: what each takes, gives, and the code that computes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from casework.sandbox.kinds import (
    ANY,
    DATE,
    LITERAL,
    NUMBER,
    NUMERIC,
    TEXT,
    TEXTS,
    YES_NO,
    Kind,
    told,
)
from casework.sandbox.pieces import Piece, answer, together
from casework.sandbox.wrong import Wrong

Call = Callable[[str, list[Piece]], tuple[Kind, str]]

MOST_DECIMALS = 20


def call(name: str, arguments: list[Piece]) -> Piece:
    """The piece of a function of the grammar over its arguments, whose number is checked."""
    said = f"{name}({', '.join(piece.said for piece in arguments)})"
    if any(_unclear(piece.kind) for piece in arguments):
        return Piece(ANY, "None", said)
    kind, code = _CALLS[name](name, arguments)
    return Piece(kind, code, said)


def rounded(piece: Piece, digits: int) -> Piece:
    """The piece rounded half up to so many decimals; it is not rounded again afterwards."""
    said = f"round({piece.said}, {digits})"
    if piece.kind.name == "any":
        return piece
    _need_number("round", piece)
    if abs(digits) > MOST_DECIMALS:
        raise Wrong("rule.arguments", f"{said}: a number has no {digits} decimals.")
    return Piece(replace(piece.kind, worked=False), f"_rounded({piece.code}, {digits})", said)


def _abs(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    _need_number(name, arguments[0])
    return arguments[0].kind, f"abs({arguments[0].code})"


def _least(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    """min and max, of some values or of one list."""
    if len(arguments) > 1:
        kind, codes = together("compare", arguments)
        _need_order(name, Piece(kind, "", arguments[0].said))
        return kind, f"{name}([{', '.join(codes)}])"
    items = arguments[0]
    item = _item(name, items, "Give it two values or a list.")
    _need_order(name, item)
    return item.kind, f"{name}({items.code})"


def _sum(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    items = arguments[0]
    if items.kind.name == "list" and items.kind.item is None:
        return LITERAL, "_D(0)"
    fix = 'Write sum([{A}, {B}]), or sum(row["Amount"] for row in {Lines}).'
    item = _item(name, items, fix)
    if item.kind.name == "yes/no":
        fix = "Count with sum(1 for row in {Lines} if …)."
        raise Wrong("rule.kind", f"There is no sum of {told(item.kind)}.", fix)
    _need_number(name, item)
    kind = NUMBER if item.kind.bare or item.kind.name == "share" else item.kind
    return kind, f"sum({items.code}, _D(0))"


def _len(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    piece = arguments[0]
    if piece.kind.name != "list" and piece.kind.name not in TEXTS:
        raise Wrong("rule.kind", f"len counts a list or a text; {piece.described()}.")
    return NUMBER, f"_D(len({piece.code}))"


def _any(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    fix = f'Write {name}(row["Amount"] > 0 for row in {{Lines}}).'
    item = _item(name, arguments[0], fix)
    answer(item, name)
    return YES_NO, f"{name}({arguments[0].code})"


def _lower(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    piece = arguments[0]
    if piece.kind.name not in TEXTS:
        raise Wrong("rule.kind", f"{name} is for texts; {piece.described()}.")
    return TEXT, f"{piece.code}.{name}()"


def _date(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    piece = arguments[0]
    if piece.kind.name == "date":
        return DATE, piece.code
    if piece.kind.name not in TEXTS:
        raise Wrong("rule.kind", f"date reads a text; {piece.described()}.", _DATE_FIX)
    if piece.kind.literal and len(piece.kind.words) == 1:
        try:
            day = dt.datetime.strptime(piece.kind.words[0], "%Y-%m-%d")  # noqa: DTZ007 - a day
        except ValueError as error:
            raise Wrong("rule.date", f"{piece.said} is no date.", _DATE_FIX) from error
        return DATE, f"_date({day.year}, {day.month}, {day.day})"
    return DATE, f"_read_date({piece.code})"


_DATE_FIX = 'Write year, month and day: date("2026-01-31").'


def _part(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    piece = arguments[0]
    if piece.kind.name != "date":
        fix = f'Write {name}({piece.said}["from"]).' if piece.kind.name == "period" else ""
        raise Wrong("rule.kind", f"{name} is read from a date; {piece.described()}.", fix)
    return NUMBER, f"_D({piece.code}.{name})"


def _span(name: str, arguments: list[Piece]) -> tuple[Kind, str]:
    """days, weeks, months, years: a number with that unit."""
    piece = arguments[0]
    if piece.kind.name != "number":
        fix = "It can be added to a date as it is." if piece.kind.name == "quantity" else ""
        raise Wrong("rule.kind", f"{name} takes a plain number; {piece.described()}.", fix)
    return Kind("quantity", name.removesuffix("s")), piece.code


def _item(name: str, items: Piece, fix: str) -> Piece:
    """One item of the list that the function takes."""
    if items.kind.name != "list":
        raise Wrong("rule.kind", f"{name} takes a list; {items.described()}.", fix)
    kind = items.kind.item or ANY
    if kind.several:
        reason = f"Cannot work out {name}: {items.described()}."
        raise Wrong("rule.unit", reason, "Bring all to one unit in a step of its own before.")
    return Piece(kind, "", f"each of {items.brief()}", items.shown)


def _unclear(kind: Kind) -> bool:
    return kind.name == "any" or (kind.item is not None and kind.item.name == "any")


def _need_number(name: str, piece: Piece) -> None:
    if piece.kind.name not in NUMERIC and piece.kind.name != "any":
        raise Wrong(
            "rule.kind", f"There is no {name} of {piece.brief()}: it is {told(piece.kind)}."
        )


def _need_order(name: str, piece: Piece) -> None:
    if piece.kind.name != "date":
        _need_number(name, piece)


_CALLS: dict[str, Call] = {
    "abs": _abs, "min": _least, "max": _least, "sum": _sum, "len": _len, "any": _any, "all": _any,
    "lower": _lower, "upper": _lower, "date": _date, "year": _part, "month": _part, "day": _part,
    "days": _span, "weeks": _span, "months": _span, "years": _span,
}  # fmt: skip
