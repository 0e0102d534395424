"""Where a quote of a sentence stands, and the passage around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from casework.documents.places.cite import cite
from casework.steps.settle import Quote
from casework.steps.sources import Source
from casework.types.proof import Citation
from casework.types.values import ValueType

_TEXT = ValueType("text")
_GRADES = ("exact", "normalised", "fuzzy", "none")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")
_SHORT_LINE = 50
"""A shorter line does not run on: it is a label, a row, a heading."""
_REACH = 400


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
    text = next(
        (
            page.text
            for source in sources
            if source.member.sha256 == citation.document
            for page in source.document.pages
            if page.number == citation.page
        ),
        "",
    )
    if not text:
        return ""
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
