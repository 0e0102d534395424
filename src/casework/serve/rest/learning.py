"""What was learned of the verdicts on a worksheet, and what people decided before casework."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import Response
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from casework.base.errors import RequestError
from casework.sdk.importing.view import Empty, ImportView
from casework.sdk.learned.learning import LearningView
from casework.serve.context import Here
from casework.serve.jobs import Job, Report, learn_key
from casework.serve.rest.asking import SHEET, Id, Slug, Words, router_of
from casework.serve.rest.jobs import JobShown
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.serve.rest.uploading import FILE, field, form, received
from casework.types.instruction import SharperInstruction
from casework.types.learned import Version
from casework.types.past_decision import PastDecision

router = router_of("learning")
_PATH = SHEET + "/learning"
_VERSION = _PATH + "/versions/{version}"
VersionShown = shape(Version)
_ZIP: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}
_FILE = form(
    "file",
    file=FILE,
    sheet=field(),
    match=field("The column that names the cases."),
    maps=field("COLUMN=STEP, one a line."),
    empty={"type": "string", "enum": ["unknown", "absent"]},
    dry=field("yes: only tell."),
)


class FitAsked(Asked):
    """Of which steps to learn; none named: of all."""

    steps: list[Text] = Field(default_factory=list)


class RefuseAsked(Asked):
    """Why a version is refused."""

    reason: Annotated[Text, Field(max_length=10_000)] = ""


class SharpenAsked(Asked):
    """What an instruction is to be sharpened by."""

    notes: list[Text] = Field(default_factory=list)
    model: Text = ""


class ForgetAsked(Asked):
    """A file whose decisions are deleted."""

    source: Text


class ForgottenShown(Answer):
    """How many decisions were deleted."""

    decisions: int


@router.get(_PATH, response_model=shape(LearningView))
async def get(
    here: Here,
    worksheet: Slug,
    step: Words = [],  # noqa: B006 - FastAPI copies it
) -> LearningView:
    """Per step: examples, versions, what is at work, and when it learns next."""
    return await (await here.worksheet(worksheet)).learning.state(step)


@router.post(_PATH + "/fit", status_code=202, response_model=JobShown)
async def fit(here: Here, worksheet: Slug, asked: FitAsked | None = None) -> Job:
    """Learn now; it goes on behind."""
    sheet = await here.worksheet(worksheet)
    steps: Sequence[str] = asked.steps if asked else ()
    await sheet.learning.state(steps)

    async def work(report: Report) -> object:
        return await sheet.learning.fit(steps)

    return here.begin(learn_key(sheet.id), f"Learning of {sheet.name}", work)


@router.get(_PATH + "/versions", response_model=list[VersionShown])  # type: ignore[valid-type]
async def versions(here: Here, worksheet: Slug) -> list[Version]:
    """All learned versions, oldest first."""
    return await (await here.worksheet(worksheet)).learning.versions()


@router.get(_VERSION, response_model=VersionShown)
async def version(here: Here, worksheet: Slug, version: Id) -> Version:
    """A version by its id, or by step and number (`Total 3`)."""
    return await (await here.worksheet(worksheet)).learning.version(version)


@router.get(_VERSION + "/file", response_class=FileResponse, responses=_ZIP)
async def export(here: Here, worksheet: Slug, version: Id) -> Response:
    """A version as a zip file of JSON and arrays."""
    learning = (await here.worksheet(worksheet)).learning
    folder = tempfile.TemporaryDirectory(prefix="casework-")
    try:
        path = await learning.export(version, Path(folder.name) / "version.zip")
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path,
        media_type="application/zip",
        filename="version.zip",
        background=BackgroundTask(folder.cleanup),
    )


@router.post(_VERSION + "/refuse", response_model=VersionShown)
async def refuse(
    here: Here, worksheet: Slug, version: Id, asked: RefuseAsked | None = None
) -> Version:
    """Say no to a version that was offered. (It goes to work by a change that tries it.)"""
    learning = (await here.worksheet(worksheet)).learning
    return await learning.refuse(version, reason=asked.reason if asked else "")


@router.delete(_VERSION, response_model=VersionShown | None)
async def delete(here: Here, worksheet: Slug, version: Id) -> Version | None:
    """Let a version be gone for good; the one that goes to work instead, or null."""
    return await (await here.worksheet(worksheet)).learning.delete(version)


@router.post(SHEET + "/steps/{step}/sharpen", response_model=shape(SharperInstruction))
async def sharpen(
    here: Here, worksheet: Slug, step: Id, asked: SharpenAsked | None = None
) -> SharperInstruction:
    """Propose a sharper instruction for a step, by what people corrected. Changes nothing."""
    told = asked or SharpenAsked()
    return await (await here.worksheet(worksheet)).instructions.propose(
        step, notes=told.notes, model=told.model
    )


@router.get(SHEET + "/past-decisions", response_model=list[shape(PastDecision)])  # type: ignore[misc]
async def past_decisions(here: Here, worksheet: Slug) -> list[PastDecision]:
    """What people decided before casework, as it was taken in."""
    return await (await here.worksheet(worksheet)).past_decisions.all()


@router.post(SHEET + "/past-decisions", response_model=shape(ImportView), openapi_extra=_FILE)
async def take_past_decisions(here: Here, worksheet: Slug) -> ImportView:
    """Take a file of past decisions in (xlsx, ods, csv, json …), or tell what that would do."""
    past = (await here.worksheet(worksheet)).past_decisions
    with tempfile.TemporaryDirectory(prefix="casework-") as made:
        brought = await received(here, Path(made))
        if len(brought.files) != 1:
            raise RequestError("The upload brings one file.", fix="Send one part with a filename.")
        fields = brought.fields
        act = past.look if fields.get("dry") in ("yes", "true", "1") else past.take
        empty: Empty = "absent" if fields.get("empty") == "absent" else "unknown"
        return await act(
            Path(made) / brought.files[0].path,
            sheet=fields.get("sheet", ""),
            match=fields.get("match", ""),
            maps=[line.strip() for line in fields.get("maps", "").splitlines() if line.strip()],
            empty=empty,
        )


@router.post(SHEET + "/past-decisions/forget", response_model=ForgottenShown)
async def forget_past_decisions(
    here: Here, worksheet: Slug, asked: ForgetAsked
) -> dict[str, object]:
    """Delete all that came from a file."""
    past = (await here.worksheet(worksheet)).past_decisions
    return {"decisions": await past.forget(asked.source)}
