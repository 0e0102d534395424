"""Names in running text: organisations by their legal form, and how far a name reaches."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout

_WORD = r"[^\W\d_a-zßäöüéèàáíóúñç][\w'’.&+-]*"
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
