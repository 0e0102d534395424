"""The procedure beside its steps, its versions, and what differs between them."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.responses import JSONResponse

from casework.base.errors import CaseworkError
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.pages import render

router = APIRouter()


@router.get("/w/{name}/procedure")
async def show(here: Here, name: str) -> Response:
    """The page."""
    sheet = await here.worksheet(name)
    return render(
        here.request,
        "procedure/page.html",
        sheet=await sheet.view(),
        procedure=await sheet.procedure_text.read(),
        versions=await sheet.procedure_text.versions(),
    )


@router.get("/w/{name}/procedure/now")
async def now(here: Here, name: str) -> Response:
    """What the file says now: for a page that is open while it is edited elsewhere."""
    sheet = await here.worksheet(name)
    told = await sheet.procedure_text.read()
    return JSONResponse(
        {"text": told.text, "sha256": told.sha256, "mark": sheet.procedure_text.mark()}
    )


@router.post("/w/{name}/procedure/look")
async def look(here: Here, name: str) -> Response:
    """The steps and mistakes of a text that is being written."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    return await _beside(here, sheet, str(form.get("text") or ""))


@router.post("/w/{name}/procedure/save")
async def save(here: Here, name: str) -> Response:
    """Write the text into the file."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    text = str(form.get("text") or "")
    over = str(form.get("over") or "")
    await sheet.procedure_text.save(text, over=over, anyway=bool(form.get("anyway")))
    here.house.live.tell(sheet.id, "procedure", {})
    return await _beside(here, sheet, None)


@router.post("/w/{name}/procedure/rename")
async def rename(here: Here, name: str) -> Response:
    """Another name for a step, or the word that a renamed heading is the same step."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    await sheet.procedure_text.rename(str(form.get("old") or ""), str(form.get("new") or ""))
    here.house.live.tell(sheet.id, "procedure", {})
    return await _beside(here, sheet, None)


@router.get("/w/{name}/procedure/versions")
async def versions(here: Here, name: str) -> Response:
    """The versions that are and were in force."""
    sheet = await here.worksheet(name)
    told = await sheet.procedure_text.versions()
    return render(here.request, "procedure/versions.html", versions=told, slug=name)


@router.get("/w/{name}/procedure/versions/{number}")
async def version(here: Here, name: str, number: int, to: int | None = None) -> Response:
    """How a version differs from the file or another one."""
    sheet = await here.worksheet(name)
    return render(
        here.request,
        "procedure/diff.html",
        slug=(await sheet.view()).slug,
        number=number,
        diff=await sheet.procedure_text.diff(number, to=to),
        versions=await sheet.procedure_text.versions(),
        to=to,
    )


@router.get("/w/{name}/procedure/versions/{number}/plan")
async def recompute(here: Here, name: str, number: int) -> Response:
    """What would run if a version came in force again."""
    sheet = await here.worksheet(name)
    plan, problem = None, ""
    try:
        plan = await sheet.procedure_text.recompute(number)
    except CaseworkError as error:
        problem = str(error)
    return render(here.request, "procedure/plan.html", plan=plan, problem=problem, number=number)


@router.post("/w/{name}/procedure/versions/{number}/back")
async def put_back(here: Here, name: str, number: int) -> Response:
    """Write the text of a version into the file again."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    await sheet.procedure_text.put_back(number, over=str(form.get("over") or ""))
    here.house.live.tell(sheet.id, "procedure", {})
    return await _beside(here, sheet, None)


async def _beside(here: Asked, sheet: Worksheet, text: str | None) -> Response:
    return render(
        here.request,
        "procedure/beside.html",
        sheet=await sheet.view(),
        procedure=await sheet.procedure_text.read(text),
    )
