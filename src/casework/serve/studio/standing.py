"""How the procedure of a sheet stands: its version, mistakes and renames of its file, and what a
change that was tried still asks. Parts of the sheet that are asked for again when it changes."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()


@router.get("/w/{name}/standing")
async def standing(here: Here, name: str) -> Response:
    """The tag of the procedure, and a line for each thing that wants a word of somebody."""
    sheet = await here.worksheet(name)
    return render(
        here.request,
        "sheet/standing.html",
        sheet=await sheet.view(),
        procedure=await sheet.procedure_text.read(),
        standing=await sheet.changes.standing(),
    )


@router.get("/w/{name}/compare")
async def compare(here: Here, name: str) -> Response:
    """The side panel with the change that is being tried, old beside new."""
    sheet = await here.worksheet(name)
    return render(here.request, "steps/compare.html", sheet=await sheet.view())
