"""Whole answers of either wire cut into server-sent events, as the endpoints send them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from casework.types.values import Json

_PIECE = 24  # letters of text an event carries
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_COUNTED: tuple[str, ...] = ("usage", "timings")
_DONE = b"data: [DONE]\n\n"


def chat_pieces(dialect: str, body: dict[str, Json], *, usage: bool) -> tuple[bytes, ...]:
    """A chat completion as chunks; `usage`: the request asked for the tokens."""
    return tuple(_chat(dialect, body, usage=usage))


def message_pieces(body: dict[str, Json]) -> tuple[bytes, ...]:
    """A message of Anthropic's as events."""
    return tuple(_messages(body))


def chat_error(error: Json) -> bytes:
    """An error in the middle of a stream of chunks."""
    return _data({"error": error})


def message_error(kind: str, words: str) -> bytes:
    """An error in the middle of a stream of events."""
    return _event("error", {"type": "error", "error": {"type": kind, "message": words}})


def _chat(dialect: str, body: dict[str, Json], *, usage: bool) -> Iterator[bytes]:
    choices = body["choices"]
    assert isinstance(choices, list)
    choice = choices[0]
    assert isinstance(choice, dict)
    message = choice["message"]
    assert isinstance(message, dict)
    head = {name: body[name] for name in ("id", "created", "model")}
    head["object"] = "chat.completion.chunk"
    if dialect == "openrouter":
        yield b": OPENROUTER PROCESSING\n\n"

    def chunk(delta: dict[str, Json], finish: Json = None, **more: Json) -> bytes:
        told: Json = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**head, "choices": [told], **more})

    yield chunk({"role": "assistant", "content": ""})
    for name in ("reasoning_content", "content", "refusal"):
        for piece in _cut(message.get(name)):
            yield chunk({name: piece})
    calls = message.get("tool_calls")
    for index, call in enumerate(calls if isinstance(calls, list) else ()):
        assert isinstance(call, dict)
        function = call["function"]
        assert isinstance(function, dict)
        begun = {**call, "index": index, "function": {"name": function["name"], "arguments": ""}}
        yield chunk({"tool_calls": [begun]})
        for piece in _cut(function["arguments"]):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    told: dict[str, Json] = {name: body[name] for name in _COUNTED if name in body}
    if dialect in ("mistral", "llamacpp"):
        yield chunk({}, choice["finish_reason"], **told)
    elif dialect == "groq":
        yield chunk({}, choice["finish_reason"], x_groq={"usage": body.get("usage")})
    else:
        yield chunk({}, choice["finish_reason"])
        if usage:
            yield _data({**head, "choices": [], **told})
    yield _DONE


def _messages(body: dict[str, Json]) -> Iterator[bytes]:
    usage = body["usage"]
    assert isinstance(usage, dict)
    begun = {**body, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    yield _event("message_start", {"type": "message_start", "message": begun})
    yield _event("ping", {"type": "ping"})
    content = body["content"]
    for index, block in enumerate(content if isinstance(content, list) else ()):
        assert isinstance(block, dict)
        yield from _block(index, block)
    delta = {"stop_reason": body["stop_reason"], "stop_sequence": None}
    counted = {"output_tokens": usage["output_tokens"]}
    yield _event("message_delta", {"type": "message_delta", "delta": delta, "usage": counted})
    yield _event("message_stop", {"type": "message_stop"})


def _block(index: int, block: dict[str, Json]) -> Iterator[bytes]:
    kind = str(block["type"])
    start: dict[str, Json] = {"type": kind, kind: ""}
    name, value = f"{kind}_delta", block.get(kind)
    if kind == "tool_use":
        start = {**block, "input": {}}
        name, value = "input_json_delta", _encode(block["input"])
    yield _event(
        "content_block_start",
        {"type": "content_block_start", "index": index, "content_block": start},
    )
    field = {"input_json_delta": "partial_json"}.get(name, kind)
    deltas: list[dict[str, Json]] = [{"type": name, field: piece} for piece in _cut(value)]
    if "signature" in block:
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
    for delta in deltas:
        told: Json = {"type": "content_block_delta", "index": index, "delta": delta}
        yield _event("content_block_delta", told)
    yield _event("content_block_stop", {"type": "content_block_stop", "index": index})


def _cut(text: Json) -> Iterator[str]:
    whole = text if isinstance(text, str) else ""
    for start in range(0, len(whole), _PIECE):
        yield whole[start : start + _PIECE]


def _data(data: Json) -> bytes:
    return f"data: {_encode(data)}\n\n".encode()


def _event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {_encode(data)}\n\n".encode()
