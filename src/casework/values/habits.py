"""How a document writes dates and numbers, learned from what it writes beyond doubt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from casework.values.lexicon import currencies

_DATE = re.compile(r"(?<![0-9./-])([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](?:[0-9]{4}|[0-9]{2})(?![0-9])")
_FRACTION = re.compile(
    r"(?<![0-9.,/])[0-9]{1,3}(?:[.,'’ \u00a0\u202f][0-9]{3}){0,5}([.,])[0-9]{2}(?![0-9]|[.,/][0-9])"
)
_MARK = re.compile(
    r"[A-Z]{1,3}\$|[€£$¥₹₽₺₩₪฿₫₴₦₱]|(?<![^\W\d_])(?:[A-Z]{3}|RM|zł|Fr\.)(?![^\W\d_])"
)
_MONTHS = 12
_CLEAR = 3
"""A habit must outvote the contrary this many times to hold."""


@dataclass(frozen=True, slots=True)
class Habits:
    """None: not known. `day_first`: 03/04 is the third of April. `decimal_comma`: 1,5 is one and
    a half. `currency`: its most frequent currency. `today_year` places two-digit years."""

    day_first: bool | None = None
    decimal_comma: bool | None = None
    currency: str | None = None
    today_year: int | None = None


NO_HABITS = Habits()


def habits_of(text: str, *, today_year: int | None = None) -> Habits:
    """The habits of a text; what it shows in two ways alike stays unknown."""
    days: Counter[bool] = Counter()
    for match in _DATE.finditer(text):
        first, second = int(match[1]), int(match[2])
        if (first > _MONTHS) != (second > _MONTHS):
            days[first > _MONTHS] += 1
    commas = Counter(match[1] == "," for match in _FRACTION.finditer(text))
    return Habits(_clear(days), _clear(commas), _currency(text), today_year)


def _clear(votes: Counter[bool]) -> bool | None:
    for side in (True, False):
        if votes[side] and votes[side] >= _CLEAR * votes[not side]:
            return side
    return None


def currencies_named(text: str) -> frozenset[str]:
    """The codes of all currencies that a text names; an ambiguous mark counts for its likeliest
    meaning unless the text names another of its meanings."""
    return frozenset(_currencies(text))


def _currency(text: str) -> str | None:
    """The most frequent currency."""
    found = _currencies(text)
    return found.most_common(1)[0][0] if found else None


def _currencies(text: str) -> Counter[str]:
    """How often each currency is named."""
    table = currencies()
    marks = Counter(_MARK.findall(text))
    clear: Counter[str] = Counter()
    doubtful: list[tuple[tuple[str, ...], int]] = []
    for mark, count in marks.items():
        meant = table.marks.get(mark, ())
        if len(meant) == 1 and mark not in table.doubtful:
            clear[meant[0]] += count
        elif len(meant) > 1:
            doubtful.append((meant, count))
    for meant, count in doubtful:
        named = [code for code in meant if clear[code]]
        clear[named[0] if named else meant[0]] += count
    return clear
