"""Keys of programs: made, shown once, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.sdk.people.views import MadeKey
from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import listed, section
from casework.types.person import PERMISSIONS, Permission

router = APIRouter(prefix="/settings/keys")


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/make")
async def make(
    here: Here,
    name: Annotated[str, Form()],
    may: Annotated[list[Permission] | None, Form()] = None,
    worksheets: Annotated[list[str] | None, Form()] = None,
    groups: Annotated[str, Form()] = "",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """Make a key; its secret is shown this one time."""
    made = await here.workspace.keys.make(
        name,
        may=may or ["read"],
        worksheets=worksheets or None,
        groups=listed(groups) or None,
        days=days,
    )
    return await _shown(here, made=made)


@router.post("/{id}/revoke")
async def revoke(here: Here, id: str) -> Response:
    """Let a key hold no more."""
    await here.workspace.keys.revoke(id)
    return await _shown(here, done="The key was revoked; programs that come with it are refused.")


async def _shown(here: Asked, *, done: str = "", made: MadeKey | None = None) -> Response:
    return section(
        here,
        "keys",
        keys=await here.workspace.keys.all(),
        sheets=await here.workspace.worksheets(),
        permissions=PERMISSIONS,
        made=made,
        done=done,
    )
