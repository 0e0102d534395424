"""Webhooks: addresses that are told of what happens, and what became of each telling."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.sdk.webhooks.webhooks import WebhookMade
from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import listed, section
from casework.types.webhook import HAPPENINGS, DeliveryState, Filter, Include

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


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/add")
async def add(
    here: Here,
    url: Annotated[str, Form()],
    events: Annotated[list[str] | None, Form()] = None,
    worksheets: Annotated[list[str] | None, Form()] = None,
    include: Annotated[Include, Form()] = "nothing",
    readers: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Add an address; the secret that signs what it is told is shown this one time."""
    told = Filter(tuple(events or ()), tuple(worksheets or ()))
    made = await here.workspace.webhooks.add(
        url, filter=told, include=include, readers=listed(readers), note=note
    )
    return await _shown(here, made=made)


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
    await here.workspace.webhooks.test(id)
    return await _told(here, id, done="A test is on its way; look again in a moment.")


@router.post("/{id}/remove")
async def remove(here: Here, id: str) -> Response:
    """Tell it nothing any more."""
    await here.workspace.webhooks.remove(id)
    return await _shown(here, done="It is told nothing any more.")


async def _shown(here: Asked, *, done: str = "", made: WebhookMade | None = None) -> Response:
    return section(
        here,
        "webhooks",
        webhooks=await here.workspace.webhooks.all(),
        sheets=await here.workspace.worksheets(),
        happenings=HAPPENINGS,
        made=made,
        done=done,
    )


async def _told(
    here: Asked, id: str, state: DeliveryState | None = None, before: str = "", *, done: str = ""
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
    )
