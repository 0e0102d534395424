"""The JSON Schema of a type, in the part of JSON Schema that strict model output allows: every
property required, none beyond, no formats and no patterns."""

from __future__ import annotations

from casework.types.values import Json, ValueType
from casework.values.expect import EXPECTED

_DECIMAL = "a plain decimal number, such as 1234.5 or -0.25, without separators or units"
_DAY = "a date as YYYY-MM-DD"

Schema = dict[str, Json]


def json_schema(type: ValueType) -> Schema:
    """The schema of a value of this type; what it accepts `settle_json` accepts.

    Fields of records and rows may be null, and so may a currency and the ends of a period.
    """
    if type.many:
        return {"type": "array", "items": json_schema(type.one())}
    match type.name:
        case "yes/no":
            return {"type": "boolean"}
        case "number":
            return _text(_DECIMAL)
        case "percent":
            return _text(f"{_DECIMAL}; in percentage points, so 19 % is 19")
        case "date":
            return _text(_DAY)
        case "choice":
            return _option(type)
        case "choices":
            return {"type": "array", "items": _option(type)}
        case "table":
            return {"type": "array", "items": _record(type)}
        case "record":
            return _record(type)
        case "money" | "quantity" | "period" | "file" | "reference" | "document":
            return _object(_parts(type))
        case _:
            return {"type": "string"}


def _parts(type: ValueType) -> dict[str, Schema]:
    match type.name:
        case "money":
            return {"amount": _text(_DECIMAL), "currency": _currency(type.unit)}
        case "quantity":
            named = _text("the unit in English, singular, such as month or kg")
            unit: Schema = {"type": "string", "enum": [type.unit]} if type.unit else named
            return {"amount": _text(_DECIMAL), "unit": unit}
        case "period":
            label = _text("the period as it is written")
            return {"from": _nullable(_text(_DAY)), "to": _nullable(_text(_DAY)), "label": label}
        case "file":
            return {"document": _text("the sha256 of the file"), "name": {"type": "string"}}
        case "reference":
            return {"worksheet": {"type": "string"}, "case": {"type": "string"}}
        case _:
            return {"markdown": _text("the text, in Markdown")}


def _currency(unit: str) -> Schema:
    if unit:
        return {"type": "string", "enum": [unit]}
    return _nullable(_text("the ISO 4217 code, such as EUR; null when none is stated"))


def _option(type: ValueType) -> Schema:
    if not type.options:
        return _text(EXPECTED["choice"][0])
    return {"type": "string", "enum": list(type.options)}


def _record(type: ValueType) -> Schema:
    fields: dict[str, Schema] = {}
    for field in type.fields:
        schema = _nullable(json_schema(field.type))
        fields[field.name] = (
            {**schema, "description": field.instruction} if field.instruction else schema
        )
    return _object(fields)


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _nullable(schema: Schema) -> Schema:
    """The schema that also allows null; a described or plain string keeps its short form."""
    if schema.get("type") == "string" and "enum" not in schema:
        return {**schema, "type": ["string", "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
