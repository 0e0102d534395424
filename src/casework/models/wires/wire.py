"""What a wire is: how a request becomes bytes for an endpoint, and how its bytes become an answer.

Pure: a wire sends nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from casework.base.errors import ModelError
from casework.models.names import Target
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.events import Event
from casework.types.message import ModelAnswer, ModelRequest

NO_OMISSIONS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is known when a request becomes a body: fields that this model does not take (`omit`),
    and the bytes of its pictures by their hash."""

    omit: frozenset[str] = NO_OMISSIONS
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)


PLAIN = Fitting()


@dataclass(frozen=True, slots=True)
class Listing:
    """Names of models, and where the next page begins ('' when there is none)."""

    names: tuple[str, ...]
    after: str = ""


class Hearing(Protocol):
    """Puts an answer together from the events of a stream."""

    @property
    def begun(self) -> bool:
        """Whether a first piece of the answer (a text, a thought, a call) has come."""
        ...

    @property
    def whole(self) -> bool:
        """Whether the stream said that the answer is complete."""
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing follows any more."""
        ...

    def take(self, event: Event) -> str:
        """Take the next event; returns the piece of text in it. Raises the `ModelError` that an
        event tells."""
        ...

    def answer(self) -> ModelAnswer:
        """The whole answer; raises a `ModelUnavailableError` when the stream was cut."""
        ...


class Wire(Protocol):
    """One way to speak to an endpoint over HTTP."""

    def url(self, target: Target) -> str:
        """Where requests go."""
        ...

    def headers(self, target: Target) -> dict[str, str]:
        """All headers, with the key."""
        ...

    def body(self, request: ModelRequest, target: Target, fitting: Fitting = PLAIN) -> bytes:
        """The request as JSON."""
        ...

    def read_answer(
        self, reply: HttpReply, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN
    ) -> ModelAnswer:
        """The answer in a reply; raises the `ModelError` that the reply means. `usage` counts this
        one call; its cost is what the endpoint said, or None."""
        ...

    def hear(self, asked: Asked, request: ModelRequest, fitting: Fitting = PLAIN) -> Hearing:
        """What takes the events of a streamed answer."""
        ...

    def models_url(self, target: Target, after: str = "") -> str:
        """Where the models are listed, from a page on."""
        ...

    def read_models(self, reply: HttpReply, asked: Asked) -> Listing:
        """The names in a reply to a listing of models."""
        ...

    def read_failure(self, reply: HttpReply, asked: Asked) -> ModelError:
        """The error that a reply means which is no answer."""
        ...
