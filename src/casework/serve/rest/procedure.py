"""The procedure of a worksheet as text: read, written over a known version, compared."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Response
from pydantic import ConfigDict, Field

from casework.base.errors import ConflictError, RequestError
from casework.sdk.drafting.views import ProcedureView, VersionDiff, VersionView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Slug, router_of
from casework.serve.rest.shapes import Asked, Text, shape
from casework.types.run import Plan

router = router_of("procedure")
_MOST_TEXT = 1_000_000
_PATH = SHEET + "/procedure"
Shown = shape(ProcedureView)
Version = Annotated[int, Field(ge=1, le=1 << 40)]


class ProcedureAsked(Asked):
    """A procedure as Markdown."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"text": "# Invoice check\n\n## Total due\n- type: money\n"}}
    )
    text: Annotated[Text, Field(max_length=_MOST_TEXT)]
    anyway: Annotated[bool, Field(description="Keep it though it has mistakes.")] = False


class RenameAsked(Asked):
    """Another name for a step; its id stays, so nothing runs again."""

    old: Text
    new: Text


@router.get(_PATH, response_model=Shown)
async def get(here: Here, worksheet: Slug, response: Response) -> ProcedureView:
    """The procedure as its file says now, its steps and its mistakes. The ETag is what a change
    must name."""
    view = await (await here.worksheet(worksheet)).procedure_text.read()
    response.headers["ETag"] = f'"{view.sha256}"'
    return view


@router.put(_PATH, response_model=Shown)
async def put(
    here: Here,
    worksheet: Slug,
    asked: ProcedureAsked,
    response: Response,
    if_match: Annotated[str, Header(max_length=200, description="The ETag it was read with.")] = "",
) -> ProcedureView:
    """Write the procedure. It is then a pending change: a plan says what it would recompute, a run
    takes it up."""
    here.need("edit")
    if not if_match:
        raise RequestError(
            "It is not said which version is written over.",
            status=428,
            fix="Send If-Match with the ETag that the procedure was read with.",
            code="request.no_match",
        )
    text = (await here.worksheet(worksheet)).procedure_text
    now = (await text.read()).sha256
    if if_match.removeprefix("W/").strip('"') != now:
        raise RequestError(
            "The procedure was changed since it was read.",
            status=412,
            fix="Read it again, then write what is still to be changed.",
            code="request.changed",
        )
    try:
        view = await text.save(asked.text, over=now, anyway=asked.anyway)
    except ConflictError as error:
        raise RequestError(
            error.message, status=412, fix=error.fix, code="request.changed"
        ) from error
    response.headers["ETag"] = f'"{view.sha256}"'
    return view


@router.post(_PATH + "/check", response_model=Shown)
async def check(here: Here, worksheet: Slug, asked: ProcedureAsked) -> ProcedureView:
    """How a text would read as this procedure: its steps, its mistakes, what would change. Nothing
    is written."""
    return await (await here.worksheet(worksheet)).procedure_text.read(asked.text)


@router.post(_PATH + "/rename", response_model=Shown)
async def rename(here: Here, worksheet: Slug, asked: RenameAsked) -> ProcedureView:
    """Rename a step wherever it stands."""
    return await (await here.worksheet(worksheet)).procedure_text.rename(asked.old, asked.new)


@router.get(_PATH + "/versions", response_model=list[shape(VersionView)])  # type: ignore[misc]
async def versions(here: Here, worksheet: Slug) -> list[VersionView]:
    """Its versions."""
    return await (await here.worksheet(worksheet)).procedure_text.versions()


@router.get(_PATH + "/versions/{version}/diff", response_model=shape(VersionDiff))
async def diff(
    here: Here,
    worksheet: Slug,
    version: Version,
    to: Annotated[int | None, Query(ge=1, le=1 << 40)] = None,
) -> VersionDiff:
    """A version beside another one, or beside what the file says now."""
    return await (await here.worksheet(worksheet)).procedure_text.diff(version, to=to)


@router.get(_PATH + "/versions/{version}/plan", response_model=shape(Plan))
async def recompute(here: Here, worksheet: Slug, version: Version) -> Plan:
    """What going back to a version would recompute."""
    return await (await here.worksheet(worksheet)).procedure_text.recompute(version)


@router.post(_PATH + "/versions/{version}/restore", response_model=Shown)
async def put_back(here: Here, worksheet: Slug, version: Version) -> ProcedureView:
    """Write the text of a version into the file again."""
    text = (await here.worksheet(worksheet)).procedure_text
    return await text.put_back(version, over=(await text.read()).sha256)
