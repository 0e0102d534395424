"""Webhooks: addresses that are told of what happens, and what became of each telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.base.errors import CaseworkError
from casework.sdk.webhooks.webhooks import WebhookMade
from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import listed, section
from casework.serve.words import WORDS
from casework.types.nesting import Placed, placed_steps
from casework.types.webhook import (
    HAPPENINGS,
    SETTLED,
    Delivery,
    DeliveryState,
    Filter,
    Include,
)

router = APIRouter(prefix="/settings/webhooks")
_SHOWN = 50
"""Tellings on one page."""
STATES: dict[DeliveryState, str] = {
    "waiting": "waiting",
    "sent": "taken",
    "dead": "never taken",
    "withheld": "withheld",
}
"""What a telling came to, in words."""
_STATE_WORDS = {"value": "a value", "absent": "no value", "waiting": "waiting", **WORDS}
"""What a cell came to, in words."""
Ticked = Annotated[list[str] | None, Form()]


@dataclass(frozen=True, slots=True)
class SheetSteps:
    """A worksheet with its steps, those in tables too."""

    slug: str
    name: str
    steps: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """What a filter names that is not there today: it stays unless it is unticked."""

    worksheets: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/add")
async def add(
    here: Here,
    url: Annotated[str, Form()],
    events: Ticked = None,
    worksheets: Ticked = None,
    steps: Ticked = None,
    states: Ticked = None,
    include: Annotated[Include, Form()] = "nothing",
    readers: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Add an address; the secret that signs what it is told is shown this one time."""
    made = await here.workspace.webhooks.add(
        url,
        filter=_filter(events, worksheets, steps, states),
        include=include,
        readers=listed(readers),
        note=note,
    )
    return await _shown(here, made=made)


@router.get("/{id}/change")
async def edit(here: Here, id: str) -> Response:
    """The form with what one is told of."""
    webhook = await here.workspace.webhooks.get(id)
    sheets = await _sheets(here)
    return section(
        here,
        "webhook",
        section="webhooks",
        webhook=webhook,
        gone=_gone(webhook.filter, sheets),
        **_choices(sheets),
    )


@router.post("/{id}/change")
async def change(
    here: Here,
    id: str,
    url: Annotated[str, Form()],
    version: Annotated[int, Form(ge=0)],
    events: Ticked = None,
    worksheets: Ticked = None,
    steps: Ticked = None,
    states: Ticked = None,
    include: Annotated[Include, Form()] = "nothing",
    readers: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was filled in, unless somebody changed it meanwhile."""
    await here.workspace.webhooks.change(
        id,
        url=url,
        filter=_filter(events, worksheets, steps, states),
        include=include,
        readers=listed(readers),
        note=note,
        version=version,
    )
    return await _shown(here, done=f"{url} is changed; it is told so from now on.")


@router.get("/{id}/deliveries")
async def deliveries(
    here: Here, id: str, state: DeliveryState | None = None, before: str = ""
) -> Response:
    """What one was told, newest first, and what became of each."""
    return await _told(here, id, state, before)


@router.post("/{id}/resend")
async def resend(here: Here, id: str, delivery: Annotated[str, Form()] = "") -> Response:
    """Tell it once more what it never took, or one thing."""
    count = await here.workspace.webhooks.resend(id, delivery)
    return await _told(here, id, done=f"{count:,} {'is' if count == 1 else 'are'} told once more.")


@router.post("/{id}/rotate")
async def rotate(here: Here, id: str) -> Response:
    """Give it another secret, shown this one time."""
    made = await here.workspace.webhooks.rotate(id)
    return await _shown(here, made=made, done="For a day the secret before signs as well.")


@router.post("/{id}/pause")
async def pause(here: Here, id: str, paused: Annotated[bool, Form()] = True) -> Response:
    """Send it nothing for the time being, or send again."""
    await here.workspace.webhooks.change(id, paused=paused)
    done = "What happens waits for it." if paused else "It is told again, what waited first."
    return await _shown(here, done=done)


@router.post("/{id}/test")
async def test(here: Here, id: str) -> Response:
    """Tell it something, to try it."""
    return await _told(here, id, tested=await here.workspace.webhooks.test(id))


@router.get("/{id}/test/{delivery}")
async def tested(here: Here, id: str, delivery: str) -> Response:
    """What came of a test; a part of a page that asks before anything did gets nothing."""
    found = await here.workspace.webhooks.delivery(id, delivery)
    pending = found.state == "waiting" and not found.tries
    if pending and here.request.headers.get("HX-Request"):
        return Response(status_code=204)
    return await _told(here, id, tested=found)


@router.post("/{id}/remove")
async def remove(here: Here, id: str) -> Response:
    """Tell it nothing any more."""
    await here.workspace.webhooks.remove(id)
    return await _shown(here, done="It is told nothing any more.")


async def _shown(here: Asked, *, done: str = "", made: WebhookMade | None = None) -> Response:
    hooks, sheets = here.workspace.webhooks, await _sheets(here)
    found = await hooks.all()
    latest = {one.id: last for one in found for last in await hooks.deliveries(one.id, limit=1)}
    return section(
        here,
        "webhooks",
        webhooks=found,
        latest=latest,
        delivery_words=STATES,
        titles={step.path: step.title for sheet in sheets for step in sheet.steps},
        gone=Gone(),
        made=made,
        done=done,
        **_choices(sheets),
    )


async def _told(
    here: Asked,
    id: str,
    state: DeliveryState | None = None,
    before: str = "",
    *,
    done: str = "",
    tested: Delivery | None = None,
) -> Response:
    """What one was told; one more than is shown says that there are older ones."""
    hooks = here.workspace.webhooks
    found = await hooks.deliveries(id, state=state or "", before=before, limit=_SHOWN + 1)
    return section(
        here,
        "deliveries",
        section="webhooks",
        webhook=await hooks.get(id),
        signed=await hooks.signed_here(id),
        deliveries=found[:_SHOWN],
        older=found[_SHOWN - 1].id if len(found) > _SHOWN else "",
        states=STATES,
        state=state or "",
        done=done,
        tested=tested,
    )


async def _sheets(here: Asked) -> list[SheetSteps]:
    found = []
    for one in await here.workspace.worksheets():
        try:
            procedure = await (await here.worksheet(one.slug)).procedure()
            steps = tuple(placed_steps(procedure.steps))
        except CaseworkError:  # its procedure is not readable now; its other pages say so
            steps = ()
        found.append(SheetSteps(one.slug, one.name, steps))
    return found


def _choices(sheets: Sequence[SheetSteps]) -> dict[str, object]:
    """What the form offers."""
    return {
        "happenings": HAPPENINGS,
        "states": SETTLED,
        "state_words": _STATE_WORDS,
        "sheets": sheets,
    }


def _filter(
    events: Sequence[str] | None,
    worksheets: Sequence[str] | None,
    steps: Sequence[str] | None,
    states: Sequence[str] | None,
) -> Filter:
    """What was ticked, each once: steps of two worksheets may have one path."""
    return Filter(
        *(tuple(dict.fromkeys(ticked or ())) for ticked in (events, worksheets, steps, states))
    )


def _gone(told: Filter, sheets: Sequence[SheetSteps]) -> Gone:
    slugs = {sheet.slug for sheet in sheets}
    paths = {step.path for sheet in sheets for step in sheet.steps}
    return Gone(
        tuple(one for one in told.worksheets if one not in slugs),
        tuple(one for one in told.steps if one not in paths),
    )
