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
    async with Watch(lambda seconds, where: told.append((seconds, where)), limit_s=0.2):
        await asyncio.sleep(0.1)
        block_everything(0.8)
        await asyncio.sleep(0.1)
    ((seconds, where),) = told
    assert seconds >= 0.2
    assert where.startswith("test_watch.py, line ")
    assert where.endswith("in block_everything()")


async def test_a_loop_that_goes_on_is_left_in_peace() -> None:
    told: list[str] = []
    async with Watch(lambda seconds, where: told.append(where), limit_s=0.5):
        for _ in range(20):
            await asyncio.sleep(0.05)
    assert told == []
