"""Runs: planned, started, looked back at, done again, put back; what was set aside and retried."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import ConfigDict, Field

from casework.sdk.observing.views import Costs, RunReport
from casework.sdk.putting_back import PutBackView
from casework.sdk.ready import Only
from casework.sdk.replaying import ReplayReport
from casework.sdk.retrying import AsideGroup
from casework.sdk.views import PastRun
from casework.serve.context import Here
from casework.serve.jobs import Job, Report, run_key
from casework.serve.rest.asking import SHEET, Id, Slug, Word, Words, router_of
from casework.serve.rest.jobs import JobShown
from casework.serve.rest.paging import Cursor, Limit, Page, cursor_of, parts_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.types.change import Trial
from casework.types.run import Plan

router = router_of("runs")
RunShown = shape(PastRun)
PlanShown = shape(Plan, also={"verified": int, "remembered": int, "calls": int, "empty": bool})
_OLDEST = 10_000


class RunAsked(Asked):
    """What is run; empty parts limit nothing."""

    model_config = ConfigDict(json_schema_extra={"example": {"steps": ["Total due"]}})
    cases: Annotated[list[Text], Field(description="Ids, keys or names.")] = Field(
        default_factory=list
    )
    steps: list[Text] = Field(default_factory=list)
    force: Annotated[bool, Field(description="Also what is settled.")] = False
    only: Annotated[Only, Field(description="Of what a change touches.")] = ""
    sample: Annotated[int, Field(ge=0, le=1_000_000, description="So many cases of a change.")] = 0


class PlanAsked(RunAsked):
    """What a run would do, also of what is only thought of."""

    models: Annotated[dict[Text, Text], Field(description="Other models to try, by role.")] = Field(
        default_factory=dict
    )
    settings: Annotated[dict[Text, Text], Field(description="Other settings to try.")] = Field(
        default_factory=dict
    )
    versions: Annotated[list[Text], Field(description="Learned versions to try.")] = Field(
        default_factory=list
    )


class StartAsked(RunAsked):
    """A run to be started."""

    as_new: Annotated[
        bool, Field(description="Take a step that is gone and one that is new as two.")
    ] = False


class RetryAsked(Asked):
    """What is brought back of what was set aside; empty parts limit nothing."""

    cases: list[Text] = Field(default_factory=list)
    steps: list[Text] = Field(default_factory=list)
    reason: Annotated[Text, Field(description="A code, its kind in words, or words of it.")] = ""


class RevertAsked(Asked):
    """How a run is put back."""

    dry: Annotated[bool, Field(description="Only tell which cells.")] = False
    later: Annotated[bool, Field(description="Also what was changed again since.")] = False
    procedure: Annotated[bool, Field(description="Write the procedure of then as well.")] = False


class RetryShown(Answer):
    """How many cells were brought back."""

    cells: int


def trial_of(asked: PlanAsked) -> Trial | None:
    """What is asked beside the procedure file."""
    trial = Trial(asked.models, asked.settings, (), tuple(asked.versions))
    return trial if trial else None


@router.post(SHEET + "/plan", response_model=PlanShown)
async def plan(here: Here, worksheet: Slug, asked: PlanAsked | None = None) -> Plan:
    """What a run would do now, and why: cells, cost and time. Changes nothing."""
    told = asked or PlanAsked()
    return await (await here.worksheet(worksheet)).plan(
        cases=told.cases,
        steps=told.steps,
        force=told.force,
        only=told.only,
        sample=told.sample,
        trial=trial_of(told),
    )


@router.get(SHEET + "/runs", response_model=Page[RunShown])  # type: ignore[valid-type]
async def list_runs(
    here: Here, worksheet: Slug, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """Its runs, newest first."""
    past = (await here.worksheet(worksheet)).past
    newest = await past.runs(1)
    last = int(parts_of(cursor, int)[0]) if cursor else newest[0].number + 1 if newest else 1
    behind = max(0, newest[0].number - last + 1) if newest else 0
    wanted = min(behind + limit + 1, _OLDEST)
    found = [one for one in await past.runs(wanted) if one.number < last]
    page = found[:limit]
    more = len(found) > limit
    return {"items": page, "next": cursor_of(page[-1].number) if more else ""}


@router.post(SHEET + "/runs", status_code=202, response_model=JobShown)
async def start(
    here: Here, worksheet: Slug, response: Response, asked: StartAsked | None = None
) -> Job:
    """Start a run; it goes on behind. An edited procedure is taken up first."""
    sheet = await here.worksheet(worksheet)
    told = asked or StartAsked()
    await sheet.plan(cases=told.cases, steps=told.steps, only=told.only, sample=told.sample)

    async def work(report: Report) -> object:
        return await sheet.run(
            cases=told.cases,
            steps=told.steps,
            force=told.force,
            only=told.only,
            sample=told.sample,
            as_new=told.as_new,
            on_progress=report,
        )

    job = here.begin(run_key(sheet.id), f"A run of {sheet.name}", work)
    response.headers["Location"] = f"{here.request.url.path.removesuffix('/runs')}/jobs/{job.id}"
    return job


@router.get(SHEET + "/runs/{run}", response_model=shape(RunReport))
async def get(here: Here, worksheet: Slug, run: Id) -> RunReport:
    """A run: what it did over time, by step, and what was slow, dear or failed."""
    return await (await here.worksheet(worksheet)).observing.one(run)


@router.post(SHEET + "/runs/{run}/replay", response_model=shape(ReplayReport))
async def replay(here: Here, worksheet: Slug, run: Id) -> ReplayReport:
    """Do a run again from its record, asking no model, and compare. Changes nothing."""
    return await (await here.worksheet(worksheet)).replaying.replay(run)


@router.post(SHEET + "/runs/{run}/revert", response_model=shape(PutBackView))
async def revert(
    here: Here, worksheet: Slug, run: Id, asked: RevertAsked | None = None
) -> PutBackView:
    """Put back what was in force before a run; verdicts stay."""
    told = asked or RevertAsked()
    return await (await here.worksheet(worksheet)).past.revert(
        run, dry=told.dry, later=told.later, procedure=told.procedure
    )


@router.get(SHEET + "/aside", response_model=list[shape(AsideGroup)])  # type: ignore[misc]
async def aside(
    here: Here,
    worksheet: Slug,
    case: Words = [],  # noqa: B006 - FastAPI copies it
    step: Words = [],  # noqa: B006 - FastAPI copies it
    reason: Word = "",
) -> tuple[AsideGroup, ...]:
    """What was set aside, in groups of one step and one kind of reason."""
    return await (await here.worksheet(worksheet)).aside(cases=case, steps=step, reason=reason)


@router.post(SHEET + "/retry", response_model=RetryShown)
async def retry(here: Here, worksheet: Slug, asked: RetryAsked | None = None) -> dict[str, object]:
    """Bring back what was set aside; the next run tries it again."""
    told = asked or RetryAsked()
    sheet = await here.worksheet(worksheet)
    return {"cells": await sheet.retry(cases=told.cases, steps=told.steps, reason=told.reason)}


@router.get(SHEET + "/costs", response_model=shape(Costs))
async def costs(here: Here, worksheet: Slug) -> Costs:
    """What it cost, on what, and which caps stand in the way."""
    return await (await here.worksheet(worksheet)).costing.costs()
