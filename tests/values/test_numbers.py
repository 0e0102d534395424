"""Numbers and percentages in a text."""

from __future__ import annotations

import pytest

from casework.types.values import Json, ValueType
from casework.values.habits import Habits
from casework.values.read import readings


def found(text: str, name: str = "number", habits: Habits | None = None) -> list[Json]:
    type = ValueType("percent") if name == "percent" else ValueType("number")
    return [reading.value for reading in readings(text, type, habits=habits)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"),
        ("1.234,5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1 234 567", "1234567"),
        ("1'000", "1000"),
        ("12,34,567", "1234567"),
        ("0.125", "0.125"),
        (".5", "0.5"),
        ("-5", "-5"),
        ("1,2345", "1.2345"),
        ("1.2 million", "1200000"),
        ("5 thousand", "5000"),
        ("twelve", "12"),
        ("zwölf", "12"),
        ("trois", "3"),
        ("ocho", "8"),
    ],
)
def test_separators_signs_scales_and_words_are_read(text: str, value: str) -> None:
    assert found(text)[0] == value


def test_a_dot_before_three_figures_may_be_either_without_a_habit() -> None:
    assert found("1.234") == ["1.234", "1234"]
    assert found("1.234", habits=Habits(decimal_comma=True)) == ["1234"]
    assert found("1,234", habits=Habits(decimal_comma=True)) == ["1.234", "1234"]
    assert found("1,234", habits=Habits(decimal_comma=False)) == ["1234"]


@pytest.mark.parametrize("text", ["1.2.3", "12:30", "31.12.2026", "A4", "no figures here", ""])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert found(text) == []


def test_a_range_gives_both_ends_and_no_minus() -> None:
    assert found("10-20") == ["10", "20"]


def test_number_words_are_uncertain() -> None:
    (reading,) = readings("twelve", ValueType("number"))
    assert not reading.certain


def test_a_number_in_brackets_behind_its_word_is_not_negative() -> None:
    assert found("two (2)")[:2] == ["2", "2"]


def test_a_lone_number_in_brackets_is_negative() -> None:
    assert found("(1,234.5)") == ["-1234.5"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19 %", "19"),
        ("19,0%", "19"),
        ("19 percent", "19"),
        ("16,5 Prozent", "16.5"),
        ("20 pour cent", "20"),
        ("21 por ciento", "21"),
        ("-3 %", "-3"),
        ("(2.5%)", "-2.5"),
        ("(2.5)%", "-2.5"),
        ("50 basis points", "0.5"),
        ("5 ‰", "0.5"),
        ("12.345 %", "12.345"),
    ],
)
def test_percentages_are_read_in_percentage_points(text: str, value: str) -> None:
    assert found(text, "percent") == [value]


def test_a_number_without_a_percent_sign_is_no_percentage() -> None:
    assert found("19 EUR", "percent") == []
