"""Makes a waiting cell into an item that a person can decide: quotes in context, pages, other
answers; of a blind one only what does not tell what the machine found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from casework.base.errors import CaseworkError
from casework.procedures.value_type import type_text
from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.review.decide import agrees
from casework.review.order import Waiting
from casework.sdk.desk.choices import choices_of, options_of
from casework.sdk.desk.queue import Read
from casework.sdk.desk.views import (
    Input,
    OtherAnswer,
    Progress,
    ReviewItem,
    ReviewPage,
    Unread,
)
from casework.sdk.nested import CaseTree
from casework.sdk.report import cell_report
from casework.sdk.rights import Rights
from casework.sdk.show import shown
from casework.sdk.standing import Standing
from casework.sdk.views import CellReport, CellView
from casework.sdk.wire import House
from casework.types.case import CaseDocument, Cell
from casework.types.procedure import Procedure, Step
from casework.types.proof import Citation
from casework.types.values import ValueType
from casework.types.verdict import SecondReading, Verdict

_REFERENCE = "{{{}}}"


async def item_of(
    house: House,
    tree: CaseTree,
    waiting: Waiting,
    progress: Progress,
    read: Read,
    acceptances: Acceptances = NOTHING_PROMISED,
) -> ReviewItem:
    """The item of a cell of a case or of a row as it is now; `read` is what people have read."""
    step, blind = tree.procedure.step(waiting.step_id), waiting.kind != "unsure"
    cell = tree.cells.get(step.id) or Cell(tree.case.id, step.id)
    bare = ReviewItem(
        name_of_case(tree, house.rights),
        tree.case.id,
        waiting.path,
        step.name,
        step.id,
        type_words(step.type),
        instruction_of(tree.procedure, step),
        waiting.kind,
        blind,
        waiting.because,
        progress,
        options=step.type.options,
        top=waiting.top,
        against=cell.machine.id if cell.machine else "",
        stood=cell.human.id if cell.human else "",
        probability=waiting.probability,
        type=step.type,
    )
    pages, unread = await _pages(house, tree.top.case.documents, step)
    bare = replace(bare, pages=pages, unread=unread)
    if blind:
        return replace(bare, choices=tuple(options_of(step)))
    bare = replace(bare, others=tuple(_people(step, cell, waiting, read)))
    return await _opened(house, tree, step, cell, bare, acceptances)


async def _opened(
    house: House,
    tree: CaseTree,
    step: Step,
    cell: Cell,
    bare: ReviewItem,
    acceptances: Acceptances,
) -> ReviewItem:
    """The item with what the machine found."""
    cells = {**tree.cells, step.id: replace(cell, human=None)}
    standing = Standing(acceptances=acceptances)
    report = await cell_report(
        house, tree.procedure, step, tree.case, cells, standing=standing, tree=tree
    )
    view, outcome = report.cell, cell.machine.outcome if cell.machine else None
    found = outcome is not None and cell.state in ("value", "absent")
    held = cell.human if cell.conflict else None
    pages = _cited_first(report, bare.pages)
    if found and view.absence == "unreadable":
        pages = _unread_first(pages, tree.top.case.documents)
    others = (*bare.others, *_others(report, step))
    return replace(
        bare,
        shown=view.shown if found else "",
        value=view.value if found else None,
        absence=view.absence if found else "",
        reason=view.reason,
        held=shown(held.value, held.absence, step) if held else "",
        confidence=view.confidence,
        acceptable=found and view.absence != "conflict",
        citations=report.citations,
        others=others,
        rule=step.rule.source if step.rule else "",
        inputs=tuple(Input(one.step_name, _told(one)) for one in report.inputs),
        pages=pages,
        choices=choices_of(step, cell, bare.others, pages, _behind(tree, step, acceptances)),
    )


def name_of_case(tree: CaseTree, rights: Rights) -> str:
    """The case as one names it: a row behind its table (`acme/Lines/3`)."""
    if tree.outer is None or tree.table is None:
        return rights.case(tree.case).name
    return f"{name_of_case(tree.outer, rights)}/{tree.table.name}/{tree.case.position}"


def type_words(type: ValueType) -> str:
    """A type as it is written in a procedure."""
    return f"{type_text(type)}{', many' if type.many else ''}"


def instruction_of(procedure: Procedure, step: Step) -> str:
    """The instruction with the names of steps for their ids."""
    told = step.instruction
    for other in procedure.steps:
        told = told.replace(_REFERENCE.format(other.id), other.name)
    return told.strip()


def _people(step: Step, cell: Cell, waiting: Waiting, read: Read) -> Iterator[OtherAnswer]:
    """What people read in the cell blind, each by themselves, if two did."""
    first = read.first.get((waiting.case_id, waiting.step_id))
    readings = read.second.get(first.id, []) if first else []
    if first is None or not readings:
        return
    every: tuple[Verdict | SecondReading, ...] = (first, *readings)
    for one in every:
        machine = cell.machine.outcome if cell.machine else None
        same = machine is not None and agrees(step, machine, one.value, one.absence)
        yield OtherAnswer(one.who, shown(one.value, one.absence, step), same)


def _others(report: CellReport, step: Step) -> Iterator[OtherAnswer]:
    """What other readers said."""
    for reading in report.cell.proof.readings:
        yield OtherAnswer(reading.who, shown(reading.value, reading.absence, step), reading.agrees)


def _behind(tree: CaseTree, step: Step, acceptances: Acceptances) -> list[Citation]:
    """The places that the inputs of a value stand at, however far back; none of what somebody is to
    read blind."""
    found: list[Citation] = []
    seen = {step.id}
    todo = list(step.references)
    while todo:
        id = todo.pop(0)
        cell = tree.cells.get(id)
        if id in seen or id not in tree.procedure.by_id or cell is None or cell.machine is None:
            continue
        seen.add(id)
        passes = acceptances.get(id) if tree.outer is None else None
        if passes is not None and passes.audits(cell):
            continue
        found += cell.machine.outcome.proof.citations
        todo += tree.procedure.step(id).references
    return found


def _told(view: CellView) -> str:
    """What stands in an input; not what somebody is still to read blind."""
    if "audit" in view.flags:
        return "drawn at random, still to be read"
    return view.shown or _unfilled(view)


def _unfilled(view: CellView) -> str:
    return (view.absence or view.state).replace("_", " ")


async def _pages(
    house: House, documents: tuple[CaseDocument, ...], step: Step
) -> tuple[tuple[ReviewPage, ...], tuple[Unread, ...]]:
    """The pages that the step may read, or all where none of its kinds is there, those of documents
    that could not be read behind the others; and the documents that have none."""
    meant = [one for one in documents if any(one.is_a(kind) for kind in step.sources)]
    read: list[ReviewPage] = []
    drawn: list[ReviewPage] = []
    unread: list[Unread] = []
    for one in meant or documents:
        if not house.rights.may_see(one.readers):
            continue
        pages = await _pages_of(house, one)
        (read if one.state == "read" else drawn).extend(pages)
        if one.state != "read" and not pages:
            unread.append(Unread(one.sha256, one.name, one.state, one.reason))
    return (*read, *drawn), tuple(unread)


async def _pages_of(house: House, one: CaseDocument) -> list[ReviewPage]:
    """The pages of a document, or of the part of one, that can be shown; also of a picture that
    nobody recognised words in."""
    try:
        document = await house.parsing.read(one.sha256)
    except CaseworkError:
        if one.state == "read":
            raise
        return []
    last = one.last_page or len(document.pages)
    return [
        ReviewPage(
            one.sha256, one.name, page.number, width_pt=page.width_pt, height_pt=page.height_pt
        )
        for page in document.pages
        if max(1, one.first_page) <= page.number <= last
    ]


def _unread_first(
    pages: tuple[ReviewPage, ...], documents: tuple[CaseDocument, ...]
) -> tuple[ReviewPage, ...]:
    """The pages with those of documents that could not be read before the others."""
    failed = {one.sha256 for one in documents if one.state != "read"}
    return tuple(sorted(pages, key=lambda one: one.document not in failed))


def _cited_first(report: CellReport, pages: tuple[ReviewPage, ...]) -> tuple[ReviewPage, ...]:
    cited = {
        (citation.document, stretch.page): citation.document_name
        for citation in report.cell.proof.citations
        if citation.page
        for stretch in citation.stretches
    }
    size = {(one.document, one.page): (one.width_pt, one.height_pt) for one in pages}
    first = [
        ReviewPage(id, name, page, True, *size.get((id, page), (0.0, 0.0)))
        for (id, page), name in cited.items()
    ]
    return (*first, *(one for one in pages if (one.document, one.page) not in cited))
