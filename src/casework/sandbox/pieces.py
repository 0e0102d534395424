"""Pieces of a rule: a kind with the code that computes it, and how two pieces are brought to one.

In the code a percentage is points (`19`), a share its plain number (`0.19`), money and quantities
their bare amounts: their units are known in the kind and only there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.procedures.names import listed, nearest
from casework.sandbox.kinds import NUMERIC, TEXTS, Kind, common, told, unit_factor
from casework.sandbox.wrong import Wrong

_LONGEST_SAID = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a rule: its kind, the code that computes it, how it is written, and the value as
    shown when it is one input. `closed` pieces need no brackets beside an operator."""

    kind: Kind
    code: str
    said: str
    shown: str = ""
    closed: bool = True

    def brief(self) -> str:
        """How it is called in a sentence: a step by its name, the rest as written, not too long."""
        if self.said.startswith("{") and self.said.find("}") == len(self.said) - 1:
            return self.said[1:-1]
        return self.said if len(self.said) <= _LONGEST_SAID else self.said[:_LONGEST_SAID] + "…"

    def described(self) -> str:
        """`Deductible is in EUR (EUR 150.00)`."""
        kind, value = self.kind, f" ({self.shown})" if self.shown else ""
        if kind.name == "money" and kind.unit is not None and not kind.several:
            return (
                f"{self.brief()} {f'is in {kind.unit}' if kind.unit else 'has no currency'}{value}"
            )
        return f"{self.brief()} is {told(kind)}{value}"


def together(verb: str, pieces: list[Piece]) -> tuple[Kind, list[str]]:
    """The one kind that all pieces can be brought to, and their codes brought to it."""
    first = pieces[0]
    kind = first.kind
    for piece in pieces[1:]:
        met = common(kind, piece.kind)
        if met is None or met.several:
            raise unlike(verb, replace(first, kind=kind), piece)
        if first.kind.bare and not piece.kind.bare:
            first = piece
        kind = met
    return kind, [fit(piece, kind) for piece in pieces]


def fit(piece: Piece, kind: Kind) -> str:
    """The code of a piece brought to a kind that `common` gave."""
    own = piece.kind
    if own.name == "percent" and kind.name == "share":
        return f"({piece.code} * _CENT)"
    if own.name == kind.name == "quantity" and own.unit and kind.unit:
        factor = unit_factor(own.unit, kind.unit)
        if factor is not None and factor != 1:
            return f"({piece.code} * {factor})"
    return piece.code


def answer(piece: Piece, where: str) -> str:
    """The code of a piece that must be yes or no; `where` says what asks for it."""
    if piece.kind.name not in ("yes/no", "any"):
        reason = f"{where} needs yes or no, but {piece.described()}."
        raise Wrong("rule.kind", reason, _as_question(piece))
    return piece.code


def _as_question(piece: Piece) -> str:
    name = piece.kind.name
    if name in TEXTS:
        example = piece.kind.words[0] if piece.kind.words else "pay"
        return f'Write {piece.said} == "{example}".'
    return f"Write what it is compared with, such as {piece.said} > 0." if name in NUMERIC else ""


def literal(digits: str) -> str:
    """The code of a number written in a rule."""
    return f'_D("{digits}")'


def alike(verb: str, a: Piece, b: Piece) -> Kind:
    """The kind that both can be brought to; raises `Wrong` naming both."""
    kind = common(a.kind, b.kind)
    if kind is None:
        raise unlike(verb, a, b)
    return kind


def unlike(verb: str, a: Piece, b: Piece) -> Wrong:
    """The mistake of two pieces of kinds or units that do not go together."""
    code = "rule.unit" if {a.kind.name, b.kind.name} <= NUMERIC else "rule.kind"
    return Wrong(code, f"Cannot {verb}: {a.described()}, {b.described()}.", _fix(a, b))


def _fix(a: Piece, b: Piece) -> str:
    kinds = {a.kind.name, b.kind.name}
    units = {a.kind.unit, b.kind.unit}
    if kinds == {"money"}:
        if "" in units:
            return "Say the currency in the step that has none, such as - type: money: EUR."
        return "Bring both to one currency in a step of its own before."
    if kinds == {"quantity"}:
        if units & {"month", "quarter", "year"} and units & {"day", "week"}:
            return "A month has 28 to 31 days: compare dates, such as {Start} + months(6) > {End}."
        return "Bring both to one unit in a step of its own before."
    if kinds == {"date", "text"}:
        text = a if a.kind.name == "text" else b
        return f"Write date({text.said})." if text.kind.literal else "Make the step a date."
    if kinds == {"money", "number"}:
        return "Make the step with the plain number one of type money."
    if "percent" in kinds and kinds & {"money", "number"}:
        return "A percentage is multiplied: {Net} * {Rate}."
    if kinds == {"yes/no", "text"}:
        return "Write yes or no without quotes."
    return ""


def no_option(word: str, options: tuple[str, ...], whose: str) -> Wrong:
    """The mistake of a word that is none of the options of a choice."""
    near = nearest(word, options)
    fix = f'Did you mean "{near}"?' if near else f"Use {listed(options)}."
    return Wrong("rule.option", f"{word!r} is none of the options of {whose}.", fix)


def joined(operator: str, a: Piece, b: Piece) -> str:
    """How `a operator b` is said."""
    return f"{_bracketed(a)} {operator} {_bracketed(b)}"


def _bracketed(piece: Piece) -> str:
    return piece.said if piece.closed else f"({piece.said})"
