"""Models, people, locks, keys, retention, webhooks, every setting, what was done, and about."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from casework.serve.context import Here
from casework.serve.studio.setting_pages import (
    about,
    deeds,
    every,
    keys,
    locks,
    models,
    people,
    retention,
    webhooks,
)

router = APIRouter()
for page in (models, people, locks, keys, retention, webhooks, every, deeds, about):
    router.include_router(page.router)


@router.get("/settings")
async def show(here: Here) -> Response:
    """The first page that the person may see."""
    if here.may("manage"):
        return await models.show(here)
    return RedirectResponse("/settings/account", 303)
