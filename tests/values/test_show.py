"""Values as a person reads them."""

from __future__ import annotations

import pytest

from casework.types.values import Field, Json, ValueType
from casework.values.show import show


@pytest.mark.parametrize(
    ("type", "value", "shown"),
    [
        (ValueType("money"), {"amount": "1234.50", "currency": "EUR"}, "EUR 1,234.50"),
        (ValueType("money"), {"amount": "-1234.50", "currency": None}, "-1,234.50"),
        (ValueType("money"), {"amount": "1000.00", "currency": "JPY"}, "JPY 1,000"),
        (ValueType("money"), {"amount": "1.234", "currency": "EUR"}, "EUR 1.2340"),
        (ValueType("percent"), "19", "19 %"),
        (ValueType("percent"), "33.33333333333333333333333333", "33.333333 %"),
        (ValueType("number"), "0.0000000000001", "0.0000000000001"),
        (ValueType("number"), "-1.12345678", "-1.12345678"),
        (ValueType("number"), "-0.6666666666666666666666666667", "-0.666667"),
        (ValueType("number"), "1234.5", "1234.5"),
        (ValueType("quantity"), {"amount": "24", "unit": "month"}, "24 months"),
        (ValueType("quantity"), {"amount": "1", "unit": "month"}, "1 month"),
        (ValueType("quantity"), {"amount": "2.5", "unit": "kg"}, "2.5 kg"),
        (ValueType("date"), "2026-11-21", "2026-11-21"),
        (ValueType("yes/no"), False, "no"),
        (ValueType(many=True), ["Ann", "Bob"], "Ann; Bob"),
        (ValueType("choices"), ["a", "b"], "a; b"),
        (ValueType("table"), [{}, {}, {}], "3 rows"),
        (ValueType("table"), [{}], "1 row"),
        (
            ValueType("period"),
            {"from": "2025-01-01", "to": "2025-12-31", "label": "FY 2025"},
            "2025-01-01 to 2025-12-31 (FY 2025)",
        ),
        (ValueType("period"), {"from": None, "to": None, "label": "2024/25"}, "2024/25"),
        (
            ValueType("record", fields=(Field("a", ValueType()), Field("b", ValueType("yes/no")))),
            {"a": "x", "b": True},
            "a: x, b: yes",
        ),
        (ValueType("file"), {"document": "ab", "name": "claim.pdf"}, "claim.pdf"),
        (ValueType(), None, ""),
    ],
)
def test_a_value_is_shown_as_people_write_it(type: ValueType, value: Json, shown: str) -> None:
    assert show(value, type) == shown
