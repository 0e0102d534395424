"""Code that blocks the event loop is named."""

from __future__ import annotations

import asyncio
import time

from casework.engine.watch import Watch


def block_everything(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


async def test_a_loop_that_stands_still_is_told_once_with_the_place() -> None:
    told: list[tuple[float, str]] = []
    async with Watch(lambda seconds, where: told.append((seconds, where)), limit_s=0.5):
        await asyncio.sleep(0.1)
        block_everything(1.2)
        await asyncio.sleep(0.1)
    # A machine that itself stands still may be told of too, at another place.
    ((seconds, where),) = [one for one in told if "block_everything" in one[1]]
    assert seconds >= 0.5
    assert where.startswith("test_watch.py, line ")
    assert where.endswith("in block_everything()")


async def test_a_loop_that_goes_on_is_left_in_peace() -> None:
    told: list[str] = []
    async with Watch(lambda seconds, where: told.append(where), limit_s=2):
        for _ in range(60):
            await asyncio.sleep(0.05)
    assert told == []
