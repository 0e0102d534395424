"""Collects spans of the work under way, through a context variable. Stores and prints nothing.

`with collecting() as collected:` opens a collector; inside it, `with span("chat gpt-5") as piece:`
is one piece of work, nested as the code is, tasks included. Outside a collector a span costs next
to nothing and leaves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Literal

from casework.base.errors import CaseworkError
from casework.base.ids import span_id
from casework.types.span import NOBODY, MessagePart, Span, Whose
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json


class Collected:
    """The spans that have ended since the collector was opened, in the order of their end, and what
    the calls of models inside it `used`."""

    __slots__ = ("_ended", "used")

    def __init__(self) -> None:
        self._ended: list[Span] = []
        self.used = NO_USAGE

    @property
    def spans(self) -> tuple[Span, ...]:
        """All spans that have ended so far."""
        return tuple(self._ended)

    def add(self, ended: Span) -> None:
        """Take a span that was made elsewhere, for instance in another process."""
        self._ended.append(ended)


_Open = tuple[Collected, str, "span | None", Whose]
_open: ContextVar[_Open | None] = ContextVar("casework_spans", default=None)


@contextmanager
def collecting(parent_id: str = "", *, whose: Whose = NOBODY) -> Iterator[Collected]:
    """Collect the spans of everything that runs inside; an outer collector does not see them.
    `whose` tells what all of it is done for."""
    collected = Collected()
    token = _open.set((collected, parent_id, None, whose))
    try:
        yield collected
    finally:
        _open.reset(token)


class span:
    """One piece of work. An error that leaves it makes its status `error`, and goes on.

    Attribute names follow OpenTelemetry; keyword arguments cannot have dots, so `set` takes names.
    """

    __slots__ = ("_at", "_collected", "_parent_id", "_token", "attributes", "id", "name", "parts")

    def __init__(self, name: str, attributes: dict[str, Json] | None = None, /) -> None:
        self.name = name
        self.id = ""
        self.attributes: dict[str, Json] = attributes if attributes is not None else {}
        self.parts: tuple[MessagePart, ...] = ()
        self._collected: Collected | None = None

    @property
    def recording(self) -> bool:
        """Whether anybody collects it; what is dear to compute can be left out otherwise."""
        return self._collected is not None

    def set(self, name: str, value: Json) -> None:
        """Set one attribute."""
        self.attributes[name] = value

    def __enter__(self) -> span:
        around = _open.get()
        if around is not None:
            self._collected, self._parent_id, _, whose = around
            self.id = span_id()
            self._token: Token[_Open | None] = _open.set((self._collected, self.id, self, whose))
            self._at = (time.time_ns(), time.perf_counter_ns())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._collected is None:
            return
        started_ns, ticks = self._at
        duration_ns = time.perf_counter_ns() - ticks
        _open.reset(self._token)
        status: Literal["ok", "error"] = "ok"
        if error is not None:
            status = "error"
            self._describe(error)
        self._collected.add(
            Span(
                self.id,
                self._parent_id,
                self.name,
                started_ns,
                duration_ns,
                status,
                self.attributes,
                self.parts,
            )
        )

    def _describe(self, error: BaseException) -> None:
        """The kind of an error, and the words of those errors that are ours."""
        self.attributes["error.type"] = type(error).__name__
        if isinstance(error, CaseworkError):
            self.attributes["error.type"] = error.code
            self.attributes["error.message"] = error.message


def annotate(name: str, value: Json) -> None:
    """Set an attribute of the innermost open span; does nothing where there is none."""
    around = _open.get()
    if around is not None and around[2] is not None:
        around[2].set(name, value)


def used() -> Usage:
    """What calls of models used so far in the work under way; nothing where nobody collects."""
    around = _open.get()
    return NO_USAGE if around is None else around[0].used


def use(used: Usage) -> None:
    """Count what a call used to the work under way; does nothing where nobody collects."""
    around = _open.get()
    if around is not None:
        around[0].used = around[0].used + used


def whose() -> Whose:
    """What the work under way is done for; nobody where no collector is open."""
    around = _open.get()
    return NOBODY if around is None else around[3]
