"""Quantities in a text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casework.types.values import ValueType
from casework.values.quantities import converted
from casework.values.read import readings


def found(text: str, unit: str = "") -> list[str]:
    told = [reading.value for reading in readings(text, ValueType("quantity", unit=unit))]
    return [f"{value['amount']} {value['unit']}" for value in told if isinstance(value, dict)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24 Monate", "24 month"),
        ("two (2) years", "2 year"),
        ("thirty (30) days' notice", "30 day"),
        ("zwei Jahre", "2 year"),
        ("douze mois", "12 month"),
        ("tres años", "3 year"),
        ("12-month term", "12 month"),
        ("a two-year term", "2 year"),
        ("twenty-four-month term", "24 month"),
        ("twenty-four months", "24 month"),
        ("5 business days", "5 business day"),
        ("10 Werktage", "10 business day"),
        ("2,5 kg", "2.5 kg"),
        ("85 m²", "85 m²"),
        ("85 qm", "85 m²"),
        ("1,200 square feet", "1200 sq ft"),
        ("100 km", "100 km"),
        ("3 Stück", "3 piece"),
        ("3 pcs", "3 piece"),
        ("8 uur", "8 hour"),
        ("-5 °C", "-5 °C"),
        ("ein Jahr", "1 year"),
    ],
)
def test_units_are_named_in_one_way(text: str, value: str) -> None:
    assert found(text)[0] == value


def test_word_and_figure_that_disagree_are_uncertain() -> None:
    (reading,) = readings("twenty (30) days", ValueType("quantity"))
    assert not reading.certain
    (agreeing,) = readings("thirty (30) days", ValueType("quantity"))
    assert agreeing.certain
    assert agreeing.text == "thirty (30) days"


def test_a_fixed_unit_converts_what_converts_exactly_and_leaves_the_rest_out() -> None:
    assert found("two years and 10 kg", "month") == ["24 month"]
    assert found("10 days", "month") == []


def test_only_exact_conversions_are_made() -> None:
    assert converted(Decimal(1), "year", "month") == 12
    assert converted(Decimal(10), "day", "week") is None
    assert converted(Decimal(14), "day", "week") == 2
    assert converted(Decimal(1), "day", "kg") is None


@pytest.mark.parametrize("text", ["100 km/h", "A5 days", "12", "the day"])
def test_what_has_no_amount_or_no_known_unit_is_no_quantity(text: str) -> None:
    assert found(text) == []
