"""Webhooks: addresses that are told of what happens."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Response
from pydantic import ConfigDict, Field

from casework.base.errors import ConflictError, RequestError
from casework.sdk.webhooks.webhooks import WebhookMade
from casework.serve.context import Here
from casework.serve.rest.asking import Id, router_of
from casework.serve.rest.paging import Cursor, Limit, Page, cursor_of, parts_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.types.webhook import (
    Delivery,
    DeliveryState,
    Filter,
    HappeningKind,
    Include,
    Webhook,
)

router = router_of("webhooks")
WebhookShown = shape(Webhook)
DeliveryShown = shape(Delivery)
_MOST = 100
Url = Annotated[Text, Field(min_length=1, max_length=2_000)]
Readers = Annotated[
    list[Text],
    Field(
        max_length=_MOST,
        description="Groups whose documents it may be told of beside those that everybody may read;"
        " `everything` for all.",
    ),
]


class FilterAsked(Asked):
    """What it is told of; an empty part lets everything pass."""

    events: Annotated[list[HappeningKind], Field(max_length=_MOST)] = Field(default_factory=list)
    worksheets: Annotated[list[Text], Field(max_length=_MOST, description="Slugs.")] = Field(
        default_factory=list
    )
    steps: Annotated[list[Text], Field(max_length=_MOST, description="Ids or paths.")] = Field(
        default_factory=list
    )
    states: Annotated[list[Text], Field(max_length=_MOST, description="States of cells.")] = Field(
        default_factory=list
    )

    def filter(self) -> Filter:
        """It as the sdk has it."""
        return Filter(
            tuple(self.events), tuple(self.worksheets), tuple(self.steps), tuple(self.states)
        )


class WebhookAsked(Asked):
    """An address to be told."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "url": "https://hooks.example.com/casework",
                "filter": {"events": ["case.decided"], "worksheets": ["invoices"]},
                "include": "nothing",
            }
        }
    )
    url: Url
    filter: FilterAsked = FilterAsked()
    include: Annotated[
        Include, Field(description="`values`: names and values too, else ids and states alone.")
    ] = "nothing"
    readers: Readers = Field(default_factory=list)
    note: Annotated[Text, Field(max_length=1_000)] = ""


class WebhookChange(Asked):
    """What changes of it; what is null stays."""

    url: Url | None = None
    filter: FilterAsked | None = None
    include: Include | None = None
    readers: Readers | None = None
    note: Annotated[Text | None, Field(max_length=1_000)] = None
    paused: bool | None = None


class WebhookCreated(Answer):
    """A webhook, with its secret: shown this once."""

    webhook: WebhookShown  # type: ignore[valid-type]
    secret: Annotated[str, Field(description="Standard Webhooks: `whsec_` and base64.")]


class ResendAsked(Asked):
    """What is told once more: one delivery, or ('') all that it never took."""

    delivery: Text = ""


class ResendShown(Answer):
    """How many are told once more."""

    deliveries: int


@router.get("/webhooks", response_model=list[WebhookShown])  # type: ignore[valid-type]
async def list_webhooks(here: Here) -> list[Webhook]:
    """All webhooks, without their secrets."""
    return await here.workspace.webhooks.all()


@router.post("/webhooks", status_code=201, response_model=WebhookCreated)
async def add(here: Here, asked: WebhookAsked, response: Response) -> WebhookMade:
    """Tell an address from now on."""
    made = await here.workspace.webhooks.add(
        asked.url,
        filter=asked.filter.filter(),
        include=asked.include,
        readers=asked.readers,
        note=asked.note,
    )
    response.headers["Location"] = f"/api/v1/webhooks/{made.webhook.id}"
    response.headers["ETag"] = f'"{made.webhook.version}"'
    return made


@router.get("/webhooks/{webhook}", response_model=WebhookShown)
async def get(here: Here, webhook: Id, response: Response) -> Webhook:
    """One webhook; its ETag is what a change may name."""
    found = await here.workspace.webhooks.get(webhook)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.patch("/webhooks/{webhook}", response_model=WebhookShown)
async def change(
    here: Here,
    webhook: Id,
    asked: WebhookChange,
    response: Response,
    if_match: Annotated[str, Header(max_length=200)] = "",
) -> Webhook:
    """Change it, or pause it. With If-Match only if nobody changed it since."""
    told = if_match.removeprefix("W/").strip('"')
    version = None if told in ("", "*") else int(told) if told.isdecimal() else 0
    try:
        found = await here.workspace.webhooks.change(
            webhook,
            url=asked.url,
            filter=None if asked.filter is None else asked.filter.filter(),
            include=asked.include,
            readers=asked.readers,
            note=asked.note,
            paused=asked.paused,
            version=None if version is None else min(version, 1 << 60),
        )
    except ConflictError as error:
        raise RequestError(
            error.message, status=412, fix=error.fix, code="request.changed"
        ) from error
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.delete("/webhooks/{webhook}", status_code=204)
async def remove(here: Here, webhook: Id) -> Response:
    """Tell it nothing any more."""
    await here.workspace.webhooks.remove(webhook)
    return Response(status_code=204)


@router.post("/webhooks/{webhook}/rotate", response_model=WebhookCreated)
async def rotate(here: Here, webhook: Id) -> WebhookMade:
    """Give it another secret; for a day the one before signs as well."""
    return await here.workspace.webhooks.rotate(webhook)


@router.post("/webhooks/{webhook}/test", status_code=202, response_model=DeliveryShown)
async def test(here: Here, webhook: Id) -> Delivery:
    """Tell it something that means nothing; its deliveries say what came of it."""
    return await here.workspace.webhooks.test(webhook)


@router.get("/webhooks/{webhook}/deliveries", response_model=Page[DeliveryShown])  # type: ignore[valid-type]
async def deliveries(
    here: Here,
    webhook: Id,
    state: Annotated[DeliveryState | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, object]:
    """What it is told, newest first, and what became of each."""
    before = str(parts_of(cursor, str)[0]) if cursor else ""
    found = await here.workspace.webhooks.deliveries(
        webhook, state=state or "", before=before, limit=limit + 1
    )
    more = cursor_of(found[limit - 1].id) if len(found) > limit else ""
    return {"items": found[:limit], "next": more}


@router.get("/webhooks/{webhook}/deliveries/{delivery}", response_model=DeliveryShown)
async def get_delivery(here: Here, webhook: Id, delivery: Id) -> Delivery:
    """One telling: whether it was taken, and what was answered."""
    return await here.workspace.webhooks.delivery(webhook, delivery)


@router.post("/webhooks/{webhook}/resend", response_model=ResendShown)
async def resend(here: Here, webhook: Id, asked: ResendAsked | None = None) -> dict[str, object]:
    """Tell it once more what it did not take."""
    delivery = asked.delivery if asked else ""
    return {"deliveries": await here.workspace.webhooks.resend(webhook, delivery)}
