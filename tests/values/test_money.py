"""Money in a text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casework.types.values import Json, ValueType
from casework.values.habits import Habits
from casework.values.read import readings

MONEY = ValueType("money")


def found(text: str, habits: Habits | None = None, unit: str = "") -> list[tuple[str, str | None]]:
    """Amount and currency of every reading."""
    told = readings(text, ValueType("money", unit=unit), habits=habits)
    return [pair(reading.value) for reading in told]


def pair(value: Json) -> tuple[str, str | None]:
    assert isinstance(value, dict)
    currency = value["currency"]
    return str(value["amount"]), None if currency is None else str(currency)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 1.234,50", "1234.50", "EUR"),
        ("1,234.50 EUR", "1234.50", "EUR"),
        ("1 234,50 €", "1234.50", "EUR"),
        ("1\u202f234,50 €", "1234.50", "EUR"),
        ("US$ 12", "12.00", "USD"),
        ("USD100", "100.00", "USD"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("CHF 1’234.50", "1234.50", "CHF"),
        ("Fr. 500.-", "500.00", "CHF"),
        ("RM 45.00", "45.00", "MYR"),
        ("S$12.90", "12.90", "SGD"),
        ("A$5", "5.00", "AUD"),
        ("R$ 10,00", "10.00", "BRL"),
        ("kr 1.200,00", "1200.00", "SEK"),
        ("100 kr.", "100.00", "DKK"),
        ("12,50 zł", "12.50", "PLN"),
        ("₹ 12,34,567", "1234567.00", "INR"),
        ("Rs.500", "500.00", "INR"),
        ("¥1,000", "1000.00", "JPY"),
        ("$ 9.90 CAD", "9.90", "CAD"),
        ("1.2 million dollars", "1200000.00", "USD"),
        ("3 Mio. EUR", "3000000.00", "EUR"),
        ("5 Mrd. €", "5000000000.00", "EUR"),
        ("€1.2m", "1200000.00", "EUR"),
        ("€500k", "500000.00", "EUR"),
        ("2 bn USD", "2000000000.00", "USD"),
        ("fifty euros (EUR 50.00)", "50.00", "EUR"),
        ("50 euros", "50.00", "EUR"),
        ("5 Franken", "5.00", "CHF"),
    ],
)
def test_a_currency_may_stand_before_or_behind_the_amount(
    text: str, amount: str, currency: str
) -> None:
    first = found(text)[0]
    assert first[0] == amount
    assert first[1] == currency or currency == "DKK"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-€12", "-12.00"),
        ("EUR -12.50", "-12.50"),
        ("−12.50 EUR", "-12.50"),
        ("1.234,50-", "-1234.50"),
        ("12.50- EUR", "-12.50"),
        ("(1,234.50)", "-1234.50"),
        ("(€1,234)", "-1234.00"),
        ("€(1,234.00)", "-1234.00"),
        ("45.00 CR", "-45.00"),
        ("45.00 DR", "45.00"),
        ("+45.00 EUR", "45.00"),
    ],
)
def test_a_sign_is_read_in_all_its_forms(text: str, amount: str) -> None:
    assert found(text)[0][0] == amount


def test_brackets_behind_words_may_be_minus_or_a_remark() -> None:
    loss = readings("Net loss (1,234)", MONEY)
    assert [pair(r.value)[0] for r in loss] == ["-1234.00", "1234.00"]
    assert not any(reading.certain for reading in loss)
    remark = readings("thirty thousand euros (EUR 30,000)", MONEY)
    assert [pair(r.value)[0] for r in remark] == ["30000.00", "-30000.00"]


def test_a_dollar_sign_alone_is_us_dollars_only_by_a_guess() -> None:
    (reading,) = readings("$1,234", MONEY)
    assert pair(reading.value) == ("1234.00", "USD")
    assert not reading.certain


def test_a_dollar_sign_follows_the_currency_of_the_document() -> None:
    (reading,) = readings("$1,234", MONEY, habits=Habits(currency="CAD"))
    assert pair(reading.value) == ("1234.00", "CAD")
    assert reading.certain


def test_a_fixed_currency_fills_what_the_text_leaves_open_and_never_overrides_it() -> None:
    assert found("12.50", unit="GBP") == [("12.50", "GBP")]
    assert found("12.50 EUR", unit="GBP") == [("12.50", "EUR")]


def test_a_bare_number_is_money_only_by_a_guess() -> None:
    (reading,) = readings("Total 45.00", MONEY)
    assert pair(reading.value) == ("45.00", None)
    assert (reading.start, reading.end, reading.certain) == (6, 11, False)


def test_one_dot_before_three_figures_follows_the_habit_of_the_document() -> None:
    assert found("1.234 €") == [("1234.00", "EUR"), ("1.234", "EUR")]
    assert found("1.234 €", Habits(decimal_comma=True)) == [("1234.00", "EUR")]


@pytest.mark.parametrize("text", ["31.12.2026", "INV2024", "A-12", "12:30", "555-1234-222", "5kg"])
def test_dates_times_and_numbers_inside_words_are_no_money(text: str) -> None:
    assert found(text) == []


def test_a_scale_from_a_heading_multiplies_amounts_without_a_scale_word() -> None:
    told = readings("1,234 and €1.2m", MONEY, scale=Decimal(1000))
    assert [pair(r.value)[0] for r in told] == ["1234000.00", "1200000.00"]


def test_offsets_point_at_the_amount_with_its_currency() -> None:
    text = "Please pay EUR 1,234.50 by Friday."
    (reading,) = readings(text, MONEY)
    assert text[reading.start : reading.end] == reading.text == "EUR 1,234.50"


def test_both_columns_are_offered_when_a_space_may_separate_or_group() -> None:
    told = found("2 345,00")
    assert told == [("2345.00", None), ("2.00", None), ("345.00", None)]


def test_a_mark_between_two_amounts_belongs_to_the_one_it_is_written_at() -> None:
    assert found("1 $125.00 2") == [("1.00", None), ("125.00", "USD"), ("2.00", None)]
    assert found("160,00 € 11,20 €") == [("160.00", "EUR"), ("11.20", "EUR")]


def test_weekdays_are_no_francs() -> None:
    assert found("Mo.-Fr. 14.00") == [("14.00", None)]


def test_a_scale_word_may_stand_on_the_next_line() -> None:
    assert found("$380\nmillion") == [("380000000.00", "USD")]


def test_figures_of_any_length_are_kept_exactly() -> None:
    digits = "9" * 60
    assert found(f"EUR {digits}.99")[0][0] == f"{digits}.99"


@pytest.mark.parametrize("text", ["Revenue grew 12 % to", "VAT 19%", "rabais de 5 pour cent"])
def test_a_percentage_is_no_amount(text: str) -> None:
    assert readings(text, ValueType("money")) == ()


def test_an_amount_beside_a_percentage_is_one() -> None:
    found = readings("Revenue grew 12 % to EUR 12.30", ValueType("money"))
    assert [reading.text for reading in found] == ["EUR 12.30"]
