"""The pending change of a worksheet: tried beside what is in force, compared, decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Response
from pydantic import Field

from casework.serve.context import Here
from casework.serve.jobs import Job, Report, run_key
from casework.serve.rest.asking import SHEET, Slug, Words, router_of
from casework.serve.rest.jobs import JobShown
from casework.serve.rest.runs import PlanAsked, trial_of
from casework.serve.rest.shapes import Asked, Text, shape
from casework.types.change import (
    ChangeDecision,
    ChangeRecord,
    Comparison,
    DifferenceKind,
    SameMeaning,
)

router = router_of("changes")
_CHANGE = SHEET + "/change"
ChangeShown = shape(ChangeRecord)
DecisionShown = shape(ChangeDecision)


class TryAsked(PlanAsked):
    """What is tried: the edited procedure, other models, settings, learned versions."""

    as_new: bool = False


class CellNamed(Asked):
    """A cell."""

    case: Text
    step: Text


class ChosenAsked(Asked):
    """Which cells of a change are decided on; nothing named: all."""

    cells: list[CellNamed] = Field(default_factory=list)
    cases: list[Text] = Field(default_factory=list)
    steps: list[Text] = Field(default_factory=list)
    kinds: list[DifferenceKind] = Field(default_factory=list)

    @property
    def places(self) -> Sequence[tuple[str, str]]:
        """The single cells."""
        return [(one.case, one.step) for one in self.cells]


class DropAsked(Asked):
    """How a change is dropped."""

    restore: Annotated[bool, Field(description="Put the procedure file back as well.")] = False


class StepsAsked(Asked):
    """Edited steps; none named: all."""

    steps: list[Text] = Field(default_factory=list)


@router.get(_CHANGE, response_model=ChangeShown | None)
async def current(here: Here, worksheet: Slug) -> ChangeRecord | None:
    """The change that is being tried; null when there is none."""
    return await (await here.worksheet(worksheet)).changes.open()


@router.get(SHEET + "/changes", response_model=list[ChangeShown])  # type: ignore[valid-type]
async def list_changes(here: Here, worksheet: Slug) -> list[ChangeRecord]:
    """All changes that were ever tried, newest first."""
    return await (await here.worksheet(worksheet)).changes.all()


@router.post(_CHANGE + "/run", status_code=202, response_model=JobShown)
async def run(
    here: Here, worksheet: Slug, response: Response, asked: TryAsked | None = None
) -> Job:
    """Run what is pending beside what is in force, which stays as it is."""
    sheet = await here.worksheet(worksheet)
    told = asked or TryAsked()
    trial = trial_of(told)
    await sheet.plan(
        cases=told.cases, steps=told.steps, only=told.only, sample=told.sample, trial=trial
    )

    async def work(report: Report) -> object:
        return await sheet.changes.run(
            trial,
            cases=told.cases,
            steps=told.steps,
            only=told.only,
            sample=told.sample,
            as_new=told.as_new,
            on_progress=report,
        )

    job = here.begin(run_key(sheet.id), f"A change of {sheet.name}", work)
    base = here.request.url.path.removesuffix("/change/run")
    response.headers["Location"] = f"{base}/jobs/{job.id}"
    return job


@router.get(_CHANGE + "/comparison", response_model=shape(Comparison))
async def compare(
    here: Here,
    worksheet: Slug,
    case: Words = [],  # noqa: B006 - FastAPI copies it
    step: Words = [],  # noqa: B006 - FastAPI copies it
) -> Comparison:
    """Old beside new: the cells that differ, and how that agrees with what people verified."""
    return await (await here.worksheet(worksheet)).changes.compare(cases=case, steps=step)


@router.post(_CHANGE + "/adopt", response_model=DecisionShown)
async def adopt(here: Here, worksheet: Slug, asked: ChosenAsked | None = None) -> ChangeDecision:
    """Put what was tried in force: all of it, or some cells, cases, steps or kinds."""
    told = asked or ChosenAsked()
    return await (await here.worksheet(worksheet)).changes.adopt(
        told.places, cases=told.cases, steps=told.steps, kinds=told.kinds
    )


@router.post(_CHANGE + "/keep", response_model=DecisionShown)
async def keep(here: Here, worksheet: Slug, asked: ChosenAsked | None = None) -> ChangeDecision:
    """Let cells stand as they are beside what was tried."""
    told = asked or ChosenAsked()
    return await (await here.worksheet(worksheet)).changes.keep(
        told.places, cases=told.cases, steps=told.steps, kinds=told.kinds
    )


@router.post(_CHANGE + "/drop", response_model=ChangeShown)
async def drop(here: Here, worksheet: Slug, asked: DropAsked | None = None) -> ChangeRecord:
    """Forget what was tried; nothing in force changes."""
    restore = asked.restore if asked else False
    return await (await here.worksheet(worksheet)).changes.drop(restore=restore)


@router.get(_CHANGE + "/same", response_model=list[shape(SameMeaning)])  # type: ignore[misc]
async def called_same(here: Here, worksheet: Slug) -> list[SameMeaning]:
    """Everything that was called the same, and what was taken back."""
    return await (await here.worksheet(worksheet)).changes.called_same()


@router.post(_CHANGE + "/same", response_model=list[shape(SameMeaning)])  # type: ignore[misc]
async def same(here: Here, worksheet: Slug, asked: StepsAsked | None = None) -> list[SameMeaning]:
    """Say that the last edit of these steps changes no result: nothing runs again because of it."""
    return await (await here.worksheet(worksheet)).changes.same(asked.steps if asked else ())


@router.post(_CHANGE + "/not-same", response_model=list[shape(SameMeaning)])  # type: ignore[misc]
async def not_same(
    here: Here, worksheet: Slug, asked: StepsAsked | None = None
) -> list[SameMeaning]:
    """Take that back."""
    return await (await here.worksheet(worksheet)).changes.not_same(asked.steps if asked else ())
