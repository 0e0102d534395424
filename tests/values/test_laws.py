"""What holds for all values: what is shown reads back, and settling twice changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import ValueReadError
from casework.types.values import Json, TypeName, ValueType
from casework.values.equal import same
from casework.values.lexicon import currencies, units
from casework.values.money import money_json
from casework.values.numbers import plain
from casework.values.periods import period_json
from casework.values.quantities import quantity_json
from casework.values.read import read_value, readings
from casework.values.shape import settle_json
from casework.values.show import show

NAMES: tuple[TypeName, ...] = ("text", "number", "percent", "money", "quantity", "date", "period")
DECIMALS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**18), 10**18) | st.integers(-9999, 9999),
    st.integers(0, 7),
)
CODES = st.one_of(st.none(), st.sampled_from(sorted(currencies().codes)))
UNITS = st.sampled_from(sorted(set(units().by_name.values())))
DAYS = st.dates(dt.date(1000, 1, 1))
PAGE = st.text(alphabet="0123456789.,'- /()€$%EURabmo\n\u00a0", max_size=60)


def check(value: Json, type: ValueType) -> None:
    """Reads back what is shown, and settles to itself."""
    assert read_value(show(value, type), type) == value
    assert settle_json(value, type) == value


@given(DECIMALS, CODES)
def test_money_reads_back_as_shown(amount: Decimal, currency: str | None) -> None:
    check(money_json(amount, currency), ValueType("money"))


@given(DECIMALS)
def test_numbers_and_percentages_read_back_as_shown(amount: Decimal) -> None:
    check(plain(amount), ValueType("number"))
    check(plain(amount), ValueType("percent"))


@given(DAYS)
def test_dates_read_back_as_shown(day: dt.date) -> None:
    check(day.isoformat(), ValueType("date"))


@given(DECIMALS, UNITS)
def test_quantities_read_back_as_shown(amount: Decimal, unit: str) -> None:
    check(quantity_json(amount, unit), ValueType("quantity"))


@given(DAYS, DAYS, st.sampled_from(["", "FY 2025", "last year"]))
def test_periods_read_back_as_shown(one: dt.date, two: dt.date, label: str) -> None:
    value = period_json(min(one, two), max(one, two), label)
    told = read_value(show(value, ValueType("period")), ValueType("period"))
    assert same(told, value, ValueType("period"))
    assert not label or told == value


@given(st.lists(DECIMALS.map(plain), max_size=4))
def test_many_numbers_read_back_as_shown(items: list[str]) -> None:
    type = ValueType("number", many=True)
    settled = settle_json(list(items), type)
    assert read_value(show(settled, type), type) == settled


@given(PAGE, st.sampled_from(NAMES))
def test_what_is_read_in_any_text_stands_there_and_settles_to_itself(
    text: str, name: TypeName
) -> None:
    type = ValueType(name)
    for reading in readings(text, type):
        assert text[reading.start : reading.end] == reading.text
        assert settle_json(reading.value, type) == reading.value


@given(PAGE, st.sampled_from(NAMES))
def test_a_text_is_a_value_that_settles_or_is_refused_in_words(text: str, name: TypeName) -> None:
    type = ValueType(name)
    try:
        value = read_value(text, type)
    except ValueReadError as error:
        value, fix = None, error.fix
        said = error.message
    else:
        fix = said = "no error"
        assert settle_json(value, type) == value
    assert fix
    assert said
