"""Return annotations as types of values: plain classes, `Literal`, lists, pydantic models.

A pydantic model is known by its `model_fields`, so that nothing here needs to import pydantic.
"""

from __future__ import annotations

import datetime as dt
import enum
import types
import typing
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from casework.procedures.findings import Findings
from casework.procedures.value_type import read_type
from casework.types.values import Field, TypeName, ValueType

_PLAIN: Mapping[object, TypeName] = {
    str: "text", Decimal: "number", int: "number", float: "number", bool: "yes/no",
    dt.date: "date", dt.datetime: "date",
}  # fmt: skip
_BY_NAME: Mapping[str, TypeName] = {
    "Money": "money", "Percent": "percent", "Quantity": "quantity", "Period": "period",
}  # fmt: skip
_LISTS = (list, set, frozenset, tuple)


class _FieldInfo(typing.Protocol):
    """What is read of a field of a pydantic model."""

    annotation: object
    description: str | None
    metadata: list[object]


def type_of_annotation(annotation: object, findings: Findings) -> ValueType | None:
    """The type of a return annotation or of a field; None, with a mistake noted, if it has none."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        words = [extra for extra in arguments[1:] if isinstance(extra, str)]
        return (
            read_type(words[0], findings) if words else type_of_annotation(arguments[0], findings)
        )
    if origin in (typing.Union, types.UnionType):
        some = [argument for argument in arguments if argument is not type(None)]
        if len(some) == 1:
            return type_of_annotation(some[0], findings)
    if origin is typing.Literal and all(isinstance(option, str) for option in arguments):
        return ValueType("choice", options=arguments)
    if origin in _LISTS and arguments:
        return _several(type_of_annotation(arguments[0], findings))
    if isinstance(annotation, type):
        found = _of_class(annotation, findings)
        if found:
            return found
    shown = getattr(annotation, "__name__", str(annotation))
    fix = 'Use str, Decimal, bool, date, Literal, a pydantic model, or Annotated[str, "money"].'
    findings.add("procedure.bad_type", f"{shown} is no type of a value.", fix)
    return None


def _of_class(annotation: type, findings: Findings) -> ValueType | None:
    if annotation in _PLAIN:
        return ValueType(_PLAIN[annotation])
    if issubclass(annotation, enum.Enum):
        return ValueType("choice", options=tuple(str(member.value) for member in annotation))
    if annotation.__name__ in _BY_NAME:
        return ValueType(_BY_NAME[annotation.__name__])
    fields: Mapping[str, _FieldInfo] | None = getattr(annotation, "model_fields", None)
    if fields is None:
        return None
    told = []
    for name, info in fields.items():
        type = type_of_annotation(_full(info.annotation, info.metadata), findings)
        told.append(Field(name, type or ValueType(), info.description or ""))
    return ValueType("record", fields=tuple(told))


def _full(annotation: object, metadata: list[object]) -> object:
    """The annotation of a field with the words that pydantic took out of `Annotated`."""
    words = [extra for extra in metadata if isinstance(extra, str)]
    return typing.Annotated[annotation, words[0]] if words else annotation


def _several(item: ValueType | None) -> ValueType | None:
    if item is None:
        return None
    if item.name == "record":
        return replace(item, name="table")
    if item.name == "choice":
        return replace(item, name="choices")
    return replace(item, many=True)
