"""Changes that nobody began: learned versions that are tried by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from casework.types.change import ChangeRecord

if TYPE_CHECKING:
    from casework.sdk.wire import House

_LOOKED_AT = 50
LEARNING = "learning"
"""Who ends such a change where no person does."""


def tries_versions_alone(change: ChangeRecord, in_force: str) -> bool:
    """Whether a change asks for nothing but learned versions; given the digest of the procedure in
    force."""
    others = change.settings or change.corrections or change.sha256 != in_force
    return bool(change.versions) and not others


def was_dropped(change: ChangeRecord) -> bool:
    """Whether a person has seen what a change would give, and ended it: it is not tried again."""
    return change.state != "open" and change.ended_by != LEARNING


async def was_tried(house: House, change: ChangeRecord) -> bool:
    """Whether a run of a change came to its end; also where its runs are too long ago to tell."""
    latest = await house.store.runs.latest(change.worksheet_id, _LOOKED_AT)
    own = [run.state for run in latest if run.change_id == change.id]
    return "finished" in own or (not own and len(latest) == _LOOKED_AT)


async def try_beside(
    house: House, worksheet_id: str, trial: Coroutine[object, object, object]
) -> bool:
    """Run a trial that gives way to whoever wants to run the worksheet; whether it was finished."""
    task = asyncio.ensure_future(trial)
    house.trials[worksheet_id] = task
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
        house.trials.pop(worksheet_id, None)
        await asyncio.wait([task])  # it ends its run before the workspace can be closed
    if task.cancelled():
        return False
    task.result()
    return True


async def give_way(house: House, worksheet_id: str) -> None:
    """End what is tried by itself in this process, so that a person's run has the worksheet; what
    it computed is not lost, and the rest is tried after that run."""
    task = house.trials.get(worksheet_id)
    if task is not None and task is not asyncio.current_task():
        house.gave_way.add(worksheet_id)
        task.cancel()
        await asyncio.wait([task])
