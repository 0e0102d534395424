"""Calls of models: every one a row, found by anything, opened, marked +1 or -1, noted, tagged."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Response

from casework.sdk.observing.calls import TAGS, as_json
from casework.sdk.observing.views import CallFilter
from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()


@router.get("/w/{name}/calls")
async def show(
    here: Here,
    name: str,
    text: str = "",
    model: str = "",
    step: str = "",
    case: str = "",
    run: str = "",
    status: str = "",
    mark: Annotated[int, Query(ge=-1, le=1)] = 0,
    tag: str = "",
    noted: bool = False,
    least_s: Annotated[float, Query(ge=0)] = 0.0,
    least_usd: Annotated[float, Query(ge=0)] = 0.0,
    after: str = "",
) -> Response:
    """The calls that fit, newest first; a further page of them comes as rows alone."""
    sheet = await here.worksheet(name)
    wanted = CallFilter(
        text.strip(), model, step, case, run, status, mark, tag, noted, least_s, least_usd
    )
    page = await sheet.calls.page(wanted, after=after)
    asked = {key: value for key, value in here.request.query_params.items() if key != "after"}
    view, query = await sheet.view(), urlencode(asked)
    if after:
        return render(here.request, "runs/_call_rows.html", sheet=view, page=page, asked=query)
    return render(
        here.request,
        "runs/calls.html",
        sheet=view,
        page=page,
        asked=query,
        tab="calls",
        wanted=wanted,
        tags=await sheet.calls.tags(),
        models=await sheet.calls.models(),
        steps=(await sheet.procedure()).steps,
        filtered=wanted != CallFilter(),
    )


@router.get("/w/{name}/calls/{call_id}")
async def one(here: Here, name: str, call_id: str) -> Response:
    """A call with every word of it: beside the list, or as a page of its own."""
    sheet = await here.worksheet(name)
    report = await sheet.calls.one(call_id)
    part = here.request.headers.get("HX-Request") == "true"
    return render(
        here.request,
        "runs/_call.html" if part else "runs/call.html",
        sheet=await sheet.view(),
        report=report,
        mine=next((n for n in report.call.notes if n.who == here.person.name), None),
        offered=tuple(dict.fromkeys([*await sheet.calls.tags(), *TAGS])),
        tab="calls",
    )


@router.get("/w/{name}/calls/{call_id}/json")
async def raw(here: Here, name: str, call_id: str) -> Response:
    """A call as one JSON document, to be kept."""
    report = await (await here.worksheet(name)).calls.one(call_id)
    kept = {"Content-Disposition": f'attachment; filename="call-{report.call.id}.json"'}
    return Response(as_json(report), media_type="application/json", headers=kept)


@router.post("/w/{name}/calls/{call_id}/notes")
async def say(
    here: Here,
    name: str,
    call_id: str,
    mark: Annotated[int, Form()] = 0,
    note: Annotated[str, Form()] = "",
    tags: Annotated[list[str] | None, Form()] = None,
    further: Annotated[str, Form()] = "",
) -> Response:
    """Keep what somebody makes of a call."""
    sheet = await here.worksheet(name)
    told = [*(tags or []), *further.split(",")]
    await sheet.calls.say(call_id, mark=mark, note=note, tags=told)
    return await one(here, name, call_id)
