"""Cells: read with their proof, where each came from, decided on."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from casework.base.errors import RequestError
from casework.sdk.bulk import BulkView
from casework.sdk.casefile.trace import CellTrace
from casework.sdk.views import CellReport, CellView, HistoryView
from casework.serve.context import Here
from casework.serve.places_asked import PlacesAsked, told_places
from casework.serve.rest.asking import SHEET, Case, Slug, StepName, Word, router_of
from casework.serve.rest.shapes import Asked, Text, shape
from casework.types.case import AbsenceKind

router = router_of("cells")
CellShown = shape(CellView)
_CELL = SHEET + "/cases/{case}/cells/{step}"
_NOTE = 10_000


class VerdictAsked(Asked):
    """What a person says of a cell."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "corrected", "value": "1,250.00 EUR", "note": ""}}
    )
    kind: Annotated[
        Literal["accepted", "corrected", "rejected"],
        Field(description="`corrected` takes a `value` or an absence; the others neither."),
    ]
    value: Annotated[Text, Field(max_length=100_000, description="As one writes it.")] = ""
    absent: AbsenceKind | None = None
    note: Annotated[Text, Field(max_length=_NOTE)] = ""
    at: PlacesAsked


class NoteAsked(Asked):
    """Why."""

    note: Annotated[Text, Field(max_length=_NOTE)] = ""


class AcceptAsked(Asked):
    """Which of the cells that a person should look at are adopted; empty parts limit nothing."""

    cases: list[Text] = Field(default_factory=list)
    steps: list[Text] = Field(default_factory=list)
    reason: Text = ""
    note: Annotated[Text, Field(max_length=_NOTE)] = ""
    dry: Annotated[bool, Field(description="Only tell which.")] = False


@router.get(_CELL, response_model=shape(CellReport))
async def get(here: Here, worksheet: Slug, case: Case, step: StepName) -> CellReport:
    """A cell with its proof, its quotes in context, the cells that it reads, and its history."""
    return await (await here.worksheet(worksheet)).cell(case, step)


@router.get(_CELL + "/history", response_model=list[shape(HistoryView)])  # type: ignore[misc]
async def history(
    here: Here, worksheet: Slug, case: Case, step: StepName
) -> tuple[HistoryView, ...]:
    """Everything that happened to a cell, oldest first."""
    return await (await here.worksheet(worksheet)).past.history(case, step)


@router.get(_CELL + "/trace", response_model=shape(CellTrace))
async def trace(
    here: Here, worksheet: Slug, case: Case, step: StepName, row: Word = ""
) -> CellTrace:
    """What was done for a cell: what was asked, what answered, checks, time and cost."""
    return await (await here.worksheet(worksheet)).case_files.trace(case, step, row=row)


@router.post(_CELL + "/verdict", response_model=CellShown)
async def decide(
    here: Here, worksheet: Slug, case: Case, step: StepName, asked: VerdictAsked
) -> CellView:
    """Decide on a cell. What is said holds above whatever the machine finds."""
    sheet = await here.worksheet(worksheet)
    if asked.kind == "corrected":
        return await sheet.correct(
            case, step, asked.value, absent=asked.absent, note=asked.note, at=told_places(asked.at)
        )
    if asked.value or asked.absent or asked.at:
        raise RequestError(
            f"A verdict that a cell is {asked.kind} has no value, and no place of one.",
            fix="Say `corrected` with what is right.",
        )
    act = sheet.accept if asked.kind == "accepted" else sheet.reject
    return await act(case, step, note=asked.note)


@router.post(_CELL + "/undo", response_model=CellShown)
async def undo(
    here: Here, worksheet: Slug, case: Case, step: StepName, asked: NoteAsked | None = None
) -> CellView:
    """Take the last decision back."""
    note = asked.note if asked else ""
    return await (await here.worksheet(worksheet)).undo(case, step, note=note)


@router.post(_CELL + "/redo", response_model=CellShown)
async def redo(
    here: Here, worksheet: Slug, case: Case, step: StepName, asked: NoteAsked | None = None
) -> CellView:
    """Let the decision that was taken back last hold again."""
    note = asked.note if asked else ""
    return await (await here.worksheet(worksheet)).redo(case, step, note=note)


@router.post(SHEET + "/accept", response_model=shape(BulkView))
async def accept_many(here: Here, worksheet: Slug, asked: AcceptAsked) -> BulkView:
    """Adopt what the machine found in many cells at once. It counts as no verdict and teaches
    nothing; failures, conflicts and the audit stream are left out."""
    return await (await here.worksheet(worksheet)).bulk.accept(
        cases=asked.cases, steps=asked.steps, reason=asked.reason, note=asked.note, dry=asked.dry
    )


@router.get(SHEET + "/waiting", response_model=list[CellShown])  # type: ignore[valid-type]
async def waiting(
    here: Here,
    worksheet: Slug,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> list[CellView]:
    """The first cells that a person should look at."""
    return (await (await here.worksheet(worksheet)).waiting_for_people())[:limit]
