"""What goes on behind: runs and other work that takes its time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from casework.base.errors import NotFoundError
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Here
from casework.serve.jobs import Job, learn_key, run_key
from casework.serve.rest.asking import SHEET, Id, Slug, router_of
from casework.serve.rest.shapes import Answer, shape
from casework.types.run import Progress

router = router_of("jobs")


class JobShown(Answer):
    """Work under way, or done, in this server. What it did stays when it is stopped."""

    id: str
    what: str
    who: str
    state: Annotated[str, Field(description="running, finished, failed or stopped.")]
    progress: shape(Progress) | None  # type: ignore[valid-type]
    error: Annotated[str, Field(description="What it ended with, in words; '' for nothing.")]


class StopShown(Answer):
    """Whether something was stopped."""

    stopped: bool


@router.get(SHEET + "/jobs/current", response_model=JobShown | None)
async def current(here: Here, worksheet: Slug) -> Job | None:
    """The run of a worksheet that goes on in this server; null when none does."""
    return here.run_of((await here.worksheet(worksheet)).id)


@router.get(SHEET + "/jobs/{job}", response_model=JobShown)
async def get(here: Here, worksheet: Slug, job: Id) -> Job:
    """A job of a worksheet."""
    return _job_of(here, await here.worksheet(worksheet), job)


@router.post(SHEET + "/jobs/{job}/stop", response_model=StopShown)
async def stop(here: Here, worksheet: Slug, job: Id) -> dict[str, object]:
    """Stop it: cells in flight are let go, what was committed stays."""
    here.need("edit")
    found = _job_of(here, await here.worksheet(worksheet), job)
    return {"stopped": found.state == "running" and await here.stop(found.key)}


def _job_of(here: Here, sheet: Worksheet, id: str) -> Job:
    found = here.house.jobs.get(id, run_key(sheet.id), learn_key(sheet.id))
    if found is None:
        raise NotFoundError(
            f"There is no job {id!r} of this worksheet.",
            fix="Jobs are of this server alone, and the oldest are let go.",
        )
    return found
