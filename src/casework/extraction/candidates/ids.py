"""Candidates that are numbers of things: invoice 2020-17/B, policy AB 123 456, IBANs."""

from __future__ import annotations

import re

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout

_ID = re.compile(
    r"(?<![\w./-])(?=[A-Za-z./_#-]*\d)[A-Za-z\d](?:[A-Za-z\d]|[./_#-](?=[A-Za-z\d])){0,39}(?![\w])"
)
_SPACED = re.compile(r"(?<![\w./-])[A-Z]{1,4}\d{0,2}(?: [A-Z\d]{1,6}){1,8}(?![\w])")
_IN_PARTS = re.compile(r"(?<![\w./-])\d[\w-]*(?: ?[/-] ?\d+){1,3}(?![\w])")
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DATE_LIKE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}$")
_AMOUNT_LIKE = re.compile(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{2}$|\d+(?:ST|ND|RD|TH|X|AM|PM|P|A)$", re.I)


def ids(layout: Layout) -> list[Found]:
    """Everything that may name a thing; what looks like a date or an amount is doubtful."""
    found: dict[tuple[int, int, int], Found] = {}
    for index, page in enumerate(layout.pages):
        for pattern, certain in ((_ID, 1.0), (_IN_PARTS, 0.6), (_SPACED, 0.5)):
            for match in pattern.finditer(page.text):
                text = match.group()
                if not _DIGIT.search(text):
                    continue
                doubtful = _DATE_LIKE.match(text) or _AMOUNT_LIKE.match(text)
                place = (index, match.start(), match.end())
                found.setdefault(place, Found(*place, text, 0.1 if doubtful else certain))
    return list(found.values())


def emails(layout: Layout) -> list[Found]:
    """Every e-mail address."""
    return [
        Found(index, match.start(), match.end(), match.group())
        for index, page in enumerate(layout.pages)
        for match in _EMAIL.finditer(page.text)
    ]
