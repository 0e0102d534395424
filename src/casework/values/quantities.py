"""Percentages and quantities in a text: a number with a unit behind it."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from functools import cache

from casework.types.values import Json
from casework.values.habits import Habits
from casework.values.lexicon import longest_first, units, words
from casework.values.numbers import (
    SPACES,
    Numeral,
    bracket_signs,
    minus_after,
    numerals,
    plain,
    scale_after,
    scaled,
    sign_before,
)
from casework.values.reading import Reading, in_order

_NAME = re.compile(
    rf"[{SPACES}\n-]{{0,2}}(°C|[^\W\d_]+[²³23]?)"
    rf"(?:[{SPACES}\n]([^\W\d_]+))?"
)

_NUMBER_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?:-[^\W\d_]+)?(?=[ \u00a0\n-])")
_EXACT = Context(prec=60, traps=[Inexact])


def quantity_json(amount: Decimal, unit: str) -> dict[str, Json]:
    """The JSON of a quantity."""
    return {"amount": plain(amount), "unit": unit}


def unit_named(name: str) -> str | None:
    """The unit that has this name, None when we know none."""
    return units().by_name.get(" ".join(name.casefold().split()))


def converted(amount: Decimal, unit: str, wanted: str) -> Decimal | None:
    """The amount in another unit of its kind; None when there is no exact way."""
    if unit == wanted:
        return amount
    base, times = units().made_of.get(unit, (unit, Decimal(1)))
    wanted_base, wanted_times = units().made_of.get(wanted, (wanted, Decimal(1)))
    if base != wanted_base:
        return None
    try:
        return _EXACT.divide(_EXACT.multiply(amount, times), wanted_times)
    except Inexact:
        return None


def percent_readings(text: str, habits: Habits) -> tuple[Reading, ...]:
    """Every percentage of a text, in percentage points; `12.345 %` is never twelve thousand."""
    found: list[Reading] = []
    pattern = percent_mark()
    for numeral in numerals(text, habits, "decimal"):
        start, end = numeral.start, numeral.end
        if start and text[start - 1].isalpha():
            continue
        closed_early = text[end : end + 1] == ")" and text[start - 1 : start] == "("
        match = pattern.match(text, end + closed_early)
        if not match:
            continue
        points = words().percents[" ".join(match[1].casefold().split())]
        start, end, signs, certain = _signed(text, numeral, match.end(), closed_early)
        certain = certain and numeral.whole
        value = min(numeral.values)
        for sign in signs:
            told = plain(scaled(value, sign, 0, points))
            found.append(Reading(told, start, end, text[start:end], certain))
            certain = False
    return in_order(found)


def _signed(
    text: str, numeral: Numeral, end: int, closed_early: bool
) -> tuple[int, int, tuple[int, ...], bool]:
    start, sign = sign_before(text, numeral.start)
    if sign:
        return start, end, (sign,), True
    if minus_after(text, end):
        return start, end + 1, (-1,), True
    opened = text[start - 1 : start] == "("
    if opened and (closed_early or text[end : end + 1] == ")"):
        signs, certain = bracket_signs(text, start - 1, content_is_plain=True)
        return start - 1, end + (not closed_early), signs, certain
    return start, end, (1,), True


@cache
def percent_mark() -> re.Pattern[str]:
    """What makes the number before it a percentage."""
    names = "|".join(re.escape(name) for name in longest_first(words().percents))
    return re.compile(rf"[{SPACES}\n-]?({names})(?!\w)", re.IGNORECASE)


def quantity_readings(text: str, habits: Habits, unit: str = "") -> tuple[Reading, ...]:
    """Every quantity of a text with a unit we know; in the unit `unit` where that is possible
    exactly, and only those, when the type fixes one."""
    found: list[Reading] = []
    for numeral in numerals(text, habits, "decimal"):
        if numeral.start and (text[numeral.start - 1].isalpha() or text[numeral.start - 1] in "/_"):
            continue
        found += _with_unit(text, numeral, unit)
    known = words()
    for match in _NUMBER_WORD.finditer(text):
        word = match.group().casefold()
        if "-" in word and word not in known.numbers:
            word = word.partition("-")[0]
        value = known.numbers.get(word, known.articles.get(word))
        if value is not None:
            end = match.start() + len(word)
            numeral = Numeral(match.start(), end, (Decimal(value),), word in known.numbers)
            found += _with_unit(text, numeral, unit)
    return in_order(found)


def _with_unit(text: str, numeral: Numeral, wanted: str) -> list[Reading]:
    start, sign = sign_before(text, numeral.start)
    end, certain = numeral.end, numeral.certain and numeral.whole
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        end += 1
        start, agrees = _repeats(text, start - 1, numeral.values[0])
        certain = certain and agrees
    end, power = scale_after(text, end, money=False)
    unit, end = _unit_at(text, end)
    if not unit:
        return []
    found: list[Reading] = []
    for value in numeral.values:
        amount = scaled(value, sign, power, Decimal(1))
        fitting = converted(amount, unit, wanted or unit)
        if fitting is None:
            continue
        told = quantity_json(fitting, wanted or unit)
        found.append(Reading(told, start, end, text[start:end], certain))
        certain = False
    return found


def _repeats(text: str, start: int, value: Decimal) -> tuple[int, bool]:
    """Where `thirty (30)` begins, and whether word and figure agree; without a number word the
    bracket itself is the beginning."""
    line = text[max(0, start - 24) : start].rstrip()
    word = re.split(r"[\s(]", line)[-1] if line else ""
    said = words().numbers.get(word.casefold())
    if said is None:
        return start, True
    return start - (len(text[max(0, start - 24) : start]) - len(line)) - len(word), said == value


def _unit_at(text: str, end: int) -> tuple[str, int]:
    """The unit whose name begins at `end` (after a space or hyphen), and where it ends."""
    match = _NAME.match(text, end)
    if not match:
        return "", end
    names = units().by_name
    if match[2]:
        two = names.get(f"{match[1]} {match[2]}".casefold())
        if two:
            return two, match.end()
    one = names.get(match[1].casefold())
    if one and text[match.end(1) : match.end(1) + 1] not in tuple("/&@"):
        return one, match.end(1)
    return "", end
