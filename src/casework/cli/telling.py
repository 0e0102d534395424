"""Webhooks told by a command itself, since no studio may run: what a pass came to, drawn, and the
pass after a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.webhooks.delivering import Delivered
    from casework.sdk.workspace import Workspace

AFTER_RUN = "webhooks.after_run"


async def told_after_run(door: Door, workspace: Workspace) -> list[Delivered]:
    """Tell what a run did, for as long at most as the setting says; nothing where there is no
    webhook. What goes wrong is said and spoils no run: it waits."""
    from casework.base.errors import CaseworkError

    most_s = workspace.settings.number(AFTER_RUN)
    if most_s <= 0:
        return []
    try:
        return await delivered(door, workspace, most_s=most_s)
    except CaseworkError as error:
        door.err.print(f"Webhooks were not told: {error}", markup=False, highlight=False)
        return []


async def delivered(
    door: Door, workspace: Workspace, *, most_s: float | None = None
) -> list[Delivered]:
    """One pass over all webhooks, with progress."""
    from casework.cli.progress import watching

    if not await workspace.webhooks.all():
        return []
    with watching(door, "telling") as watch:
        return await workspace.webhooks.deliver(most_s=most_s, on_told=watch.on_file)


@asynccontextmanager
async def telling(workspace: Workspace) -> AsyncIterator[None]:
    """While it is held webhooks are told, as a studio tells them."""
    if workspace.settings.number(AFTER_RUN) <= 0:
        yield
        return
    task = asyncio.create_task(workspace.webhooks.deliverer().run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def draw_delivered(console: Console, done: Sequence[Delivered], *, quiet: bool = False) -> None:
    """A line for each webhook that something came of; `quiet` passes over what went well."""
    for one in done:
        words = _words(one)
        if words and (one.waiting or one.dead or not quiet):
            _print(console, f"{one.webhook.url}: {words}")
    if any(one.waiting and not one.webhook.paused for one in done):
        _print(console, "What waits is tried again by a studio, or by: casework webhooks deliver")


def delivered_json(done: Sequence[Delivered]) -> list[dict[str, object]]:
    """What a pass came to, as JSON."""
    return [
        {
            "id": one.webhook.id,
            "url": one.webhook.url,
            "paused": one.webhook.paused,
            "sent": one.sent,
            "dead": one.dead,
            "withheld": one.withheld,
            "waiting": one.waiting,
            "problem": one.problem,
        }
        for one in done
    ]


def _words(one: Delivered) -> str:
    counts = (
        (one.sent, "told"),
        (one.withheld, "withheld"),
        (one.dead, "given up"),
        (one.waiting, "waiting"),
    )
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    problem = one.webhook.paused or one.problem
    return f"{told}. {problem}".strip() if told and problem else told


def _print(console: Console, words: str) -> None:
    from casework.cli.terminal import said

    console.print(said(words), soft_wrap=True, highlight=False)
