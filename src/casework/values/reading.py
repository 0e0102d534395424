"""What is read in a text: a value and where it stands. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casework.types.values import Json


class Reading(NamedTuple):
    """A value as it stands in a text, `text` being what stands from `start` to `end`.

    `certain` is False when the same letters may mean another value, or this kind of value only by
    a guess (a bare number as money). Readings of the same span stand likeliest first; a reading
    inside a longer one is a guess that the longer one is two values in one line.
    """

    value: Json
    start: int
    end: int
    text: str
    certain: bool = True


def in_order(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """In the order of the text, longer before shorter, without repeats."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=_place):
        at = len(kept) - 1
        while at >= 0 and _place(kept[at]) == _place(reading):
            if kept[at].value == reading.value:
                break
            at -= 1
        else:
            kept.append(reading)
    return tuple(kept)


def outermost(readings: Iterable[Reading]) -> list[Reading]:
    """Without those that overlap an earlier or longer one; same spans stay together."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=_place):
        if not kept or reading.start >= kept[-1].end or _place(kept[-1]) == _place(reading):
            kept.append(reading)
    return kept


def _place(reading: Reading) -> tuple[int, int]:
    return reading.start, -reading.end
