"""Periods in a text: two dates, a year, a quarter, months up to a day, or an open end."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise

from casework.types.values import Json
from casework.values.dates import Found, Hint, dates_in, full_year
from casework.values.habits import Habits
from casework.values.lexicon import longest_first, months, words
from casework.values.quantities import quantity_readings
from casework.values.reading import Reading, outermost

_FISCAL = re.compile(
    r"(?<![\w])(?:FY|fiscal\s+year|financial\s+year|Geschäftsjahr|GJ|Wirtschaftsjahr|exercice|"
    r"ejercicio|boekjaar|esercizio|calendar\s+year|Kalenderjahr|année|Jahr|year|CY)\s*"
    r"(?:(20[0-9]{2}|19[0-9]{2})(?:\s*/\s*([0-9]{4}|[0-9]{2}))?|['’]?([0-9]{2}))(?![\w/.-]*[0-9])",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?<![\w])(?:([QHT])\s?([1-4])|([1-4])([QHT])|([1-4])(?:\.|st|nd|rd|th|er|e|º)?\s?"
    r"(Quartal|quarter|trimestre|Halbjahr|half|semestre|kwartaal)|(first|second|third|fourth)\s"
    r"(quarter|half))[\s,/-]{0,2}(?:of\s|de\s|del\s|FY\s?)?((?:19|20)[0-9]{2}|['’]?[0-9]{2})(?![\w])",
    re.IGNORECASE,
)
_MONTHS_OF = re.compile(r"(?<!\w)(3|6|9|12)\s?M[\s'’/-]{0,2}(?:FY)?((?:19|20)[0-9]{2})(?!\w)")
"""The first months of a year: `9M 2024`."""
_MONTH = re.compile(
    r"(?<![\w.])([^\W\d_]{3,10})\.?[ /-](?:de |del )?((?:19|20)[0-9]{2})(?![\w]|[./-][0-9])"
)
_SPLIT_YEAR = re.compile(r"(?<![\w/.-])((?:19|20)[0-9]{2})/([0-9]{2}|(?:19|20)[0-9]{2})(?![\w/.-])")
_YEAR = re.compile(r"(?<![\w/.,-])((?:19|20)[0-9]{2})(?![\w/.,-])")
_ENDED = re.compile(
    r"(?<!\w)(?:last\s+)?(?:(\S+(?:\s+\([0-9]+\))?[\s-]months?|(?:fiscal\s|financial\s)?years?|"
    r"quarter)\s+(?:ended|ending|to|through)\s+(?:on\s+)?|([LT]TM)\s+(?:to\s+)?"
    r"|(exercices?)\s+(?:clos|terminés?|achevé)s?\s+(?:le|au)\s+)$",
    re.IGNORECASE,
)
_SHORT_START = re.compile(r"(?<![0-9])([0-9]{1,2})\.\s?(?:([0-9]{1,2})\.?)?\s*(?:[-–—]|bis|to)\s*$")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_LOOK_BACK = 60
_YEAR_MONTHS = 12


def period_json(start: dt.date | None, end: dt.date | None, label: str) -> dict[str, Json]:
    """The JSON of a period; an open end is null."""
    return {
        "from": start.isoformat() if start else None,
        "to": end.isoformat() if end else None,
        "label": " ".join(label.split()),
    }


def period_readings(text: str, habits: Habits, hint: Hint = "") -> tuple[Reading, ...]:
    """Every period of a text, the longest where they overlap. A lone year is uncertain, and so is
    a year that straddles two (`2024/25`): which days it has is not said, both ends stay null."""
    dates = dates_in(text, habits, hint)
    ends = [date.end for date in dates]
    named: list[Reading] = []
    for reading in _by_names(text, habits):
        at = bisect_right(ends, reading.start)
        if at == len(dates) or dates[at].start >= reading.end:
            named.append(reading)
    return tuple(outermost([*_by_dates(text, dates), *named]))


def _by_dates(text: str, found: list[Found]) -> Iterator[Reading]:
    joined: set[int] = set()
    for at, (one, two) in enumerate(pairwise(found)):
        if at not in joined and _join().fullmatch(text, one.end, two.start):
            joined |= {at, at + 1}
            start = _opening(text, one.start)
            yield _reading(text, start, two.end, one.days[0], two.days[0], one, two)
    for at, one in enumerate(found):
        if at not in joined:
            yield from _open_ended(text, one)


def _reading(
    text: str, start: int, end: int, first: dt.date | None, last: dt.date | None, *of: Found
) -> Reading:
    piece = text[start:end]
    certain = all(found.certain for found in of) and not (first and last and first > last)
    return Reading(period_json(first, last, piece), start, end, piece, certain)


def _opening(text: str, start: int) -> int:
    match = _opens().search(text, max(0, start - _LOOK_BACK), start)
    return match.start() if match else start


def _open_ended(text: str, one: Found) -> Iterator[Reading]:
    """A single date that ends months (`year ended …`), or begins or ends an open period."""
    back = max(0, one.start - _LOOK_BACK)
    day = one.days[0]
    if match := _ENDED.search(text, back, one.start):
        count = _months_said(match[1] or match[2] or match[3])
        if count:
            yield _reading(text, match.start(), one.end, _months_before(day, count), day, one)
            return
    if match := _SHORT_START.search(text, back, one.start):
        first = _partial(match, day)
        if first:
            yield _reading(text, match.start(), one.end, first, day, one)
            return
    if match := _starts().search(text, back, one.start):
        yield _reading(text, match.start(), one.end, day, None, one)
    elif match := _ends().search(text, back, one.start):
        yield _reading(text, match.start(), one.end, None, day, one)


def _partial(match: re.Match[str], last: dt.date) -> dt.date | None:
    """The first day of `01.01. - 31.12.2025` and `1. - 15.03.2025`."""
    month = int(match[2]) if match[2] else last.month
    try:
        return last.replace(month=month, day=int(match[1]))
    except ValueError:
        return None


def _months_said(words_before: str) -> int:
    said = words_before.casefold()
    if said in ("ltm", "ttm") or "year" in said or "exercice" in said:
        return _YEAR_MONTHS
    if said == "quarter":
        return 3
    for reading in quantity_readings(words_before, Habits(), "month"):
        if isinstance(reading.value, dict):
            return int(Decimal(str(reading.value["amount"])))
    return 0


def _months_before(last: dt.date, count: int) -> dt.date | None:
    """The day after the one `count` months before `last`, counting month ends as month ends."""
    after = last + dt.timedelta(days=1)
    at = after.year * _YEAR_MONTHS + after.month - 1 - count
    year, month = divmod(at, _YEAR_MONTHS)
    days = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(after.day, days))


def _by_names(text: str, habits: Habits) -> Iterator[Reading]:
    pivot = habits.today_year
    for match in _FISCAL.finditer(text):
        if match[2]:
            yield _undated(match)
        else:
            yield _span(match, full_year(match[1] or match[3], pivot), 1, _YEAR_MONTHS)
    for match in _PART.finditer(text):
        year, number, length = _part_of(match, pivot)
        if number * length <= _YEAR_MONTHS:
            yield _span(match, year, (number - 1) * length + 1, length)
    for match in _MONTHS_OF.finditer(text):
        yield _span(match, int(match[2]), 1, int(match[1]))
    for match in _MONTH.finditer(text):
        month = months().get(match[1].casefold())
        if month:
            yield _month_span(match, month)
    for match in _SPLIT_YEAR.finditer(text):
        yield _undated(match)
    for match in _YEAR.finditer(text):
        yield _span(match, int(match[1]), 1, _YEAR_MONTHS, certain=False)


def _month_span(match: re.Match[str], month: int) -> Reading:
    """A month and year: that month, or the months up to its end (`LTM June 2025`)."""
    text, year = match.string, int(match[2])
    told = _ENDED.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    count = _months_said(told[1] or told[2] or told[3]) if told else 0
    if not told or not count:
        return _span(match, year, month, 1)
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    return _reading(text, told.start(), match.end(), _months_before(last, count), last)


def _part_of(match: re.Match[str], pivot: int | None) -> tuple[int, int, int]:
    """Year, number and length in months of a quarter or half."""
    kind = (match[1] or match[4] or match[6] or match[8]).casefold()
    number = int(match[2] or match[3] or match[5] or _ORDINALS[match[7].casefold()])
    written = match[9].lstrip("'’")
    half = kind in ("h", "halbjahr", "half", "semestre")
    return full_year(written, pivot), number, 6 if half else 3


def _span(
    match: re.Match[str], year: int, month: int, length: int, certain: bool = True
) -> Reading:
    last_month = month + length - 1
    last = dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
    told = period_json(dt.date(year, month, 1), last, match.group())
    return Reading(told, match.start(), match.end(), match.group(), certain)


def _undated(match: re.Match[str]) -> Reading:
    told = period_json(None, None, match.group())
    return Reading(told, match.start(), match.end(), match.group(), False)


@cache
def _join() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in words().joins)
    return re.compile(rf"\s*,?\s*(?:{names})\s*(?:the\s+|le\s+|el\s+)?", re.IGNORECASE)


@cache
def _starts() -> re.Pattern[str]:
    return _before(words().starts)


@cache
def _opens() -> re.Pattern[str]:
    return _before(words().opens)


@cache
def _ends() -> re.Pattern[str]:
    return _before(words().ends)


def _before(names: tuple[str, ...]) -> re.Pattern[str]:
    told = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first(names))
    return re.compile(rf"(?<!\w)(?:{told})\s*(?:the\s+|dem\s+|le\s+|el\s+|:\s*)?$", re.IGNORECASE)
