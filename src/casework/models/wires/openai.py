"""The chat-completions wire: a request as JSON, and JSON as an answer or a typed error.

Pure functions. Source: OpenAI API reference (chat completions), and what Azure, Mistral,
OpenRouter, Groq, Gemini, DeepSeek, Ollama, vLLM and llama.cpp document as their differences.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from casework.base.errors import ModelError
from casework.models.names import Target
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.dialects import Dialect
from casework.models.wires.failures import failure_of, failure_told
from casework.models.wires.marks import marks_in
from casework.models.wires.openai_answer import ChatHearing, answer_of, no_choice
from casework.models.wires.openai_turns import plain_turns, rich_turns
from casework.models.wires.replies import not_an_endpoint, object_in
from casework.models.wires.wire import NO_OMISSIONS, PLAIN, Fitting, Listing
from casework.models.wires.words import Same, encode, most_strict, schema_told
from casework.types.message import AUTO, NONE, REQUIRED, ModelAnswer, ModelRequest, Tool
from casework.types.values import Json

PATH = "/chat/completions"
MODELS_PATH = "/models"

_OTHER_TOKENS_FIELD = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}


class ChatWire:
    """Chat completions, in every dialect of them."""

    def url(self, target: Target) -> str:
        provider = target.provider
        if provider.dialect.deployments:
            return f"{provider.base_url}/deployments/{quote(target.model, safe='')}{PATH}" + (
                _version(target)
            )
        return provider.base_url + PATH + _version(target)

    def headers(self, target: Target) -> dict[str, str]:
        provider = target.provider
        told = {
            **provider.headers,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "casework",
        }
        if target.key:
            if provider.dialect.authorisation == "bearer":
                told["Authorization"] = f"Bearer {target.key}"
            else:
                told[provider.dialect.authorisation] = target.key
        return told

    def body(self, request: ModelRequest, target: Target, fitting: Fitting = PLAIN) -> bytes:
        return _body(request, target, fitting)

    def read_answer(
        self, reply: HttpReply, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN
    ) -> ModelAnswer:
        if reply.status != 200:
            raise failure_of(reply, asked)
        data = object_in(reply, asked)
        choices = data.get("choices")
        if not isinstance(choices, list):
            if data.get("error") or data.get("detail"):
                raise failure_told(data, reply, asked)
            raise not_an_endpoint(reply, asked)
        choice = choices[0] if choices else None
        if not isinstance(choice, dict):
            raise no_choice(asked)
        if choice.get("error"):
            raise failure_told(choice, reply, asked)
        return answer_of(choice, data, asked, loose=_is_loose(request, asked, fitting))

    def hear(self, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN) -> ChatHearing:
        return ChatHearing(asked, loose=_is_loose(request, asked, fitting))

    def models_url(self, target: Target, after: str = "") -> str:
        return target.provider.base_url + MODELS_PATH + _version(target)

    def read_models(self, reply: HttpReply, asked: Asked) -> Listing:
        if reply.status != 200:
            raise failure_of(reply, asked)
        rows = object_in(reply, asked).get("data")
        if not isinstance(rows, list):
            raise not_an_endpoint(reply, asked)
        names = (str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)
        return Listing(tuple(sorted(names)))

    def read_failure(self, reply: HttpReply, asked: Asked) -> ModelError:
        return failure_of(reply, asked)


def _body(request: ModelRequest, target: Target, fitting: Fitting) -> bytes:
    omit, dialect = fitting.omit, target.provider.dialect
    fields = [f'{{"model":{encode(target.model)}']
    schema = request.schema
    if schema is None:
        fields.append(_messages(request, target, fitting))
    elif enforces(dialect, omit):
        fields.append(_messages(request, target, fitting))
        strict = _takes_strict(dialect, omit)
        fields.append(_schema_format(Same(schema), request.schema_name, strict))
    else:
        fields.append(_messages(request, target, fitting, schema_told(schema)))
        if dialect.schema == "json_object" and "response_format" not in omit:
            fields.append('"response_format":{"type":"json_object"}')
    if request.temperature is not None and "temperature" not in omit:
        fields.append(f'"temperature":{float(request.temperature)!r}')
    if request.max_output_tokens is not None:
        field = _tokens_field(dialect, omit)
        if field:
            fields.append(f'"{field}":{request.max_output_tokens}')
    if dialect.usage_cost and "usage" not in omit:
        fields.append('"usage":{"include":true}')
    if request.tools:
        fields.extend(_tools(request, dialect, omit))
    if request.seed is not None and dialect.seed_field not in omit:
        fields.append(f'"{dialect.seed_field}":{request.seed}')
    if request.cache_key and dialect.caching == "key" and request.prompt_cache != "off":
        fields.extend(_cache_fields(request, omit))
    if request.stream:
        fields.append('"stream":true')
        if dialect.stream_usage and "stream_options" not in omit:
            fields.append('"stream_options":{"include_usage":true}')
    return (",".join(fields) + "}").encode("utf-8", "replace")


def enforces(dialect: Dialect, omit: frozenset[str] = NO_OMISSIONS) -> bool:
    """Whether the endpoint itself holds the model to a JSON schema."""
    return dialect.schema in ("strict", "json_schema") and "response_format" not in omit


def _takes_strict(dialect: Dialect, omit: frozenset[str]) -> bool:
    return dialect.schema == "strict" and "strict" not in omit


def _is_loose(request: ModelRequest, asked: Asked, fitting: Fitting) -> bool:
    """Whether the JSON of an answer may stand among words."""
    return request.schema is not None and not enforces(asked.target.provider.dialect, fitting.omit)


def _messages(request: ModelRequest, target: Target, fitting: Fitting, told: str = "") -> str:
    marks = marks_in(request, target)
    for message in request.messages:
        if message.parts or (marks and message.shared):
            return rich_turns(request, target, fitting, told, marks=marks)
    return plain_turns(request, told)


@lru_cache(maxsize=256)
def _schema_format(same: Same, name: str, strict: bool) -> str:
    """The field that holds the model to a schema; a step asks with one schema a thousand times."""
    told: dict[str, Json] = {"name": name, "schema": same.schema}
    if strict:
        told["strict"] = most_strict(same.schema)
    return f'"response_format":{{"type":"json_schema","json_schema":{encode(told)}}}'


def _tools(request: ModelRequest, dialect: Dialect, omit: frozenset[str]) -> list[str]:
    strict = _takes_strict(dialect, omit)
    fields = [f'"tools":[{",".join(_tool(tool, strict=strict) for tool in request.tools)}]']
    choice = request.tool_choice
    if choice != AUTO and "tool_choice" not in omit:
        told: Json = {"type": "function", "function": {"name": choice}}
        if choice in (NONE, REQUIRED):
            told = dialect.required_word if choice == REQUIRED else choice
        fields.append(f'"tool_choice":{encode(told)}')
    if not request.parallel_tools and "parallel_tool_calls" not in omit:
        fields.append('"parallel_tool_calls":false')
    return fields


@lru_cache(maxsize=256)
def _tool_text(same: Same, name: str, description: str, strict: bool) -> str:
    function: dict[str, Json] = {
        "name": name,
        "description": description,
        "parameters": same.schema,
    }
    if strict and most_strict(same.schema):
        function["strict"] = True
    return encode({"type": "function", "function": function})


def _tool(tool: Tool, *, strict: bool) -> str:
    return _tool_text(Same(tool.schema), tool.name, tool.description, strict)


def _cache_fields(request: ModelRequest, omit: frozenset[str]) -> list[str]:
    fields = []
    if "prompt_cache_key" not in omit:
        fields.append(f'"prompt_cache_key":{encode(request.cache_key)}')
    if request.prompt_cache == "long" and "prompt_cache_retention" not in omit:
        fields.append('"prompt_cache_retention":"24h"')
    return fields


def _tokens_field(dialect: Dialect, omit: frozenset[str]) -> str:
    """The field that limits the answer; '' when the model takes neither."""
    field: str = dialect.tokens_field
    if field in omit:
        field = _OTHER_TOKENS_FIELD[field]
    return "" if field in omit else field


def _version(target: Target) -> str:
    version = target.provider.api_version
    return f"?api-version={quote(version, safe='')}" if version else ""
