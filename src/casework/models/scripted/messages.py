"""Replies as Anthropic words them, and what it refuses to take.

Sources: Anthropic API reference (messages, errors, tool use, structured outputs, prompt caching).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from casework.models.scripted.bodies import Said, Wrong
from casework.types.values import Json

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_INVALID = "invalid_request_error"
_FIELDS = frozenset(
    (
        "model", "messages", "max_tokens", "system", "tools", "tool_choice", "temperature", "top_p",
        "top_k", "stop_sequences", "stream", "metadata", "thinking", "output_config",
        "service_tier",
    )
)  # fmt: skip
_OLD = re.compile(r"claude-(?:3|2|instant|sonnet-4-0|opus-4-0)")
_NEW = re.compile(r"claude-(?:opus-4-[78]|(?:opus|sonnet|haiku|fable)-5)")
_NEWEST = re.compile(r"claude-(?:opus|sonnet)-5-5")
_UNBOUND = frozenset(("minimum", "maximum", "minLength", "maxLength", "pattern", "maxItems"))
_MOST_MARKS = 4
_FINISHES = {"stop": "end_turn", "length": "max_tokens"}


def message_of(model: str, said: Said, number: int) -> dict[str, Json]:
    """A whole message."""
    content: list[Json] = []
    if said.thought:
        content.append(
            {"type": "thinking", "thinking": said.thought, "signature": f"seal-{number}"}
        )
    text = said.refusal or said.content
    if isinstance(text, str) and text:
        content.append({"type": "text", "text": text})
    content.extend(
        {"type": "tool_use", "id": id, "name": name, "input": arguments}
        for id, name, arguments in said.calls
    )
    finish = "tool_use" if said.calls else _FINISHES.get(said.finish, said.finish)
    return {
        "id": f"msg_{number:08d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "refusal" if said.refusal else finish,
        "stop_sequence": None,
        "usage": {
            "input_tokens": said.input_tokens - said.cached_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": said.cached_tokens,
            "output_tokens": said.output_tokens,
        },
    }


def models_body(models: tuple[str, ...], after: str, limit: int) -> bytes:
    """A page of a listing of models."""
    start = models.index(after) + 1 if after in models else 0
    page = models[start : start + limit]
    rows: list[Json] = [
        {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
        for name in page
    ]
    more = start + limit < len(models)
    told = {"data": rows, "has_more": more, "first_id": page[0] if page else None}
    return _encode({**told, "last_id": page[-1] if page else None}).encode()


def not_taken(body: Mapping[str, Json], headers: Mapping[str, str]) -> Wrong | None:
    """What Anthropic does not accept about a request, or None."""
    if "anthropic-version" not in headers:
        return Wrong(400, "anthropic-version: header is required", _INVALID)
    words = next(_complaints(body), None)
    return None if words is None else Wrong(400, words, _INVALID)


def _complaints(body: Mapping[str, Json]) -> Iterator[str]:
    for name in body:
        if name not in _FIELDS:
            yield f"{name}: Extra inputs are not permitted"
    if not isinstance(body.get("max_tokens"), int):
        yield "max_tokens: Field required"
    model = str(body.get("model"))
    if _NEW.match(model) and "temperature" in body:
        yield "`temperature` is deprecated for this model."
    choice = body.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind in ("any", "tool") and _NEWEST.match(model):
        yield f"tool_choice: forcing a tool is not supported by {model}"
    if "output_config" in body and _OLD.match(model):
        yield "output_config: Extra inputs are not permitted"
    yield from _format_complaints(body.get("output_config"))
    if body["messages"] == []:
        yield "messages: at least one message is required"
    yield from _turn_complaints(body)


def _format_complaints(output: Json) -> Iterator[str]:
    form = output.get("format") if isinstance(output, dict) else None
    if not isinstance(form, dict):
        return
    for schema in _inside(form.get("schema")):
        if "properties" in schema and schema.get("additionalProperties") is not False:
            yield "output_config.format.schema: 'additionalProperties' must be explicitly false"
        for word in _UNBOUND & set(schema):
            if "type" in schema:
                yield f"output_config.format.schema: property '{word}' is not supported"


def _turn_complaints(body: Mapping[str, Json]) -> Iterator[str]:
    marks = _encode(body).count('"cache_control"')
    if marks > _MOST_MARKS:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {marks}."
    called: set[Json] = set()
    turns = body["messages"]
    for number, turn in enumerate(turns if isinstance(turns, list) else ()):
        assert isinstance(turn, dict)
        if turn.get("role") not in ("user", "assistant"):
            yield f'messages: Unexpected role "{turn.get("role")}"'
        content = turn.get("content")
        if not content:
            yield f"messages.{number}: all messages must have non-empty content"
        blocks = (
            [block for block in content if isinstance(block, dict)]
            if isinstance(content, list)
            else []
        )
        for block in blocks:
            if block.get("type") == "text" and not str(block.get("text")).strip():
                yield "messages: text content blocks must be non-empty"
            if block.get("type") == "tool_result" and block.get("tool_use_id") not in called:
                yield f"messages.{number}: unexpected `tool_use_id` in `tool_result` block"
        called = {block.get("id") for block in blocks if block.get("type") == "tool_use"}


def _inside(schema: Json) -> Iterator[dict[str, Json]]:
    """A schema and all in it; names of properties are no words of a schema."""
    if isinstance(schema, list):
        for part in schema:
            yield from _inside(part)
    elif isinstance(schema, dict):
        yield schema
        for word, part in schema.items():
            if word in ("properties", "$defs") and isinstance(part, dict):
                yield from _inside(list(part.values()))
            elif word in ("items", "anyOf", "allOf"):
                yield from _inside(part)
