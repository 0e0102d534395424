"""A request of either wire as the rules of a script look at it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

from casework.types.values import Json

_ANSWERING = ("auto", "none")


class Asking:
    """A request as the rules look at it. Raises for what is none.

    `turns` counts what the assistant said so far; `saw` tells what is in it besides texts.
    """

    __slots__ = (
        "body", "characters", "images", "last_user", "model", "native", "results", "schema",
        "schema_name", "stream", "text", "tool_choice", "tools", "turns",
    )  # fmt: skip

    def __init__(self, body: dict[str, Json], *, messages: bool = False) -> None:
        self.body = body
        self.model = str(body["model"])
        self.images: list[dict[str, Json]] = []
        self.results: list[dict[str, Json]] = []
        turns = self._turns(body)
        users = [text for role, text in turns if role == "user" and text]
        self.last_user = users[-1] if users else ""
        self.text = "\n".join(users)
        self.characters = sum(len(text) for _, text in turns)
        self.turns = sum(1 for role, _ in turns if role == "assistant")
        self.stream = body.get("stream") is True
        self.native = messages
        self.tools = _tools(body)
        self.tool_choice = _tool_choice(body)
        self.schema, self.schema_name = _schema(body, turns)

    @property
    def forced(self) -> str:
        """The tool that must be called, '' when none must."""
        if self.tool_choice in _ANSWERING or not self.tools:
            return ""
        return self.tool_choice if self.tool_choice in self.tools else next(iter(self.tools))

    @property
    def saw(self) -> dict[str, Json]:
        """Pictures, tools, and results of tools."""
        images: list[Json] = list(self.images)
        results: list[Json] = list(self.results)
        return {"images": images, "tools": list(self.tools), "tool_results": results}

    def _turns(self, body: Mapping[str, Json]) -> list[tuple[str, str]]:
        """Roles and texts; notes pictures and results of tools."""
        told = body["messages"]
        assert isinstance(told, list)
        turns: list[tuple[str, str]] = []
        system = body.get("system")
        if system is not None:
            turns.append(("system", self._text(system)))
        for each in told:
            assert isinstance(each, dict)
            role = str(each["role"])
            text = self._text(each.get("content"))
            if role == "tool":
                self.results.append({"id": each.get("tool_call_id"), "text": text})
            turns.append((role, text))
        return turns

    def _text(self, content: Json) -> str:
        if isinstance(content, str):
            return content
        texts = []
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            match block.get("type"):
                case "image_url":
                    address = block.get("image_url")
                    self._uri(str(address.get("url")) if isinstance(address, dict) else "")
                case "image":
                    source = block.get("source")
                    if isinstance(source, dict):
                        self._image(str(source.get("media_type")), str(source.get("data")))
                case "tool_result":
                    found = {"id": block.get("tool_use_id"), "text": self._text(block["content"])}
                    if block.get("is_error"):
                        found["failed"] = True
                    self.results.append(found)
                case _:
                    texts.append(str(block.get("text") or ""))
        return "".join(texts)

    def _uri(self, address: str) -> None:
        media_type, _, data = address.removeprefix("data:").partition(";base64,")
        self._image(media_type, data)

    def _image(self, media_type: str, data: str) -> None:
        found = base64.b64decode(data, validate=True)
        digest = hashlib.sha256(found).hexdigest()
        self.images.append({"media_type": media_type, "bytes": len(found), "sha256": digest})


def _tools(body: Mapping[str, Json]) -> dict[str, Json]:
    """Tools by name, with the schema of their arguments."""
    found: dict[str, Json] = {}
    tools = body.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        assert isinstance(tool, dict)
        function = tool.get("function")
        if isinstance(function, dict):
            found[str(function["name"])] = function.get("parameters")
        else:
            found[str(tool["name"])] = tool.get("input_schema")
    return found


def _tool_choice(body: Mapping[str, Json]) -> str:
    """`auto`, `none`, `required` or the name of a tool."""
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        function = choice.get("function")
        named = choice.get("name") or (function.get("name") if isinstance(function, dict) else None)
        choice = named or choice.get("type")
    return {"any": "required"}.get(str(choice), str(choice)) if choice else "auto"


def _schema(body: Mapping[str, Json], turns: list[tuple[str, str]]) -> tuple[Json, str]:
    """The schema asked for and its name: from the field for it, or told in words."""
    asked = body.get("response_format")
    inner = asked.get("json_schema") if isinstance(asked, dict) else None
    if isinstance(inner, dict):
        return inner.get("schema"), str(inner.get("name") or "")
    output = body.get("output_config")
    form = output.get("format") if isinstance(output, dict) else None
    if isinstance(form, dict):
        return form.get("schema"), ""
    for role, text in turns:
        start = text.find("{", text.find("JSON schema")) if "JSON schema" in text else -1
        if role == "system" and start >= 0:
            schema: Json = json.JSONDecoder().raw_decode(text, start)[0]
            return schema, ""
    return None, ""
