"""The review desk: what waits, the item in focus, the next one; what waits over all worksheets."""

from __future__ import annotations

import json
import time
from typing import cast

from fastapi import APIRouter, Response

from casework.base.errors import (
    CaseworkError,
    ConflictError,
    InputError,
    NotFoundError,
    UsageError,
)
from casework.base.ids import slug
from casework.sdk.desk.desk_views import DeskItem, DeskQueue
from casework.sdk.desk.orders import OrderName
from casework.sdk.views import WorksheetView
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Here
from casework.serve.pages import render, told
from casework.serve.studio.review_shapes import (
    ORDERS,
    Answer,
    Assigned,
    Cell,
    Cells,
    Moved,
    Noted,
    curve_of,
    places_json,
)

router = APIRouter()
_DESK = "/w/{name}/review"


@router.get("/review")
async def everywhere(here: Here) -> Response:
    """What waits over all worksheets."""
    found: list[tuple[WorksheetView, DeskQueue | None, str]] = []
    for view in await here.workspace.worksheets():
        sheet = await here.worksheet(view.slug)
        try:
            waits = await sheet.desk.queue(limit=3)
            found.append((view, waits, ""))
        except CaseworkError as error:
            found.append((view, None, str(error)))
    found.sort(key=lambda one: -(one[1].count if one[1] is not None else 0))
    return render(here.request, "review/everywhere.html", sheet=None, found=found)


@router.get(_DESK)
async def show(
    here: Here, name: str, order: str = "teaches", step: str = "", case: str = "", path: str = ""
) -> Response:
    """The page; `case` and `path` name the item in focus, else it is the first that waits."""
    sheet = await here.worksheet(name)
    first = await _focus(sheet, order, step, case, path)
    but = [_place(first)] if first else []
    following = await sheet.desk.next(_order(order), step=step, but=but)
    queue = await sheet.desk.queue(_order(order), step=step)
    _tell(here, sheet)
    return render(
        here.request,
        "review/page.html",
        sheet=await sheet.view(),
        slug=slug(sheet.name),
        queue=queue,
        first=first,
        following=following,
        today=await sheet.desk.today(),
        people=await sheet.desk.people(),
        order=order,
        orders=ORDERS,
        step=step,
        places_json=places_json,
        unsettled=sum(sum(one.tones.values()) - one.settled for one in await sheet.sheet.heads()),
        wakes=here.workspace.settings.value("run.wake"),
    )


@router.get(_DESK + "/queue")
async def queue(
    here: Here, name: str, order: str = "teaches", step: str = "", case: str = "", path: str = ""
) -> Response:
    """The queue as it is now, and whether the item in focus still waits."""
    sheet = await here.worksheet(name)
    return _json(await _around(here, sheet, order, step, (case, path)))


@router.post(_DESK + "/take")
async def take(here: Here, name: str, asked: Cell) -> Response:
    """One item, kept for whoever asks."""
    sheet = await here.worksheet(name)
    item = await sheet.desk.take(asked.case, asked.path)
    _tell(here, sheet)
    return _json({"card": _card(here, sheet, item)})


@router.post(_DESK + "/next")
async def following(here: Here, name: str, asked: Moved) -> Response:
    """The next item but these; `put_off` is skipped, `let_go` given back before."""
    begun = time.perf_counter()
    sheet = await here.worksheet(name)
    desk = sheet.desk
    for one in asked.put_off:
        await desk.skip(one.case, one.path)
    for one in asked.let_go:
        await desk.release(one.case, one.path)
    item = await desk.next(_order(asked.order), step=asked.step, but=asked.places())
    _tell(here, sheet)
    _draw_ahead(here, sheet, asked, item)
    answer = _json({"card": _card(here, sheet, item) if item else ""})
    answer.headers["Server-Timing"] = f"next;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return answer


@router.post(_DESK + "/release")
async def release(here: Here, name: str, asked: Cell) -> Response:
    """Let others have an item."""
    sheet = await here.worksheet(name)
    await sheet.desk.release(asked.case, asked.path)
    _tell(here, sheet)
    return _json({})


@router.post(_DESK + "/keep")
async def keep(here: Here, name: str, asked: Cells) -> Response:
    """Keep items from others for ten minutes more."""
    sheet = await here.worksheet(name)
    await sheet.desk.keep(asked.places())
    return _json({})


@router.post(_DESK + "/answer")
async def answer(here: Here, name: str, said: Answer) -> Response:
    """Keep an answer; with what became of it come the next item and the queue."""
    begun = time.perf_counter()
    sheet = await here.worksheet(name)
    try:
        answered = await sheet.desk.answer(
            said.case,
            said.path,
            said.said(),
            token=said.token,
            seconds=said.seconds,
            over=said.over,
            alike=said.alike,
        )
    except (ConflictError, InputError, NotFoundError, UsageError) as error:
        # Part of the work, no fault: the page shows it at the item that was answered.
        return _json({"refused": {"words": str(error), "code": error.code}})
    item = await sheet.desk.next(_order(said.order), step=said.step, but=said.places())
    _tell(here, sheet)
    _draw_ahead(here, sheet, said, item)
    blind = answered.item.blind
    compare = told(here.request, "review/compare.html", answered=answered) if blind else ""
    reply = _json(
        {
            "kept": answered.kept,
            "shown": answered.shown,
            "remark": answered.remark,
            "compare": compare,
            "card": _card(here, sheet, item) if item else "",
            **await _around(here, sheet, said.order, said.step, ("", "")),
        }
    )
    reply.headers["Server-Timing"] = f"decide;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return reply


@router.post(_DESK + "/revise")
async def revise(here: Here, name: str, said: Answer) -> Response:
    """Say something else, now that the machine's value is known."""
    sheet = await here.worksheet(name)
    answered = await sheet.desk.revise(said.case, said.path, said.said())
    return _json({"kept": answered.kept, "shown": answered.shown})


@router.post(_DESK + "/undo")
async def undo(here: Here, name: str) -> Response:
    """Take the last answer back."""
    sheet = await here.worksheet(name)
    return _json({"card": _card(here, sheet, await sheet.desk.undo())})


@router.post(_DESK + "/assign")
async def assign(here: Here, name: str, asked: Assigned) -> Response:
    """Ask somebody to decide."""
    sheet = await here.worksheet(name)
    count = await sheet.desk.assign(asked.places(), asked.to, note=asked.note)
    _tell(here, sheet)
    return _json({"count": count})


@router.post(_DESK + "/back")
async def back(here: Here, name: str, asked: Noted) -> Response:
    """Send an item back to whom it comes from."""
    sheet = await here.worksheet(name)
    to = await sheet.desk.send_back(asked.case, asked.path, asked.note)
    _tell(here, sheet)
    return _json({"to": to})


@router.get(_DESK + "/trust")
async def trust(here: Here, name: str, path: str) -> Response:
    """How far the machine may be relied on for a step."""
    sheet = await here.worksheet(name)
    assurance = await sheet.desk.assurance(path)
    curve = curve_of(assurance.promise) if assurance.promise else None
    return render(
        here.request,
        "review/trust.html",
        one=assurance,
        curve=curve,
    )


@router.post(_DESK + "/promise")
async def promise(here: Here, name: str, asked: Cell) -> Response:
    """Promise at most five per cent of errors for a step, so that cases are drawn for checks."""
    sheet = await here.worksheet(name)
    await sheet.trust.promise(step=asked.path)
    return await trust(here, name, asked.path)


async def _focus(sheet: Worksheet, order: str, step: str, case: str, path: str) -> DeskItem | None:
    if case and path:
        try:
            return await sheet.desk.take(case, path)
        except NotFoundError:
            pass  # decided on since the page was open: the first that waits is as good
    return await sheet.desk.next(_order(order), step=step)


async def _around(
    here: Here, sheet: Worksheet, order: str, step: str, focus: tuple[str, str]
) -> dict[str, object]:
    """The queue and what is said around it."""
    found = await sheet.desk.queue(_order(order), step=step)
    request = here.request
    listed = told(
        request,
        "review/queue.html",
        slug=slug(sheet.name),
        queue=found,
        order=order,
        step=step,
    )
    waits = not focus[0] or await sheet.desk.waits(*focus)
    return {
        "queue": listed,
        "foot": told(request, "review/deciding.html", queue=found),
        "today": told(request, "review/today.html", today=await sheet.desk.today()),
        "count": found.count,
        "mine": found.mine,
        "ready": found.ready,
        "waits": waits,
    }


def _draw_ahead(here: Here, sheet: Worksheet, asked: Moved | Answer, item: DeskItem | None) -> None:
    """Draw the page that the item shows first, and that of the one behind it."""
    if item is not None:
        for one in item.item.pages[:1]:
            here.house.ahead.page(sheet, one.document, one.page)
        but = [*asked.places(), _place(item)]
        here.house.ahead.following(sheet, _order(asked.order), asked.step, but)


def _tell(here: Here, sheet: Worksheet) -> None:
    """Let whoever sits at the desk know that somebody moved; not who, nor what."""
    here.house.live.tell(sheet.id, "desk", {})


def _card(here: Here, sheet: Worksheet, item: DeskItem) -> str:
    return told(
        here.request,
        "review/card.html",
        slug=slug(sheet.name),
        one=item,
        places_json=places_json,
    )


def _order(name: str) -> OrderName:
    return cast("OrderName", name)


def _place(item: DeskItem) -> tuple[str, str]:
    return (item.item.case_id, item.item.path)


def _json(value: object) -> Response:
    return Response(json.dumps(value), media_type="application/json")
