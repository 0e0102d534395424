"""Documents for viewers: pictures and words of pages, values that rest on a place, and the file to
be taken along. Nothing of a document reaches the browser as anything but a picture or text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.responses import FileResponse, JSONResponse

from casework.base.errors import UsageError
from casework.sdk.casefile.paper import fitting_px
from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
_INERT = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'"
_AGAIN = "private, no-cache"
"""Kept by the browser and asked for each time, so that rights that were taken away hold at once."""
_CORNERS = 4


@router.get("/w/{name}/documents/{sha256}/leaves")
async def leaves(here: Here, name: str, sha256: Digest, first: int = 0, last: int = 0) -> Response:
    """The pages of a document and their sizes."""
    sheet = await here.worksheet(name)
    found = await sheet.paper.leaves(sha256, first=first, last=last)
    told = [
        {
            "number": leaf.number,
            "label": leaf.label,
            "width": leaf.width_pt,
            "height": leaf.height_pt,
            "read": leaf.read,
        }
        for leaf in found
    ]
    return JSONResponse({"pages": told}, headers={"Cache-Control": _AGAIN})


@router.get("/w/{name}/documents/{sha256}/pages/{page}.png")
async def picture(
    here: Here, name: str, sha256: Digest, page: int, w: Annotated[int, Query(ge=1)] = 1000
) -> Response:
    """A page as a picture at most `w` pixels wide."""
    sheet = await here.worksheet(name)
    width = fitting_px(w)
    tag = f'"{await sheet.paper.mark(sha256, page, width)}"'
    headers = {"ETag": tag, "Cache-Control": _AGAIN, "Content-Security-Policy": _INERT}
    if tag in here.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = await sheet.paper.picture(sha256, page, width)
    return Response(data, media_type="image/png", headers=headers)


@router.get("/w/{name}/documents/{sha256}/pages/{page}/words")
async def words(here: Here, name: str, sha256: Digest, page: int) -> Response:
    """The words of a page with their boxes."""
    sheet = await here.worksheet(name)
    found = await sheet.paper.words(sha256, page)
    told = {
        "page": found.page,
        "width": found.width_pt,
        "height": found.height_pt,
        "text": found.text,
        "words": [list(word) for word in found.words],
    }
    return JSONResponse(told, headers={"Cache-Control": _AGAIN})


@router.get("/w/{name}/documents/{sha256}/file")
async def original(here: Here, name: str, sha256: Digest) -> Response:
    """The file as it came, to be kept and never to be shown."""
    sheet = await here.worksheet(name)
    path, title = await sheet.paper.original(sha256)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=_safe(title),
        content_disposition_type="attachment",
        headers={
            "Content-Security-Policy": _INERT,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@router.get("/w/{name}/documents/{sha256}/uses")
async def uses(
    here: Here, name: str, sha256: Digest, page: int, box: str = "", case: str = ""
) -> Response:
    """The values that rest on a place."""
    sheet = await here.worksheet(name)
    found = await sheet.documents.where_used(sha256, page=page, box=_box(box))
    fields = {}
    if case:
        file = await sheet.case_files.of(case)
        fields = {(one.cell.case_id, one.cell.step_id): one for one in file.fields}
    return render(
        here.request, "case/uses.html", sheet=await sheet.view(), found=found, fields=fields
    )


def _box(text: str) -> tuple[float, ...] | None:
    if not text:
        return None
    try:
        corners = tuple(float(part) for part in text.split(","))
    except ValueError:
        corners = ()
    if len(corners) != _CORNERS:
        raise UsageError(
            f"{text!r} is no box.", fix="Write left, top, right and bottom in points: 72,90,200,104"
        )
    return corners


def _safe(name: str) -> str:
    """A name without what a file system or a header might take for something else."""
    told = "".join(
        letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in name
    )
    return told.strip(". ") or "document"
