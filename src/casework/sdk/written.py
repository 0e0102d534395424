"""Written documents of a worksheet: to be read with the places behind them, and to be taken along
as Markdown files. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from casework.base.errors import NotFoundError, UsageError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_step
from casework.sdk.report import file_name
from casework.sdk.rows import looked_at
from casework.sdk.views import CellView, RowView
from casework.sdk.wire import House
from casework.steps.page import CELL_LINK, cut, escaped
from casework.types.case import CaseRecord
from casework.types.procedure import Procedure, Step
from casework.types.proof import Citation
from casework.types.values import Json
from casework.values.written import (
    markdown_of,
    problems_of,
    split_footnotes,
    title_of,
    with_footnotes,
)

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_CELL = re.compile(rf"\]\({re.escape(CELL_LINK)}([^)#]+)\)")
_PLACES = 3
_LONGEST_QUOTE = 160
_DOT = "."


@dataclass(frozen=True, slots=True)
class WrittenView:
    """A written document of one case. `markdown` is its text with the places behind each cell in
    its footnotes; `sentences` as they were checked (none where a person or a template wrote it);
    `unsupported` counts those that are not borne."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    title: str
    markdown: str
    sentences: tuple[Mapping[str, Json], ...]
    unsupported: int
    needs: str


class WrittenDocuments:
    """The written documents of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._pages = Pages(house.store, record.id)

    @action("read")
    async def of(self, case: str, step: str = "") -> WrittenView:
        """The document that a step wrote for a case; the only such step needs no name."""
        procedure = (await self._following.now()).procedure
        column = _document_step(procedure, step)
        found = await self._pages.pick(case)
        row = await self._row(procedure, found)
        cell = next(one for one in row.cells if one.step_id == column.id)
        if cell.value is None:
            why = cell.reason or cell.state.replace("_", " ")
            raise NotFoundError(
                f"{found.name} has no {column.name} yet: {why}.",
                fix="See casework plan for what a run would do.",
                code="document.not_written",
            )
        return written_view(cell, row)

    @action("read")
    async def save(self, case: str, step: str, path: str | Path) -> Path:
        """Write the document of a case to a file."""
        view = await self.of(case, step)
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(view.markdown, "utf-8")
        return target

    @action("read")
    async def save_all(self, folder: str | Path) -> list[Path]:
        """Write every document of the worksheet into a folder, as `CASE-STEP.md`."""
        return [save_view(view, Path(folder)) async for view in self.all()]

    @action("read")
    async def all(self) -> AsyncIterator[WrittenView]:
        """Every document of the worksheet, case by case."""
        procedure = (await self._following.now()).procedure
        if not any(step.type.name == "document" for step in procedure.steps):
            return
        async for case in self._pages.all():
            for view in views_of(await self._row(procedure, case), procedure.steps):
                yield view

    async def _row(self, procedure: Procedure, case: CaseRecord) -> RowView:
        (row,) = await looked_at(self._house, self._record.id, procedure, [case])
        return row


def views_of(row: RowView, steps: tuple[Step, ...]) -> list[WrittenView]:
    """The documents of one case."""
    written = {step.id for step in steps if step.type.name == "document"}
    return [
        written_view(cell, row)
        for cell in row.cells
        if cell.step_id in written and markdown_of(cell.value)
    ]


def save_view(view: WrittenView, folder: Path) -> Path:
    """Write a document into a folder under the names of its case and step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(view.case_name)}-{file_name(view.step_id)}.md"
    path.write_text(view.markdown, "utf-8")
    return path


def written_view(cell: CellView, row: RowView) -> WrittenView:
    """A document cell as its text with the places behind it."""
    markdown = markdown_of(cell.value)
    told = cell.value.get("sentences") if isinstance(cell.value, dict) else None
    sentences = told if isinstance(told, list) else []
    return WrittenView(
        cell.case_id,
        cell.case_name,
        cell.step_id,
        cell.step_name,
        title_of(markdown),
        _with_places(markdown, {one.step_id: one for one in row.cells}),
        tuple(one for one in sentences if isinstance(one, dict)),
        problems_of(cell.value)[1],
        cell.needs,
    )


def _with_places(markdown: str, cells: Mapping[str, CellView]) -> str:
    """The text whose footnotes also say where the value of each cell stands. They are added when it
    is read: what a document rests on is not told from another case that has the same values."""
    body, notes = split_footnotes(markdown)
    for label, note in notes.items():
        found = _CELL.search(note)
        cell = cells.get(unquote(found[1]).partition(_DOT)[0]) if found else None
        if cell is not None and (places := _places_of(cell, cells)):
            notes[label] = f"{note} — {places}"
    return with_footnotes(body, notes) if notes else markdown


def _places_of(cell: CellView, cells: Mapping[str, CellView]) -> str:
    """Where a value stands or what it comes from, as Markdown."""
    proof = cell.proof
    if cell.verdict is not None and cell.proof_word == "person":
        who = f"{cell.verdict.kind} by {escaped(cell.verdict.who)}"
        return ", ".join(filter(None, (who, _placed(cell.verdict.citations))))
    if proof.kind == "quoted":
        return _placed(proof.citations)
    if proof.kind in ("derived", "reasoned") and proof.steps:
        names = [cells[name].step_name for name in proof.steps if name in cells]
        return f"from {', '.join(map(escaped, names))}" if names else ""
    return "unproved" if proof.kind == "unproved" and cell.shown else ""


def _placed(citations: Sequence[Citation]) -> str:
    placed = [one for one in citations if one.page][:_PLACES]
    return "; ".join(
        f"{escaped(one.document_name)}, {escaped(one.place or f'page {one.page}')}: "
        f"“{escaped(cut(one.quote, _LONGEST_QUOTE))}”"
        for one in placed
    )


def _document_step(procedure: Procedure, wanted: str) -> Step:
    written = [step for step in procedure.steps if step.type.name == "document"]
    if not written:
        raise NotFoundError(
            "No step of this procedure writes a document.",
            fix="A step does with - type: document.",
            code="document.no_step",
        )
    if wanted:
        step = pick_step(procedure, wanted)
        if step.type.name != "document":
            names = ", ".join(one.name for one in written)
            raise UsageError(f"{step.name} is no document.", fix=f"Documents are: {names}.")
        return step
    if len(written) > 1:
        names = ", ".join(one.name for one in written)
        raise UsageError("Which document? The procedure writes several.", fix=f"Name one: {names}.")
    return written[0]
