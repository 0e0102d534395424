"""Names in running text: organisations by their legal form, and how far a name reaches."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout

_WORD = r"[^\W\d_a-zßäöüéèàáíóúñç][\w'’.&+-]*"
_RUN = re.compile(r"\w+")
_JOIN = r"(?:of|the|and|de|la|du|des|und|y|e|et|für|&|der|van|von|den|del|di|for|in)"


@cache
def forms() -> dict[str, list[str]]:
    """Legal forms and address words, from `lexicon/names.json`."""
    path = resources.files("casework.extraction") / "lexicon" / "names.json"
    table: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return table


@cache
def legal_form() -> re.Pattern[str]:
    """The legal form of an organisation as a word of its own."""
    names = sorted(forms()["legal_forms"], key=len, reverse=True)
    words = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.compile(rf"(?<![\w.])(?:{words})(?![\w])\.?", re.IGNORECASE)


def has_legal_form(text: str, words: Sequence[str]) -> bool:
    """Whether a text has a legal form; `words` are the `runs` of the text in small letters."""
    # Looking words up is far quicker than searching; only in ASCII does case mean one thing to both
    if text.isascii() and _form_beginnings().isdisjoint(words):
        return False
    return bool(legal_form().search(text))


def runs(text: str) -> list[str]:
    """The runs of letters, digits and underscores of a text."""
    return _RUN.findall(text)


@cache
def _form_beginnings() -> frozenset[str]:
    return frozenset(runs(name.lower())[0] for name in forms()["legal_forms"])


@cache
def _organisation() -> re.Pattern[str]:
    names = sorted(forms()["legal_forms"], key=len, reverse=True)
    words = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.compile(
        rf"(?<![\w.])((?:{_WORD}|\d+)(?:\s+(?:{_JOIN}\s+){{0,2}}(?:{_WORD}|\d+|&)){{0,6}}?,?"
        rf"\s+(?=[A-ZÀ-Þ])(?i:{words})(?![\w])\.?(?:,?\s+(?=[A-ZÀ-Þ])(?i:{words})(?![\w])\.?)?)"
    )


def organisations(layout: Layout) -> list[Found]:
    """Every name that ends in a legal form."""
    found: list[Found] = []
    for index, page in enumerate(layout.pages):
        for match in _organisation().finditer(page.text):
            start, end = match.span(1)
            found.append(Found(index, start, end, " ".join(page.text[start:end].split())))
    return found
