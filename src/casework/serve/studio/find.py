"""The find dialog: cases by name, key or value, of the worksheet that a page is about or of all."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.base.errors import CaseworkError
from casework.sdk.sheet.views import SheetQuery, SheetWindow
from casework.sdk.views import WorksheetView
from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()
_SHOWN = 12


@router.get("/find")
async def find_anywhere(here: Here, q: str = "") -> Response:
    """The first cases of all worksheets that fit the words."""
    words = q.strip()
    found: list[tuple[WorksheetView, SheetWindow]] = []
    room = _SHOWN
    for view in await here.workspace.worksheets() if words else ():
        try:
            sheet = await here.worksheet(view.slug)
            window = await sheet.sheet.window(SheetQuery(search=words), count=room)
        except CaseworkError:  # a worksheet that cannot be read hides no other
            continue
        if window.total:
            found.append((view, window))
            room -= len(window.rows)
        if not room:
            break
    return render(here.request, "find.html", groups=found, words=words, several=True)


@router.get("/w/{name}/find")
async def find(here: Here, name: str, q: str = "") -> Response:
    """The first cases that fit the words."""
    sheet = await here.worksheet(name)
    words = q.strip()
    found: list[tuple[WorksheetView, SheetWindow]] = []
    if words:
        window = await sheet.sheet.window(SheetQuery(search=words), count=_SHOWN)
        found = [(await sheet.view(), window)] if window.total else []
    return render(here.request, "find.html", groups=found, words=words, several=False)
