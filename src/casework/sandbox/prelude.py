"""What every session of the sandbox knows before a rule runs. Runs there and never here."""

from __future__ import annotations

PRELUDE = """
from datetime import date as _date, timedelta as _timedelta
from decimal import Decimal as _D, ROUND_HALF_UP as _HALF_UP

_ONE = _D(1)
_CENT = _D("0.01")


def _rounded(number, digits):
    return number.quantize(_ONE.scaleb(-digits), rounding=_HALF_UP)


def _whole(count, unit):
    if count % 1 != 0:
        raise ValueError("rule.date|dates move by whole " + unit + ", not by " + str(count))
    if abs(count) > 120000000:
        raise ValueError("rule.date|the date would be too far away")
    return int(count)


def _days(day, count):
    ahead = _timedelta(days=_whole(count, "days"))
    try:
        return day + ahead
    except TypeError:
        raise ValueError("rule.date|the date would be too far away")


def _months(day, count):
    at = day.year * 12 + day.month - 1 + _whole(count, "months")
    year, month = at // 12, at % 12 + 1
    if year < 1 or year > 9999:
        raise ValueError("rule.date|the date would be too far away")
    last = 31
    if month in (4, 6, 9, 11):
        last = 30
    elif month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = 29 if leap else 28
    return _date(year, month, min(day.day, last))


def _between(later, earlier):
    return _D((later - earlier).days)


def _read_date(text):
    try:
        return _date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("rule.date|" + repr(text[:40]) + " is no date like 2026-01-31")


def _field(record, name):
    value = record[name]
    if value is None:
        row = record.get(" row")
        where = "row " + str(row) if row else "it"
        raise ValueError("rule.part|" + where + " has no " + repr(name))
    return value


def _within(day, period):
    first, last = period["from"], period["to"]
    if first is None and last is None:
        raise ValueError("rule.part|the period has no days")
    return (first is None or first <= day) and (last is None or day <= last)
"""
"""Months: the same day of a later month, or its last day where it is shorter (31 January and a
month is 28 or 29 February). Fields that a row lacks are an error only where they are read."""
