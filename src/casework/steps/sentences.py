"""Sentences as a model writes them: read from its answer, and made plain text. Judges nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from casework.base.errors import InvalidAnswerError
from casework.steps.settle import Quote
from casework.types.values import Json

Form = Literal["sentence", "paragraph", "item"]
"""How a sentence goes on: in the same paragraph, in a new one, or as an item of a list."""

FORMS: tuple[Form, ...] = get_args(Form)
REMOVED = "[link removed]"
_PICTURE = re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)|!?\[([^\]]*)\]\[[^\]]*\]")
_TAG = re.compile(r"</?[A-Za-z!][^>]*>?")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:javascript|data|mailto|tel|file|casework):(?=\S))"
    r"\S*",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+>]\s+|\|+\s*|[0-9]{1,3}[.)]\s+)+")
_HIDDEN = ("Cc", "Cf", "Co", "Cn", "Cs")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what the model says it rests on. `removed` tells what was not plain text and
    had to go, '' for nothing."""

    text: str
    form: Form
    cells: tuple[str, ...]
    quotes: tuple[Quote, ...]
    removed: str = ""


def read_sentences(told: Json) -> tuple[Said, ...]:
    """The answer of a model as data; raises `InvalidAnswerError`."""
    sentences = told.get("sentences") if isinstance(told, dict) else None
    if not isinstance(sentences, list):
        raise InvalidAnswerError("The answer has no list of `sentences`.")
    said = tuple(_said(one) for one in sentences if isinstance(one, dict) and one.get("text"))
    if not said or not any(one.text for one in said):
        raise InvalidAnswerError("`sentences` is empty.")
    return tuple(one for one in said if one.text)


def plain_text(text: str) -> tuple[str, str]:
    """The text on one line without links, pictures, tags and hidden letters, and what went."""
    told = unicodedata.normalize("NFC", text)
    told = "".join(c if c.isspace() else "" if _hidden(c) else c for c in told)
    found = []
    for pattern, instead, name in (
        (_PICTURE, lambda m: f"{m[1] or m[3] or ''} {REMOVED}", "a link"),
        (_ADDRESS, lambda m: REMOVED, "an address"),
        (_TAG, lambda m: " ", "markup"),
    ):
        told, count = pattern.subn(instead, told)
        if count:
            found.append(name)
    told = _MARKERS.sub("", told.strip())
    return " ".join(told.split()), " and ".join(found)


def _hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN


def _said(told: dict[str, Json]) -> Said:
    text, removed = plain_text(str(told.get("text")))
    form = told.get("form")
    cells = told.get("cells")
    quotes = told.get("quotes")
    return Said(
        text,
        form if form in FORMS else "sentence",
        tuple(str(cell) for cell in cells) if isinstance(cells, list) else (),
        tuple(_quotes(quotes)) if isinstance(quotes, list) else (),
        removed,
    )


def _quotes(told: list[Json]) -> list[Quote]:
    found = []
    for one in told:
        if isinstance(one, str) and one.strip():
            found.append(Quote(one))
        elif isinstance(one, dict) and str(one.get("quote") or "").strip():
            found.append(Quote(str(one["quote"]), str(one.get("document") or "")))
    return found
