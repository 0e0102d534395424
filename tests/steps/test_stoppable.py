"""Functions that do not end, and callers who go away."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time

import pytest

from casework.steps.stoppable import StoppableThreads, TooLongError


def _names() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "casework-python"]


async def _gone(count: int) -> None:
    for _ in range(600):
        if len(_names()) <= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(_names())


async def test_a_result_and_an_error_come_back() -> None:
    threads = StoppableThreads()
    assert await threads.call(lambda: 2, seconds=5) == 2
    with pytest.raises(ZeroDivisionError):
        await threads.call(lambda: 1 / 0, seconds=5)
    threads.close()


async def test_what_asyncio_cannot_carry_comes_back_by_its_name() -> None:
    def stops() -> None:
        raise StopIteration("over")

    def exits() -> None:
        raise SystemExit(3)

    threads = StoppableThreads()
    with pytest.raises(RuntimeError, match="StopIteration: over"):
        await threads.call(stops, seconds=5)
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        await threads.call(exits, seconds=5)
    threads.close()


async def test_a_function_that_never_ends_is_stopped_after_its_time() -> None:
    def endless() -> None:
        while True:
            try:
                time.sleep(0.001)
            except Exception:
                pass

    before = len(_names())
    threads = StoppableThreads()
    with pytest.raises(TooLongError):
        await threads.call(endless, seconds=0.1)
    assert threads.left_behind == 1
    await _gone(before)


async def test_cancelling_does_not_wait_for_the_function() -> None:
    release = threading.Event()
    threads = StoppableThreads()
    task = asyncio.create_task(threads.call(release.wait, seconds=60))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 30
    release.set()


async def test_a_time_out_of_the_function_itself_is_an_error_like_any_other() -> None:
    def lookup() -> None:
        raise TimeoutError("the register did not answer")

    threads = StoppableThreads()
    with pytest.raises(TimeoutError, match="register"):
        await threads.call(lookup, seconds=5)
    threads.close()


async def test_context_variables_are_seen_in_the_thread() -> None:
    colour = contextvars.ContextVar("colour", default="grey")
    colour.set("green")
    threads = StoppableThreads()
    assert await threads.call(colour.get, seconds=5) == "green"
    threads.close()


async def test_threads_are_used_again() -> None:
    threads = StoppableThreads()
    first = await threads.call(threading.get_ident, seconds=5)
    assert await threads.call(threading.get_ident, seconds=5) == first
    threads.close()
