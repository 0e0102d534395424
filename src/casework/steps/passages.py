"""Which pages of long documents one section is shown, and which passage a quote stands in."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from casework.documents.support import cite
from casework.steps.settle import Quote
from casework.steps.sources import Source
from casework.types.document import Page
from casework.types.proof import Citation
from casework.types.values import ValueType

_WORD = re.compile(r"[^\W_]{3,}")
_TEXT = ValueType("text")
_GRADES = ("exact", "normalised", "fuzzy", "none")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")
_SHORT_LINE = 50
"""A shorter line does not run on: it is a label, a row, a heading."""
_REACH = 400
_SATURATION, _LENGTH = 1.2, 0.75
"""k1 and b of Okapi BM25 (Robertson and Zaragoza 2009)."""


def pages_for(wanted: str, sources: Sequence[Source], room: int) -> list[list[int]] | None:
    """The numbers of the pages of each source that fit into `room` letters, those most like
    `wanted` first chosen; None when all of them fit."""
    pages = [(at, page) for at, source in enumerate(sources) for page in source.document.pages]
    if sum(len(page.text) for _, page in pages) <= room:
        return None
    scores = _likeness(wanted, [page for _, page in pages])
    chosen: list[list[int]] = [[] for _ in sources]
    for number in sorted(range(len(pages)), key=lambda n: (-scores[n], n)):
        at, page = pages[number]
        if len(page.text) <= room:
            room -= len(page.text)
            chosen[at].append(page.number)
    return [sorted(numbers) for numbers in chosen]


def _likeness(wanted: str, pages: Sequence[Page]) -> list[float]:
    """BM25 of each page for the words that are wanted."""
    counts = [Counter(_WORD.findall(page.text.casefold())) for page in pages]
    lengths = [sum(count.values()) for count in counts]
    usual = max(1.0, sum(lengths) / max(1, len(lengths)))
    scores = [0.0] * len(pages)
    for word in set(_WORD.findall(wanted.casefold())):
        having = sum(word in count for count in counts)
        weight = math.log(1 + (len(pages) - having + 0.5) / (having + 0.5))
        for at, count in enumerate(counts):
            often = count[word]
            damping = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[at] / usual)
            scores[at] += weight * often * (_SATURATION + 1) / (often + damping) if often else 0
    return scores


def cited(quote: Quote, sources: Sequence[Source]) -> Citation:
    """The place of a quote: in the document that it names if it stands there, else in another."""
    named = quote.document.removeprefix("d")
    first = int(named) - 1 if named.isdecimal() else -1
    ordered = sorted(range(len(sources)), key=lambda at: at != first)
    best: Citation | None = None
    for at in ordered:
        source = sources[at]
        found = cite(source.locator, source.member.name, quote.text, quote.text, _TEXT)
        if best is None or _GRADES.index(found.grade) < _GRADES.index(best.grade):
            best = found
    return best or Citation("", "", 0, 0, 0, quote.text, (), "none", asked=quote.text)


def passage_of(citation: Citation, sources: Sequence[Source]) -> str:
    """The whole sentences that a quote stands in, so that no "not" beside it is overlooked."""
    source = next((s for s in sources if s.member.sha256 == citation.document), None)
    if source is None or not citation.page:
        return ""
    text = source.locator.page(citation.page).text
    start, end = _beginning(text, citation.start), _ending(text, citation.end)
    return text[start:end].strip()


def _beginning(text: str, start: int) -> int:
    reach = max(0, start - _REACH)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, reach, start)]
    begin = ends[-1] if ends else reach
    for line in reversed(list(re.finditer(r"\n", text[begin:start]))):
        before = text.rfind("\n", 0, begin + line.start()) + 1
        if begin + line.start() - before < _SHORT_LINE:
            return begin + line.end()
    return begin


def _ending(text: str, end: int) -> int:
    if text[end - 1 : end] in (".", "!", "?"):
        return end
    found = _SENTENCE_END.search(text, max(0, end - 1))
    stop = min(found.end() if found else len(text), end + _REACH)
    line = text.find("\n", end, stop)
    begun = text.rfind("\n", 0, end) + 1
    return line if line >= 0 and line - begun < _SHORT_LINE else stop
