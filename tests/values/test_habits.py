"""What a document shows of its own habits."""

from __future__ import annotations

from casework.values.habits import Habits, habits_of


def test_a_day_above_twelve_tells_which_side_the_day_is_on() -> None:
    assert habits_of("due 31/12/2026, sent 03/04/2026").day_first is True
    assert habits_of("due 12/31/2026, sent 03/04/2026").day_first is False


def test_contradicting_or_absent_dates_tell_nothing() -> None:
    assert habits_of("31/12/2026 and 12/31/2026").day_first is None
    assert habits_of("03/04/2026").day_first is None


def test_cents_tell_the_decimal_mark() -> None:
    assert habits_of("1.234,56 and 12,50").decimal_comma is True
    assert habits_of("1,234.56 and 12.50").decimal_comma is False
    assert habits_of("1,234 and 5").decimal_comma is None


def test_dates_do_not_count_as_cents() -> None:
    assert habits_of("31.12.26 and 01.02.26").decimal_comma is None


def test_the_most_frequent_currency_is_the_currency() -> None:
    assert habits_of("EUR 5, € 6, USD 7").currency == "EUR"
    assert habits_of("nothing here").currency is None


def test_an_ambiguous_mark_counts_for_what_the_text_names() -> None:
    assert habits_of("$5 $6, all amounts in CAD").currency == "CAD"
    assert habits_of("$5 $6").currency == "USD"


def test_the_year_of_today_is_handed_through() -> None:
    assert habits_of("", today_year=2026) == Habits(today_year=2026)
