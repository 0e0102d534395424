"""Anthropic's messages wire: a request as JSON, and JSON as an answer or a typed error.

Pure functions. Source: Anthropic API reference (messages, streaming, tool use, structured outputs,
prompt caching, errors), version 2023-06-01 of the wire.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from casework.base.errors import ModelError
from casework.models.names import Target
from casework.models.transport import HttpReply
from casework.models.wires.anthropic_answer import MessagesHearing, answer_of
from casework.models.wires.anthropic_models import (
    Way,
    native_schema,
    takes_temperature,
    usual_tokens,
    way_of_schema,
)
from casework.models.wires.anthropic_turns import Turns
from casework.models.wires.asked import Asked
from casework.models.wires.failures import failure_of, failure_told
from casework.models.wires.replies import not_an_endpoint, object_in
from casework.models.wires.wire import PLAIN, Fitting, Listing
from casework.models.wires.words import Same, encode, schema_told
from casework.types.message import AUTO, NONE, REQUIRED, ModelAnswer, ModelRequest
from casework.types.values import Json

PATH = "/messages"
MODELS_PATH = "/models"
VERSION = "2023-06-01"
_A_PAGE = 1000
_CHOICES = {AUTO: "auto", NONE: "none", REQUIRED: "any"}


class MessagesWire:
    """Anthropic's messages, and what imitates them."""

    def url(self, target: Target) -> str:
        return target.provider.base_url + PATH

    def headers(self, target: Target) -> dict[str, str]:
        provider = target.provider
        told = {
            **provider.headers,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "casework",
            "anthropic-version": VERSION,
        }
        if target.key:
            if provider.dialect.authorisation == "bearer":
                told["Authorization"] = f"Bearer {target.key}"
            else:
                told[provider.dialect.authorisation] = target.key
        return told

    def body(self, request: ModelRequest, target: Target, fitting: Fitting = PLAIN) -> bytes:
        omit, model, schema = fitting.omit, target.model, request.schema
        way = _way(request, model, omit)
        turns = Turns(request, target, fitting)
        told = schema_told(schema) if schema is not None and way == "words" else ""
        most = request.max_output_tokens or usual_tokens(model)
        fields = [f'{{"model":{encode(model)},"max_tokens":{most}']
        system = turns.system(told)
        if system:
            fields.append(system)
        fields.append(turns.messages())
        if schema is not None and way == "native":
            fields.append(_format(Same(schema)))
        elif schema is not None and way == "tool":
            alone = "disable_parallel_tool_use" not in omit
            fields.append(_forced(Same(schema), request.schema_name, alone))
        fields.extend(_tools(request, omit))
        if (
            request.temperature is not None
            and "temperature" not in omit
            and takes_temperature(model)
        ):
            fields.append(f'"temperature":{min(float(request.temperature), 1.0)!r}')
        if request.stream:
            fields.append('"stream":true')
        return (",".join(fields) + "}").encode("utf-8", "replace")

    def read_answer(
        self, reply: HttpReply, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN
    ) -> ModelAnswer:
        if reply.status != 200:
            raise failure_of(reply, asked)
        data = object_in(reply, asked)
        if data.get("type") == "error" or data.get("error"):
            raise failure_told(data, reply, asked)
        if not isinstance(data.get("content"), list):
            raise not_an_endpoint(reply, asked)
        way = _way(request, asked.target.model, fitting.omit)
        forced = request.schema_name if way == "tool" else ""
        return answer_of(data, asked, forced=forced, loose=way == "words")

    def hear(
        self, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN
    ) -> MessagesHearing:
        way = _way(request, asked.target.model, fitting.omit)
        forced = request.schema_name if way == "tool" else ""
        return MessagesHearing(asked, forced=forced, loose=way == "words")

    def models_url(self, target: Target, after: str = "") -> str:
        rest = f"&after_id={quote(after, safe='')}" if after else ""
        return f"{target.provider.base_url}{MODELS_PATH}?limit={_A_PAGE}{rest}"

    def read_models(self, reply: HttpReply, asked: Asked) -> Listing:
        if reply.status != 200:
            raise failure_of(reply, asked)
        data = object_in(reply, asked)
        rows = data.get("data")
        if not isinstance(rows, list):
            raise not_an_endpoint(reply, asked)
        names = tuple(str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)
        return Listing(names, str(data.get("last_id") or "") if data.get("has_more") else "")

    def read_failure(self, reply: HttpReply, asked: Asked) -> ModelError:
        return failure_of(reply, asked)


def _way(request: ModelRequest, model: str, omit: frozenset[str]) -> Way | None:
    """How the answer is held to its schema; None when it has none."""
    if request.schema is None:
        return None
    return way_of_schema(model, request.schema, omit, tools=bool(request.tools))


@lru_cache(maxsize=256)
def _format(same: Same) -> str:
    told: Json = {"format": {"type": "json_schema", "schema": native_schema(same.schema)}}
    return f'"output_config":{encode(told)}'


@lru_cache(maxsize=256)
def _forced(same: Same, name: str, alone: bool) -> str:
    """A tool whose arguments are the answer, and which must be called; `alone` says once."""
    tool: Json = {"name": name, "description": "Give the answer.", "input_schema": same.schema}
    choice: dict[str, Json] = {"type": "tool", "name": name}
    if alone:
        choice["disable_parallel_tool_use"] = True
    return f'"tools":[{encode(tool)}],"tool_choice":{encode(choice)}'


def _tools(request: ModelRequest, omit: frozenset[str]) -> list[str]:
    if not request.tools:
        return []
    tools: list[Json] = [
        {"name": tool.name, "description": tool.description, "input_schema": tool.schema}
        for tool in request.tools
    ]
    fields = [f'"tools":{encode(tools)}']
    word = _CHOICES.get(request.tool_choice)
    choice: dict[str, Json] = {"type": word or "tool"}
    if word is None:
        choice["name"] = request.tool_choice
    alone = not request.parallel_tools and "disable_parallel_tool_use" not in omit
    if alone and request.tool_choice != NONE:
        choice["disable_parallel_tool_use"] = True
    if choice != {"type": "auto"} and "tool_choice" not in omit:
        fields.append(f'"tool_choice":{encode(choice)}')
    return fields
