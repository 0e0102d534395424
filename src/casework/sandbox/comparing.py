"""Comparisons over kinds: what may be compared with what, and what looks into what."""

from __future__ import annotations

from casework.sandbox.kinds import TEXTS, YES_NO, Kind, minor_digits, told
from casework.sandbox.pieces import Piece, alike, fit, joined, no_option
from casework.sandbox.wrong import Wrong

_ORDERS = ("<", "<=", ">", ">=")


def compare(operator: str, a: Piece, b: Piece) -> Piece:
    """The piece `a operator b` for `== != < <= > >=`: yes or no."""
    code = "None"
    if "any" not in (a.kind.name, b.kind.name):
        kind = alike("compare", a, b)
        if operator in _ORDERS and (kind.name in ("yes/no", "period", "choice") or _whole(kind)):
            fix = f'Write {b.said}["from"] to compare a day.' if kind.name == "period" else ""
            raise Wrong("rule.kind", f"{a.brief()} is {told(kind)}: that has no order.", fix)
        if _whole(kind):
            fix = "Compare field by field, or ask: x in the list."
            raise Wrong("rule.kind", f"{a.brief()} is {told(kind)}: that is not compared.", fix)
        _check_words(a, b)
        left, right = (_comparable(piece, kind) for piece in (a, b))
        code = f"({left} {operator} {right})"
        if kind.name == "period":
            code = f"(({left}['from'], {left}['to']) {operator} ({right}['from'], {right}['to']))"
    return Piece(YES_NO, code, joined(operator, a, b), closed=False)


def contains(operator: str, a: Piece, b: Piece, fresh: str) -> Piece:
    """The piece `a in b` or `a not in b`; `fresh` is a name that the code may use."""
    said = joined(operator, a, b)
    if "any" in (a.kind.name, b.kind.name):
        return Piece(YES_NO, "None", said)
    if b.kind.name == "list":
        item = Piece(b.kind.item or a.kind, fresh, f"an item of {b.brief()}", b.shown)
        code = f"any([{compare('==', a, item).code} for {fresh} in {b.code}])"
    elif b.kind.name == "period" and a.kind.name == "date":
        code = f"_within({a.code}, {b.code})"
    elif b.kind.name in TEXTS and a.kind.name in TEXTS:
        code = f"({a.code} in {b.code})"
    else:
        reason = f"`in` looks into a list, a text or a period; {b.described()}, {a.described()}."
        raise Wrong("rule.kind", reason, 'Write {X} in ["a", "b"], or {Date} in {Period}.')
    return Piece(YES_NO, code if operator == "in" else f"(not {code})", said, closed=False)


def _whole(kind: Kind) -> bool:
    return kind.name in ("list", "record", "file")


def _comparable(piece: Piece, kind: Kind) -> str:
    """Money that was worked out is rounded as it would be if it were a step of its own."""
    code = fit(piece, kind)
    if kind.name == "money" and piece.kind.worked:
        return f"_rounded({code}, {minor_digits(kind.unit)})"
    return code


def _check_words(a: Piece, b: Piece) -> None:
    """A choice compared with a text that is none of its options is a slip."""
    for choice, other in ((a, b), (b, a)):
        if choice.kind.name != "choice" or not other.kind.literal or not other.kind.words:
            continue
        known = choice.kind.words
        for word in other.kind.words:
            if known and word not in known:
                raise no_option(word, known, choice.brief())
