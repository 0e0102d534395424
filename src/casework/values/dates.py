"""Dates in a text, in figures and with month names of six languages; impossible ones are none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from casework.values.habits import Habits
from casework.values.lexicon import months, ordinals
from casework.values.reading import Reading, in_order

Hint = Literal["", "day first", "month first"]

_POSIX_PIVOT = 69
"""Two-digit years from here on are 19xx when the year of today is not known (POSIX strptime)."""
_AHEAD_YEARS = 20
_CENTURY = 100
_YEARS = range(1000, 10_000)

_FIGURES = re.compile(
    r"(?<![0-9])(?<![0-9][.,/])(?:"
    r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"|([0-9]{1,2})([-/.]|[.] )([0-9]{1,2})\6([0-9]{4}|[0-9]{2})"
    r"|((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])"
    r")(?![0-9]|[.,/][0-9])"
)
_SUFFIX = r"(?:st|nd|rd|th|er|ère|º|°|ª|\.)?"
_YEAR = r"([0-9]{4}|['’][0-9]{2}|[0-9]{2}(?![0-9:]))(?![0-9])"
_DAY_FIRST = re.compile(
    rf"(?<![0-9.,/])([0-9]{{1,2}}){_SUFFIX}[\s./-]{{0,2}}(?:day\s+of\s+|of\s+|de\s+|d['’])?"
    rf"([^\W\d_]{{3,10}})\.?[\s,./-]{{0,3}}(?:of\s+|del?\s+|in\s+the\s+year\s+)?{_YEAR}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)([^\W\d_]{{3,10}})\.?[\s/-]{{0,2}}(?:the\s+)?([0-9]{{1,2}})(?![0-9]){_SUFFIX}"
    rf"(?:\s*,\s*|[\s/-]{{1,2}}){_YEAR}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(?<![0-9])([0-9]{4})[ /-]([^\W\d_]{3,10})[ ./-]{1,2}([0-9]{1,2})(?![0-9])"
)
_OF_MONTH = re.compile(r"\bof\s+([^\W\d_]{3,10})\s*,?\s*([0-9]{4})(?![0-9])", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?<!\w)([^\W\d_]+(?:-[^\W\d_]+)?)\s+(?:day\s+)?$", re.IGNORECASE)
_LOOK_BACK = 32


class Found(NamedTuple):
    """A date in a text: what it may be, likeliest first."""

    start: int
    end: int
    days: tuple[dt.date, ...]
    certain: bool


def date_readings(text: str, habits: Habits, hint: Hint = "") -> tuple[Reading, ...]:
    """Every date of a text; one that can be read in two ways gives both, uncertain."""
    return in_order(
        Reading(day.isoformat(), f.start, f.end, text[f.start : f.end], f.certain)
        for f in dates_in(text, habits, hint)
        for day in f.days
    )


def day_first(habits: Habits, hint: Hint) -> bool | None:
    """Which side of `03/04` is the day: the type's hint before the document's habit."""
    return hint == "day first" if hint else habits.day_first


def dates_in(text: str, habits: Habits, hint: Hint = "") -> list[Found]:
    """The dates of a text in its order, none overlapping."""
    pivot = habits.today_year
    found = [*_in_figures(text, day_first(habits, hint), pivot)]
    if any(letter.isalpha() for letter in text):
        found += _with_names(text, pivot)
        found += _with_ordinals(text)
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def full_year(written: str, today_year: int | None) -> int:
    """The year that four or two digits say."""
    year = int(written.lstrip("'’"))
    if len(written) == 4:
        return year
    if today_year is None:
        return year + (1900 if year >= _POSIX_PIVOT else 2000)
    century = today_year - today_year % _CENTURY
    return century + year - (_CENTURY if century + year > today_year + _AHEAD_YEARS else 0)


def real_day(year: int, month: int, day: int) -> dt.date | None:
    """The date, None when the calendar has none."""
    try:
        return dt.date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _in_figures(text: str, first: bool | None, pivot: int | None) -> Iterator[Found]:
    for match in _FIGURES.finditer(text):
        if _goes_on(match):
            continue
        if match[1] or match[9]:
            at = 1 if match[1] else 9
            month, last = (match[3], match[4]) if match[1] else (match[10], match[11])
            day = real_day(int(match[at]), int(month), int(last))
            days: tuple[dt.date, ...] = (day,) if day else ()
            certain = bool(match[1])
        else:
            days, certain = _either_way(match, first, pivot)
        if days:
            yield Found(match.start(), match.end(), days, certain)


def _goes_on(match: re.Match[str]) -> bool:
    """Whether hyphens run on from a date that is itself written with hyphens or none, as in a
    telephone number; `03/31/20-04/05/20` are two dates."""
    if (match[2] or match[6] or "-") != "-":
        return False
    text, start, end = match.string, match.start(), match.end()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (before[-1:] == "-" and before[:1].isalnum()) or (
        after[:1] == "-" and after[1:].isalnum()
    )


def _either_way(
    match: re.Match[str], first: bool | None, pivot: int | None
) -> tuple[tuple[dt.date, ...], bool]:
    one, two, year = int(match[5]), int(match[7]), full_year(match[8], pivot)
    by_day, by_month = real_day(year, two, one), real_day(year, one, two)
    if by_day == by_month:
        return ((by_day,) if by_day else ()), True
    dotted = match[6].startswith(".")
    if dotted and first is not False and by_day:
        return (by_day,), True
    ordered = (by_month, by_day) if first is False else (by_day, by_month)
    days = tuple(day for day in ordered if day)
    return days, len(days) == 1 and not dotted


def _with_names(text: str, pivot: int | None) -> Iterator[Found]:
    names = months()
    for pattern, (day, month, year) in (
        (_DAY_FIRST, (1, 2, 3)),
        (_MONTH_FIRST, (2, 1, 3)),
        (_YEAR_FIRST, (3, 2, 1)),
    ):
        match = pattern.search(text)
        while match:
            number = names.get(match[month].casefold())
            told = number and real_day(full_year(match[year], pivot), number, int(match[day]))
            if told:
                yield Found(match.start(), match.end(), (told,), True)
            # What only looks like a date may hide the beginning of one: `1 vom 18 April 2018`.
            match = pattern.search(text, match.end() if told else match.start() + 1)


def _with_ordinals(text: str) -> Iterator[Found]:
    """`the fifth day of March, 2026`."""
    for match in _OF_MONTH.finditer(text):
        number = months().get(match[1].casefold())
        if number is None:
            continue
        word = _LAST_WORD.search(text, max(0, match.start() - _LOOK_BACK), match.start())
        day = ordinals().get(word[1].casefold()) if word else None
        told = real_day(int(match[2]), number, day) if day else None
        if word and told:
            yield Found(word.start(1), match.end(), (told,), True)
