"""A request to a language model and its answer, free of any provider's wire format.

A message is a text; only messages with more in them (pictures, calls of tools and their results)
have parts, so that the common case stays small.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from casework.base.errors import InvalidAnswerError
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "refusal", "tool_calls"]
PromptCache = Literal["off", "short", "long"]
"""How long a provider is asked to remember shared material, where it can be asked: not at all, for
minutes, for about an hour or longer."""

AUTO, NONE, REQUIRED = "auto", "none", "required"
"""Words of `ModelRequest.tool_choice` that are no names of tools."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text between other parts."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by the sha256 of its bytes, which `load` reads when a request leaves. Traces and
    memories know it by its hash alone. `media_type` is `image/png` or the like."""

    sha256: str
    media_type: str
    load: Callable[[], bytes] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a model wants to be called. `arguments` is JSON as the model wrote it; `sealed`
    is what some providers want back unread with the call."""

    id: str
    name: str
    arguments: str
    sealed: str = field(default="", repr=False)

    def parsed(self) -> dict[str, Json]:
        """The arguments by name; raises `InvalidAnswerError` when they are no JSON object."""
        try:
            found = json.loads(self.arguments or "{}")
        except (ValueError, RecursionError) as error:
            raise InvalidAnswerError(
                f"The arguments for the tool {self.name} are not valid JSON: {error}."
            ) from error
        if not isinstance(found, dict):
            raise InvalidAnswerError(f"The arguments for the tool {self.name} are no JSON object.")
        return found


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave, as text, for the call of this id; `failed` says that it is an error."""

    call_id: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Thought:
    """What a model thought before it answered. In a conversation with tools it goes back to the
    same provider unchanged, with its seal; `text` may be empty where only the seal is shown."""

    text: str
    sealed: str = field(default="", repr=False)


Part = Text | Image | ToolCall | ToolResult | Thought


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation: a text, then parts in their order. Its first `shared` letters are
    material that other requests carry as well: kept once in traces, and worth remembering to a
    provider."""

    role: Role
    text: str
    shared: int = 0
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that a model may call; `schema` is the JSON schema of its arguments, an object."""

    name: str
    description: str
    schema: dict[str, Json]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a model is asked. `model` is `provider:model`; `schema` is the JSON schema that the
    answer must fit (None: plain text); `purpose` is a short word for the trace.

    `tool_choice` is `auto`, `none`, `required`, or the name of the one tool that must be called.
    `stream` wishes for an answer piece by piece: it shows the time to the first token and keeps a
    long answer from running into time-outs on the way. `cache_key` is the same for requests that
    share material, where an endpoint routes by such a key.
    """

    model: str
    messages: tuple[Message, ...]
    schema: dict[str, Json] | None = None
    schema_name: str = "answer"
    max_output_tokens: int | None = None
    temperature: float | None = 0.0
    purpose: str = "extract"
    tools: tuple[Tool, ...] = ()
    tool_choice: str = AUTO
    parallel_tools: bool = True
    stream: bool = False
    seed: int | None = None
    prompt_cache: PromptCache = "short"
    cache_key: str = ""
    on_text: Callable[[str], None] | None = field(default=None, compare=False, repr=False)
    """Hears each piece of a streamed text as it comes; a failed try may have begun before."""
    attempt: int = 0
    """Above 0 it is asked anew on purpose (forced, or a second reader): no remembered answer of
    another attempt will do."""
    may_wait: bool = False
    """Whether the answer may come hours later, from a job of the provider that costs less."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came back. `model` is the model that answered, as the provider names it; `finish` is
    `tool_calls` when it waits for results of tools. `first_token_s` is the time from sending to the
    first piece of the answer; None when it was not streamed.
    """

    text: str
    model: str
    finish: Finish = "stop"
    usage: Usage = NO_USAGE
    refusal: str = ""
    request_id: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    first_token_s: float | None = None
    thoughts: tuple[Thought, ...] = ()

    def as_message(self) -> Message:
        """The answer as the turn that goes before the results of its tools."""
        return Message("assistant", self.text, parts=(*self.thoughts, *self.tool_calls))
