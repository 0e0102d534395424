"""Values as JSON, brought to one form."""

from __future__ import annotations

import pytest

from casework.base.errors import ValueReadError
from casework.types.values import Field, Json, ValueType
from casework.values.shape import settle_json

ROWS = ValueType(
    "table",
    fields=(Field("item", ValueType()), Field("amount", ValueType("money"))),
)


@pytest.mark.parametrize(
    ("type", "given", "settled"),
    [
        (ValueType(), 12, "12"),
        (ValueType("number"), 1234.5, "1234.5"),
        (ValueType("number"), 1e22, "10000000000000000000000"),
        (ValueType("number"), "1E3", "1000"),
        (ValueType("number"), "1,234.50", "1234.5"),
        (ValueType("number"), "-0.0", "0"),
        (ValueType("percent"), 19, "19"),
        (ValueType("percent"), 0.19, "0.19"),
        (ValueType("percent"), "19 %", "19"),
        (ValueType("money"), 12.3, {"amount": "12.30", "currency": None}),
        (ValueType("money", unit="EUR"), 12, {"amount": "12.00", "currency": "EUR"}),
        (ValueType("money"), "12.30 EUR", {"amount": "12.30", "currency": "EUR"}),
        (
            ValueType("money"),
            {"amount": "1.234", "currency": "eur"},
            {"amount": "1.234", "currency": "EUR"},
        ),
        (
            ValueType("money"),
            {"amount": "1,234.50", "currency": "€"},
            {"amount": "1234.50", "currency": "EUR"},
        ),
        (ValueType("money"), {"amount": 5}, {"amount": "5.00", "currency": None}),
        (
            ValueType("quantity"),
            {"amount": 24, "unit": "Monate"},
            {"amount": "24", "unit": "month"},
        ),
        (
            ValueType("quantity", unit="month"),
            {"amount": 2, "unit": "years"},
            {"amount": "24", "unit": "month"},
        ),
        (ValueType("date"), "2026-11-21T08:00:00+00:00", "2026-11-21"),
        (
            ValueType("period"),
            {"from": "1 Jan 2025", "to": None},
            {"from": "2025-01-01", "to": None, "label": ""},
        ),
        (ValueType("yes/no"), "yes", True),
        (ValueType("choice", options=("Pay",)), "PAY", "Pay"),
        (ValueType("choices", options=("a", "b")), ["b", "a", "b"], ["a", "b"]),
        (ValueType("text", many=True), ["Ann", "ann ", "Bob"], ["Ann", "Bob"]),
        (ValueType("text", many=True), "Ann", ["Ann"]),
        (ValueType("text", many=True), None, []),
        (ValueType("document"), "# Memo", {"markdown": "# Memo"}),
        (ValueType("file"), {"document": "ab"}, {"document": "ab", "name": ""}),
        (
            ROWS,
            [{"item": "Desk", "amount": 5}, {"item": "Lamp"}],
            [
                {"item": "Desk", "amount": {"amount": "5.00", "currency": None}},
                {"item": "Lamp", "amount": None},
            ],
        ),
    ],
)
def test_what_others_give_is_brought_to_one_form_and_stays_there(
    type: ValueType, given: Json, settled: Json
) -> None:
    assert settle_json(given, type) == settled
    assert settle_json(settled, type) == settled


@pytest.mark.parametrize(
    ("type", "given", "said"),
    [
        (ValueType("number"), None, "There is no value."),
        (ValueType("number"), True, "not a number"),
        (ValueType("number"), float("nan"), "not a number"),
        (ValueType("number"), "Infinity", "not a number"),
        (ValueType("yes/no"), 1, "yes or no"),
        (ValueType(), {"a": 1}, "a text"),
        (ValueType("date"), 20261231, "a date"),
        (ValueType("money"), {"amount": "5", "currency": "XQQ"}, "no currency"),
        (ValueType("money"), {"amount": "USD 5", "currency": "EUR"}, "in USD, not in EUR"),
        (ValueType("money", unit="EUR"), {"amount": "5", "currency": "USD"}, "USD is not EUR"),
        (ValueType("money"), {"sum": 5}, "There is no field 'sum'"),
        (ValueType("quantity"), {"amount": "5"}, "amount with a unit"),
        (ValueType("period"), {"from": "2025-02-01", "to": "2025-01-01"}, "comes after"),
        (ValueType("file"), {"name": "x"}, "'document' is missing"),
        (ROWS, [{"item": "x"}, {"item": "y"}, {"amount": "lots"}], "rows[2].amount: "),
        (ROWS, [{"price": 1}], "rows[0]: There is no field 'price'"),
        (ValueType("number", many=True), ["1", "x"], "[1]: "),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    type: ValueType, given: Json, said: str
) -> None:
    with pytest.raises(ValueReadError) as caught:
        settle_json(given, type)
    assert said in str(caught.value)
