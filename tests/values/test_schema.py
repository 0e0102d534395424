"""The JSON Schema that models are given."""

from __future__ import annotations

import pytest

from casework.types.values import TYPE_NAMES, Field, Json, ValueType
from casework.values.schema import json_schema

ROW = (
    Field("item", ValueType(), "what was bought"),
    Field("price", ValueType("money")),
    Field("tags", ValueType("text", many=True)),
)
OPTIONS = ("pay", "query")


def objects_in(schema: Json) -> list[dict[str, Json]]:
    """All object schemas inside a schema."""
    if isinstance(schema, list):
        return [found for part in schema for found in objects_in(part)]
    if not isinstance(schema, dict):
        return []
    inside = [found for part in schema.values() for found in objects_in(part)]
    return [schema, *inside] if schema.get("type") == "object" else inside


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_every_object_requires_all_its_properties_and_allows_no_others(name: str) -> None:
    known = next(n for n in TYPE_NAMES if n == name)
    for schema in objects_in(json_schema(ValueType(known, options=OPTIONS, fields=ROW))):
        properties = schema["properties"]
        assert isinstance(properties, dict)
        assert schema["required"] == list(properties)
        assert schema["additionalProperties"] is False


def test_a_choice_is_one_of_its_options() -> None:
    assert json_schema(ValueType("choice", options=OPTIONS)) == {
        "type": "string",
        "enum": ["pay", "query"],
    }


def test_many_values_are_a_list() -> None:
    schema = json_schema(ValueType("yes/no", many=True))
    assert schema == {"type": "array", "items": {"type": "boolean"}}


def test_a_currency_that_is_not_stated_is_null_unless_the_type_fixes_it() -> None:
    open_, fixed = json_schema(ValueType("money")), json_schema(ValueType("money", unit="EUR"))
    assert isinstance(open_["properties"], dict)
    assert isinstance(open_["properties"]["currency"], dict)
    assert open_["properties"]["currency"]["type"] == ["string", "null"]
    assert isinstance(fixed["properties"], dict)
    assert fixed["properties"]["currency"] == {"type": "string", "enum": ["EUR"]}


def test_fields_of_a_row_may_be_null_and_bear_their_instruction() -> None:
    schema = json_schema(ValueType("record", fields=ROW))
    assert isinstance(schema["properties"], dict)
    assert schema["properties"]["item"] == {
        "type": ["string", "null"],
        "description": "what was bought",
    }
    price = schema["properties"]["price"]
    assert isinstance(price, dict)
    assert isinstance(price["anyOf"], list)
    assert price["anyOf"][1] == {"type": "null"}
