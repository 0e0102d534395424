"""Messages as turns of the chat-completions wire: texts, pictures, calls of tools, results."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping

from casework.models.names import Target
from casework.models.wires.seals import opened
from casework.models.wires.wire import Fitting
from casework.models.wires.words import encode
from casework.types.message import (
    Image,
    Message,
    ModelRequest,
    Text,
    Thought,
    ToolCall,
    ToolResult,
)
from casework.types.values import Json

_MOST_MARKS = 4
"""How many places of a prompt may be marked to be remembered (Anthropic's limit)."""


def plain_turns(request: ModelRequest, told: str = "") -> str:
    """Messages that are texts alone; `told` goes with the system turn."""
    turns = []
    for message in request.messages:
        text = message.text
        if told and message.role == "system":
            text, told = f"{text}\n\n{told}", ""
        turns.append(f'{{"role":"{message.role}","content":{encode(text)}}}')
    if told:
        turns.insert(0, f'{{"role":"system","content":{encode(told)}}}')
    return f'"messages":[{",".join(turns)}]'


def rich_turns(
    request: ModelRequest, target: Target, fitting: Fitting, told: str = "", *, marks: bool
) -> str:
    """Messages with more in them than texts, or with marks at what is worth remembering."""
    turns: list[Json] = []
    left = _MOST_MARKS if marks else 0
    for message in request.messages:
        if told and message.role == "system":
            message = Message("system", f"{message.text}\n\n{told}", message.shared, message.parts)
            told = ""
        marked = bool(left and message.shared)
        left -= marked
        turns.extend(_turns(message, target, fitting, _mark(request) if marked else None))
    if told:
        turns.insert(0, {"role": "system", "content": told})
    return f'"messages":{encode(turns)}'


def _mark(request: ModelRequest) -> dict[str, Json]:
    mark: dict[str, Json] = {"type": "ephemeral"}
    if request.prompt_cache == "long":
        mark["ttl"] = "1h"
    return mark


def _turns(
    message: Message, target: Target, fitting: Fitting, mark: dict[str, Json] | None
) -> Iterator[Json]:
    """One message as turns: results of tools are turns of their own, and come first."""
    rest = []
    for part in message.parts:
        if isinstance(part, ToolResult):
            yield {
                "role": "tool",
                "tool_call_id": part.call_id,
                "content": part.text,
            }
        else:
            rest.append(part)
    if message.role == "assistant":
        yield _assistant(message, target)
    elif message.text or rest or not message.parts:
        content = _content(message, tuple(rest), fitting, mark)
        yield {"role": message.role, "content": content}


def _assistant(message: Message, target: Target) -> Json:
    turn: dict[str, Json] = {"role": "assistant"}
    texts = [message.text, *(part.text for part in message.parts if isinstance(part, Text))]
    calls = [_call(part, target) for part in message.parts if isinstance(part, ToolCall)]
    text = "".join(texts)
    turn["content"] = text if text or not calls else None
    if calls:
        turn["tool_calls"] = calls
    thoughts = [part.text for part in message.parts if isinstance(part, Thought)]
    if target.provider.dialect.thoughts_back and (calls or thoughts):
        turn["reasoning_content"] = "".join(thoughts)
    return turn


def _call(call: ToolCall, target: Target) -> Json:
    """A call as it was made; what was sealed with it goes back unread."""
    told: dict[str, Json] = {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments or "{}"},
    }
    extra = opened(target, call.sealed)
    if extra:
        told["extra_content"] = json.loads(extra)
    return told


def _content(
    message: Message, parts: tuple[object, ...], fitting: Fitting, mark: dict[str, Json] | None
) -> Json:
    """Content as one text where that is enough, else as blocks."""
    if not parts and mark is None:
        return message.text
    blocks: list[Json] = []
    shared, own = message.text[: message.shared], message.text[message.shared :]
    if mark is None:
        shared, own = "", message.text
    if shared:
        blocks.append({"type": "text", "text": shared, "cache_control": dict(mark or {})})
    if own:
        blocks.append({"type": "text", "text": own})
    for part in parts:
        if isinstance(part, Text):
            blocks.append({"type": "text", "text": part.text})
        elif isinstance(part, Image):
            blocks.append(
                {"type": "image_url", "image_url": {"url": data_uri(part, fitting.pictures)}}
            )
    return blocks


def data_uri(image: Image, pictures: Mapping[str, bytes]) -> str:
    """A picture inside a URL (RFC 2397)."""
    return f"data:{image.media_type};base64,{base64.b64encode(pictures[image.sha256]).decode()}"
