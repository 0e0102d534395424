"""Everything behind one cell: its quotes in context, its inputs, its history, its page pictures."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casework.base.errors import CaseworkError
from casework.base.hashing import sha256_text
from casework.documents.drawing.marks import Mark
from casework.sdk.history import history_of
from casework.sdk.nested import CaseTree, columns_read, input_views
from casework.sdk.show import row_views
from casework.sdk.standing import NOTHING_KNOWN, Standing
from casework.sdk.views import CellReport, CitationView, HistoryView
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell
from casework.types.document import Page
from casework.types.procedure import Procedure, Step
from casework.types.proof import Citation, Stretch

_CONTEXT = 70
_PICTURE_SCALE = 2.0
_NAME_BYTES = 80
"""Of a case or step in a file name: a file system takes 255 bytes for all of it."""
_DIGEST_LETTERS = 8


async def cell_report(
    house: House,
    procedure: Procedure,
    step: Step,
    case: CaseRecord,
    cells: dict[str, Cell],
    *,
    pictures: Path | None = None,
    standing: Standing = NOTHING_KNOWN,
    tree: CaseTree | None = None,
) -> CellReport:
    """The report of a cell; with `pictures` the page of each citation is written there as PNG.

    A page that cannot be drawn is told beside its citation. `tree` is the case with its rows, where
    it has any, or the row itself.
    """
    tree = tree or CaseTree(case, procedure, cells)
    stale = standing.of(case, cells) if tree.outer is None else {}
    if tree.families:
        stale = standing.of_rows(tree.loaded()).get(case.id, {}) if tree.outer is None else {}
    found = row_views(
        procedure.steps,
        case,
        cells,
        outdated=stale,
        beside=columns_read(tree),
        rights=house.rights,
        acceptances=standing.acceptances,
    )
    views = {view.step_id: view for view in found}
    view = views[step.id]
    citations = [
        await _citation_view(house, case, step, number, citation, pictures)
        for number, citation in enumerate(view.proof.citations, 1)
    ]
    inputs = input_views(tree, step, views, house.rights)
    history: tuple[HistoryView, ...] = ()
    if not view.hidden:
        history = await history_of(
            house.store, case.worksheet_id, case.id, step, rights=house.rights
        )
    documents = house.rights.case(case).documents
    return CellReport(view, step, tuple(citations), inputs, history, documents)


async def _citation_view(
    house: House,
    case: CaseRecord,
    step: Step,
    number: int,
    citation: Citation,
    pictures: Path | None,
) -> CitationView:
    before = after = picture = problem = ""
    if citation.page and citation.grade != "none":
        first, last = citation.stretches[0], citation.stretches[-1]
        page, last_page = await _page(house, citation, first), await _page(house, citation, last)
        before = page.text[max(0, first.start - _CONTEXT) : first.start]
        after = last_page.text[last.end : last.end + _CONTEXT]
    if citation.page and pictures is not None:
        name = f"{file_name(case.name)}-{file_name(step.id)}-{number}.png"
        try:
            picture = str(await _picture(house, citation, pictures / name))
        except CaseworkError as error:
            problem = str(error)
    return CitationView(
        number,
        citation.document_name,
        citation.page,
        citation.place,
        citation.grade,
        citation.support,
        before,
        citation.quote,
        after,
        picture,
        problem,
        tuple(sorted({one.page for one in citation.further} - {citation.page})),
        citation.alike,
    )


async def _page(house: House, citation: Citation, stretch: Stretch) -> Page:
    document = await house.parsing.read(citation.document)
    return next(page for page in document.pages if page.number == stretch.page)


async def _picture(house: House, citation: Citation, path: Path) -> Path:
    """Write the page of a citation with its place marked; where it goes on on other pages, these
    too, as `NAME-p4.png`."""
    pages: dict[int, list[Mark]] = {citation.page: [Mark(box) for box in citation.boxes]}
    for stretch in citation.further:
        pages.setdefault(stretch.page, []).extend(Mark(box) for box in stretch.boxes)
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    for page, marks in pages.items():
        target = path if page == citation.page else path.with_stem(f"{path.stem}-p{page}")
        data = await house.pictures.picture(citation.document, page, marks, scale=_PICTURE_SCALE)
        await asyncio.to_thread(target.write_bytes, data)
    return path


def file_name(name: str) -> str:
    """A name as a part of a file name: harmless letters, and not too long; what was cut stands for
    itself as a digest."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    if len(safe.encode()) <= _NAME_BYTES:
        return safe
    kept = safe.encode()[: _NAME_BYTES - _DIGEST_LETTERS - 1].decode("utf-8", "ignore")
    return f"{kept}-{sha256_text(name)[:_DIGEST_LETTERS]}"
