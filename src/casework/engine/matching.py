"""Which row of a table is which, when the table was computed anew: by what stands in it, never by
its place alone, so that a person's decisions stay with the row they were given on.

First rows with the same content, then rows that are alike enough; what is left over is new, or is
no longer there. The order of rows plays no part in it, but between rows that are the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from casework.base.hashing import digest
from casework.types.values import Json

Content = Mapping[str, Json]

_ALIKE = 0.5
"""The share of its columns that a row must still have to be the same one."""
_TEXT_ALIKE = 0.8
"""From here on a text counts as read a little differently rather than as another one."""
_COMPARED_WITH_ALL = 60
"""Rows left over that are compared each with each; of more, each only with its neighbours."""
_NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Former:
    """A row that the case has, or has had (`retired`)."""

    id: str
    content: Content
    retired: bool = False


def match(formers: Sequence[Former], contents: Sequence[Content]) -> list[str]:
    """For each new row the id of the former one that it is; '' for a row that is new."""
    found = [""] * len(contents)
    marks = [_mark(content) for content in contents]
    for retired in (False, True):
        by_mark: dict[str, deque[str]] = {}
        for former in formers:
            if former.retired == retired:
                by_mark.setdefault(_mark(former.content), deque()).append(former.id)
        for place, mark in enumerate(marks):
            if not found[place] and by_mark.get(mark):
                found[place] = by_mark[mark].popleft()
        if not retired:
            _match_alike(formers, contents, found)
    return found


def _match_alike(formers: Sequence[Former], contents: Sequence[Content], found: list[str]) -> None:
    """Give the rows left over to those that are most like them, the likest pairs first."""
    taken = set(found)
    old = [former for former in formers if not former.retired and former.id not in taken]
    new = [place for place, id in enumerate(found) if not id]
    pairs = []
    for at, place in enumerate(new):
        for number in _candidates(at, len(new), len(old)):
            likeness = alike(old[number].content, contents[place])
            if likeness >= _ALIKE:
                pairs.append((-likeness, abs(number - at), place, number))
    used: set[int] = set()
    for _, _, place, number in sorted(pairs):
        if not found[place] and number not in used:
            found[place] = old[number].id
            used.add(number)


def _candidates(at: int, new: int, old: int) -> range:
    if new * old <= _COMPARED_WITH_ALL**2:
        return range(old)
    return range(max(0, at - _NEIGHBOURS), min(old, at + _NEIGHBOURS + 1))


def alike(one: Content, other: Content) -> float:
    """0 to 1: the share of columns in which two rows say the same; of what neither has, nothing is
    said."""
    columns = [name for name in {*one, *other} if one.get(name) is not None or other.get(name)]
    if not columns:
        return 1.0
    return sum(_same(one.get(name), other.get(name)) for name in columns) / len(columns)


def _same(one: Json, other: Json) -> float:
    if one == other:
        return 1.0
    if isinstance(one, str) and isinstance(other, str):
        likeness = SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
        return likeness if likeness >= _TEXT_ALIKE else 0.0
    return 0.0


def _mark(content: Content) -> str:
    return digest(dict(content))
