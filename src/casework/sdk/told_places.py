"""The places that a person takes a value from, checked: a page of a document of the case that they
may read, boxes that lie on it, and words that stand there. Decides nothing about the value.

What was told is looked for on its page by the same code that looks for quotes. What is found is
kept as it stands there, with boxes of its own; what is not is kept as it was told, graded `none`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.base.errors import NotFoundError, UsageError
from casework.documents.places.cite import cite_place
from casework.documents.places.locate import Locator, Place
from casework.sdk.nested import CaseTree
from casework.sdk.wire import House
from casework.steps.settle import COMPOUND, HABITUAL, SCALED
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument
from casework.types.document import Box, Page
from casework.types.label import NO_LABEL, Label, shared_readers
from casework.types.procedure import Step
from casework.types.proof import Citation
from casework.types.values import Json

MOST_PLACES = 20
MOST_BOXES = 500
LONGEST_QUOTE = 20_000
"""What one decision holds at most: places, boxes of a place, letters of its words."""
_LOOKED_AT = 1_000
"""So many places of the same words on one page are compared with the boxes."""
_BESIDE_PT = 2.0
"""So far a box may reach over the edge of its page: scans are measured in pixels."""


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """A place as a person tells it: a document of the case by its sha256, a page of it from 1, the
    words that stand there, and (where they know them) boxes around these on that page, in points
    from its top left corner. Of words that stand there twice the boxes tell which are meant."""

    document: str
    page: int
    quote: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Places that were checked, and the label of a value that was taken from them."""

    citations: tuple[Citation, ...] = ()
    label: Label = NO_LABEL


NOWHERE = Placed()


async def placed(
    house: House, tree: CaseTree, step: Step, value: Json, told: Sequence[ToldPlace]
) -> Placed:
    """The places of a value, each once, in the order in which they were told.

    Raises `UsageError` for a place that cannot be: too many, no words, a box that does not lie on
    the page; and `NotFoundError` for a document that the case does not have (or that the person may
    not read, which is told alike) and a page that it does not have.
    """
    if not told:
        return NOWHERE
    if len(told) > MOST_PLACES:
        raise UsageError(
            f"{len(told)} places were told for {step.name}.",
            fix=f"Tell at most {MOST_PLACES}.",
        )
    found: dict[tuple[str, int, int, int, str], Citation] = {}
    members: dict[str, CaseDocument] = {}
    for one in told:
        member = _member(house, tree, one)
        source = await _source(house, member, one)
        citation = await asyncio.to_thread(_cited, source, one, step, value)
        members[member.sha256] = member
        spot = (citation.document, citation.page, citation.start, citation.end, citation.quote)
        found.setdefault(spot, citation)
    readers = shared_readers(one.readers for one in members.values())
    return Placed(tuple(found.values()), Label(frozenset(members), readers))


def _member(house: House, tree: CaseTree, told: ToldPlace) -> CaseDocument:
    """The document of the case, or the part of one, that has the page."""
    own = [one for one in tree.top.case.documents if one.sha256 == told.document]
    seen = [one for one in own if house.rights.may_see(one.readers)]
    if not seen:
        raise NotFoundError(
            f"This case has no document {told.document[:12]!r}.",
            fix="Name a document of the case by its sha256, as the case tells it.",
            code="place.no_document",
        )
    there = [one for one in seen if _has(one, told.page)]
    if not there:
        raise _no_page(seen[0], told.page)
    return there[0]


def _has(member: CaseDocument, page: int) -> bool:
    return not member.last_page or member.first_page <= page <= member.last_page


def _no_page(member: CaseDocument, page: int) -> NotFoundError:
    return NotFoundError(
        f"{member.name} has no page {page} in this case.",
        fix="Pages count from 1.",
        code="place.no_page",
    )


async def _source(house: House, member: CaseDocument, told: ToldPlace) -> Source:
    """The document with the page, once what was told of the place can be."""
    document = await house.parsing.read(member.sha256)
    page = next((one for one in document.pages if one.number == told.page), None)
    if page is None:
        raise _no_page(member, told.page)
    if not told.quote.strip() or len(told.quote) > LONGEST_QUOTE:
        raise UsageError(
            f"The words of a place in {member.name} are none, or too many.",
            fix=f"Tell the words that stand there, at most {LONGEST_QUOTE:,} letters.",
            code="place.no_words",
        )
    if len(told.boxes) > MOST_BOXES or not all(_lies_on(page, box) for box in told.boxes):
        raise UsageError(
            f"A box of a place in {member.name} does not lie on page {page.number}.",
            fix=f"Boxes are left, top, right, bottom in points from the top left corner; the page"
            f" is {page.width_pt:g} by {page.height_pt:g}. A place has at most {MOST_BOXES}.",
            code="place.off_page",
        )
    if member.state != "read":
        return Source(member, document, Locator(document))
    return (await Sources(house.parsing).open((member,)))[0]


def _lies_on(page: Page, box: Box) -> bool:
    if not all(math.isfinite(edge) for edge in box):
        return False
    across = -_BESIDE_PT <= box.x0 <= box.x1 <= page.width_pt + _BESIDE_PT
    return across and -_BESIDE_PT <= box.y0 <= box.y1 <= page.height_pt + _BESIDE_PT


def _cited(source: Source, told: ToldPlace, step: Step, value: Json) -> Citation:
    """The place as a citation: where its words stand on that page, or as it was told."""
    places = source.locator.find(told.quote, limit=_LOOKED_AT, pages=[told.page])
    if not places:
        return Citation(
            source.member.sha256, source.member.name, told.page, 0, 0, told.quote.strip(),
            told.boxes, "none",
        )  # fmt: skip
    place = max(places, key=lambda found: _in_common(found, told))
    one = step.type.one()
    items = value if step.type.many and isinstance(value, list) else [value]
    cited = [
        cite_place(
            source.locator,
            source.member.name,
            told.quote,
            place,
            item,
            one,
            habits=source.habits if one.name in HABITUAL else None,
            scaling=source.scaling if one.name in SCALED else None,
        )
        for item in items or [None]
    ]
    best = min(cited, key=lambda citation: _SUPPORTS.index(citation.support))
    if one.name in COMPOUND and best.support == "no":
        best = replace(best, support="cannot_tell")
    # Which of several like places is meant was said by the person.
    return replace(best, alike=1) if told.boxes else best


_SUPPORTS = ("yes", "cannot_tell", "no")


def _in_common(place: Place, told: ToldPlace) -> float:
    """How much of a place lies in the boxes that were told, in square points; where none of it
    does, how near it is to them (as a negative number of points)."""
    boxes = [box for one in place.stretches if one.page == told.page for box in one.boxes]
    if not boxes or not told.boxes:
        return 0.0
    shared = sum(_shared(one, other) for one in boxes for other in told.boxes)
    return shared or -min(_apart(one, other) for one in boxes for other in told.boxes)


def _shared(one: Box, other: Box) -> float:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(0.0, across) * max(0.0, down)


def _apart(one: Box, other: Box) -> float:
    across = max(0.0, one.x0 - other.x1, other.x0 - one.x1)
    down = max(0.0, one.y0 - other.y1, other.y0 - one.y1)
    return math.hypot(across, down)
