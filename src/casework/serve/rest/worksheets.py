"""Worksheets: made, listed, looked at as a whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response
from pydantic import ConfigDict, Field
from starlette.datastructures import QueryParams

from casework.sdk.sheet.views import SavedView, StepHead
from casework.sdk.suggesting.views import Suggested
from casework.sdk.summary import Summary
from casework.sdk.times import CaseTimes
from casework.sdk.views import WorksheetView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Id, Slug, router_of
from casework.serve.rest.paging import Page
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.serve.rest.uploading import field, files, form, received
from casework.serve.studio.sheet_query import query_of
from casework.types.procedure import Step

router = router_of("worksheets")
WorksheetShown = shape(WorksheetView)
ViewShown = shape(SavedView)
_MOST_TEXT = 1_000_000
_FILES = form(
    "files",
    files=files(),
    goal=field("What it is for, in words."),
    sop=field("The name of the file among them that is the SOP."),
    cases=field(),
)


class WorksheetAsked(Asked):
    """A worksheet to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Invoices",
                "procedure": "# Invoice check\n\n## Supplier\n\n## Total due\n- type: money\n",
                "grouping": "auto",
            }
        }
    )
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    procedure: Annotated[
        Text, Field(max_length=_MOST_TEXT, description="The procedure as Markdown.")
    ]
    grouping: Annotated[
        Text, Field(description="What makes a case: auto, file, folder, thread or key:PATTERN.")
    ] = "auto"


class SuggestedShown(Answer):
    """Proposed steps, and a procedure made of them."""

    suggested: shape(Suggested)  # type: ignore[valid-type]
    procedure: str


class ViewAsked(Asked):
    """A query to be kept under a name, as it stands in an address of the sheet."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    query: Annotated[Text, Field(max_length=10_000, examples=["if=net:value:at least:100"])] = ""
    hidden: list[Text] = Field(default_factory=list)


@router.get("/worksheets", response_model=Page[WorksheetShown])  # type: ignore[valid-type]
async def list_worksheets(here: Here) -> dict[str, object]:
    """All worksheets, oldest first."""
    return {"items": await here.workspace.worksheets()}


@router.post("/worksheets", status_code=201, response_model=WorksheetShown)
async def make(here: Here, asked: WorksheetAsked, response: Response) -> WorksheetView:
    """Make a worksheet under a procedure, which is kept as a file of the workspace."""
    with tempfile.TemporaryDirectory(prefix="casework-") as folder:
        file = Path(folder) / "procedure.md"
        file.write_text(asked.procedure, "utf-8")
        sheet = await here.workspace.new_worksheet(asked.name, file, grouping=asked.grouping)
    view = await sheet.view()
    response.headers["Location"] = f"/api/v1/worksheets/{view.slug}"
    return view


@router.post("/worksheets/suggest", response_model=SuggestedShown, openapi_extra=_FILES)
async def suggest(here: Here) -> dict[str, object]:
    """Propose steps for documents, each with an example of its value: from labels that recur, or
    with a model from an SOP or a goal. Nothing is kept; `procedure` makes a worksheet."""
    with tempfile.TemporaryDirectory(prefix="casework-") as made:
        brought = await received(here, Path(made))
        fields = brought.fields
        sop = next((one.path for one in brought.files if one.path == fields.get("sop")), "")
        found = await here.workspace.suggesting.suggest(
            *(Path(made) / one.path for one in brought.files if one.path != sop),
            goal=fields.get("goal", ""),
            sop=Path(made) / sop if sop else "",
            cases=fields.get("cases", ""),
        )
        return {
            "suggested": found,
            "procedure": await here.workspace.suggesting.procedure(found),
        }


@router.get(SHEET, response_model=WorksheetShown)
async def get(here: Here, worksheet: Slug) -> WorksheetView:
    """A worksheet at a glance."""
    return await (await here.worksheet(worksheet)).view()


@router.get(SHEET + "/steps", response_model=list[shape(Step)])  # type: ignore[misc]
async def steps(here: Here, worksheet: Slug) -> tuple[Step, ...]:
    """Its steps, in the order of its columns."""
    return (await (await here.worksheet(worksheet)).sheet.steps()).steps


@router.get(SHEET + "/heads", response_model=list[shape(StepHead)])  # type: ignore[misc]
async def heads(here: Here, worksheet: Slug) -> tuple[StepHead, ...]:
    """Its columns with their cells counted and their cost."""
    return await (await here.worksheet(worksheet)).sheet.heads()


@router.get(SHEET + "/summary", response_model=shape(Summary))
async def summary(here: Here, worksheet: Slug) -> Summary:
    """It in a few counts: what stands, what wants a person, what waits."""
    return await (await here.worksheet(worksheet)).summary(most=100_000)


@router.get(SHEET + "/times", response_model=shape(CaseTimes))
async def times(here: Here, worksheet: Slug) -> CaseTimes:
    """How long its cases took from arrival to answer and to decision."""
    return await (await here.worksheet(worksheet)).times()


@router.get(SHEET + "/views", response_model=list[ViewShown])  # type: ignore[valid-type]
async def views(
    here: Here,
    worksheet: Slug,
    counted: Annotated[bool, Query(description="Say how many cases fit each.")] = False,
) -> list[SavedView]:
    """Its saved views: queries with a name, for display only."""
    return await (await here.worksheet(worksheet)).sheet.views(counted=counted)


@router.put(SHEET + "/views", response_model=ViewShown)
async def save_view(here: Here, worksheet: Slug, asked: ViewAsked) -> SavedView:
    """Keep a query under a name, in the place of one that bears it."""
    sheet = (await here.worksheet(worksheet)).sheet
    return await sheet.save_view(asked.name, query_of(QueryParams(asked.query)), asked.hidden)


@router.delete(SHEET + "/views/{view}", status_code=204)
async def drop_view(here: Here, worksheet: Slug, view: Id) -> Response:
    """Let a saved view be gone."""
    await (await here.worksheet(worksheet)).sheet.drop_view(view)
    return Response(status_code=204)
