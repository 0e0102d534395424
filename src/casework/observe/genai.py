"""A call of a model in the words of OpenTelemetry's GenAI conventions. Calls and stores nothing.

Source: OpenTelemetry semantic conventions for generative AI (spans of inference, 1.39).
"""

from __future__ import annotations

from collections.abc import Iterator

from casework.base.hashing import canonical_json
from casework.types.message import (
    AUTO,
    Image,
    Message,
    ModelAnswer,
    ModelRequest,
    Part,
    Text,
    Thought,
    ToolCall,
    ToolResult,
)
from casework.types.span import MessagePart
from casework.types.values import Json


def asked_attributes(
    request: ModelRequest, *, provider: str, model: str, address: str
) -> dict[str, Json]:
    """What is known when a call begins; `address` is `host:port`."""
    attributes: dict[str, Json] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.output.type": "text" if request.schema is None else "json",
        "server.address": address,
        "casework.purpose": request.purpose,
    }
    if request.temperature is not None:
        attributes["gen_ai.request.temperature"] = request.temperature
    if request.max_output_tokens is not None:
        attributes["gen_ai.request.max_tokens"] = request.max_output_tokens
    if request.seed is not None:
        attributes["gen_ai.request.seed"] = request.seed
    if request.stream:
        attributes["gen_ai.request.stream"] = True
    if request.tools:
        attributes["casework.tools"] = [tool.name for tool in request.tools]
        if request.tool_choice != AUTO:
            attributes["casework.tool_choice"] = request.tool_choice
    return attributes


def answered_attributes(answer: ModelAnswer) -> dict[str, Json]:
    """What is known when an answer has come."""
    usage = answer.usage
    attributes: dict[str, Json] = {
        "gen_ai.response.model": answer.model,
        "gen_ai.response.finish_reasons": [answer.finish],
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "casework.cost_usd": usage.cost_usd,
    }
    if answer.request_id:
        attributes["gen_ai.response.id"] = answer.request_id
    if usage.cached_tokens:
        attributes["gen_ai.usage.cache_read.input_tokens"] = usage.cached_tokens
    if usage.cache_write_tokens:
        attributes["gen_ai.usage.cache_creation.input_tokens"] = usage.cache_write_tokens
    if usage.reasoning_tokens:
        attributes["gen_ai.usage.reasoning.output_tokens"] = usage.reasoning_tokens
    if answer.first_token_s is not None:
        attributes["gen_ai.response.time_to_first_chunk"] = round(answer.first_token_s, 6)
    if answer.tool_calls:
        attributes["casework.tool_calls"] = [
            {"id": call.id, "name": call.name} for call in answer.tool_calls
        ]
    return attributes


def asked_parts(request: ModelRequest) -> tuple[MessagePart, ...]:
    """A conversation as a trace keeps it, each text once by its hash."""
    return tuple(part for message in request.messages for part in message_parts(message))


def message_parts(message: Message) -> Iterator[MessagePart]:
    """A message as a trace keeps it: what other requests carry too, apart from the rest."""
    if message.shared:
        yield MessagePart(message.role, message.text[: message.shared])
    if message.shared or message.text or not message.parts:
        yield MessagePart(message.role, message.text[message.shared :])
    for part in message.parts:
        yield _part(message.role, part)


def answered_parts(answer: ModelAnswer) -> tuple[MessagePart, ...]:
    """An answer as a trace keeps it."""
    if not answer.tool_calls:
        return (MessagePart("assistant", answer.text),)
    return tuple(message_parts(answer.as_message()))


def _part(role: str, part: Part) -> MessagePart:
    """A picture is its hash: its bytes are in the blobs, or nowhere."""
    match part:
        case Text():
            return MessagePart(role, part.text)
        case Image():
            return MessagePart("image", f"{part.media_type} sha256:{part.sha256}")
        case ToolCall():
            told = {"id": part.id, "name": part.name, "arguments": part.arguments}
            return MessagePart("tool_call", canonical_json(told))
        case ToolResult():
            return MessagePart("tool_error" if part.failed else "tool", part.text)
        case Thought():
            return MessagePart("thought", part.text)
