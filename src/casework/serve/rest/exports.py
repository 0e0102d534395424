"""A worksheet as a file, and what it rests on as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import Query, Response
from starlette.responses import FileResponse, HTMLResponse

from casework.sdk.written import WrittenView
from casework.serve.context import Here
from casework.serve.exported import TYPES, exported
from casework.serve.rest.asking import SHEET, Case, Slug, Word, router_of
from casework.serve.rest.shapes import shape

router = router_of("exports")
Format = Literal["csv", "xlsx", "json", "parquet"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, object]] = {
    200: {
        "content": {
            kind: {"schema": {"type": "object"}} if name == "json" else _BINARY
            for name, kind in TYPES.items()
        }
    }
}
_PAGE: dict[int | str, dict[str, object]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}


@router.get(SHEET + "/export", response_class=FileResponse, responses=_FILES)
async def export(
    here: Here,
    worksheet: Slug,
    format: Annotated[Format, Query()] = "csv",
    at: Annotated[
        Word, Query(description="As it was then: a run's number, `last`, or a time.")
    ] = "",
) -> Response:
    """Its table as a file; a zip file where it comes with the rows of tables or with written
    documents."""
    sheet = await here.worksheet(worksheet)

    async def write(path: Path) -> object:
        if at:
            return await sheet.past.export(at, path, format=format)
        return await sheet.export(path, format=format)

    return await exported(here.request, f"{(await sheet.view()).slug}.{format}", write)


@router.get(SHEET + "/dossier", response_class=HTMLResponse, responses=_PAGE)
async def dossier(here: Here, worksheet: Slug) -> Response:
    """What it rests on, as one page for whoever must judge it."""
    page = await (await here.worksheet(worksheet)).dossier.html()
    told = {"Content-Disposition": 'attachment; filename="dossier.html"'}
    return HTMLResponse(page, headers=told)


@router.get(SHEET + "/cases/{case}/written", response_model=shape(WrittenView))
async def written(here: Here, worksheet: Slug, case: Case, step: Word = "") -> WrittenView:
    """The document that a step wrote for a case, each sentence with what it rests on."""
    return await (await here.worksheet(worksheet)).written.of(case, step)
