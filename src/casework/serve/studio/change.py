"""A change that is being tried, old beside new: how far it has come, what differs, and what is
decided of it. A part of the sheet's panel and of the procedure page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast, get_args

from fastapi import APIRouter, Response

from casework.base.errors import NotFoundError
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.jobs import Job, Report, run_key
from casework.serve.pages import render
from casework.types.change import ChangeDecision, DifferenceKind

router = APIRouter()
KINDS: dict[str, str] = {
    "value": "another value",
    "lost": "a value is lost",
    "found": "a value is found",
    "absence": "another absence",
    "skipped": "skipped now",
    "unskipped": "no longer skipped",
    "new": "a new step",
    "removed": "a step that is gone",
    "failed": "fails now",
    "waiting": "waits now",
    "proof": "the same value, other proof",
    "confidence": "the same value, other confidence",
}
"""Kinds of differences in words."""
_SHOWN = 30
"""Cells of one group that are shown at once; all of it can be adopted or kept."""


@router.get("/w/{name}/change")
async def show(here: Here, name: str, job: str = "", all: str = "") -> Response:
    """The change that is being tried, as a part of a page."""
    return await change_part(here, await here.worksheet(name), job, whole=all)


@router.post("/w/{name}/change/try")
async def go_on(here: Here, name: str) -> Response:
    """Try what is pending in the procedure, or go on with it."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    as_new = bool(form.get("as_new"))

    async def work(on_progress: Report) -> object:
        followed = await sheet.view()
        if followed.procedure_version == 1 and await sheet.changes.open() is None:
            return await sheet.run(as_new=as_new, on_progress=on_progress)
        return await sheet.changes.run(as_new=as_new, on_progress=on_progress)

    job = begin(here, sheet, f"Trying the change of {sheet.name}", work)
    return await change_part(here, sheet, job.id)


@router.post("/w/{name}/change/stop")
async def stop(here: Here, name: str) -> Response:
    """Stop trying; what was found stays."""
    sheet = await here.worksheet(name)
    await here.stop(run_key(sheet.id))
    return await change_part(here, sheet)


@router.post("/w/{name}/change/adopt")
async def adopt(here: Here, name: str) -> Response:
    """Put what was tried in force: a cell, a step, a kind of difference, or all."""
    sheet = await here.worksheet(name)
    cells, steps, kinds = await _chosen(here)
    decision = await sheet.changes.adopt(cells, steps=steps, kinds=kinds)
    here.house.live.tell(sheet.id, "procedure", {})
    return await change_part(here, sheet, decision=decision)


@router.post("/w/{name}/change/keep")
async def keep(here: Here, name: str) -> Response:
    """Let cells stand as they are."""
    sheet = await here.worksheet(name)
    cells, steps, kinds = await _chosen(here)
    decision = await sheet.changes.keep(cells, steps=steps, kinds=kinds)
    here.house.live.tell(sheet.id, "procedure", {})
    return await change_part(here, sheet, decision=decision)


@router.post("/w/{name}/change/drop")
async def drop(here: Here, name: str) -> Response:
    """Forget what was tried; with `restore` the file goes back to the version in force."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    await sheet.changes.drop(restore=bool(form.get("restore")))
    here.house.live.tell(sheet.id, "procedure", {})
    return await change_part(here, sheet)


def begin(here: Asked, sheet: Worksheet, what: str, work: Callable[..., Awaitable[object]]) -> Job:
    """Carry something out as the run of a worksheet; `work` takes `on_progress`."""

    async def carried(report: Report) -> object:
        result = await work(on_progress=report)
        here.house.live.tell(sheet.id, "procedure", {})
        return result

    return here.begin(run_key(sheet.id), what, carried)


async def change_part(
    here: Asked,
    sheet: Worksheet,
    job_id: str = "",
    *,
    decision: ChangeDecision | None = None,
    whole: str = "",
) -> Response:
    """The change as it stands, as a part of a page. `whole` names a group (`step:kind`) that is
    shown to its end."""
    job = here.house.jobs.get(job_id, run_key(sheet.id)) if job_id else here.run_of(sheet.id)
    running = job is not None and job.state == "running"
    comparison = None
    if not running:
        try:
            comparison = await sheet.changes.compare()
        except NotFoundError:
            comparison = None
    return render(
        here.request,
        "steps/change.html",
        sheet=await sheet.view(),
        job=job,
        running=running,
        comparison=comparison,
        decision=decision,
        kinds=KINDS,
        most=_SHOWN,
        whole=whole,
    )


async def _chosen(
    here: Asked,
) -> tuple[list[tuple[str, str]], list[str], list[DifferenceKind]]:
    form = await here.request.form()
    cell, step, kind = (str(form.get(name) or "") for name in ("cell", "step", "kind"))
    cells = [(cell, step)] if cell else []
    steps = [step] if step and not cell else []
    kinds = [cast("DifferenceKind", kind)] if kind in get_args(DifferenceKind) else []
    return cells, steps, kinds
