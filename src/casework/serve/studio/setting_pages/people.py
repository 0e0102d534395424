"""People: who may sign in, and as what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.sdk.people.people import checked_role
from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import listed, section
from casework.types.person import ROLES

router = APIRouter(prefix="/settings/people")


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/add")
async def add(
    here: Here,
    login: Annotated[str, Form()],
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "reader",
    groups: Annotated[str, Form()] = "",
) -> Response:
    """Add somebody, with a link by which they come in."""
    named = listed(groups) or None
    people = here.workspace.people
    made = await people.add(login, name=name, role=checked_role(role), groups=named)
    return await _invited(here, made.login, made.name)


@router.post("/{id}/role")
async def change_role(here: Here, id: str, role: Annotated[str, Form()]) -> Response:
    """Give somebody another role."""
    made = await here.workspace.people.change(id, role=checked_role(role))
    return await _shown(here, done=f"{made.name} is {made.role} now.")


@router.post("/{id}/groups")
async def change_groups(here: Here, id: str, groups: Annotated[str, Form()] = "") -> Response:
    """Say whose documents somebody may read."""
    named = listed(groups)
    made = await here.workspace.people.change(id, groups=named or None, every_document=not named)
    reads = "every document" if made.groups is None else ", ".join(sorted(made.groups))
    return await _shown(here, done=f"{made.name} may read {reads}.")


@router.post("/{id}/invite")
async def invite(here: Here, id: str) -> Response:
    """A link by which somebody chooses a password."""
    found = await here.workspace.people.all()
    name = next((one.name for one in found if one.id == id), id)
    return await _invited(here, id, name)


@router.post("/{id}/sign-out")
async def sign_out(here: Here, id: str) -> Response:
    """End somebody's sign-ins."""
    count = await here.workspace.people.sign_out(id)
    return await _shown(here, done=f"{count} sign-ins ended.")


@router.post("/{id}/remove")
async def remove(here: Here, id: str) -> Response:
    """Let somebody in no more."""
    made = await here.workspace.people.remove(id)
    return await _shown(here, done=f"{made.name} may not come in any more.")


async def _invited(here: Asked, login: str, name: str) -> Response:
    link = await here.workspace.people.invite(login)
    url = f"{here.house.options.url}/enter/{link.token}"
    return await _shown(here, link=url, until=link.until, invited=name)


async def _shown(
    here: Asked, *, done: str = "", link: str = "", until: str = "", invited: str = ""
) -> Response:
    return section(
        here,
        "people",
        people=await here.workspace.people.all(),
        roles=ROLES,
        done=done,
        link=link,
        until=until,
        invited=invited,
    )
