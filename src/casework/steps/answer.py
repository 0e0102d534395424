"""What a model said of documents, as data. Asks nobody and checks no quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from casework.base.errors import InvalidAnswerError
from casework.steps.settle import Quote
from casework.types.values import Json, ValueType
from casework.values.shape import settle_json

Status = Literal["found", "not_found", "stated_absent"]
_STATUSES = ("found", "not_found", "stated_absent")


@dataclass(frozen=True, slots=True)
class Read:
    """What a model said of a document, its value made canonical."""

    status: Status
    value: Json
    quotes: tuple[Quote, ...]
    note: str


def read_answer(told: Json, type: ValueType) -> Read:
    """The answer of a model as data; raises `InvalidAnswerError` or `ValueReadError`."""
    if not isinstance(told, dict):
        raise InvalidAnswerError("The answer is not an object.")
    status = told.get("status", "found" if told.get("value") is not None else "not_found")
    if status not in _STATUSES:
        raise InvalidAnswerError(
            f"`status` is {status!r}; expected found, not_found or stated_absent."
        )
    value = told.get("value")
    if status == "found" and value in (None, "", []):
        raise InvalidAnswerError("`status` is found, but `value` is empty.")
    settled = settle_json(value, type) if status == "found" else None
    quotes, note = _quotes(told.get("quotes")), _words(told.get("note"))
    return Read(cast("Status", status), settled, quotes, note)


def _quotes(told: Json) -> tuple[Quote, ...]:
    quotes = []
    for item in told if isinstance(told, list) else []:
        if isinstance(item, str):
            quotes.append(Quote(item))
        elif isinstance(item, dict):
            quotes.append(Quote(_words(item.get("quote")), _words(item.get("document"))))
    return tuple(quote for quote in quotes if quote.text.strip())


def _words(told: Json) -> str:
    return told.strip() if isinstance(told, str) else ""
