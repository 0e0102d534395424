"""Values that stand in the documents of a case and might be meant by a step: what its readers said,
and what the embedded extractor would take next. Calls no model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from casework.sdk.casefile.places import place_of
from casework.sdk.casefile.views import Suggestion
from casework.sdk.nested import CaseTree
from casework.sdk.show import shown
from casework.sdk.wire import House
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument, Cell
from casework.types.document import Document
from casework.types.procedure import Step
from casework.types.proof import Citation
from casework.values.show import show

if TYPE_CHECKING:
    from casework.extraction.extract import Candidate, Wanted

_MOST_WORDS = 60_000
"""Cases with more words than this are not looked through while somebody waits."""


async def suggestions(
    house: House, tree: CaseTree, step: Step, limit: int
) -> tuple[Suggestion, ...]:
    """Up to so many values, each once, best first; none of documents that are hidden."""
    cell = tree.cells.get(step.id) or Cell(tree.case.id, step.id)
    house.rights.check_cell(tree.case, cell, step.name)
    found: dict[str, Suggestion] = {}
    for said, citation in _read(cell, step):
        _keep(found, said, citation)
    sources = await _sources(house, tree, step)
    if sources and step.type.name not in ("table", "record", "document"):
        from casework.extraction.extract import Wanted

        wanted = Wanted(step.id, step.name, step.instruction, step.type, tree.procedure.preamble)
        for candidate in await asyncio.to_thread(_candidates, sources, wanted):
            said = show(candidate.value, step.type.one())
            _keep(found, said, _cited(candidate, sources))
    return tuple(found.values())[:limit]


def _keep(found: dict[str, Suggestion], said: str, citation: Citation | None) -> None:
    if citation is None or not citation.page or not said or said in found:
        return
    place = place_of(len(found) + 1, citation)
    if all((one.quote, one.place.boxes) != (citation.quote, place.boxes) for one in found.values()):
        found[said] = Suggestion(said, citation.quote, place)


def _read(cell: Cell, step: Step) -> Iterator[tuple[str, Citation]]:
    """What readers of the cell said, with its first place."""
    outcome = cell.machine.outcome if cell.machine else None
    if outcome is None:
        return
    for reading in outcome.proof.readings:
        for citation in reading.citations[:1]:
            yield shown(reading.value, reading.absence, step), citation
    for citation in outcome.proof.citations:
        yield citation.quote, citation


async def _sources(house: House, tree: CaseTree, step: Step) -> list[Source]:
    members = tree.top.case.documents
    wanted = [one for one in members if any(one.is_a(kind) for kind in step.sources)] or members
    seen = tuple(one for one in wanted if house.rights.may_see(one.readers))
    if sum(one.words for one in seen) > _MOST_WORDS:
        return []
    return await Sources(_Read(house)).open(seen)


class _Read:
    """Parsed documents, as steps get them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def read(self, sha256: str) -> Document:
        return await self._house.parsing.read(sha256)


def _candidates(sources: Sequence[Source], wanted: Wanted) -> list[Candidate]:
    from casework.extraction.extract import answer, prepare

    prepared = [prepare(source.document, source.member.name) for source in sources]
    told = answer(prepared, wanted)
    return [one for one in (*told.picks, *told.runners_up) if not one.rows]


def _cited(candidate: Candidate, sources: Sequence[Source]) -> Citation | None:
    from casework.documents.boxes import boxes_of
    from casework.documents.boxes import place_of as native

    source = next((one for one in sources if _is(one.member, candidate)), None)
    if source is None:
        return None
    page = next(one for one in source.document.pages if one.number == candidate.page)
    start, end = candidate.start, candidate.end
    return Citation(
        candidate.document, source.member.name, candidate.page, start, end, page.text[start:end],
        boxes_of(page, start, end), "exact", "yes", native(page, start),
    )  # fmt: skip


def _is(member: CaseDocument, candidate: Candidate) -> bool:
    first, last = member.first_page, member.last_page
    return member.sha256 == candidate.document and (not last or first <= candidate.page <= last)
