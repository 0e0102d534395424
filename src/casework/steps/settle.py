"""From what a reader said to a proof: every quote located and compared with the value, by code.
Law 4: location and support are two checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from casework.documents.places.cite import cite
from casework.documents.places.index import Part
from casework.documents.places.locate import ANYWHERE, Hint
from casework.steps.sources import Source
from casework.types.proof import Citation, Proof, Searched
from casework.types.values import Json, ValueType

_GRADES = ("exact", "normalised", "fuzzy", "none")
_SUPPORTS = ("yes", "cannot_tell", "no")
COMPOUND = ("record", "table")
_NUMBERED = re.compile(r"d([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a reader says stand in a document; `document` is its number (`d1`) or ''."""

    text: str
    document: str = ""


def prove(
    value: Json, type: ValueType, quotes: Sequence[Quote], sources: Sequence[Source]
) -> Proof:
    """The proof of a value by its quotes: `quoted` when a quote was found, else `unproved`."""
    if not quotes:
        return Proof("unproved", note="no quote was given")
    if type.many and isinstance(value, list):
        citations = _per_item(value, type, quotes, sources)
    else:
        citations = [_best_place(quote, value, type, sources) for quote in quotes]
        citations = _together(citations, quotes, value, type, sources)
    found = [citation for citation in citations if citation.grade != "none"]
    if not found:
        return Proof("unproved", tuple(citations), note="the quote does not stand in the document")
    note = "" if len(found) == len(citations) else "not every quote stands in the document"
    return quoted(citations, note)


def quoted(citations: Sequence[Citation], note: str = "") -> Proof:
    """The proof by these places; `unproved` when all of them say something else than the value."""
    if all(citation.support == "no" for citation in citations if citation.grade != "none"):
        said = next(citation.quote for citation in citations if citation.grade != "none")
        return Proof("unproved", tuple(citations), note=f"the quote says something else: {said}")
    return Proof("quoted", tuple(citations), note=note)


def _per_item(
    items: Sequence[Json], type: ValueType, quotes: Sequence[Quote], sources: Sequence[Source]
) -> list[Citation]:
    """For each item of a set the place that bears it best."""
    one = type.one()
    return [
        min((_best_place(quote, item, one, sources) for quote in quotes), key=_rank)
        for item in items
    ]


def _together(
    citations: list[Citation],
    quotes: Sequence[Quote],
    value: Json,
    type: ValueType,
    sources: Sequence[Source],
) -> list[Citation]:
    """Quotes that stand in many places moved to where they are nearest to the other quotes of the
    same answer that stand in one."""
    sure = [one for one in citations if one.page and one.alike == 1]
    if not sure:
        return citations
    moved: list[Citation] = []
    for citation, quote in zip(citations, quotes, strict=True):
        beside = [
            Part(*s[:3]) for one in sure if one.document == citation.document for s in one.stretches
        ]
        source = next((s for s in sources if s.member.sha256 == citation.document), None)
        if citation.alike == 1 or not beside or source is None:
            moved.append(citation)
            continue
        near = _cited(quote, value, type, source, Hint(beside=tuple(beside)))
        moved.append(min((citation, near), key=lambda one: (_rank(one), one is not near)))
    return moved


def _cited(
    quote: Quote, value: Json, type: ValueType, source: Source, hint: Hint = ANYWHERE
) -> Citation:
    """The place of a quote in one document."""
    return cite(
        source.locator,
        source.member.name,
        quote.text,
        value,
        type,
        habits=source.habits if type.name in HABITUAL else None,
        hint=hint,
        scaling=source.scaling if type.name in SCALED else None,
    )


def _best_place(quote: Quote, value: Json, type: ValueType, sources: Sequence[Source]) -> Citation:
    """The best place of a quote among the documents, the named one first."""
    best: Citation | None = None
    for source in _named_first(quote.document, sources):
        citation = _cited(quote, value, type, source)
        if citation.grade == "exact" and citation.support == "yes":
            return citation
        if best is None or _rank(citation) < _rank(best):
            best = citation
    if best is None:
        return Citation("", "", 0, 0, 0, quote.text, (), "none", asked=quote.text)
    if type.name in COMPOUND and best.support == "no":
        return replace(best, support="cannot_tell")
    return best


SCALED = ("money", "number", "record")
"""Types whose figures the heading of a table may scale."""
HABITUAL = ("date", "period", "money", "number", "percent", "quantity")
"""Types that a document may write in a way of its own."""


def _named_first(document: str, sources: Sequence[Source]) -> Iterable[Source]:
    named = _NUMBERED.fullmatch(document)
    number = int(named[1]) - 1 if named else -1
    if 0 <= number < len(sources):
        yield sources[number]
    yield from (source for place, source in enumerate(sources) if place != number)


def _rank(citation: Citation) -> tuple[int, int]:
    return _GRADES.index(citation.grade), _SUPPORTS.index(citation.support)


def searched(sources: Sequence[Source]) -> tuple[Searched, ...]:
    """Everything that was read, as proof of an absence."""
    return tuple(source.searched for source in sources)
