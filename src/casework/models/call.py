"""One call on its way through the wrappers: what is asked, where it goes, and who it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from casework.models.names import Target
from casework.observe.collect import span
from casework.types.message import Message, ModelAnswer, ModelRequest, Text, ToolCall, ToolResult
from casework.types.span import NOBODY, Whose
from casework.types.values import Json

_CHARACTERS_A_TOKEN = 4
_IMAGE_TOKENS = 1_000
_ANSWER_TOKENS = 300
"""What is expected of an answer whose length nobody limits, before any has come."""


@dataclass(slots=True)
class Call:
    """A request at a target. `piece` is the span that tells of it; `name` the target as
    `provider:model`; `whose` what it is asked for; `key` the digest of what is asked ('' where
    nobody needs it)."""

    request: ModelRequest
    target: Target
    piece: span
    name: str
    whose: Whose = NOBODY
    key: str = ""
    sent_at: float | None = None
    """When the current try left, on the monotonic clock; None while it waits."""
    _tokens: int = field(default=0, repr=False)

    @property
    def tokens(self) -> int:
        """The tokens that it will probably use, in and out."""
        if not self._tokens:
            self._tokens = max(1, sum(expected_tokens(self.request)))
        return self._tokens

    def to(self, target: Target) -> Call:
        """The same question to another model."""
        return Call(self.request, target, self.piece, str(target), self.whose, self.key)

    def asking(self, request: ModelRequest) -> Call:
        """Another question to the same model."""
        return Call(request, self.target, self.piece, self.name, self.whose, self.key)

    def note(self, name: str, value: Json) -> None:
        """Write something into the span of the call."""
        self.piece.set(name, value)


class Asks(Protocol):
    """A wrapper around a call, or the call itself."""

    async def ask(self, call: Call) -> ModelAnswer: ...


def expected_tokens(request: ModelRequest) -> tuple[int, int]:
    """How many tokens a request will probably use: of input, and of output."""
    characters = sum(map(_size, request.messages))
    output = request.max_output_tokens or _ANSWER_TOKENS
    return characters // _CHARACTERS_A_TOKEN, min(output, _ANSWER_TOKENS)


def _size(message: Message) -> int:
    size = len(message.text)
    for part in message.parts:
        if isinstance(part, Text | ToolResult):
            size += len(part.text)
        elif isinstance(part, ToolCall):
            size += len(part.arguments)
        else:
            size += _IMAGE_TOKENS * _CHARACTERS_A_TOKEN
    return size
