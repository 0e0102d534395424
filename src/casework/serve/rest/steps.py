"""Steps written one at a time: drafts tried on pinned cases, impact, applied."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import ConfigDict, Field

from casework.sdk.drafting.views import (
    DraftLook,
    DraftSample,
    Impact,
    PinnedCase,
    ScopeName,
    StepEdit,
    StepForm,
)
from casework.serve.context import Here
from casework.serve.jobs import Job, Report, run_key
from casework.serve.rest.asking import SHEET, Id, Slug, StepName, Word, router_of
from casework.serve.rest.jobs import JobShown
from casework.serve.rest.shapes import Answer, Asked, Text, shape

router = router_of("steps")
_STEPS = SHEET + "/drafts"
_MOST_TEXT = 100_000


class StepAsked(Asked):
    """A step as somebody writes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "step": "total-due",
                "name": "Total due",
                "instruction": "The amount payable, including tax.",
                "keys": {"type": "money"},
            }
        }
    )
    name: Annotated[Text, Field(min_length=1, max_length=400)]
    instruction: Annotated[Text, Field(max_length=_MOST_TEXT)] = ""
    keys: Annotated[
        dict[Text, Text], Field(description="As written; what is not named stays, '' takes out.")
    ] = Field(default_factory=dict)
    step: Annotated[Text, Field(description="The one that is edited; '' for a new one.")] = ""
    after: Annotated[Text, Field(description="A new one comes behind this.")] = ""
    over: Annotated[Text, Field(description="Digest of the procedure it was written on.")] = ""

    def edit(self) -> StepEdit:
        """It as the sdk has it."""
        return StepEdit(self.name, self.instruction, self.keys, self.step, self.after, self.over)


class ScopedAsked(StepAsked):
    """The same, and how much of it is carried out."""

    scope: ScopeName = "all"
    cases: Annotated[list[Text], Field(description="With the scope `shown`.")] = Field(
        default_factory=list
    )


class MoveStepAsked(Asked):
    """Where a step goes: behind another, or ('') to the front."""

    after: Text = ""
    over: Text = ""


class SavedShown(Answer):
    """What the procedure is now: its digest, or the path of the step."""

    told: str


class StepsShown(Answer):
    """Steps that read what is gone or moved."""

    told: list[str]


@router.get(_STEPS + "/form", response_model=shape(StepForm))
async def form(here: Here, worksheet: Slug, step: Word = "", after: Word = "") -> StepForm:
    """A step as it is written now, ready to be edited; without one an empty form."""
    return await (await here.worksheet(worksheet)).drafting.form(step, after=after)


@router.post(_STEPS + "/look", response_model=shape(DraftLook, also={"right": bool}))
async def look(here: Here, worksheet: Slug, asked: StepAsked) -> DraftLook:
    """How a draft would read: its type, who fills it, its mistakes. Nothing is written."""
    return await (await here.worksheet(worksheet)).drafting.look(asked.edit())


@router.post(_STEPS + "/sample", response_model=shape(DraftSample))
async def sample(here: Here, worksheet: Slug, asked: StepAsked) -> DraftSample:
    """Try a draft on the pinned cases, within its small budget: old values beside new ones."""
    return await (await here.worksheet(worksheet)).drafting.sample(asked.edit())


@router.post(_STEPS + "/impact", response_model=shape(Impact))
async def impact(here: Here, worksheet: Slug, asked: ScopedAsked) -> Impact:
    """What applying a draft would do: cells, why, verified ones hit, cost and time."""
    return await (await here.worksheet(worksheet)).drafting.impact(
        asked.edit(), scope=asked.scope, cases=asked.cases
    )


@router.post(_STEPS + "/save", response_model=SavedShown)
async def save(here: Here, worksheet: Slug, asked: StepAsked) -> dict[str, object]:
    """Write a draft into the procedure; it is then a pending change."""
    return {"told": await (await here.worksheet(worksheet)).drafting.save(asked.edit())}


@router.post(_STEPS + "/apply", status_code=202, response_model=JobShown)
async def apply(here: Here, worksheet: Slug, asked: ScopedAsked, response: Response) -> Job:
    """Write a draft and carry it out as far as its scope goes; it goes on behind."""
    sheet = await here.worksheet(worksheet)
    await sheet.drafting.impact(asked.edit(), scope=asked.scope, cases=asked.cases)

    async def work(report: Report) -> object:
        return await sheet.drafting.apply(
            asked.edit(), scope=asked.scope, cases=asked.cases, on_progress=report
        )

    job = here.begin(run_key(sheet.id), f"A step of {sheet.name}", work)
    base = here.request.url.path.removesuffix("/drafts/apply")
    response.headers["Location"] = f"{base}/jobs/{job.id}"
    return job


@router.get(_STEPS + "/pins", response_model=list[shape(PinnedCase)])  # type: ignore[misc]
async def pins(here: Here, worksheet: Slug) -> list[PinnedCase]:
    """The cases that drafts are tried on."""
    return await (await here.worksheet(worksheet)).drafting.pins()


@router.put(_STEPS + "/pins/{case}", response_model=list[shape(PinnedCase)])  # type: ignore[misc]
async def pin(here: Here, worksheet: Slug, case: Id) -> list[PinnedCase]:
    """Try drafts on a case as well."""
    return await (await here.worksheet(worksheet)).drafting.pin(case)


@router.delete(_STEPS + "/pins/{case}", response_model=list[shape(PinnedCase)])  # type: ignore[misc]
async def unpin(here: Here, worksheet: Slug, case: Id) -> list[PinnedCase]:
    """Try drafts on a case no more."""
    return await (await here.worksheet(worksheet)).drafting.unpin(case)


@router.delete(SHEET + "/steps/{step}", response_model=StepsShown)
async def remove(here: Here, worksheet: Slug, step: StepName) -> dict[str, object]:
    """Take a step out of the procedure; what was found for it stays in the store."""
    return {"told": await (await here.worksheet(worksheet)).drafting.remove(step)}


@router.post(SHEET + "/steps/{step}/move", response_model=StepsShown)
async def move(
    here: Here, worksheet: Slug, step: StepName, asked: MoveStepAsked
) -> dict[str, object]:
    """Move a step to another place."""
    drafting = (await here.worksheet(worksheet)).drafting
    return {"told": await drafting.move(step, after=asked.after, over=asked.over)}
