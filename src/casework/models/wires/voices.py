"""Which wire a dialect is spoken over."""

from __future__ import annotations

from functools import cache

from casework.models.wires.dialects import Dialect, WireName
from casework.models.wires.wire import Wire


def wire_of(dialect: Dialect) -> Wire | None:
    """The wire of a dialect; None where a library speaks for us."""
    return _wire(dialect.wire)


@cache
def _wire(name: WireName) -> Wire | None:
    """A wire is imported with the first call over it."""
    if name == "chat":
        from casework.models.wires.openai import ChatWire

        return ChatWire()
    if name == "messages":
        from casework.models.wires.anthropic import MessagesWire

        return MessagesWire()
    return None
