"""JSON and JSON lines as rows: one object a row, its members as columns, inner ones as `a.b`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casework.base.errors import DocumentError

_DEEPEST = 4
_MOST_DEEP = 50


class JsonRow(NamedTuple):
    """A record: its number (the line, of JSON lines), its texts by column, and which are numbers of
    JSON."""

    number: int
    texts: dict[int, str]
    typed: frozenset[int]


def json_rows(text: str, name: str) -> tuple[dict[int, str], list[JsonRow]]:
    """Headings by column, and the records.

    Numbers keep the digits that the file has. Raises `DocumentError` with the line that is wrong.
    """
    columns: dict[str, int] = {}
    rows: list[JsonRow] = []
    for number, record in _records(text, name):
        _check_depth(record, name, number)
        cells = {columns.setdefault(path, len(columns)): value for path, value in _flat(record, "")}
        texts = {at: _text(value) for at, value in cells.items()}
        typed = frozenset(at for at, value in cells.items() if isinstance(value, _Written))
        rows.append(JsonRow(number, {at: t for at, t in texts.items() if t.strip()}, typed))
    return {at: path for path, at in columns.items()}, rows


def _records(text: str, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and _is_object(lines[0][1]):
        for at, line in lines:
            yield at, _record(_parsed(line, name, at), name, f"line {at}")
        return
    whole = _parsed(text, name, 0)
    if isinstance(whole, dict):
        inside = [each for each in whole.values() if isinstance(each, list)]
        whole = inside[0] if len(inside) == 1 else [whole]
    for at, one in enumerate(whole if isinstance(whole, list) else [whole], 1):
        yield at, _record(one, name, f"record {at}")


def _is_object(line: str) -> bool:
    """Whether a line is an object by itself, as in JSON lines."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _parsed(text: str, name: str, line: int) -> object:
    try:
        return json.loads(text, parse_float=_Written, parse_int=_Written, strict=False)
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        where = f", line {line}" if line else ""
        raise DocumentError(f"{name}{where} is no JSON: {said}.") from error


def _record(value: object, name: str, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DocumentError(
            f"{name}, {where}, is no object.",
            fix="Use a list of objects, or one object on each line: names are the columns.",
        )
    return value


class _Written(str):
    """A number, by the letters that the file has for it."""

    __slots__ = ()


def _flat(value: dict[str, object], before: str, depth: int = 1) -> Iterator[tuple[str, object]]:
    for name, each in value.items():
        path = f"{before}{name}"
        if isinstance(each, dict) and not _is_value(each) and depth < _DEEPEST:
            yield from _flat(each, f"{path}.", depth + 1)
        else:
            yield path, each


def _is_value(value: dict[str, object]) -> bool:
    """Whether an object is one value as casework writes it, and no group of columns."""
    names = set(value)
    return names in ({"amount", "currency"}, {"amount", "unit"}, {"from", "to", "label"})


def _check_depth(record: dict[str, object], name: str, number: int) -> None:
    """Raise `DocumentError` for a record in which things stand within things without end."""
    inside: list[object] = [record]
    for _ in range(_MOST_DEEP):
        inside = [each for one in inside for each in _members(one)]
        if not inside:
            return
    raise DocumentError(
        f"{name}, record {number}, is nested too deep.", fix="Write its values side by side."
    )


def _members(one: object) -> Iterable[object]:
    """What a list or an object holds that holds something itself."""
    held = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return (each for each in held if isinstance(each, (dict, list)))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
