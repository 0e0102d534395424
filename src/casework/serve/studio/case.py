"""One case: its documents on one side, its values on the other."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse

from casework.sdk.casefile.trace import check_of
from casework.sdk.casefile.views import CaseFile
from casework.sdk.deciding import Said
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Here
from casework.serve.jobs import run_key
from casework.serve.pages import render
from casework.serve.places_asked import PlacesAsked, told_places
from casework.serve.studio.case_words import (
    change_words,
    days_of,
    figure_of,
    outcome_words,
    places_json,
)
from casework.serve.studio.sheet_query import asked_of
from casework.types.case import AbsenceKind

router = APIRouter()


class Decided(BaseModel):
    """A decision as the page sends it: on which cell, as it was shown there."""

    step: str
    row: str = ""
    kind: Literal["accepted", "corrected", "rejected", "undone", "redone"]
    value: str = ""
    absent: AbsenceKind | None = None
    note: str = ""
    against: str | None = None
    at: PlacesAsked

    def said(self) -> Said:
        """The same for the sdk."""
        places = told_places(self.at)
        return Said(self.kind, self.value, self.absent, self.note, against=self.against, at=places)


class Settled(BaseModel):
    """What becomes of a pending change in one cell."""

    step: str
    row: str = ""
    decided: Literal["adopted", "kept"]


class Text(BaseModel):
    """A text that somebody types for a cell, and where they took it from."""

    step: str
    row: str = ""
    text: str
    at: PlacesAsked


@router.get("/w/{name}/cases/{case_id}")
async def show(here: Here, name: str, case_id: str) -> Response:
    """The page. A row of a table is shown in its case."""
    sheet = await here.worksheet(name)
    file = await sheet.case_files.of(case_id)
    if file.case.id != case_id:
        slug, asked = (await sheet.view()).slug, here.request.url.query
        return RedirectResponse(f"/w/{slug}/cases/{file.case.id}{asked and f'?{asked}'}", 302)
    return await _laid_out(here, sheet, file, "case/page.html")


@router.get("/w/{name}/cases/{case_id}/form")
async def form(here: Here, name: str, case_id: str) -> Response:
    """The values and the bar above them, to be put in the place of older ones."""
    sheet = await here.worksheet(name)
    file = await sheet.case_files.of(case_id)
    return await _laid_out(here, sheet, file, "case/fresh.html")


@router.post("/w/{name}/cases/{case_id}/decide")
async def decide(here: Here, name: str, case_id: str, said: Decided) -> Response:
    """Keep a decision on a cell."""
    sheet = await here.worksheet(name)
    view = await sheet.case_files.decide(case_id, said.step, said.said(), row=said.row)
    return JSONResponse({"said": outcome_words(view, said.kind)})


@router.post("/w/{name}/cases/{case_id}/proposal")
async def proposal(here: Here, name: str, case_id: str, said: Settled) -> Response:
    """Put what a pending change says of a cell in force, or let the cell stand as it is."""
    sheet = await here.worksheet(name)
    cells = [(said.row or case_id, said.step)]
    adopts = said.decided == "adopted"
    done = await (sheet.changes.adopt(cells) if adopts else sheet.changes.keep(cells))
    here.house.live.tell(sheet.id, "procedure", {})
    return JSONResponse({"said": change_words(done)})


@router.post("/w/{name}/cases/{case_id}/typed")
async def typed(here: Here, name: str, case_id: str, said: Text) -> Response:
    """What a text would be kept as."""
    sheet = await here.worksheet(name)
    places = told_places(said.at)
    told = await sheet.case_files.typed(case_id, said.step, said.text, row=said.row, at=places)
    return JSONResponse({"shown": told.shown, "problem": told.problem})


@router.get("/w/{name}/cases/{case_id}/cells/{step_id}/suggest")
async def suggest(
    here: Here, name: str, case_id: str, step_id: str, row: str = "", nearest: bool = False
) -> Response:
    """Values on the pages that might be meant; `nearest` says that none of them was found to be."""
    sheet = await here.worksheet(name)
    found = await sheet.case_files.suggest(case_id, step_id, row=row)
    return render(
        here.request, "case/suggest.html", found=found, nearest=nearest, places_json=places_json
    )


@router.get("/w/{name}/cases/{case_id}/cells/{step_id}/trace")
async def trace(here: Here, name: str, case_id: str, step_id: str, row: str = "") -> Response:
    """What happened to a cell and the work behind it."""
    sheet = await here.worksheet(name)
    told = await sheet.case_files.trace(case_id, step_id, row=row)
    asked = f"{here.request.url.path}.json{f'?row={row}' if row else ''}"
    return render(
        here.request,
        "case/trace.html",
        sheet=await sheet.view(),
        trace=told,
        as_json=asked,
        check_of=check_of,
    )


@router.get("/w/{name}/cases/{case_id}/cells/{step_id}/trace.json")
async def trace_json(here: Here, name: str, case_id: str, step_id: str, row: str = "") -> Response:
    """The same as JSON."""
    sheet = await here.worksheet(name)
    told = await sheet.case_files.trace(case_id, step_id, row=row)
    text = json.dumps(told.as_json(), ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json")


@router.get("/w/{name}/cases/{case_id}/plan")
async def plan(here: Here, name: str, case_id: str) -> Response:
    """What a run of this case alone would do."""
    sheet = await here.worksheet(name)
    planned = await sheet.plan(cases=[case_id])
    return render(here.request, "case/plan.html", sheet=await sheet.view(), plan=planned)


@router.post("/w/{name}/cases/{case_id}/run")
async def run(here: Here, name: str, case_id: str) -> Response:
    """Run this case; how it goes is told live."""
    sheet = await here.worksheet(name)
    job = here.begin(
        run_key(sheet.id),
        f"A run of one case of {sheet.name}",
        lambda report: sheet.run(cases=[case_id], on_progress=report),
    )
    return JSONResponse({"job": job.id}, 202)


@router.post("/w/{name}/cases/{case_id}/password")
async def unlock(
    here: Here,
    name: str,
    case_id: str,
    document: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:
    """Read a protected document with its password, which is not kept."""
    sheet = await here.worksheet(name)
    again = await here.workspace.rereading.again(document, worksheet=sheet.name, password=password)
    read = next((one for one in again if one.state == "read"), None)
    told = {"read": read is not None, "said": "It was read." if read else "That did not open it."}
    return JSONResponse(told)


@router.get("/w/{name}/cases/{case_id}/written/{step_id}.md")
async def written(here: Here, name: str, case_id: str, step_id: str) -> Response:
    """A written document, to be taken along."""
    sheet = await here.worksheet(name)
    told = await sheet.written.of(case_id, step_id)
    return Response(
        told.markdown,
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{told.step_id}.md"'},
    )


@router.get("/w/{name}/cases/{case_id}/find")
async def find(
    here: Here,
    name: str,
    case_id: str,
    text: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Where words stand in the documents of the case."""
    sheet = await here.worksheet(name)
    found = await sheet.documents.find(text, case=case_id, limit=100)
    # As one reads: document after document, page after page.
    home = await sheet.case_files.home(case_id)
    order = {one.sha256: at for at, one in enumerate(home.documents)}
    places = sorted(
        found.places,
        key=lambda one: (order.get(one.document, 0), one.page, one.stretches[0].start),
    )
    hits = [
        {
            "document": one.document,
            "name": one.document_name,
            "page": one.page,
            "before": one.before,
            "quote": one.quote,
            "after": one.after,
            "rough": one.grade == "fuzzy",
            "boxes": [
                {"page": stretch.page, "box": list(box)}
                for stretch in one.stretches
                for box in stretch.boxes
            ],
        }
        for one in places
    ]
    return JSONResponse({"hits": hits, "complete": found.complete})


async def _laid_out(here: Here, sheet: Worksheet, file: CaseFile, template: str) -> Response:
    """The form of a case, with those before and after it in the sheet that one came from."""
    query = asked_of(here.request.query_params)
    return render(
        here.request,
        template,
        sheet=await sheet.view(),
        file=file,
        beside=await sheet.sheet.neighbours(file.case.id, query.query),
        query=query.parameters,
        places_json=places_json,
        figure_of=figure_of,
        days_of=days_of,
    )
