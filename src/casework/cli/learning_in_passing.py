"""What commands that decide say of what was learned from it: one line, within a bounded time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.door import Door

if TYPE_CHECKING:
    from casework.sdk.learned.learning import LearningView
    from casework.sdk.worksheet import Worksheet
    from casework.types.learned import Version

_PATIENCE_S = 10.0
"""A command that decides waits no longer for what is learned from it."""


async def learn_in_passing(door: Door, sheet: Worksheet) -> None:
    """Learn what is due after a decision, within a bounded time, and say so in one line. What is
    not done by then is done by the next command, or by whoever has the workspace open."""
    import asyncio

    from casework.base.errors import CaseworkError
    from casework.cli.progress import watching

    if not await _is_due(sheet):
        return
    try:
        with watching(door, "piece") as watch:
            async with asyncio.timeout(_PATIENCE_S):
                made = await sheet.learning.catch_up(on_progress=watch.on_file)
    except TimeoutError:
        _whisper(door, await _not_done(sheet))
    except CaseworkError as error:
        _whisper(door, f"Nothing was learned: {error}")
    else:
        state = await sheet.learning.state()
        for version in made:
            _whisper(door, _in_passing(version, state))


async def _is_due(sheet: Worksheet) -> bool:
    state = await sheet.learning.state()
    return state.auto and any(one.due for one in state.steps)


async def _not_done(sheet: Worksheet) -> str:
    """What is left where there was no time to end it."""
    if await _is_due(sheet):
        return "Learning takes a while longer; do it with: casework learn --now"
    return "What was learned is offered; casework try goes on trying it, casework learn tells more."


def _in_passing(version: Version, state: LearningView) -> str:
    from casework.sdk.learned.examples import in_words

    step = next((one.step for one in state.steps if one.path == version.path), version.path)
    told = f"Learned from {in_words(version.examples)}: version {version.number} of {step}"
    if version.state == "refused":
        return f"{told} was refused. {version.reason}"
    shows = "compare" if version.id in state.trying else f"try --version '{step}'"
    return f"{told} is offered, casework {shows} shows it."


def _whisper(door: Door, text: str) -> None:
    """Say something beside the answer."""
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    if not door.json:
        door.err.print(said(text, QUIET))
