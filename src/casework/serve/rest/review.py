"""The review desk: what waits for people, one cell after the other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from casework.sdk.agreement import Agreement
from casework.sdk.deciding import Said
from casework.sdk.desk.desk_views import DeskItem, DeskQueue
from casework.sdk.desk.orders import OrderName
from casework.sdk.desk.views import Answered
from casework.serve.context import Here
from casework.serve.places_asked import PlacesAsked, told_places
from casework.serve.rest.asking import SHEET, Id, Slug, Word, router_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.types.case import AbsenceKind
from casework.types.verdict import VerdictKind

router = router_of("review")
_DESK = SHEET + "/review"
_PLACE = _DESK + "/{case}/{path}"
ItemShown = shape(DeskItem)
AnsweredShown = shape(Answered)
_NOTE = 10_000
_MOST = 1_000


class AnswerAsked(Asked):
    """What a person says of an item."""

    kind: Annotated[VerdictKind, Field(description="accepted, corrected or rejected.")]
    value: Annotated[Text, Field(max_length=100_000, description="As one writes it.")] = ""
    absent: AbsenceKind | None = None
    note: Annotated[Text, Field(max_length=_NOTE)] = ""
    at: PlacesAsked

    def said(self) -> Said:
        """The same for the sdk."""
        return Said(self.kind, self.value, self.absent, self.note, at=told_places(self.at))


class DeskAnswerAsked(AnswerAsked):
    """The same, of the item as it was shown (`token`)."""

    token: Annotated[Text, Field(description="Of the item as it was taken.")] = ""
    seconds: Annotated[float | None, Field(ge=0, le=1e9, description="How long it took.")] = None
    over: Annotated[bool, Field(description="Though somebody decided meanwhile.")] = False
    alike: Annotated[bool, Field(description="For the item's `alike` too; never with a value.")] = (
        False
    )


class PlaceNamed(Asked):
    """A cell: the id of its case or row, and the path of its step."""

    case: Text
    path: Text


class AssignAsked(Asked):
    """Cells for somebody; to '' an assignment is taken back."""

    cells: Annotated[list[PlaceNamed], Field(max_length=_MOST)]
    to: Text
    note: Annotated[Text, Field(max_length=_NOTE)] = ""


class SendBackAsked(Asked):
    """Why an item goes back."""

    note: Annotated[Text, Field(min_length=1, max_length=_NOTE)]


class AssignShown(Answer):
    """How many cells were assigned."""

    cells: int


class SentShown(Answer):
    """To whom an item went back."""

    to: str


class PeopleShown(Answer):
    """Names that cells can be assigned to."""

    names: list[str]


@router.get(_DESK, response_model=shape(DeskQueue))
async def queue(
    here: Here,
    worksheet: Slug,
    order: OrderName = "teaches",
    step: Word = "",
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
) -> DeskQueue:
    """What waits, in an order, each with the reason; and who is at it."""
    return await (await here.worksheet(worksheet)).desk.queue(order, step=step, limit=limit)


@router.post(_DESK + "/next", response_model=ItemShown | None)
async def next_item(
    here: Here, worksheet: Slug, order: OrderName = "teaches", step: Word = ""
) -> DeskItem | None:
    """Take the next item; nobody else is shown it meanwhile. Null when nothing is left."""
    return await (await here.worksheet(worksheet)).desk.next(order, step=step)


@router.post(_DESK + "/undo", response_model=ItemShown)
async def undo(here: Here, worksheet: Slug) -> DeskItem:
    """Take one's last answer back, and show its item again."""
    return await (await here.worksheet(worksheet)).desk.undo()


@router.post(_DESK + "/assign", response_model=AssignShown)
async def assign(here: Here, worksheet: Slug, asked: AssignAsked) -> dict[str, object]:
    """Give cells to somebody."""
    places = [(one.case, one.path) for one in asked.cells]
    desk = (await here.worksheet(worksheet)).desk
    return {"cells": await desk.assign(places, asked.to, note=asked.note)}


@router.get(_DESK + "/people", response_model=PeopleShown)
async def people(here: Here, worksheet: Slug) -> dict[str, object]:
    """Whom cells can be assigned to."""
    return {"names": await (await here.worksheet(worksheet)).desk.people()}


@router.get(_DESK + "/agreement", response_model=shape(Agreement))
async def agreement(here: Here, worksheet: Slug) -> Agreement:
    """How often two people who read a cell, blind to each other, said the same."""
    return await (await here.worksheet(worksheet)).reviewing.two_readers()


@router.post(_PLACE + "/take", response_model=ItemShown)
async def take(here: Here, worksheet: Slug, case: Id, path: Id) -> DeskItem:
    """Take one item: a blind one shows nothing of what the machine found."""
    return await (await here.worksheet(worksheet)).desk.take(case, path)


@router.post(_PLACE + "/release", status_code=204)
async def release(here: Here, worksheet: Slug, case: Id, path: Id) -> Response:
    """Let it go, for others."""
    await (await here.worksheet(worksheet)).desk.release(case, path)
    return Response(status_code=204)


@router.post(_PLACE + "/skip", status_code=204)
async def skip(here: Here, worksheet: Slug, case: Id, path: Id) -> Response:
    """Put it off."""
    await (await here.worksheet(worksheet)).desk.skip(case, path)
    return Response(status_code=204)


@router.post(_PLACE + "/answer", response_model=AnsweredShown)
async def answer(
    here: Here, worksheet: Slug, case: Id, path: Id, asked: DeskAnswerAsked
) -> Answered:
    """Decide on it. What became of a blind answer, and what the machine had found, is told now."""
    return await (await here.worksheet(worksheet)).desk.answer(
        case,
        path,
        asked.said(),
        token=asked.token,
        seconds=asked.seconds,
        over=asked.over,
        alike=asked.alike,
    )


@router.post(_PLACE + "/revise", response_model=AnsweredShown)
async def revise(here: Here, worksheet: Slug, case: Id, path: Id, asked: AnswerAsked) -> Answered:
    """Say something else after a blind answer; the first one is what the audit counts."""
    return await (await here.worksheet(worksheet)).desk.revise(case, path, asked.said())


@router.post(_PLACE + "/send-back", response_model=SentShown)
async def send_back(
    here: Here, worksheet: Slug, case: Id, path: Id, asked: SendBackAsked
) -> dict[str, object]:
    """Send it back to whoever decided last, with a note."""
    desk = (await here.worksheet(worksheet)).desk
    return {"to": await desk.send_back(case, path, asked.note)}
