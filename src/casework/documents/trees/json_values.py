"""JSON → a tree in which every number and key stands as it was written, duplicates included.

Knows no pages. Numbers are kept as their letters: 12.50 stays 12.50, and no digits are too many.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Scalar: TypeAlias = str
"""The letters of a number, a word (`true`, `null`, `NaN`) or a text."""
Value: TypeAlias = "Scalar | Node"

_NAME: Final = re.compile(r"[A-Za-z_$][\w$-]*\Z")


@dataclass(slots=True)
class Node:
    """An object or an array: names and values in their order; names of an array are ''."""

    items: list[tuple[str, Value]]
    array: bool = False


@dataclass(slots=True)
class Remarks:
    """What is odd about a text of JSON."""

    odd: set[str] = field(default_factory=set)
    twice: dict[str, None] = field(default_factory=dict)

    def notes(self) -> tuple[str, ...]:
        """The remarks for people."""
        found = []
        if self.odd:
            words = ", ".join(sorted(self.odd))
            found.append(f"It holds {words}, which are no numbers of JSON.")
        if self.twice:
            names = list(self.twice)
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            found.append(
                f"Names that stand twice in one object: {', '.join(names[:5])}{more}. All their"
                " values are shown."
            )
        return tuple(found)


def parse_json(text: str, remarks: Remarks) -> Value:
    """The value of this text. Raises `ValueError` with the place of what is wrong, and
    `RecursionError` when it is nested too deeply."""

    def pairs(items: list[tuple[str, Value]]) -> Node:
        seen: set[str] = set()
        for name, _ in items:
            if name in seen:
                remarks.twice[name] = None
            seen.add(name)
        return Node([(name, _value(value)) for name, value in items])

    def odd(word: str) -> str:
        remarks.odd.add(word)
        return word

    parsed = json.loads(
        text.lstrip("\ufeff"),
        object_pairs_hook=pairs,
        parse_int=str,
        parse_float=str,
        parse_constant=odd,
        strict=False,
    )
    return _value(parsed)


def _value(value: object) -> Value:
    if isinstance(value, list):
        return Node([("", _value(each)) for each in value], array=True)
    if isinstance(value, (Node, str)):
        return value
    return {True: "true", False: "false"}.get(value, "null") if isinstance(value, bool) else "null"


def step(path: str, name: str) -> str:
    """The path of a member of an object: `$.name`, or `$['odd name']`."""
    if _NAME.match(name):
        return f"{path}.{name}"
    return f"{path}['" + name.replace("\\", "\\\\").replace("'", "\\'")[:80] + "']"
