"""What a function is given: records and tables as the pydantic models that its parameters ask for.

A model is known by its `model_fields`, so that nothing here needs to import pydantic.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal

from casework.types.values import Json

_LISTS = (list, set, frozenset, tuple)
_NUMBERS = (Decimal, int, float)


class _FieldInfo(typing.Protocol):
    annotation: object

    def is_required(self) -> bool: ...


class _Model(typing.Protocol):
    model_fields: Mapping[str, _FieldInfo]

    def model_validate(self, given: object) -> object: ...


def annotations_of(function: Callable[..., object]) -> Mapping[str, object]:
    """What the parameters of a function are annotated with; none where that cannot be read."""
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError, AttributeError):
        return {}


def as_models(value: Json, asked: object) -> object:
    """A record or table as the models that an annotation asks for; as it is where it asks for none.

    A field that wants a number gets the amount of money and quantities. Raises pydantic's
    `ValidationError`, a `ValueError`, where the value does not fit the model.
    """
    origin, arguments = typing.get_origin(asked), typing.get_args(asked)
    if origin is typing.Annotated:
        return as_models(value, arguments[0])
    if origin in (typing.Union, types.UnionType):
        some = [argument for argument in arguments if argument is not type(None)]
        return as_models(value, some[0]) if len(some) == 1 and value is not None else value
    if origin in _LISTS and arguments and isinstance(value, list):
        return [as_models(item, arguments[0]) for item in value]
    if isinstance(value, dict) and hasattr(asked, "model_fields"):
        return _modelled(value, typing.cast(_Model, asked))
    if isinstance(value, dict) and asked in _NUMBERS and "amount" in value:
        return value["amount"]
    return value


def _modelled(value: dict[str, Json], model: _Model) -> object:
    """The model with these fields; one that is null takes its default where it has one."""
    return model.model_validate(
        {
            name: as_models(value.get(name), info.annotation)
            for name, info in model.model_fields.items()
            if value.get(name) is not None or info.is_required()
        }
    )
