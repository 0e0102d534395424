"""A span: one piece of work inside a cell, with when, how long, and what went in and out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A part of what was sent or answered; stored once by the hash of its text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """`started_ns` is UTC since the epoch. Attribute names follow OpenTelemetry GenAI
    conventions (`gen_ai.operation.name`, `gen_ai.request.model`, `gen_ai.usage.input_tokens`).
    """

    id: str
    parent_id: str
    name: str
    started_ns: int
    duration_ns: int
    status: Literal["ok", "error"] = "ok"
    attributes: dict[str, Json] = field(default_factory=dict)
    parts: tuple[MessagePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Whose:
    """What work is done for, as far as it is known: '' for what is not."""

    run_id: str = ""
    case_id: str = ""
    step_id: str = ""
    worksheet_id: str = ""
    around_id: str = ""
    """The case in whose tables the row stands that `case_id` names; '' where it is no row."""

    @property
    def whole_case_id(self) -> str:
        """The case that all its rows count to."""
        return self.around_id or self.case_id


NOBODY = Whose()

CASE, STEP, RUN = "casework.case_id", "casework.step_id", "casework.run_id"
"""Attributes of the span of a cell: what everything inside it is done for."""
