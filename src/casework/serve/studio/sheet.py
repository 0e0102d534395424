"""The sheet: cases by steps. The page, and the parts of it that come later."""

from __future__ import annotations

import json
import time

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from casework.base.errors import UsageError
from casework.sdk.sheet.views import FIELDS, RELATIONS, Condition, SheetQuery
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Here
from casework.serve.json_body import json_body, texts
from casework.serve.pages import render
from casework.serve.studio import sheet_actions, sheet_files, standing
from casework.serve.studio.sheet_cells import columns_json
from casework.serve.studio.sheet_query import Asked, asked_of, in_words, states, told_of
from casework.serve.studio.sheet_rows import MOST_ROWS, cache_of, heads_json, window_json
from casework.types.procedure import Procedure

router = APIRouter()
router.include_router(sheet_actions.router)
router.include_router(sheet_files.router)
router.include_router(standing.router)

_FIRST = 64
"""Rows that come with the page itself."""
LEGEND = (
    ("quoted", "quoted"), ("derived", "derived"), ("reasoned", "reasoned"),
    ("unproved", "unproved"), ("person", "person"), ("conflict", "conflict"),
    ("not_found", "absent"), ("waiting_person", "waiting"), ("stale", "stale"),
    ("failed", "failed"),
)  # fmt: skip
"""The shapes that the foot explains; the keys show all of them."""
_JSON = "application/json"
_BUILT_IN = (
    ("To look at", SheetQuery((Condition("", "state", "is", "look"),))),
    ("Wrong or failed", SheetQuery((Condition("", "state", "is", "wrong"),))),
)
"""Views that every sheet has."""


@router.get("/w/{name}")
async def show(here: Here, name: str) -> Response:
    """The page, with the first rows in it."""
    began = time.perf_counter()
    sheet = await here.worksheet(name)
    asked = asked_of(here.request.query_params)
    view = await sheet.view()
    procedure = await sheet.sheet.steps()
    window = await window_json(here, sheet, asked.query, first=0, count=_FIRST)
    data = {"slug": view.slug, "columns": columns_json(procedure.steps), **_place(asked)}
    answer = render(
        here.request,
        "sheet/page.html",
        sheet=view,
        asked=asked,
        procedure=procedure,
        data=data,
        window=json.loads(window),
        legend=LEGEND,
        fields=FIELDS,
        relations=RELATIONS,
        states=list(states()),
        conditions=_conditions(asked, procedure),
    )
    answer.headers["Server-Timing"] = _timing(began)
    return answer


@router.get("/w/{name}/bar")
async def bar(here: Here, name: str) -> Response:
    """What stands above the grid for an address, when only that changes."""
    sheet = await here.worksheet(name)
    asked = asked_of(here.request.query_params)
    procedure = await sheet.sheet.steps()
    return render(
        here.request,
        "sheet/conditions.html",
        sheet=await sheet.view(),
        asked=asked,
        procedure=procedure,
        conditions=_conditions(asked, procedure),
    )


@router.get("/w/{name}/views")
async def tabs(here: Here, name: str) -> Response:
    """The tabs: everything, what wants a look, and what people saved; with how many cases each."""
    sheet = await here.worksheet(name)
    asked = asked_of(here.request.query_params)
    view = await sheet.view()
    built_in = [
        (words, Asked(query, asked.hidden).parameters, query, await _cases(sheet, query))
        for words, query in _BUILT_IN
    ]
    saved = [
        (one.name, Asked(one.query, one.hidden, one.id).parameters, one.id, one.cases)
        for one in await sheet.sheet.views(counted=True)
    ]
    return render(
        here.request, "sheet/tabs.html", sheet=view, asked=asked, built_in=built_in, saved=saved
    )


@router.post("/w/{name}/views")
async def save_view(here: Here, name: str) -> dict[str, str]:
    """Keep what the sheet shows now under a name."""
    told = await json_body(here.request)
    asked = asked_of(here.request.query_params)
    sheet = await here.worksheet(name)
    words = str(told.get("name", "")).strip()
    if not words:
        raise UsageError("A view needs a name.", fix="Say what it shows in a word or two.")
    saved = await sheet.sheet.save_view(words, asked.query, hidden=asked.hidden)
    return {"id": saved.id, "address": Asked(asked.query, asked.hidden, saved.id).parameters}


@router.delete("/w/{name}/views/{id}")
async def drop_view(here: Here, name: str, id: str) -> Response:
    """Forget a saved view; no case is touched."""
    await (await here.worksheet(name)).sheet.drop_view(id)
    return Response(status_code=204)


@router.get("/w/{name}/window")
async def window(here: Here, name: str, first: int = 0, count: int = _FIRST) -> Response:
    """Rows of what an address shows."""
    began = time.perf_counter()
    sheet = await here.worksheet(name)
    query = asked_of(here.request.query_params).query
    text = await window_json(here, sheet, query, first=first, count=count)
    return Response(text, media_type=_JSON, headers={"Server-Timing": _timing(began)})


@router.post("/w/{name}/rows")
async def rows(here: Here, name: str) -> Response:
    """The rows of these cases as they are now."""
    began = time.perf_counter()
    ids = texts((await json_body(here.request)).get("cases"))[:MOST_ROWS]
    sheet = await here.worksheet(name)
    found = await cache_of(here).rows(here, sheet, ids)
    return Response(
        f'{{"rows":[{",".join(found)}]}}',
        media_type=_JSON,
        headers={"Server-Timing": _timing(began)},
    )


@router.get("/w/{name}/heads")
async def heads(here: Here, name: str) -> Response:
    """The heads of the columns."""
    began = time.perf_counter()
    sheet = await here.worksheet(name)
    told = await heads_json(here, sheet)
    return Response(told, media_type=_JSON, headers={"Server-Timing": _timing(began)})


@router.get("/w/{name}/ids")
async def ids(here: Here, name: str, first: int = 0, count: int = MOST_ROWS) -> dict[str, object]:
    """The ids of cases of what an address shows, in order."""
    sheet = await here.worksheet(name)
    found = await sheet.sheet.ids(asked_of(here.request.query_params).query)
    return {"total": len(found), "ids": found[max(0, first) : max(0, first) + max(0, count)]}


@router.get("/w/{name}/live")
async def live(here: Here, name: str, seq: int | None = None) -> Response:
    """What happens, as it happens. `Last-Event-ID` or `seq` says what the page has seen."""
    sheet = await here.worksheet(name)
    last = here.request.headers.get("Last-Event-ID", "")
    since = int(last) if last.isdigit() else seq
    slug = (await sheet.view()).slug
    events = here.house.live.stream(slug, since, person=here.person)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


@router.get("/w/{name}/foot")
async def foot(here: Here, name: str) -> Response:
    """What today cost, and what leaves this machine."""
    sheet = await (await here.worksheet(name)).view()
    return render(here.request, "sheet/foot.html", sheet=sheet, today=await here.workspace.today())


async def _cases(sheet: Worksheet, query: SheetQuery) -> int:
    """How many cases fit."""
    return (await sheet.sheet.window(query, count=0)).total


def _place(asked: Asked) -> dict[str, object]:
    """What the grid is told of an address."""
    return {
        "parameters": asked.parameters,
        "hidden": list(asked.hidden),
        "sort": asked.query.sort,
        "descending": asked.query.descending,
    }


def _conditions(asked: Asked, procedure: Procedure) -> list[tuple[str, str, str]]:
    """Each condition as it stands in an address, in words, and the address without it."""
    return [
        (told_of(one), in_words(one, procedure), asked.without(one).parameters)
        for one in asked.query.conditions
    ]


def _timing(began: float) -> str:
    return f"window;dur={(time.perf_counter() - began) * 1_000:.1f}"
