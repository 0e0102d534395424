"""Calls of models, one by one, and what people say of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from casework.sdk.observing.views import CallFilter, CallPage, CallReport, CallView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Id, Slug, Word, router_of
from casework.serve.rest.paging import Limit
from casework.serve.rest.shapes import Answer, Asked, Text, shape

router = router_of("calls")
CallShown = shape(CallView, also={"mark": int})


class SayAsked(Asked):
    """What somebody thinks of a call."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"mark": -1, "note": "Took the net", "tags": ["wrong row"]}}
    )
    mark: Annotated[Literal[-1, 0, 1], Field(description="+1, -1, or nothing.")] = 0
    note: Annotated[Text, Field(max_length=10_000)] = ""
    tags: Annotated[list[Annotated[Text, Field(max_length=100)]], Field(max_length=50)] = Field(
        default_factory=list
    )


class TagsShown(Answer):
    """How many calls bear each tag."""

    tags: dict[str, int]


@router.get(SHEET + "/calls", response_model=shape(CallPage))
async def list_calls(
    here: Here,
    worksheet: Slug,
    text: Word = "",
    model: Word = "",
    step: Word = "",
    case: Word = "",
    run: Word = "",
    status: Word = "",
    mark: Annotated[Literal[-1, 0, 1], Query()] = 0,
    tag: Word = "",
    noted: bool = False,
    least_s: Annotated[float, Query(ge=0, le=1e9, description="Took as long.")] = 0.0,
    least_usd: Annotated[float, Query(ge=0, le=1e9, description="Cost as much.")] = 0.0,
    after: Word = "",
    limit: Limit = 50,
) -> CallPage:
    """Its calls, newest first; `next` is the `after` of the next page."""
    wanted = CallFilter(
        text=text,
        model=model,
        step=step,
        case=case,
        run=run,
        status=status,
        mark=mark,
        tag=tag,
        noted=noted,
        least_s=least_s,
        least_usd=least_usd,
    )
    return await (await here.worksheet(worksheet)).calls.page(wanted, after=after, limit=limit)


@router.get(SHEET + "/calls/tags", response_model=TagsShown)
async def tags(here: Here, worksheet: Slug) -> dict[str, object]:
    """The tags that people gave, with how often."""
    return {"tags": await (await here.worksheet(worksheet)).calls.tags()}


@router.get(SHEET + "/calls/{call}", response_model=shape(CallReport))
async def get(here: Here, worksheet: Slug, call: Id) -> CallReport:
    """A call: what was asked, what was answered, and the work around it."""
    return await (await here.worksheet(worksheet)).calls.one(call)


@router.put(SHEET + "/calls/{call}/note", response_model=CallShown)
async def say(here: Here, worksheet: Slug, call: Id, asked: SayAsked) -> CallView:
    """Say what one thinks of it; what one said before is replaced."""
    return await (await here.worksheet(worksheet)).calls.say(
        call, mark=asked.mark, note=asked.note, tags=asked.tags
    )
