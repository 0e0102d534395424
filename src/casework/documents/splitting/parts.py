"""Where one document ends and the next begins inside a file that holds several.

Every page with text is looked at beside the page before it and what is known of the document under
way. Signs for and against (`first_pages`) are weighed; the weights are data, learnt from bundles.
The first page always begins a part; a page without text goes with the part before it. Scans without
text hold one part.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from casework.types.document import Document

if TYPE_CHECKING:
    from casework.documents.splitting.first_pages import Looks

BEGINS = 0.5
"""A page begins a part when it is at least so likely."""
_BUNDLE = 0.8
"""A file is taken for a bundle when at least one page begins a part so surely."""
_STRONG = 0.4
"""What speaks at least so much for a page being the first is told to people."""
_TOLD = 2
_PAGED = ("application/pdf", "image/")
"""Formats whose pages are those of paper: others are laid out by ourselves."""
_IN_PASSING = 500
_TITLE = 80
_WORDS: Mapping[str, str] = {
    "before was last": "the page before was the last of its count",
    "numbered one": "its page number is 1",
    "another labelled number": "it bears another document number",
    "another number": "it bears another number",
    "headed otherwise": "its head names another kind of document",
    "a number": "it bears a document number",
    "another title": "it bears another title",
    "same title": "it bears a title of its own",
    "set like a title": "its head is set like a title",
    "opens": "it opens like a first page",
    "before closes": "the page before closes a document",
    "before ends early": "the page before ends early",
    "blank before": "a blank page stands before it",
    "other paper": "its paper has another size",
    "head of the first page": "its letterhead is that of the first page again",
    "clauses begin anew": "its clauses begin anew",
    "other margin": "it has another margin",
    "other letters": "its letters have another size",
    "number jumps": "its page number does not follow",
}


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A part of a document: its first and last page, what its first page is titled and numbered
    ('' where it is not), that page's first line, how likely a document begins there (0 to 1), and
    why, in words."""

    first: int
    last: int
    title: str = ""
    number: str = ""
    line: str = ""
    sure: float = 1.0
    reason: str = ""


def parts_of(document: Document) -> list[tuple[int, int]]:
    """The parts of a document as first and last page, in order; together they are all pages."""
    return [(part.first, part.last) for part in found_parts(document)]


def is_bundle(parts: list[FoundPart]) -> bool:
    """Whether parts are so surely several documents that a person should be told."""
    return any(part.sure >= _BUNDLE for part in parts[1:])


def bundled(document: Document) -> int:
    """How many documents a file with pages of its own surely looks like; 0 where it looks like one,
    or is too long to be looked at in passing."""
    paged = document.media_type.startswith(_PAGED)
    if not paged or not 1 < len(document.pages) <= _IN_PASSING:
        return 0
    parts = found_parts(document)
    return len(parts) if is_bundle(parts) else 0


def found_parts(document: Document, begins: float = BEGINS) -> list[FoundPart]:
    """The parts of a document, in order. A page begins one when it is so likely to."""
    from casework.documents.splitting.first_pages import looks_of, signs

    found: list[FoundPart] = []
    before: Looks | None = None
    under_way: Looks | None = None
    blank = False
    for page in document.pages:
        looks = looks_of(document, page)
        if before is None or under_way is None:
            if looks.has_text or not found:
                found = [_part(found[0].first if found else page.number, looks, 1.0, _FIRST)]
            if looks.has_text:
                before = under_way = looks
            continue
        if not looks.has_text:
            blank = True
            continue
        told = signs(looks, before, under_way, blank=blank)
        sure = likely(told)
        blank, before = False, looks
        if sure >= begins:
            found.append(_part(page.number, looks, sure, _reason(told, looks)))
            under_way = looks
        else:
            under_way = replace(
                under_way,
                numbers=looks.numbers or under_way.numbers,
                labelled={**looks.labelled, **under_way.labelled},
                title=looks.title or under_way.title,
                headed=under_way.headed or looks.headed,
            )
    ends = [part.first - 1 for part in found[1:]]
    ends += [document.pages[-1].number] if found else []
    return [replace(part, last=end) for part, end in zip(found, ends, strict=True)]


def look_of_part(document: Document, first: int, last: int) -> FoundPart:
    """A part that somebody else has cut: its title, its number and its first line."""
    from casework.documents.splitting.first_pages import looks_of

    for page in document.pages:
        if first <= page.number <= last and page.text.strip():
            return replace(_part(first, looks_of(document, page), 1.0, ""), last=last)
    return FoundPart(first, last)


def likely(told: Mapping[str, float]) -> float:
    """How likely a page with these signs begins a document."""
    weights = _weights()
    return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in told.items())))


_FIRST = "the first page of the file"


def _part(first: int, looks: Looks, sure: float, reason: str) -> FoundPart:
    title = looks.headed_line or looks.title_line or next(iter(looks.title), "")
    number = looks.shown_numbers[0] if looks.shown_numbers else ""
    line = " ".join(looks.first_line.split())[:_TITLE]
    return FoundPart(first, first, " ".join(title.split())[:_TITLE], number, line, sure, reason)


def _reason(told: Mapping[str, float], looks: Looks) -> str:
    """What speaks most for a page beginning a document, in words."""
    weights = _weights()
    weighed = {name: weights.get(name, 0.0) * value for name, value in told.items()}
    best = sorted((name for name in weighed if weighed[name] >= _STRONG), key=lambda n: -weighed[n])
    words = [
        f"it says page 1 of {looks.of}" if name == "counts as first" else _WORDS[name]
        for name in best
        if name in _WORDS or name == "counts as first"
    ]
    return "; ".join(words[:_TOLD]) or "it looks unlike the page before"


@cache
def _weights() -> Mapping[str, float]:
    text = files("casework.documents").joinpath("data", "first_pages.json").read_text("utf-8")
    weights: dict[str, float] = json.loads(text)["weights"]
    return weights
