"""A value out of a model: ask, read the JSON, and let the model repair its answer once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from casework.base.errors import InvalidAnswerError, ModelRefusedError, ValueReadError
from casework.models.wires.loose import without_fence
from casework.models.wires.words import prompt
from casework.types.message import Message, ModelAnswer, ModelRequest
from casework.types.needs import ModelCalls
from casework.types.usage import Usage
from casework.types.values import Json

T = TypeVar("T")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """A value that was read from an answer.

    `answer` is the answer that was used; `usage` is summed over all calls; `repaired` says what was
    wrong with the first answer, '' when it was right at once.
    """

    value: T
    answer: ModelAnswer
    usage: Usage
    repaired: str = ""


async def ask_structured(
    calls: ModelCalls, request: ModelRequest, read: Callable[[Json], T]
) -> Structured[T]:
    """Ask and read the JSON answer with `read`, which raises `ValueReadError` or
    `InvalidAnswerError` for what it cannot take; the model is told and may answer once more.

    Raises `ModelRefusedError` for a refusal and `InvalidAnswerError` with the reason when the
    answer is cut off or still wrong. (The spans of the calls tell what failed calls cost.)
    """
    first = await calls.ask(request)
    try:
        return Structured(_read(first, request, read), first, first.usage)
    except (ValueReadError, InvalidAnswerError) as error:
        if error.code == "model.answer_cut":
            raise
        wrong = error.message
    repair = _repair(request, first, wrong)
    second = await calls.ask(repair)
    usage = first.usage + second.usage
    try:
        return Structured(_read(second, request, read), second, usage, repaired=wrong)
    except (ValueReadError, InvalidAnswerError) as error:
        calls.forget(request)  # a later try asks anew instead of failing from memory
        calls.forget(repair)
        raise InvalidAnswerError(
            f"The answer of {second.model} cannot be used, also after one repair: {error.message}",
            fix=error.fix,
            code=error.code if error.code == "model.answer_cut" else "",
        ) from error


def _read(answer: ModelAnswer, request: ModelRequest, read: Callable[[Json], T]) -> T:
    if answer.finish == "refusal":
        told = answer.refusal.rstrip(".") or "it gave no reason"
        raise ModelRefusedError(f"{answer.model} declined to answer: {told}.")
    try:
        data: Json = json.loads(without_fence(answer.text))
    except (ValueError, RecursionError) as error:
        if answer.finish == "length":
            raise _cut(answer, request) from error
        raise InvalidAnswerError(_not_json(answer.text, error)) from error
    return read(data)


def _cut(answer: ModelAnswer, request: ModelRequest) -> InvalidAnswerError:
    most = request.max_output_tokens
    limit = f"the limit of {most} tokens" if most else "the model's own limit"
    return InvalidAnswerError(
        f"The answer of {answer.model} was cut off at {limit} "
        f"({answer.usage.output_tokens} tokens written).",
        fix="Ask for less in this step, or use a model that may write more.",
        code="model.answer_cut",
    )


def _not_json(text: str, error: Exception) -> str:
    if not text.strip():
        return "it is empty."
    shown = " ".join(text.split())
    shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
    return f"it is not valid JSON ({error}): {shown}"


def _repair(request: ModelRequest, answer: ModelAnswer, wrong: str) -> ModelRequest:
    """The same conversation, with the answer and what is wrong with it."""
    turns = (
        Message("assistant", answer.text or "(no text)"),
        Message("user", prompt("repair").replace("{reason}", wrong).strip()),
    )
    return replace(
        request, messages=(*request.messages, *turns), purpose=f"{request.purpose} repair"
    )
