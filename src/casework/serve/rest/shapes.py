"""Answers as they stand in the OpenAPI: made from the frozen dataclasses that the sdk gives back,
so that both never say different things. Knows no noun.

What a dataclass keeps for itself (`repr=False`) is left out. Sets become sorted lists.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import (
    Annotated,
    ForwardRef,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    create_model,
)

_LISTS = (list, Sequence)
_MAPS = (dict, Mapping)


class Answer(BaseModel):
    """What every answer is: read from the attributes of what the sdk gave back."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Asked(BaseModel):
    """What every body is: nothing unknown in it, no NaN."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


def without_nul(text: str) -> str:
    """Text that both databases hold."""
    if "\x00" in text:
        raise ValueError("a text holds no NUL")
    return text


Text = Annotated[str, AfterValidator(without_nul)]
"""A text of a request."""
_SORTED = BeforeValidator(lambda told: sorted(told) if isinstance(told, frozenset) else told)


def shape(kind: type, *, name: str = "", also: Mapping[str, object] | None = None) -> type[Answer]:
    """The answer that shows this dataclass, with these of its properties beside its fields."""
    made = _shape(kind, name or kind.__name__, tuple((also or {}).items()))
    known = {f"{_SHOWN}{of.__name__}": one for (of, _), one in _MADE.items()}
    for one in _MADE.values():
        one.model_rebuild(_types_namespace=known)
    return made


_MADE: dict[tuple[type, str], type[Answer]] = {}
_MAKING: set[type] = set()
_SHOWN = "Shown"
"""Before the name of a dataclass, for what shows it while that is still being made."""


def _shape(kind: type, name: str, also: tuple[tuple[str, object], ...] = ()) -> type[Answer]:
    if (kind, name) in _MADE:
        return _MADE[kind, name]
    _MAKING.add(kind)
    hints = _hints(kind)
    kept = [one.name for one in dataclasses.fields(kind) if one.repr]
    fields = {field: (_shown(hints[field]), ...) for field in kept}
    fields |= {field: (_shown(type_), ...) for field, type_ in also}
    made = create_model(  # type: ignore[call-overload]
        name, __base__=Answer, __doc__=kind.__doc__, __module__=kind.__module__, **fields
    )
    _MAKING.discard(kind)
    _MADE[kind, name] = made
    assert issubclass(made, Answer)
    return made


@cache
def _hints(kind: type) -> dict[str, object]:
    scope = {**vars(sys.modules[kind.__module__]), "Json": JsonValue}
    return get_type_hints(kind, scope, include_extras=True)


def _shown(told: object) -> object:
    """The type under which something is shown."""
    if isinstance(told, type) and dataclasses.is_dataclass(told):
        return (
            ForwardRef(f"{_SHOWN}{told.__name__}")
            if told in _MAKING
            else _shape(told, told.__name__)
        )
    origin, inner = get_origin(told), get_args(told)
    if origin is None or origin is Literal or is_typeddict(told):
        return told
    if origin is frozenset:
        return Annotated[list[_shown(inner[0])], _SORTED]  # type: ignore[misc]
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return list[_shown(inner[0])]  # type: ignore[misc]
    if origin is tuple:
        several: object = Union[tuple(dict.fromkeys(_shown(one) for one in inner))]  # noqa: UP007
        length = Field(min_length=len(inner), max_length=len(inner))
        return Annotated[list[several], length]  # type: ignore[valid-type]
    if origin in _LISTS:
        return list[_shown(inner[0])]  # type: ignore[misc]
    if origin in _MAPS:
        return dict[inner[0], _shown(inner[1])]  # type: ignore[valid-type, misc]
    if origin in (Union, types.UnionType):
        return Union[tuple(_shown(one) for one in inner)]  # noqa: UP007 - made at run time
    return told
