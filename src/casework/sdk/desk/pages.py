"""A page of an item under review, as a picture and as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.base.errors import CaseworkError, NotFoundError
from casework.documents.drawing.marks import Mark
from casework.sdk.desk.views import ReviewItem, ReviewPage
from casework.sdk.nested import CaseTree
from casework.sdk.wire import House

_SCALE = 1.5
"""Pixels to a point: small print can be read, and a terminal takes it in one go."""

_MARGIN_PT = 54.0
"""What is shown around a mark: three or four lines."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page: the `number`th of `count`. `picture` is a PNG, empty where the page cannot be drawn,
    which `problem` then explains."""

    document_name: str
    page: int
    number: int
    count: int
    text: str
    picture: bytes = field(default=b"", repr=False)
    problem: str = ""


async def page_shown(
    house: House, tree: CaseTree, item: ReviewItem, number: int, *, around: bool
) -> PageShown:
    """The `number`th page of an item, from 1, or of its picture only what is `around` the marks;
    raises `NotFoundError` when it has none such."""
    if not 1 <= number <= len(item.pages):
        raise NotFoundError(
            f"{item.case} has no page {number} to look at.",
            fix=f"It has {len(item.pages)} pages." if item.pages else "It has no page.",
        )
    at = item.pages[number - 1]
    own = {one.sha256: one.readers for one in tree.top.case.documents}
    house.rights.check(own.get(at.document, frozenset()), at.document_name)
    document = await house.parsing.read(at.document)
    text = next(page.text for page in document.pages if page.number == at.page)
    picture, problem = b"", ""
    try:
        marks = _marks(tree, item, at)
        picture = await house.pictures.picture(
            at.document,
            at.page,
            marks,
            scale=_SCALE,
            crop_margin_pt=_MARGIN_PT if around and marks else None,
        )
    except CaseworkError as error:
        problem = str(error)
    return PageShown(at.document_name, at.page, number, len(item.pages), text, picture, problem)


def _marks(tree: CaseTree, item: ReviewItem, at: ReviewPage) -> list[Mark]:
    """Where on the page the machine found its value; nothing for a blind item."""
    cell = tree.cells.get(item.step_id)
    if item.blind or not at.cited or cell is None or cell.machine is None:
        return []
    return [
        Mark(box)
        for citation in cell.machine.outcome.proof.citations
        if citation.document == at.document
        for stretch in citation.stretches
        if stretch.page == at.page
        for box in stretch.boxes
    ]
