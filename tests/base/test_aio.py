"""Stopping like Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from casework.base.aio import gather_bounded, stopped_by_sigterm


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGTERM to catch")
async def test_sigterm_cancels_what_is_under_way_and_says_so() -> None:
    async def working() -> bool:
        with stopped_by_sigterm() as stop:
            os.kill(os.getpid(), signal.SIGTERM)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                return stop.is_set()
        return False

    assert await asyncio.wait_for(asyncio.create_task(working()), 30)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGTERM to catch")
async def test_afterwards_sigterm_is_what_it_was() -> None:
    with stopped_by_sigterm() as stop:
        pass
    assert not stop.is_set()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


async def test_what_goes_wrong_among_many_is_raised_by_itself() -> None:
    async def fails(number: int) -> int:
        if number == 3:
            raise KeyError(number)
        await asyncio.sleep(5)
        return number

    with pytest.raises(KeyError, match="3"):
        await gather_bounded(fails, range(6), limit=6)
