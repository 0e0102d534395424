"""A column of a table in one of its rows: what the row holds, with the row's place as its proof.
Costs no call; looks into the documents only where the table cites them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from casework.base.errors import CaseworkError
from casework.documents.boxes import boxes_of
from casework.documents.places.support import supports
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument, Effective, Outcome
from casework.types.document import Line, Page
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Citation, Proof
from casework.types.values import Json, ValueType
from casework.values.read import readings

GIVEN_METHOD = Method("given", "1")
_OF_A_CELL = re.compile(r", row \d+$")
"""What a citation of a single cell of a table says that it was looked for."""


class GivenStep:
    """The kind of a column that the rows of its table fill."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def method(self, step: Step) -> Method:
        """Always the same."""
        return GIVEN_METHOD

    def blocked(self, step: Step) -> Blocked | None:
        """A row that is there can always be read."""
        return None

    async def run(self, task: StepTask) -> Outcome:
        """The value of the row, with the table's proof narrowed to where it stands."""
        value = task.case.fields.get(task.step.id)
        table = next(iter(task.inputs.values()), None)
        if value is None:
            reason = f"the row has no {task.step.name}"
            return Outcome("absent", absence="not_found", reason=reason)
        if table is None:
            return Outcome("value", value)
        return Outcome("value", value, proof=await self._proof(task, table.read, value))

    async def _proof(self, task: StepTask, table: Effective, value: Json) -> Proof:
        proof = table.proof
        if proof.kind != "quoted":
            return Proof(proof.kind, note=proof.note, steps=tuple(task.inputs))
        table_step = next(iter(task.inputs.values())).step
        if task.step.id == table_step.split and (found := _first_page(proof, value)):
            return Proof("quoted", (found,))
        members = {document.sha256: document for document in task.case.documents}
        filled = sum(one is not None for one in task.case.fields.values())
        best: tuple[int, Citation] | None = None
        for citation in proof.citations:
            member = members.get(citation.document)
            if member is None or not citation.page or _OF_A_CELL.search(citation.asked):
                continue
            placed = await self._place(member, citation, task, value)
            # A table may stand on several pages: the one that says most of the row has the row.
            if placed is not None and (best is None or placed[0] > best[0]):
                best = placed
                if placed[0] >= filled:
                    break
        if best is not None:
            return Proof("quoted", (best[1],))
        return Proof("quoted", proof.citations, note="the place is that of the whole table")

    async def _place(
        self, member: CaseDocument, citation: Citation, task: StepTask, value: Json
    ) -> tuple[int, Citation] | None:
        """Where the value stands in the part of a page that the table was read from, and how many
        values of the row stand beside it."""
        whole = CaseDocument(
            member.sha256,
            member.name,
            member.media_type,
            reader=member.reader,
            reader_version=member.reader_version,
        )
        try:
            (source,) = await self._sources.open((whole,))
        except (CaseworkError, ValueError):
            return None
        page = next((p for p in source.document.pages if p.number == citation.page), None)
        if page is None:
            return None
        types = {step.id: step.type for step in _columns(task)}
        count, row = _row_of(page, citation, source, task.case.fields, types)
        for line in row:
            span = _span(source, page, line, value, task.step.type)
            if span is not None:
                return count, _cited(page, line, span, citation)
        return None


def _first_page(proof: Proof, value: Json) -> Citation | None:
    """Of the places of a table whose rows are parts of documents, that on the row's first page."""
    words = str(value)
    pages = re.search(r"(\d+)(?:\s*\D{1,4}\s*\d+)?\s*$", words)
    there = [one for one in proof.citations if pages and one.page == int(pages[1])]
    named = [one for one in there if words.startswith(one.document_name)]
    return next(iter([*named, *there]), None)


def _columns(task: StepTask) -> Sequence[Step]:
    table = next(iter(task.inputs.values())).step
    return [step for step in table.nested if step.by == task.step.by]


def _row_of(
    page: Page,
    citation: Citation,
    source: Source,
    fields: dict[str, Json],
    types: dict[str, ValueType],
) -> tuple[int, list[Line]]:
    """The lines that stand beside each other and say most of the row, and how much of it."""
    inside = [
        line for line in page.lines if line.start < citation.end and line.end > citation.start
    ]
    best: tuple[int, list[Line]] = (0, [])
    for row in _beside(inside):
        count = sum(
            any(
                _may_say(page.text[line.start : line.end], value)
                and _span(source, page, line, value, types[name]) is not None
                for line in row
            )
            for name, value in fields.items()
            if value is not None and name in types
        )
        if count > best[0]:
            best = (count, row)
    return best


def _beside(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by the height at which they stand; those that overlap by half are one row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.y0, line.box.x0)):
        if rows:
            last = rows[-1][0].box
            shared = min(last.y1, line.box.y1) - max(last.y0, line.box.y0)
            if shared > min(last.y1 - last.y0, line.box.y1 - line.box.y0) / 2:
                rows[-1].append(line)
                continue
        rows.append([line])
    return rows


def _may_say(text: str, value: Json) -> bool:
    """Whether a text could say a value at all: asked before it is read, which takes longer."""
    told = str(value.get("amount", "")) if isinstance(value, dict) else str(value)
    digits = "".join(letter for letter in told if letter.isdigit()).strip("0")
    if digits:
        return digits in "".join(letter for letter in text if letter.isdigit())
    words = told.split()
    return not words or words[0].casefold() in text.casefold()


def _span(
    source: Source, page: Page, line: Line, value: Json, type: ValueType
) -> tuple[int, int] | None:
    """Where in a line the value is said, and said alone; None where it is not."""
    text = page.text[line.start : line.end]
    if isinstance(value, str) and type.name in ("text", "choice"):
        at = text.casefold().find(value.casefold()) if len(text) == len(text.casefold()) else -1
        if at >= 0:
            return at, at + len(value)
    spans = [(0, len(text))]
    if type.name not in ("text", "choice", "yes/no", "choices", "record", "table"):
        found = readings(text, type.one(), habits=source.habits)
        spans += [(reading.start, reading.end) for reading in found]
    return next((span for span in spans if _says(source, page, line, span, value, type)), None)


def _says(
    source: Source, page: Page, line: Line, span: tuple[int, int], value: Json, type: ValueType
) -> bool:
    """Whether a part of a line says the value, by the scale that the headings of its table give."""
    text, (start, end) = page.text[line.start : line.end], span
    scale: Decimal | None = Decimal(1)
    if type.name in ("money", "number"):
        scale = source.scaling.of((page.number, line.start + start, line.start + end))
    if scale is None:
        return False
    around = text[:start], text[end:]
    habits = source.habits
    said = supports(text[start:end], value, type, habits=habits, scale=scale, around=around)
    return said == "yes"


def _cited(page: Page, line: Line, span: tuple[int, int], citation: Citation) -> Citation:
    start, end = line.start + span[0], line.start + span[1]
    return Citation(
        citation.document,
        citation.document_name,
        page.number,
        start,
        end,
        page.text[start:end],
        boxes_of(page, start, end),
        "exact",
        "yes",
        line.place,
    )
