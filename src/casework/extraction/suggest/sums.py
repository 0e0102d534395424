"""Simple sums that hold between amounts in nearly every case: net and tax make the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import NamedTuple

from casework.types.values import Json

_NEARLY = 0.8
_LEAST_CASES = 2
_MOST_AMOUNTS = 12


class Sum(NamedTuple):
    """`parts` (by name) add up to `whole` in `holds` of the `of` cases that have all three."""

    parts: tuple[str, str]
    whole: str
    holds: int
    of: int


def sums_among(amounts: Mapping[str, Sequence[Json]]) -> list[Sum]:
    """Sums of two amounts that make a third, by name with a value (or None) for each case; the
    surest first. Those in which a part is always 0 say nothing and are left out."""
    read = {name: [_amount(value) for value in values] for name, values in amounts.items()}
    names = list(read)[:_MOST_AMOUNTS]
    found: list[Sum] = []
    for whole in names:
        for one, other in combinations([name for name in names if name != whole], 2):
            rows = [
                (a, b, c)
                for a, b, c in zip(read[one], read[other], read[whole], strict=True)
                if a is not None and b is not None and c is not None
            ]
            telling = [row for row in rows if row[0] and row[1]]
            holds = sum(a + b == c for a, b, c in rows)
            told = sum(a + b == c for a, b, c in telling)
            if len(telling) < _LEAST_CASES or holds < _NEARLY * len(rows):
                continue
            if told >= _NEARLY * len(telling):
                found.append(Sum((one, other), whole, holds, len(rows)))
    return sorted(found, key=lambda each: -each.holds)


def _amount(value: Json) -> Decimal | None:
    told = value.get("amount") if isinstance(value, dict) else None
    try:
        return None if told is None else Decimal(str(told))
    except InvalidOperation:
        return None
