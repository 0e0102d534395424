"""Periods in a text."""

from __future__ import annotations

import pytest

from casework.types.values import ValueType
from casework.values.read import readings

PERIOD = ValueType("period")


def found(text: str) -> list[tuple[object, object]]:
    told = [reading.value for reading in readings(text, PERIOD)]
    return [(value["from"], value["to"]) for value in told if isinstance(value, dict)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("01.01.2025 - 31.12.2025", "2025-01-01", "2025-12-31"),
        ("01.01. - 31.12.2025", "2025-01-01", "2025-12-31"),
        ("1. - 15.03.2025", "2025-03-01", "2025-03-15"),
        ("from 1 January 2025 to 31 December 2025", "2025-01-01", "2025-12-31"),
        ("vom 01.01.2025 bis zum 31.12.2025", "2025-01-01", "2025-12-31"),
        ("du 1er janvier 2025 au 31 mars 2025", "2025-01-01", "2025-03-31"),
        ("FY 2025", "2025-01-01", "2025-12-31"),
        ("FY25", "2025-01-01", "2025-12-31"),
        ("Geschäftsjahr 2025", "2025-01-01", "2025-12-31"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("3Q25", "2025-07-01", "2025-09-30"),
        ("1. Quartal 2025", "2025-01-01", "2025-03-31"),
        ("third quarter 2025", "2025-07-01", "2025-09-30"),
        ("H2 2025", "2025-07-01", "2025-12-31"),
        ("March 2026", "2026-03-01", "2026-03-31"),
        ("year ended 31 December 2025", "2025-01-01", "2025-12-31"),
        ("three months ended March 31, 2025", "2025-01-01", "2025-03-31"),
        ("last twelve months to 30 June 2025", "2024-07-01", "2025-06-30"),
        ("LTM June 2025", "2024-07-01", "2025-06-30"),
        ("twelve (12) months ended 29 February 2024", "2023-03-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_periods_are_read_with_both_ends(text: str, first: str, last: str) -> None:
    assert found(text) == [(first, last)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("seit 01.02.2025", "2025-02-01", None),
        ("ab dem 1. Mai 2025", "2025-05-01", None),
        ("since March 5, 2025", "2025-03-05", None),
        ("until 31 December 2025", None, "2025-12-31"),
        ("jusqu'au 31 décembre 2025", None, "2025-12-31"),
    ],
)
def test_a_single_date_with_a_word_gives_an_open_end(
    text: str, first: str | None, last: str | None
) -> None:
    assert found(text) == [(first, last)]


def test_a_year_over_two_calendar_years_does_not_pretend_to_know_its_days() -> None:
    (reading,) = readings("2024/25", PERIOD)
    assert reading.value == {"from": None, "to": None, "label": "2024/25"}
    assert not reading.certain


def test_the_label_is_the_period_as_written() -> None:
    (reading,) = readings("Report for Q3\n2025 only", PERIOD)
    assert isinstance(reading.value, dict)
    assert reading.value["label"] == "Q3 2025"


def test_a_date_without_a_word_is_no_period() -> None:
    assert found("on 31 December 2025") == []
    assert found("dated as of 31 December 2025") == []
    assert found("Rechnung vom 31.12.2025") == []
