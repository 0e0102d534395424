"""Requests and answers as pydantic-ai has them. Sends nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic_ai import messages as theirs
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from casework.models.names import Target
from casework.models.wires.asked import Asked
from casework.models.wires.loose import json_text_in
from casework.models.wires.replies import interrupted
from casework.models.wires.seals import opened, sealed
from casework.models.wires.words import encode, most_strict, schema_told
from casework.types.message import (
    AUTO,
    NONE,
    REQUIRED,
    Finish,
    Image,
    Message,
    ModelAnswer,
    ModelRequest,
    Text,
    Thought,
    ToolCall,
    ToolResult,
)
from casework.types.usage import Usage

_FINISHES: Mapping[str, Finish] = {
    "length": "length",
    "content_filter": "refusal",
    "tool_call": "tool_calls",
}
_SCALARS = (AUTO, NONE, REQUIRED)


def conversation(
    request: ModelRequest, target: Target, pictures: Mapping[str, bytes], told: str = ""
) -> list[theirs.ModelMessage]:
    """The messages; `told` goes with the system turn."""
    names = {
        part.id: part.name
        for message in request.messages
        for part in message.parts
        if isinstance(part, ToolCall)
    }
    found: list[theirs.ModelMessage] = []
    if told:
        found.append(theirs.ModelRequest([theirs.SystemPromptPart(told)]))
    for message in request.messages:
        if message.role == "assistant":
            found.append(_said(message, target))
            continue
        parts: list[theirs.ModelRequestPart] = [
            theirs.ToolReturnPart(
                names.get(part.call_id, "tool"),
                part.text,
                part.call_id,
                outcome="failed" if part.failed else "success",
            )
            for part in message.parts
            if isinstance(part, ToolResult)
        ]
        if message.role == "system":
            parts.append(theirs.SystemPromptPart(message.text))
        elif content := _content(message, pictures):
            parts.append(theirs.UserPromptPart(content))
        found.append(theirs.ModelRequest(parts))
    return found


def parameters(request: ModelRequest, model: Model) -> tuple[ModelRequestParameters, str]:
    """What else is asked: tools, and the schema in the best way that the model has; the second is
    the schema in words where it must be told so."""
    tools = [
        ToolDefinition(
            name=tool.name, description=tool.description, parameters_json_schema=tool.schema
        )
        for tool in request.tools
    ]
    schema = request.schema
    if schema is None:
        return ModelRequestParameters(function_tools=tools), ""
    if model.profile.get("supports_json_schema_output"):
        output = OutputObjectDefinition(
            json_schema=schema, name=request.schema_name, strict=most_strict(schema)
        )
        native = ModelRequestParameters(
            function_tools=tools, output_mode="native", output_object=output
        )
        return native, ""
    if not tools and model.profile.get("supports_tools", True):
        answer = ToolDefinition(
            name=request.schema_name,
            description="Give the answer.",
            parameters_json_schema=schema,
            kind="output",
        )
        by_tool = ModelRequestParameters(
            output_mode="tool", output_tools=[answer], allow_text_output=False
        )
        return by_tool, ""
    return ModelRequestParameters(function_tools=tools), schema_told(schema)


def settings(request: ModelRequest, target: Target) -> ModelSettings:
    """Limits and choices; the library tries nothing again, that is done around it."""
    found = ModelSettings(timeout=target.provider.timeout_s, max_retries=0)
    if request.max_output_tokens is not None:
        found["max_tokens"] = request.max_output_tokens
    if request.temperature is not None:
        found["temperature"] = request.temperature
    if request.seed is not None:
        found["seed"] = request.seed
    if request.tools:
        found["parallel_tool_calls"] = request.parallel_tools
        choice = request.tool_choice
        if choice != AUTO:
            found["tool_choice"] = choice if choice in _SCALARS else [choice]  # type: ignore[typeddict-item]
    return found


def answer_of(
    response: theirs.ModelResponse, asked: Asked, request: ModelRequest, *, loose: bool
) -> ModelAnswer:
    """The answer; the call of the tool for the schema is the answer itself. Raises a
    `ModelUnavailableError` when the library says that the answer is not whole."""
    target = asked.target
    if response.finish_reason == "error" or response.state in ("incomplete", "interrupted"):
        raise interrupted(asked, response.finish_reason or response.state)
    texts, calls, thoughts = [], [], []
    for part in response.parts:
        if isinstance(part, theirs.TextPart):
            texts.append(part.content)
        elif isinstance(part, theirs.ToolCallPart):
            seal = sealed(target, _seal(part.id, part.provider_name, part.provider_details))
            arguments = part.args_as_json_str()
            calls.append(ToolCall(part.tool_call_id, part.tool_name, arguments, seal))
        elif isinstance(part, theirs.ThinkingPart):
            signature = _seal(part.id, part.provider_name, part.provider_details, part.signature)
            thoughts.append(Thought(part.content, sealed(target, signature)))
    text = "".join(texts)
    finish = _FINISHES.get(response.finish_reason or "stop", "stop")
    given = [call for call in calls if call.name == request.schema_name]
    if request.schema is not None and given and not request.tools:
        text, calls = given[0].arguments, []
        finish = "stop" if finish == "tool_calls" else finish
    elif loose:
        text = json_text_in(text)
    if calls and finish == "stop":
        finish = "tool_calls"
    return ModelAnswer(
        text,
        asked.named(response.model_name) or target.model,
        finish,
        _usage(response),
        asked.quoted(text or "stopped by the endpoint") if finish == "refusal" else "",
        asked.named(response.provider_response_id),
        tuple(calls),
        None,
        tuple(thoughts),
    )


def _content(message: Message, pictures: Mapping[str, bytes]) -> list[theirs.UserContent]:
    found: list[theirs.UserContent] = [message.text] if message.text else []
    for part in message.parts:
        if isinstance(part, Text):
            found.append(part.text)
        elif isinstance(part, Image):
            found.append(theirs.BinaryContent(pictures[part.sha256], media_type=part.media_type))
    return found


def _said(message: Message, target: Target) -> theirs.ModelResponse:
    parts: list[theirs.ModelResponsePart] = []
    for part in message.parts:
        if isinstance(part, Thought) and (seal := opened(target, part.sealed)):
            told = json.loads(seal)
            parts.append(theirs.ThinkingPart(part.text, **told))
    if message.text:
        parts.append(theirs.TextPart(message.text))
    for part in message.parts:
        if isinstance(part, Text):
            parts.append(theirs.TextPart(part.text))
        elif isinstance(part, ToolCall):
            told = json.loads(opened(target, part.sealed) or "{}")
            parts.append(theirs.ToolCallPart(part.name, part.arguments, part.id, **told))
    return theirs.ModelResponse(parts)


def _seal(
    id: str | None,
    provider: str | None,
    details: Mapping[str, object] | None,
    signature: str | None = None,
) -> str:
    """What the library wants back with a part, as JSON; '' when there is nothing."""
    told = {
        "id": id,
        "provider_name": provider,
        "provider_details": details,
        "signature": signature,
    }
    kept = {name: value for name, value in told.items() if value}
    return encode(kept) if kept else ""


def _usage(response: theirs.ModelResponse) -> Usage:
    usage = response.usage
    return Usage(
        1,
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_tokens,
        None,
        0.0,
        usage.cache_write_tokens,
        int(usage.details.get("reasoning_tokens", 0)),
    )
