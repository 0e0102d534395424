"""Requests with more in them than texts."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from casework.types.message import (
    Image,
    Message,
    ModelAnswer,
    ModelRequest,
    Tool,
    ToolResult,
)
from casework.types.values import Json

PICTURE = b"\x89PNG\r\n\x1a\n a page"
PAGE = Image(hashlib.sha256(PICTURE).hexdigest(), "image/png", lambda: PICTURE)
ARGUMENTS: dict[str, Json] = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
LOOK = Tool("look_up", "Looks a person up.", ARGUMENTS)
TWO_CALLS: dict[str, Json] = {
    "by": "turn",
    "sequence": [
        {
            "text": "Let me see.",
            "calls": [
                {"name": "look_up", "arguments": {"name": "Ada"}},
                {"name": "look_up", "arguments": {"name": "Bob"}},
            ],
        },
        {"fill": True},
    ],
}
"""A rule: two calls at once, then whatever is filled in."""


def with_tool(**told: object) -> ModelRequest:
    """A question that may be answered with the tool."""
    turns = (Message("system", "Use the tool."), Message("user", "Who are they?"))
    request = ModelRequest("default", turns, tools=(LOOK,))
    return replace(request, **told)  # type: ignore[arg-type]


def with_results(request: ModelRequest, answer: ModelAnswer) -> ModelRequest:
    """The conversation with the results of all tools that were called."""
    results = tuple(
        ToolResult(call.id, f"{call.parsed()['name']} is known", failed=number > 0)
        for number, call in enumerate(answer.tool_calls)
    )
    turns = (answer.as_message(), Message("user", "", parts=results))
    return replace(request, messages=(*request.messages, *turns))
