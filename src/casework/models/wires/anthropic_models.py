"""What Anthropic's models take, by their names; for a name that is not known, the newest way.

Source: Anthropic documentation (models, structured outputs, forcing tool use), as far as a request
differs by it. What is wrong here costs one refused call: a field that is not taken is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from casework.models.wires.words import Same
from casework.types.values import Json

Way = Literal["native", "tool", "words"]
"""How a model is held to a schema: by its output format, by a tool that it must call, or not."""

_NO_FORMAT = re.compile(r"claude-(?:v?[12]|instant|3|sonnet-4-(?:0|2025)|opus-4-(?:0|2025))")
_NO_SAMPLING = re.compile(r"claude-(?:opus-4-[78]|(?:opus|sonnet|haiku|fable|mythos)-[5-9])")
_SHORT = re.compile(r"claude-(?:v?[12]|instant|3-(?:opus|sonnet|haiku))")
_MIDDLE = re.compile(r"claude-(?:3|sonnet-4-(?:0|2025)|opus-4-(?:[01]|2025))")
_SHORT_TOKENS, _MIDDLE_TOKENS, _TOKENS = 4096, 8192, 16_384
_MOST_UNIONS, _MOST_OPTIONAL = 16, 24
_CONSTRAINTS = frozenset(
    (
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
        "maxLength", "pattern", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    )
)  # fmt: skip
_FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
)


def bare_name(model: str) -> str:
    """The name without what other houses put before it (`anthropic/`, `us.anthropic.`)."""
    at = model.find("claude-")
    return model[at:] if at > 0 else model


def way_of_schema(model: str, schema: dict[str, Json], omit: frozenset[str], *, tools: bool) -> Way:
    """How this model is held to this schema; `tools`: the request has tools of its own, so that
    no other can be forced."""
    if (
        "output_config" not in omit
        and not _NO_FORMAT.match(bare_name(model))
        and _fits(Same(schema))
    ):
        return "native"
    return "words" if tools or "tool_choice" in omit else "tool"


def takes_temperature(model: str) -> bool:
    """Whether this model can be told its temperature."""
    return not _NO_SAMPLING.match(bare_name(model))


def usual_tokens(model: str) -> int:
    """The limit of an answer where none was asked for: this wire wants one."""
    name = bare_name(model)
    if _SHORT.match(name):
        return _SHORT_TOKENS
    return _MIDDLE_TOKENS if _MIDDLE.match(name) else _TOKENS


def native_schema(schema: Json) -> Json:
    """The schema in the part of JSON Schema that the output format takes: closed objects, no
    bounds; what is left out is told in the description."""
    if isinstance(schema, list):
        return [native_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Json] = {}
    told = []
    for word, part in schema.items():
        if word in _CONSTRAINTS or (word == "format" and part not in _FORMATS):
            told.append(f"{word}: {part}")
        elif word == "minItems" and isinstance(part, int) and part > 1:
            kept[word] = 1
            told.append(f"{word}: {part}")
        elif word in ("properties", "$defs", "definitions") and isinstance(part, dict):
            kept[word] = {name: native_schema(each) for name, each in part.items()}
        elif word in ("items", "anyOf", "allOf", "oneOf"):
            kept["anyOf" if word == "oneOf" else word] = native_schema(part)
        elif word not in ("title", "$schema", "default", "examples"):
            kept[word] = part
    if "properties" in kept or kept.get("type") == "object":
        kept["additionalProperties"] = False
    if told:
        words = f"{kept.get('description') or ''} {{{', '.join(told)}}}"
        kept["description"] = words.strip()
    return kept


@lru_cache(maxsize=256)
def _fits(same: Same) -> bool:
    """Whether a schema keeps to the limits that Anthropic documents for its grammar."""
    unions, optional, refers = _counted(same.schema)
    return unions <= _MOST_UNIONS and optional <= _MOST_OPTIONAL and not refers


def _counted(schema: Json) -> tuple[int, int, bool]:
    """Properties of several types, properties that are not required, and whether the schema may
    hold itself."""
    if isinstance(schema, list):
        parts = [_counted(part) for part in schema]
    elif isinstance(schema, dict):
        if "$ref" in schema:
            return 0, 0, True
        parts = [_counted(part) for part in schema.values()]
        properties = schema.get("properties")
        if isinstance(properties, dict):
            required = schema.get("required")
            names = required if isinstance(required, list) else []
            several = sum(
                isinstance(part, dict) and ("anyOf" in part or isinstance(part.get("type"), list))
                for part in properties.values()
            )
            parts.append((several, sum(name not in names for name in properties), False))
    else:
        return 0, 0, False
    return sum(p[0] for p in parts), sum(p[1] for p in parts), any(p[2] for p in parts)
