"""The chat-completions wire: a request as JSON, and JSON as an answer or a typed error.

Pure functions. Source: OpenAI API reference (chat completions), and what Mistral, OpenRouter,
Ollama, vLLM and llama.cpp document as their differences.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources

from casework.base.errors import ModelUnavailableError
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.dialects import Dialect, SchemaSupport
from casework.models.wires.failures import failure_of, failure_told, not_an_endpoint
from casework.models.wires.loose import json_text_in
from casework.types.message import Finish, ModelAnswer, ModelRequest
from casework.types.usage import Usage
from casework.types.values import Json

PATH = "/chat/completions"
MODELS_PATH = "/models"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FINISHES: Mapping[str, Finish] = {
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
    "safety": "refusal",
}
_NO_OMISSIONS: frozenset[str] = frozenset()
_OTHER_TOKENS_FIELD = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}


def request_body(
    request: ModelRequest,
    model: str,
    dialect: Dialect,
    *,
    omit: frozenset[str] = _NO_OMISSIONS,
    redact: Callable[[str], str] | None = None,
) -> bytes:
    """The JSON body of a request. `omit` names fields that this model is known not to take."""
    texts = [m.text if redact is None else redact(m.text) for m in request.messages]
    roles: list[str] = [message.role for message in request.messages]
    fields = [f'{{"model":{_encode(model)}']
    schema = request.schema
    if schema is None:
        fields.append(_messages(roles, texts))
    elif enforces(dialect, omit):
        fields.append(_messages(roles, texts))
        fields.append(_schema_format(_Same(schema), request.schema_name, dialect.schema))
    else:
        fields.append(_messages(*_with_schema_told(roles, texts, schema)))
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
    return (",".join(fields) + "}").encode("utf-8", "replace")


def enforces(dialect: Dialect, omit: frozenset[str] = _NO_OMISSIONS) -> bool:
    """Whether the endpoint itself holds the model to a JSON schema."""
    return dialect.schema in ("strict", "json_schema") and "response_format" not in omit


def read_answer(
    reply: HttpReply, asked: Asked, request: ModelRequest, *, enforced: bool = True
) -> ModelAnswer:
    """The answer in a reply; raises the `ModelError` that the reply means.

    `usage` counts this one call; its cost is what the endpoint said, or None.
    """
    if reply.status != 200:
        raise failure_of(reply, asked)
    data = _object(reply, asked)
    choices = data.get("choices")
    if not isinstance(choices, list):
        if data.get("error") or data.get("detail"):
            raise failure_told(data, reply, asked)
        raise not_an_endpoint(reply, asked)
    if not choices or not isinstance(choices[0], dict):
        raise ModelUnavailableError(
            f"{asked.who} answered without a choice.", fix="Try again; else try another model."
        )
    choice = choices[0]
    if choice.get("error"):
        raise failure_told(choice, reply, asked)
    return _answer(choice, data, asked, loose=request.schema is not None and not enforced)


def read_models(reply: HttpReply, asked: Asked) -> tuple[str, ...]:
    """The names in a reply to a listing of models, sorted."""
    if reply.status != 200:
        raise failure_of(reply, asked)
    rows = _object(reply, asked).get("data")
    if not isinstance(rows, list):
        raise not_an_endpoint(reply, asked)
    return tuple(sorted(str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row))


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


class _Same:
    """A schema as the key of a cache: the very same object. Schemas are not changed once made."""

    __slots__ = ("schema",)

    def __init__(self, schema: dict[str, Json]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@lru_cache(maxsize=256)
def _schema_format(same: _Same, name: str, support: SchemaSupport) -> str:
    """The field that holds the model to a schema; a step asks with one schema a thousand times."""
    told: dict[str, Json] = {"name": name, "schema": same.schema}
    if support == "strict":
        told["strict"] = most_strict(same.schema)
    return f'"response_format":{{"type":"json_schema","json_schema":{_encode(told)}}}'


def _messages(roles: Sequence[str], texts: Sequence[str]) -> str:
    turns = (
        f'{{"role":"{role}","content":{_encode(text)}}}'
        for role, text in zip(roles, texts, strict=True)
    )
    return f'"messages":[{",".join(turns)}]'


def _with_schema_told(
    roles: list[str], texts: list[str], schema: Json
) -> tuple[list[str], list[str]]:
    """Say the schema in words, in the system turn: it is an instruction, no document text."""
    words = prompt("schema_in_words").replace("{schema}", _encode(schema)).strip()
    if roles and roles[0] == "system":
        return roles, [f"{texts[0]}\n\n{words}", *texts[1:]]
    return ["system", *roles], [words, *texts]


def _tokens_field(dialect: Dialect, omit: frozenset[str]) -> str:
    """The field that limits the answer; '' when the model takes neither."""
    field: str = dialect.tokens_field
    if field in omit:
        field = _OTHER_TOKENS_FIELD[field]
    return "" if field in omit else field


def _object(reply: HttpReply, asked: Asked) -> dict[str, Json]:
    try:
        data = json.loads(reply.body)
    except ValueError as error:
        if reply.body.lstrip()[:1] == b"{":
            raise ModelUnavailableError(
                f"{asked.who} answered with JSON that breaks off after {len(reply.body)} bytes.",
                fix="Try again; else look at what stands between here and the endpoint.",
            ) from error
        raise not_an_endpoint(reply, asked) from error
    if not isinstance(data, dict):
        raise not_an_endpoint(reply, asked)
    return data


def _answer(
    choice: dict[str, Json], data: dict[str, Json], asked: Asked, *, loose: bool
) -> ModelAnswer:
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    text, refusal = _content(message.get("content"))
    refusal = str(message.get("refusal") or refusal)
    reason = str(choice.get("finish_reason") or "stop").lower()
    finish: Finish = "refusal" if refusal else _FINISHES.get(reason, "stop")
    if finish == "refusal" and not refusal:
        refusal = text or f"stopped by the endpoint ({reason})"
    return ModelAnswer(
        text=json_text_in(text) if loose else text,
        model=str(data.get("model") or asked.target.model),
        finish=finish,
        usage=_usage(data),
        refusal=asked.quoted(refusal) if refusal else "",
        request_id=str(data.get("id") or ""),
    )


def _content(content: Json) -> tuple[str, str]:
    """Text and refusal of a message whose content is a string, a list of parts, or null."""
    if isinstance(content, str):
        return content, ""
    texts, refusals = [], []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            if isinstance(part.get("text"), str) and part.get("type") != "thinking":
                texts.append(str(part["text"]))
            if isinstance(part.get("refusal"), str):
                refusals.append(str(part["refusal"]))
        elif isinstance(part, str):
            texts.append(part)
    return "".join(texts), "".join(refusals)


def _usage(data: dict[str, Json]) -> Usage:
    """Tokens from `usage` (all dialects) or `timings` (llama.cpp); zero when neither is told."""
    usage = data.get("usage")
    if isinstance(usage, dict):
        details = usage.get("prompt_tokens_details")
        cached = details.get("cached_tokens") if isinstance(details, dict) else None
        if cached is None:
            cached = usage.get("prompt_cache_hit_tokens") or usage.get("num_cached_tokens")
        cost = usage.get("cost")
        return Usage(
            1,
            _count(usage.get("prompt_tokens")),
            _count(usage.get("completion_tokens")),
            _count(cached),
            float(cost) if isinstance(cost, int | float) else None,
        )
    timings = data.get("timings")
    if isinstance(timings, dict):
        cached_count = _count(timings.get("cache_n"))
        read = _count(timings.get("prompt_n")) + cached_count
        return Usage(1, read, _count(timings.get("predicted_n")), cached_count, None)
    return Usage(1, cost_usd=None)


def _count(value: Json) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0


@lru_cache(maxsize=8)
def prompt(name: str) -> str:
    """A text of casework's own, from `prompts.toml`."""
    text = resources.files("casework.models").joinpath("prompts.toml").read_text("utf-8")
    return str(tomllib.loads(text)[name])
