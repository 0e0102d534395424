"""What is done with selected cells: planned, run, tried again, accepted, assigned, taken out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from casework.base.errors import UsageError
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.exported import exported
from casework.serve.jobs import Report, run_key
from casework.serve.json_body import json_body, texts
from casework.serve.pages import render
from casework.serve.studio.sheet_query import query_of
from casework.types.run import RunRecord

router = APIRouter()

_FAILS_AT_ONCE_S = 0.4
"""A run that cannot begin says so within that time; it is then told to whoever pressed."""
WHY = {
    "new": "not run yet",
    "instruction_changed": "the step changed",
    "input_changed": "what it reads changed",
    "documents_changed": "its documents changed",
    "model_changed": "the model changed",
    "method_changed": "its method changed",
    "learned_changed": "something was learned",
    "failed_before": "it failed before",
    "interrupted": "a run was interrupted",
    "woken": "what it waited for came",
    "forced": "asked for anew",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a page has selected: cases × steps; no cases and `everything`: all of the sheet."""

    cases: tuple[str, ...]
    steps: tuple[str, ...]
    force: bool = False
    note: str = ""
    to: str = ""


@router.post("/w/{name}/plan")
async def plan(here: Here, name: str) -> Response:
    """What a run of it would do: cells, why, verified ones, cost, time. Nothing runs."""
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)
    found = await sheet.plan(cases=chosen.cases, steps=chosen.steps, force=chosen.force)
    return render(
        here.request,
        "sheet/plan.html",
        sheet=await sheet.view(),
        plan=found,
        chosen=chosen,
        why=WHY,
        job=here.run_of(sheet.id),
    )


@router.post("/w/{name}/run")
async def run(here: Here, name: str) -> dict[str, str]:
    """Run it; goes on when the page is left."""
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)

    async def work(report: Report) -> object:
        return await sheet.run(
            cases=chosen.cases, steps=chosen.steps, force=chosen.force, on_progress=report
        )

    job = here.begin(run_key(sheet.id), f"A run of {sheet.name}", work)
    assert job.task is not None
    await asyncio.wait({job.task}, timeout=_FAILS_AT_ONCE_S)
    here.house.live.wake(sheet.id)
    if job.problem is not None:
        raise job.problem
    return {"job": job.id, "state": job.state}


@router.post("/w/{name}/stop")
async def stop(here: Here, name: str) -> dict[str, bool]:
    """Stop the run of this server; what it committed stays."""
    sheet = await here.worksheet(name)
    stopped = await here.stop(run_key(sheet.id))
    here.house.live.wake(sheet.id)
    return {"stopped": stopped}


@router.get("/w/{name}/ended/{id}")
async def ended(here: Here, name: str, id: str) -> Response:
    """What a run came to; of one that nobody remembers, what its record says."""
    sheet = await here.worksheet(name)
    job = here.house.jobs.get(id, run_key(sheet.id))
    own = job.result if job is not None and isinstance(job.result, RunRecord) else None
    record = own or next((one for one in await sheet.runs() if not one.change_id), None)
    return render(
        here.request,
        "sheet/ended.html",
        sheet=await sheet.view(),
        job=job,
        run=record,
    )


@router.post("/w/{name}/retry")
async def retry(here: Here, name: str) -> dict[str, int]:
    """Bring back what was set aside of it; the next run tries it again."""
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)
    cells = await sheet.retry(cases=chosen.cases, steps=chosen.steps)
    here.house.live.wake(sheet.id)
    return {"cells": cells}


@router.post("/w/{name}/accept")
async def accept(here: Here, name: str, dry: bool = True) -> Response:
    """Adopt what the machine found, many cells at once; dry: say which these are."""
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)
    found = await sheet.bulk.accept(
        cases=chosen.cases, steps=chosen.steps, note=chosen.note, dry=dry
    )
    here.house.live.wake(sheet.id)
    return render(
        here.request,
        "sheet/accept.html",
        sheet=await sheet.view(),
        found=found,
        chosen=chosen,
        waiting=bool(found.cells or await _waiting(sheet, chosen)),
    )


@router.post("/w/{name}/assign")
async def assign(here: Here, name: str, dry: bool = True) -> Response:
    """Ask somebody to decide on what waits of it; dry: ask whom."""
    here.need("decide")
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)
    places = await _waiting(sheet, chosen)
    done = 0 if dry else await sheet.desk.assign(places, to=chosen.to, note=chosen.note)
    if not dry:
        here.house.live.asked_anew(sheet.id, {case_id for case_id, _ in places})
    return render(
        here.request,
        "sheet/assign.html",
        sheet=await sheet.view(),
        cells=len(places),
        people=await sheet.desk.people(),
        chosen=chosen,
        dry=dry,
        done=done,
    )


@router.post("/w/{name}/export")
async def export(here: Here, name: str, format: str = "csv") -> Response:
    """Take it out as a file; with what belongs beside it (tables of rows, written documents) as an
    archive."""
    sheet = await here.worksheet(name)
    chosen = await _chosen(here, sheet)

    async def write(path: Path) -> object:
        return await sheet.export(path, format=format, cases=chosen.cases, steps=chosen.steps)

    return await exported(here.request, f"{(await sheet.view()).slug}.{format}", write)


async def _waiting(sheet: Worksheet, chosen: Chosen) -> list[tuple[str, str]]:
    """The chosen cells that wait for a person, by case and step."""
    cases = set(chosen.cases)
    waiting = [id for id in await sheet.sheet.waiting_ids() if not cases or id in cases]
    if not waiting:
        return []
    return [
        (cell.case_id, cell.step_id)
        async for row in sheet.rows(cases=waiting)
        for cell in row.cells
        if cell.needs and (not chosen.steps or cell.step_id in chosen.steps)
    ]


async def _chosen(here: Asked, sheet: Worksheet) -> Chosen:
    """What the page has selected; raises `UsageError` where that is nothing."""
    told = await json_body(here.request)
    cases, steps = texts(told.get("cases")), texts(told.get("steps"))
    if told.get("all"):
        query = query_of(QueryParams(str(told.get("query") or "")))
        cases = () if query.plain else tuple(await sheet.sheet.ids(query))
        if not query.plain and not cases:
            raise UsageError("No case fits the filter.", fix="Clear it, or select cases.")
    elif not cases:
        raise UsageError("Nothing is selected.", fix="Select cases or cells first.")
    words = {name: str(told.get(name) or "").strip() for name in ("note", "to")}
    return Chosen(cases, steps, bool(told.get("force")), words["note"], words["to"])
