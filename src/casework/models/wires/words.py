"""What casework itself says to a model, and schemas on their way there. Texts are data."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from importlib import resources

from casework.types.values import Json

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=8)
def prompt(name: str) -> str:
    """A text of casework's own, from `prompts.toml`."""
    text = resources.files("casework.models").joinpath("prompts.toml").read_text("utf-8")
    return str(tomllib.loads(text)[name])


def schema_told(schema: Json) -> str:
    """A schema in words, for endpoints that cannot be held to it."""
    return prompt("schema_in_words").replace("{schema}", encode(schema)).strip()


class Same:
    """A schema as the key of a cache: the very same object. Schemas are not changed once made."""

    __slots__ = ("schema",)

    def __init__(self, schema: dict[str, Json]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.schema is self.schema


def most_strict(schema: Json) -> bool:
    """Whether a schema keeps to OpenAI's strict subset: closed objects, every property required."""
    if isinstance(schema, list):
        return all(most_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required")
        if schema.get("additionalProperties") is not False or not isinstance(required, list):
            return False
        if set(properties) != {str(name) for name in required}:
            return False
        if not all(most_strict(part) for part in properties.values()):
            return False
    return all(
        most_strict(part)
        for word, part in schema.items()
        if word in ("items", "anyOf", "allOf", "oneOf")
    ) and all(
        most_strict(part)
        for word in ("$defs", "definitions")
        if isinstance(parts := schema.get(word), dict)
        for part in parts.values()
    )
