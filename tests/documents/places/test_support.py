"""Whether quotes bear values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.places.support import supports
from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.habits import Habits
from casework.values.money import money_json
from casework.values.numbers import plain
from casework.values.show import show

MONEY, DATE, TEXT = ValueType("money"), ValueType("date"), ValueType("text")
OPTIONS = ValueType("choice", options=("pay", "query"))


def eur(amount: str, currency: str | None = "EUR") -> Json:
    return {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("quote", "value", "type"),
    [
        ("Total due: EUR 1.234,50", eur("1234.50"), MONEY),
        ("Total due: 1,234.50", eur("1234.50"), MONEY),
        ("Total due: 1,234.50", eur("1234.50", None), MONEY),
        ("Total $1,234.50", eur("1234.50", "USD"), MONEY),
        ("Total $1,234.50", eur("1234.50", "CAD"), MONEY),
        ("signed on December 31st, 2026", "2026-12-31", DATE),
        ("for twenty-four (24) months", {"amount": "24", "unit": "month"}, ValueType("quantity")),
        ("for two years", {"amount": "24", "unit": "month"}, ValueType("quantity")),
        ("VAT 19,0 %", "19", ValueType("percent")),
        ("VAT 19", "19", ValueType("number")),
        ("between Norton  Ltd. and others", "Norton Ltd", TEXT),
        ("Norton Limited, Lond", "Norton Limited, London", TEXT),
        ("we shall Pay", "pay", OPTIONS),
        ("☒ Yes ☐ No", True, ValueType("yes/no")),
        ("Insured: yes, since May", True, ValueType("yes/no")),
        ("Insured: yes", True, ValueType("yes/no", many=True)),
        (
            "fiscal year 2025",
            {"from": "2025-01-01", "to": "2025-12-31", "label": ""},
            ValueType("period"),
        ),
    ],
)
def test_a_quote_that_says_the_value_supports_it(quote: str, value: Json, type: ValueType) -> None:
    expected = "cannot_tell" if quote.startswith("Norton Limited") else "yes"
    assert supports(quote, value, type) == expected


@pytest.mark.parametrize(
    ("quote", "value", "type"),
    [
        ("Total due: EUR 1.234,50", eur("1234.51"), MONEY),
        ("Total due: EUR 1.234,50", eur("1234.50", "USD"), MONEY),
        ("Total due: EUR 1 234,50", eur("234.50"), MONEY),
        ("signed on December 31st, 2026", "2026-12-30", DATE),
        ("VAT 19 %", "7", ValueType("percent")),
        ("Insured: no", True, ValueType("yes/no")),
        ("30 days", {"amount": "30", "unit": "month"}, ValueType("quantity")),
    ],
)
def test_a_quote_that_says_another_value_contradicts_it(
    quote: str, value: Json, type: ValueType
) -> None:
    assert supports(quote, value, type) == "no"


@pytest.mark.parametrize(
    ("quote", "value", "type"),
    [
        ("as agreed", eur("5.00"), MONEY),
        ("Total EUR 5", eur("5.00", None), MONEY),
        ("on 03/04/2026", "2026-04-03", DATE),
        ("on 03/04/2026", "2026-03-04", DATE),
        ("the seller", "Norton Ltd", TEXT),
        ("Joanne", "Ann", TEXT),
        ("we agree", "pay", OPTIONS),
        ("we shall not pay", "pay", OPTIONS),
        ("due no later than Friday", False, ValueType("yes/no")),
        ("pay or query", "pay", OPTIONS),
        ("", "x", TEXT),
        ("anything", None, TEXT),
    ],
)
def test_what_cannot_be_read_off_a_quote_is_left_open(
    quote: str, value: Json, type: ValueType
) -> None:
    assert supports(quote, value, type) == "cannot_tell"


def test_a_habit_or_hint_decides_an_ambiguous_date() -> None:
    habits = Habits(day_first=True)
    assert supports("on 03/04/2026", "2026-04-03", DATE, habits=habits) == "yes"
    assert supports("on 03/04/2026", "2026-03-04", DATE, habits=habits) == "cannot_tell"
    hinted = ValueType("date", hint="month first")
    assert supports("on 03/04/2026", "2026-03-04", hinted) == "yes"


AMOUNTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
CODES = st.sampled_from(["EUR", "USD", "CHF", "JPY"])
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
DAY_FORMS = st.sampled_from(
    ["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%d-%m-%y"]
)
AROUND = st.sampled_from(["{}", "Total due {} only", "due: {}.", "({})", "Sum\n{}", "x {} y"])


def european(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


@given(AMOUNTS, CODES, AMOUNTS, CODES, AROUND, st.booleans())
def test_no_quote_supports_an_amount_that_it_does_not_say(
    said: Decimal, in_: str, wrong: Decimal, wrongly_in: str, around: str, comma: bool
) -> None:
    amount = european(said) if comma else f"{said:,.2f}"
    quote = around.format(f"{in_} {amount}")
    value = money_json(wrong, wrongly_in)
    if not same(value, money_json(said, in_), MONEY):
        assert supports(quote, value, MONEY) != "yes"


@given(AMOUNTS, CODES, st.sampled_from(["{}", "Total due {} only", "due: {}."]), st.booleans())
def test_every_quote_supports_the_amount_that_it_says(
    said: Decimal, code: str, around: str, comma: bool
) -> None:
    amount = european(said) if comma else f"{said:,.2f}"
    value = money_json(said, code)
    assert supports(around.format(f"{code} {amount}"), value, MONEY) == "yes"
    assert supports(around.format(show(value, MONEY)), value, MONEY) == "yes"


@given(AMOUNTS, AMOUNTS, AROUND)
def test_no_quote_supports_a_number_that_it_does_not_say(
    said: Decimal, wrong: Decimal, around: str
) -> None:
    if said != wrong:
        assert supports(around.format(plain(said)), plain(wrong), ValueType("number")) != "yes"


@given(DAYS, DAYS, DAY_FORMS, AROUND, st.sampled_from([None, True, False]))
def test_no_quote_supports_a_date_that_it_does_not_say(
    said: dt.date, wrong: dt.date, form: str, around: str, first: bool | None
) -> None:
    habits = None if first is None else Habits(day_first=first, today_year=2060)
    readable = {"%d/%m/%Y": True, "%d-%m-%y": True, "%m/%d/%Y": False}.get(form, first)
    if said != wrong and readable is first and "%y" not in form:
        quote = around.format(said.strftime(form))
        assert supports(quote, wrong.isoformat(), DATE, habits=habits) != "yes"
