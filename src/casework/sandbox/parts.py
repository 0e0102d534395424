"""Square brackets over kinds: a field of a record, the n-th of a list, the currency of money."""

from __future__ import annotations

from casework.procedures.names import fold, listed, nearest
from casework.sandbox.kinds import ANY, DATE, NUMBER, TEXT, Kind, told
from casework.sandbox.pieces import Piece
from casework.sandbox.wrong import Wrong

_PARTS: dict[str, tuple[str, ...]] = {
    "money": ("amount", "currency"),
    "quantity": ("amount", "unit"),
    "period": ("from", "to", "label"),
}


def part(whole: Piece, key: str | int | None) -> Piece:
    """The piece `whole[key]`; the key is a text or a whole number, None for anything else."""
    shown = f'"{key}"' if isinstance(key, str) else str(key)
    said = f"{whole.said}[{shown}]" if whole.closed else f"({whole.said})[{shown}]"
    kind = whole.kind
    if kind.name == "any":
        return Piece(ANY, "None", said)
    if kind.name == "list":
        return _numbered(whole, key, said)
    if not isinstance(key, str):
        reason = f"In square brackets of {whole.brief()} stands no name."
        raise Wrong("rule.part", reason, 'Write a field in quotes, such as row["Amount"].')
    if kind.name == "record":
        return _field(whole, key, said)
    if kind.name not in _PARTS:
        raise Wrong("rule.part", f"{whole.described()}: it has no parts.")
    name = _known(key, _PARTS[kind.name], whole)
    return _of_period(whole, name, said) if kind.name == "period" else _of_unit(whole, name, said)


def _numbered(whole: Piece, key: str | int | None, said: str) -> Piece:
    if isinstance(key, str):
        fix = f'Write row["{key}"] for row in {whole.said}, inside sum(…), any(…) or all(…).'
        raise Wrong("rule.part", f"{whole.brief()} is a list: it has no {key!r} itself.", fix)
    if key is None:
        fix = f"Write {whole.said}[0] for the first, {whole.said}[-1] for the last."
        raise Wrong("rule.part", f"In square brackets of {whole.brief()} stands no number.", fix)
    return Piece(whole.kind.item or ANY, f"{whole.code}[{key}]", said)


def _field(whole: Piece, key: str, said: str) -> Piece:
    fields = dict(whole.kind.fields)
    name = _known(key, tuple(fields), whole)
    return Piece(fields[name], f"_field({whole.code}, {name!r})", said)


def _of_period(whole: Piece, name: str, said: str) -> Piece:
    return Piece(TEXT if name == "label" else DATE, f"_field({whole.code}, {name!r})", said)


def _of_unit(whole: Piece, name: str, said: str) -> Piece:
    if name == "amount":
        return Piece(NUMBER, whole.code, said)
    if whole.kind.several:
        raise Wrong("rule.unit", f"{whole.brief()} is {told(whole.kind)}: there is not one.")
    return Piece(Kind("text"), repr(whole.kind.unit or ""), said)


def _known(key: str, names: tuple[str, ...], whole: Piece) -> str:
    """The name as it is declared, whatever its capitals."""
    for name in names:
        if fold(name) == fold(key):
            return name
    near = nearest(key, names)
    fix = f'Did you mean "{near}"?' if near else f"There are {listed(names, 'and')}."
    raise Wrong("rule.part", f"{whole.brief()} has no {key!r}.", fix)
