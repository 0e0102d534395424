"""Retention: how long what was decided is kept, and forgetting what is due."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.sdk.forgetting import ForgetView
from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import section

router = APIRouter(prefix="/settings/retention")


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/days")
async def days(here: Here, days: Annotated[str, Form()]) -> Response:
    """Say how long."""
    await here.workspace.configuration.put("retention.days", days)
    return await _shown(here, done="Kept. Nothing is forgotten by itself.")


@router.post("/look")
async def look(here: Here) -> Response:
    """What would go with all that is due."""
    return await _shown(here, preview=await here.workspace.retention.look())


@router.post("/forget")
async def forget(here: Here, expected: Annotated[int, Form()]) -> Response:
    """Forget all that is due."""
    gone = await here.workspace.retention.forget(expected)
    return await _shown(here, done=f"{len(gone.documents)} documents were forgotten, for good.")


async def _shown(here: Asked, *, done: str = "", preview: ForgetView | None = None) -> Response:
    return section(
        here,
        "retention",
        due=await here.workspace.retention.due(),
        days=here.workspace.settings.integer("retention.days"),
        forgotten=(await here.workspace.forgotten())[::-1][:20],
        preview=preview,
        done=done,
    )
