"""Where one document ends and the next begins inside a file that holds several.

A part begins at each page that looks like a first page. What is looked at, the surest first:

- a page number that counts (`Page 2 of 3`, `Seite 1 von 2`): 1 begins a part, others go on;
- the number of the document in the upper half (`Invoice no. 4711`): another number than the page
  before begins a part, the same one goes on;
- the title, which names a kind of document (`Invoice`, `Rechnung`), where the page before goes on
  without one, or bears another.

The first page always begins a part; a page without text goes on. Scans without text hold one part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.documents.kind import kinds_of
from casework.types.document import Document, Page

_COUNTED = re.compile(
    r"\b(?:page|pg|seite|blatt|s\.|p\.|página|pagina|pág|feuille)\s*\.?\s*(\d{1,4})\s*"
    r"(?:of|von|de|di|sur|van|/)\s*(\d{1,4})\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\b(?:no|nr|number|nummer|num[eé]ro|n[uú]mero|nbr)\b|n[°º]|#)\s*[.:°º]*\s*:?\s*"
    r"([A-Z]{0,6}[-/ ]?\d[\w/.-]{1,24})",
    re.IGNORECASE,
)
_UPPER = 0.5
"""The share of a page in which a document says what it is."""


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a page tells of the document it belongs to; empty where it tells nothing."""

    count: int
    numbers: frozenset[str]
    title: tuple[str, ...]
    has_text: bool


def parts_of(document: Document) -> list[tuple[int, int]]:
    """The parts of a document as first and last page, in order; together they are all pages."""
    starts: list[int] = []
    before: _Looks | None = None
    for page in document.pages:
        looks = _looks(document, page)
        if before is None or _begins(looks, before):
            starts.append(page.number)
            before = looks
        elif looks.has_text:
            before = replace(
                looks,
                numbers=looks.numbers or before.numbers,
                title=looks.title or before.title,
            )
    if not starts:
        return []
    ends = [*(start - 1 for start in starts[1:]), document.pages[-1].number]
    return list(zip(starts, ends, strict=True))


def _begins(looks: _Looks, before: _Looks) -> bool:
    """Whether a page begins a part, given what is known of the part before it."""
    if not looks.has_text:
        return False
    if looks.count:
        return looks.count == 1
    if looks.numbers and before.numbers:
        return looks.numbers.isdisjoint(before.numbers)
    return bool(looks.title) and looks.title != before.title


def _looks(document: Document, page: Page) -> _Looks:
    counted = _COUNTED.search(page.text)
    upper = _upper(page)
    alone = replace(document, pages=(page,), facts={})
    return _Looks(
        int(counted[1]) if counted and int(counted[1]) <= int(counted[2]) else 0,
        frozenset(found[1].casefold() for line in upper for found in _NUMBERED.finditer(line)),
        kinds_of("", alone),
        bool(page.text.strip()),
    )


def _upper(page: Page) -> Sequence[str]:
    edge = page.height_pt * _UPPER
    return [page.text[line.start : line.end] for line in page.lines if line.box.y0 <= edge]
