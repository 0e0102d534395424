"""Every setting: its value, where that came from, and another one in its place."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.base.settings import Found
from casework.sdk.configuration import counts_at_start
from casework.serve.context import Here
from casework.serve.pages import render
from casework.serve.studio.setting_pages.section import section

router = APIRouter(prefix="/settings/all")


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    found = await here.workspace.configuration.all()
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.name.partition(".")[0], []).append(one)
    return section(here, "every", groups=groups, total=len(found), at_start=counts_at_start)


@router.post("/{name}")
async def put(
    here: Here,
    name: str,
    value: Annotated[str, Form()] = "",
    default: Annotated[bool, Form()] = False,
) -> Response:
    """Set one, or take it back to its default."""
    changed = await here.workspace.configuration.put(name, "" if default else value)
    told = "Kept; it counts once the studio is started anew." if changed.at_start else "Kept."
    asked = value.strip()
    if not default and asked and changed.found.source in ("environment", "flag"):
        told = f"Kept, but the {changed.found.source} comes first."
    return render(
        here.request,
        "settings/_setting.html",
        one=changed.found,
        said=f"{told} {changed.lacks}".strip(),
        at_start=counts_at_start,
    )
