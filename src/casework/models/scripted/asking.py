"""A chat request as the rules of a script look at it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.types.values import Json


class Asking:
    """A chat request as the rules look at it. Raises for what is none."""

    __slots__ = (
        "body",
        "characters",
        "last_user",
        "model",
        "schema",
        "schema_name",
        "text",
        "turns",
    )

    def __init__(self, body: dict[str, Json]) -> None:
        self.body = body
        self.model = str(body["model"])
        messages = body["messages"]
        assert isinstance(messages, list)
        turns = [(str(each["role"]), _text(each["content"])) for each in messages]  # type: ignore[index,call-overload]
        users = [text for role, text in turns if role == "user"]
        self.last_user = users[-1] if users else ""
        self.text = "\n".join(users)
        self.characters = sum(len(text) for _, text in turns)
        self.turns = sum(1 for role, _ in turns if role == "assistant")
        self.schema, self.schema_name = _schema(body, turns)


def _schema(body: Mapping[str, Json], turns: list[tuple[str, str]]) -> tuple[Json, str]:
    """The schema asked for and its name: from `response_format`, or told in words."""
    asked = body.get("response_format")
    inner = asked.get("json_schema") if isinstance(asked, dict) else None
    if isinstance(inner, dict):
        return inner.get("schema"), str(inner.get("name") or "")
    for role, text in turns:
        start = text.find("{", text.find("JSON schema")) if "JSON schema" in text else -1
        if role == "system" and start >= 0:
            schema: Json = json.JSONDecoder().raw_decode(text, start)[0]
            return schema, ""
    return None, ""


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))
