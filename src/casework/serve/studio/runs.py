"""Runs: all of them, one over time, what failed in it and trying that again; costs and caps."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from casework.sdk.observing.views import StepLine
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.jobs import Report, run_key
from casework.serve.pages import render

router = APIRouter()
_LANE, _TOP, _FOOT = 22, 62, 16
"""Height of a step's lane in the timeline, of what stands above the lanes, and of the times below
them, in its units."""


@router.get("/runs")
async def everywhere(here: Here) -> Response:
    """The last runs of all worksheets, and what all of it cost."""
    found = []
    for view in await here.workspace.worksheets():
        sheet = await here.worksheet(view.slug)
        found += [(view, run) for run in await sheet.observing.all(limit=8)]
    found.sort(key=lambda pair: pair[1].run.started_at, reverse=True)
    costs = await here.workspace.costing.costs()
    return render(here.request, "runs/everywhere.html", runs=found[:40], costs=costs)


@router.get("/w/{name}/runs")
async def show(here: Here, name: str) -> Response:
    """The runs of a worksheet."""
    sheet = await here.worksheet(name)
    return render(
        here.request,
        "runs/page.html",
        sheet=await sheet.view(),
        runs=await sheet.observing.all(),
        job=here.run_of(sheet.id),
        tab="runs",
    )


@router.get("/w/{name}/runs/{run_id}")
async def one(here: Here, name: str, run_id: str) -> Response:
    """One run: its timeline, its slowest and dearest cells, its failures."""
    sheet = await here.worksheet(name)
    report = await sheet.observing.one(run_id)
    height = _TOP + _LANE * max(1, len(report.steps)) + _FOOT
    return render(
        here.request,
        "runs/run.html",
        sheet=await sheet.view(),
        report=report,
        height=height,
        lane=_LANE,
        top=_TOP,
        busiest=max((pulse.cells for pulse in report.pulses), default=1),
        known_cost=_known(report.steps),
        tab="runs",
    )


@router.post("/w/{name}/runs/retry")
async def retry(
    here: Here, name: str, step: Annotated[str, Form()], code: Annotated[str, Form()]
) -> Response:
    """Bring back what was set aside for one reason, and run it."""
    sheet = await here.worksheet(name)
    await sheet.retry(steps=[step], reason=code)
    start_run(here, sheet, f"what failed in {step}", steps=(step,))
    return RedirectResponse(f"/w/{name}/runs", 303)


@router.get("/w/{name}/costs")
async def costs(here: Here, name: str) -> Response:
    """What a worksheet cost, on what, and which caps stand in the way."""
    sheet = await here.worksheet(name)
    told = await sheet.costing.costs()
    most = max((day.used.cost_usd for day in told.days), default=0.0)
    return render(
        here.request,
        "runs/costs.html",
        sheet=await sheet.view(),
        costs=told,
        most=most,
        day_words=_day_words,
        tab="costs",
    )


def start_run(here: Asked, sheet: Worksheet, what: str, *, steps: tuple[str, ...] = ()) -> None:
    """Begin a run of some steps that outlives the request."""

    async def work(report: Report) -> object:
        return await sheet.run(steps=steps, on_progress=report)

    here.begin(run_key(sheet.id), f"A run of {what}", work)


def _day_words(day: str) -> str:
    """A day (ISO 8601) as a short label: `21 Nov`."""
    at = dt.date.fromisoformat(day)
    return f"{at.day} {at:%b}"


def _known(steps: tuple[StepLine, ...]) -> float | None:
    known = [step.cost_usd for step in steps if step.cost_usd is not None]
    return sum(known) if known else None
