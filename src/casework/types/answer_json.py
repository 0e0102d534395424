"""Answers of models as plain data, and back, without what they used."""

from __future__ import annotations

from typing import get_args

from casework.types.message import Finish, ModelAnswer, Thought, ToolCall
from casework.types.values import Json

_FINISHES: tuple[Finish, ...] = get_args(Finish)


def answer_json(answer: ModelAnswer) -> dict[str, Json]:
    """An answer as plain data; what is empty is left out."""
    told: dict[str, Json] = {
        "text": answer.text,
        "model": answer.model,
        "finish": answer.finish,
        "refusal": answer.refusal,
        "request_id": answer.request_id,
    }
    if answer.tool_calls:
        told["tool_calls"] = [
            [each.id, each.name, each.arguments, each.sealed] for each in answer.tool_calls
        ]
    if answer.thoughts:
        told["thoughts"] = [[each.text, each.sealed] for each in answer.thoughts]
    return {name: value for name, value in told.items() if value}


def answer_of(told: dict[str, Json]) -> ModelAnswer:
    """The answer in plain data, the inverse of `answer_json`; its usage is zero."""
    finish = told.get("finish")
    return ModelAnswer(
        _text(told.get("text")),
        _text(told.get("model")),
        next((known for known in _FINISHES if known == finish), "stop"),
        refusal=_text(told.get("refusal")),
        request_id=_text(told.get("request_id")),
        tool_calls=tuple(ToolCall(*map(_text, each)) for each in _lists(told.get("tool_calls"))),
        thoughts=tuple(Thought(*map(_text, each)) for each in _lists(told.get("thoughts"))),
    )


def _text(told: Json) -> str:
    return told if isinstance(told, str) else ""


def _lists(told: Json) -> list[list[Json]]:
    return [each for each in told if isinstance(each, list)] if isinstance(told, list) else []
