"""Which wire a dialect is spoken over."""

from __future__ import annotations

from collections.abc import Mapping

from casework.models.wires.anthropic import MessagesWire
from casework.models.wires.dialects import Dialect, WireName
from casework.models.wires.openai import ChatWire
from casework.models.wires.wire import Wire

_WIRES: Mapping[WireName, Wire] = {"chat": ChatWire(), "messages": MessagesWire()}


def wire_of(dialect: Dialect) -> Wire | None:
    """The wire of a dialect; None where a library speaks for us."""
    return _WIRES.get(dialect.wire)
