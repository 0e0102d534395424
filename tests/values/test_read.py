"""Whole texts as one value."""

from __future__ import annotations

import pytest

from casework.base.errors import ValueReadError
from casework.types.values import Field, Json, ValueType
from casework.values.habits import Habits
from casework.values.read import read_value


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        (ValueType(), "  Norton Ltd ", "Norton Ltd"),
        (ValueType("number"), "1,234.50", "1234.5"),
        (ValueType("number"), "1.234", "1.234"),
        (ValueType("percent"), "19 %", "19"),
        (ValueType("percent"), "19,5", "19.5"),
        (ValueType("percent"), "0.19", "0.19"),
        (ValueType("money"), "EUR 12.30", {"amount": "12.30", "currency": "EUR"}),
        (ValueType("money"), "12.30", {"amount": "12.30", "currency": None}),
        (ValueType("money", unit="EUR"), "12.30", {"amount": "12.30", "currency": "EUR"}),
        (ValueType("quantity"), "24 months", {"amount": "24", "unit": "month"}),
        (ValueType("quantity"), "5 widgets", {"amount": "5", "unit": "widgets"}),
        (ValueType("quantity", unit="month"), "24", {"amount": "24", "unit": "month"}),
        (ValueType("quantity", unit="month"), "2 years", {"amount": "24", "unit": "month"}),
        (ValueType("date"), "31 Dec 2026", "2026-12-31"),
        (ValueType("date"), "2026-12-31T10:00:00Z", "2026-12-31"),
        (ValueType("yes/no"), "Ja", True),
        (ValueType("choice", options=("Pay", "Query")), "pay", "Pay"),
        (ValueType("choices", options=("Pay", "Query")), "query, pay", ["Pay", "Query"]),
        (ValueType("document"), "# Memo", {"markdown": "# Memo"}),
        (
            ValueType("period"),
            "2025-01-01/2025-12-31",
            {"from": "2025-01-01", "to": "2025-12-31", "label": "2025-01-01 to 2025-12-31"},
        ),
        (
            ValueType("money", many=True),
            "EUR 1,000; EUR 2",
            [{"amount": "1000.00", "currency": "EUR"}, {"amount": "2.00", "currency": "EUR"}],
        ),
        (ValueType("text", many=True), "Ann, Ltd\nBob\nbob", ["Ann, Ltd", "Bob"]),
        (ValueType("yes/no", many=True), "yes, no, yes", [True, False]),
        (ValueType("date", many=True), "", []),
        (ValueType("number", many=True), '["1", 2]', ["1", "2"]),
    ],
)
def test_a_typed_text_becomes_its_value(type: ValueType, text: str, value: Json) -> None:
    assert read_value(text, type) == value


@pytest.mark.parametrize(
    ("type", "text", "said"),
    [
        (ValueType("number"), "a lot", "'a lot' is not a number. Write it like 1234.5."),
        (ValueType("money"), "free", "EUR 1,234.50"),
        (ValueType("date"), "31/02/2026", "2026-11-21"),
        (ValueType("date"), "soon", "2026-11-21"),
        (ValueType("date"), "", "Nothing was written."),
        (ValueType("quantity"), "many", "24 months"),
        (ValueType("quantity", unit="month"), "3 days", "month"),
        (ValueType("money", unit="EUR"), "USD 5", "not in EUR"),
        (ValueType("yes/no"), "perhaps", "yes or no"),
        (ValueType("choice", options=("pay", "query")), "qurey", "Did you mean 'query'?"),
        (ValueType("period"), "2025-12-31 to 2025-01-01", "ends before it begins"),
        (ValueType("record", fields=(Field("a", ValueType()),)), "no json", "object"),
    ],
)
def test_what_does_not_fit_is_refused_with_an_example(
    type: ValueType, text: str, said: str
) -> None:
    with pytest.raises(ValueReadError) as caught:
        read_value(text, type)
    assert said in str(caught.value)


def test_a_text_that_reads_in_two_ways_is_refused_naming_both() -> None:
    with pytest.raises(ValueReadError, match=r"2026-04-03.*2026-03-04"):
        read_value("03/04/2026", ValueType("date"))
    with pytest.raises(ValueReadError, match=r"1234\.00.*1\.234"):
        read_value("EUR 1.234", ValueType("money"))


def test_habits_or_a_hint_decide_what_reads_in_two_ways() -> None:
    assert read_value("03/04/2026", ValueType("date", hint="month first")) == "2026-03-04"
    habits = Habits(day_first=True, decimal_comma=True)
    assert read_value("03/04/2026", ValueType("date"), habits=habits) == "2026-04-03"
    assert read_value("1.234", ValueType("number"), habits=habits) == "1234"
