"""Locks: who alone may change a step's words, or decide on its cells."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.serve.context import Asked, Here
from casework.serve.studio.setting_pages.section import section
from casework.types.account import GUARDED, Guarded, StepLock
from casework.types.person import ROLES
from casework.types.procedure import Step

router = APIRouter(prefix="/settings/locks")


@router.get("")
async def show(here: Here, worksheet: str = "") -> Response:
    """The section, for one worksheet."""
    return await _shown(here, worksheet)


@router.post("/{worksheet}")
async def put(
    here: Here,
    worksheet: str,
    step: Annotated[str, Form()],
    what: Annotated[Guarded, Form()],
    whom: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Lock a step, or let it go."""
    sheet = await here.worksheet(worksheet)
    lock = await sheet.locks.put(step, what, whom or ())
    verb = "change" if what == "edit" else "decide on"
    told = "is kept for those whom you named" if lock else "is open to whoever's role allows it"
    return await _shown(here, worksheet, done=f"To {verb} {step} {told}.")


async def _shown(here: Asked, worksheet: str, *, done: str = "") -> Response:
    sheets = await here.workspace.worksheets()
    chosen = next((one for one in sheets if one.slug == worksheet), sheets[0] if sheets else None)
    steps: tuple[Step, ...] = ()
    locks: dict[tuple[str, Guarded], StepLock] = {}
    if chosen is not None:
        sheet = await here.worksheet(chosen.slug)
        steps = (await sheet.procedure()).steps
        locks = {(one.step_id, one.what): one for one in await sheet.locks.all()}
    people = await here.workspace.people.all()
    return section(
        here,
        "locks",
        sheets=sheets,
        chosen=chosen,
        steps=steps,
        locks=locks,
        people=people,
        names={one.id: one.name for one in people},
        roles=ROLES,
        guarded=GUARDED,
        done=done,
    )
