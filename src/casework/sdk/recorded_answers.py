"""Answers of models out of the record: what was asked before is answered as it was. Asks nobody and
sends nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import get_args

from casework.base.errors import NotRecordedError
from casework.observe.genai import asked_parts
from casework.store.codec import plain
from casework.types.message import Finish, ModelAnswer, ModelRequest, Thought, ToolCall
from casework.types.span import MessagePart, Span

_TOLD = "gen_ai.response.model"
_FINISHES: Mapping[str, Finish] = {finish: finish for finish in get_args(Finish)}


class RecordedAnswers:
    """A `ModelCalls` that answers from spans. Several cells may be worked on at once: each task
    sees the spans that it was given."""

    def __init__(self) -> None:
        self._given: ContextVar[_Given | None] = ContextVar("casework_recorded", default=None)

    @contextmanager
    def of(self, spans: Sequence[Span]) -> Iterator[None]:
        """Answer from these spans inside."""
        asked = sorted((s for s in spans if _TOLD in s.attributes), key=lambda s: s.started_ns)
        token = self._given.set(_Given(asked))
        try:
            yield
        finally:
            self._given.reset(token)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """The answer that this very request was given; raises `NotRecordedError` for another."""
        asked = [(part.role, plain(part.text)) for part in asked_parts(request)]
        given = self._given.get() or _Given([])
        same = [
            (at, span)
            for at, span in enumerate(given.spans)
            if len(span.parts) > len(asked)
            and [(part.role, part.text) for part in span.parts[: len(asked)]] == asked
        ]
        if not same:
            raise NotRecordedError(
                "the run did not ask this: the prompt, or what it is made of, is not what it was"
            )
        # The model that was asked before one that stepped in for it, and each answer in its turn.
        at, span = min(
            same, key=lambda one: (_named(one[1]) != request.model, one[0] in given.used)
        )
        given.used.add(at)
        return _answer(span, span.parts[len(asked) :])

    def forget(self, request: ModelRequest) -> None:
        """Nothing is kept, so nothing is forgotten."""


@dataclass(slots=True)
class _Given:
    """The calls of one outcome in the order in which they began, and which were answered again."""

    spans: Sequence[Span]
    used: set[int] = field(default_factory=set)


def _named(span: Span) -> str:
    told = span.attributes
    return f"{told.get('gen_ai.provider.name')}:{told.get('gen_ai.request.model')}"


def _answer(span: Span, parts: Sequence[MessagePart]) -> ModelAnswer:
    reasons = span.attributes.get("gen_ai.response.finish_reasons")
    told = str(reasons[0]) if isinstance(reasons, list) and reasons else ""
    calls = [json.loads(part.text) for part in parts if part.role == "tool_call"]
    return ModelAnswer(
        "".join(part.text for part in parts if part.role == "assistant"),
        str(span.attributes[_TOLD]),
        _FINISHES.get(told, "stop"),
        tool_calls=tuple(ToolCall(one["id"], one["name"], one["arguments"]) for one in calls),
        thoughts=tuple(Thought(part.text) for part in parts if part.role == "thought"),
    )
