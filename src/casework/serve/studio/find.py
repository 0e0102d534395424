"""The find dialog of every page about a worksheet: cases by name, key or value."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.sdk.sheet.views import SheetQuery
from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()
_SHOWN = 12


@router.get("/w/{name}/find")
async def find(here: Here, name: str, q: str = "") -> Response:
    """The first cases that fit the words."""
    sheet = await here.worksheet(name)
    words = q.strip()
    found = await sheet.sheet.window(SheetQuery(search=words), count=_SHOWN) if words else None
    return render(here.request, "find.html", sheet=await sheet.view(), found=found, words=words)
