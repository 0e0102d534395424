"""Typed equality."""

from __future__ import annotations

import pytest

from casework.types.values import Field, Json, ValueType
from casework.values.equal import same

EUR5: Json = {"amount": "5.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("type", "a", "b"),
    [
        (ValueType("number"), "1.50", "1.5"),
        (ValueType("percent"), "19", "19.0"),
        (ValueType(), "Norton Ltd.", "NORTON  LTD"),
        (ValueType("money"), EUR5, {"amount": "5", "currency": "EUR"}),
        (
            ValueType("quantity"),
            {"amount": "24", "unit": "month"},
            {"amount": "2", "unit": "year"},
        ),
        (
            ValueType("period"),
            {"from": "2025-01-01", "to": None, "label": "a"},
            {"from": "2025-01-01", "to": None, "label": "b"},
        ),
        (ValueType(many=True), ["Ann", "Bob"], ["bob", "ann"]),
        (ValueType("choices"), ["a", "b"], ["b", "a"]),
        (
            ValueType("table", fields=(Field("n", ValueType("number")),)),
            [{"n": "1.0"}, {"n": None}],
            [{"n": "1"}, {"n": None}],
        ),
        (ValueType(), None, None),
        (ValueType(), "+", "+"),
        (ValueType(), "Version 1.5", "version 1,5"),
        (ValueType(), "1,234 items", "1234 items"),
        (ValueType(), "31.12.2024", "31/12/2024"),
    ],
)
def test_values_that_say_the_same_are_the_same(type: ValueType, a: Json, b: Json) -> None:
    assert same(a, b, type)
    assert same(b, a, type)


@pytest.mark.parametrize(
    ("type", "a", "b"),
    [
        (ValueType("number"), "1.5", "1.51"),
        (ValueType(), "Norton Ltd", "Norton Inc"),
        (ValueType(), "+", "-"),
        (ValueType(), "Version 1.5", "Version 15"),
        (ValueType(), "EUR 1,234.50", "EUR 123450"),
        (ValueType("money"), EUR5, {"amount": "5.00", "currency": "USD"}),
        (ValueType("money"), EUR5, {"amount": "5.00", "currency": None}),
        (
            ValueType("quantity"),
            {"amount": "30", "unit": "day"},
            {"amount": "1", "unit": "month"},
        ),
        (
            ValueType("period"),
            {"from": None, "to": None, "label": "2024/25"},
            {"from": None, "to": None, "label": "2025/26"},
        ),
        (ValueType(many=True), ["Ann"], ["Ann", "Bob"]),
        (
            ValueType("table", fields=(Field("n", ValueType("number")),)),
            [{"n": "1"}],
            [{"n": "1"}, {"n": "2"}],
        ),
        (ValueType(), "a", None),
        (ValueType("yes/no"), True, False),
    ],
)
def test_values_that_differ_are_not_the_same(type: ValueType, a: Json, b: Json) -> None:
    assert not same(a, b, type)
    assert not same(b, a, type)
