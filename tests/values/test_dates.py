"""Dates in a text."""

from __future__ import annotations

import pytest

from casework.types.values import Json, ValueType
from casework.values.dates import full_year
from casework.values.habits import Habits
from casework.values.read import readings

DATE = ValueType("date")


def found(text: str, type: ValueType = DATE, habits: Habits | None = None) -> list[Json]:
    return [reading.value for reading in readings(text, type, habits=habits)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31",
        "2026/12/31",
        "12/31/2026",
        "31/12/2026",
        "31.12.2026",
        "31. 12. 2026",
        "31-12-26",
        "31 Dec 2026",
        "31-Dec-2026",
        "31DEC2026",
        "DEC 31, 2026",
        "December 31st, 2026",
        "December 31 2026",
        "31st of December, 2026",
        "this 31st day of December, 2026",
        "the thirty-first day of December, 2026",
        "31. Dezember 2026",
        "le 31 décembre 2026",
        "31 de diciembre de 2026",
        "31 december 2026",
        "31 dicembre 2026",
        "31 Dez. 2026",
        "31 déc. 2026",
        "Dec 31, '26",
        "20261231",
        "2026-12-31T10:00:00Z",
        "2026 Dec 31",
    ],
)
def test_dates_are_read_in_many_forms(text: str) -> None:
    assert found(text) == ["2026-12-31"]


@pytest.mark.parametrize("text", ["30 February 2026", "31/02/2026", "2026-13-01", "20261331"])
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert found(text) == []


def test_an_ambiguous_date_gives_both_readings() -> None:
    told = readings("03/04/2026", DATE)
    assert [r.value for r in told] == ["2026-04-03", "2026-03-04"]
    assert not any(reading.certain for reading in told)


def test_the_hint_of_the_type_and_then_the_habit_order_the_readings() -> None:
    month_first = ValueType("date", hint="month first")
    assert found("03/04/2026", month_first)[0] == "2026-03-04"
    assert found("03/04/2026", habits=Habits(day_first=False))[0] == "2026-03-04"
    assert found("03/04/2026", month_first, Habits(day_first=True))[0] == "2026-03-04"


def test_equal_day_and_month_are_not_ambiguous() -> None:
    (reading,) = readings("6/6/20", DATE)
    assert reading.value == "2020-06-06"
    assert reading.certain


def test_dots_put_the_day_first() -> None:
    (reading,) = readings("03.04.2026", DATE)
    assert (reading.value, reading.certain) == ("2026-04-03", True)


def test_two_digit_years_lie_around_the_year_of_today() -> None:
    assert full_year("26", None) == 2026
    assert full_year("75", None) == 1975
    assert full_year("75", 2060) == 2075
    assert full_year("99", 2026) == 1999


def test_offsets_point_into_the_text() -> None:
    text = "Signed on March 5, 2026 in Bonn; effective 2026-04-01."
    spans = [text[r.start : r.end] for r in readings(text, DATE)]
    assert spans == ["March 5, 2026", "2026-04-01"]


def test_two_dates_joined_by_a_hyphen_are_both_read() -> None:
    assert found("03/31/20-04/15/20") == ["2020-03-31", "2020-04-15"]
    assert found("01.02.2026-15.02.2026") == ["2026-02-01", "2026-02-15"]


def test_numbers_that_look_like_parts_of_dates_are_left_alone() -> None:
    assert found("call 555-12-1234-9 or see 1.2.3.4, pages 3/4") == []


def test_what_only_looks_like_a_date_does_not_hide_one_that_begins_in_it() -> None:
    assert found("No. 7-2018-1 vom 18 April 2018") == ["2018-04-18"]
