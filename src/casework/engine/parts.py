"""Rows that are parts of documents: which pages belong to a row, and what is wrong with that.

A row says it in words (`3`, `2-5`, `pages 2 to 5`); where the case has several documents the name
of one stands before (`scan.pdf 2-5`, or `scan.pdf` alone for all of it).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.types.case import CaseDocument

_PAGES = re.compile(
    r"\s*(?:p(?:p|ages?)?\.?\s*)?(\d{1,6})(?:\s*(?:-|–|—|\.\.|to|bis)\s*(\d{1,6}))?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """The documents of a row. `problem` says in words why they cannot be told; '' when they can."""

    documents: tuple[CaseDocument, ...] = ()
    problem: str = ""


def part_of(text: str, documents: Sequence[CaseDocument], column: str) -> Part:
    """The part of a case's documents that a text names; `column` is the name of its column."""
    found, rest = _named(text, documents)
    if found is None and len(documents) == 1:
        found = documents[0]
    pages = _PAGES.fullmatch(rest) if rest.strip() else None
    if rest.strip() and pages is None:
        return Part(problem=f"{column} says {text.strip()[:60]!r}, which names no pages: write 2-5")
    if found is None:
        names = ", ".join(document.name for document in documents) or "none"
        return Part(
            problem=f"{column} says {text.strip()[:60]!r} and not which document: write its name "
            f"before the pages ({names})"
        )
    if pages is None:
        return Part((found,) if text.strip() else (), "" if text.strip() else f"{column} is empty")
    first, last = int(pages[1]), int(pages[2] or pages[1])
    if not 1 <= first <= last:
        return Part(problem=f"{column} says {text.strip()!r}: the first page comes after the last")
    return Part((replace(found, first_page=first, last_page=last),))


def overlaps(parts: Sequence[Part]) -> dict[int, str]:
    """For each row that shares a page with another one, a problem in words, by its index."""
    spans = [
        (document.sha256, document.first_page, document.last_page, row)
        for row, part in enumerate(parts)
        for document in part.documents
        if document.last_page
    ]
    problems: dict[int, str] = {}
    widest: tuple[str, int, int, int] | None = None
    for span in sorted(spans):
        if widest is not None and span[0] == widest[0] and span[1] <= widest[2]:
            for row, other in ((span[3], widest[3]), (widest[3], span[3])):
                problems.setdefault(row, f"{_pages(span, widest)} also in row {other + 1}")
        if widest is None or span[0] != widest[0] or span[2] > widest[2]:
            widest = span
    return problems


def _pages(one: tuple[str, int, int, int], other: tuple[str, int, int, int]) -> str:
    first, last = max(one[1], other[1]), min(one[2], other[2])
    return f"page {first} is" if first == last else f"pages {first} to {last} are"


def _named(text: str, documents: Sequence[CaseDocument]) -> tuple[CaseDocument | None, str]:
    """The document that a text begins with, and the rest; the longest name wins."""
    told = text.strip()
    by_length = sorted(documents, key=lambda document: -len(document.name))
    for document in by_length:
        if told.casefold().startswith(document.name.casefold()):
            return document, told[len(document.name) :].lstrip(" :,")
    return None, text
