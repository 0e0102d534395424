"""Async once: threads for blocking work, a bounded gather, and the one bridge to sync callers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from concurrent.futures import CancelledError, Future
from typing import TypeVar

_COLLECT_EVERY = (20_000, 20, 20)
"""Young objects, and generations of them, between collections (CPython's own: 700, 10, 10)."""

_UNWIND_S = 5.0
"""How long work that was interrupted may take to stop."""

T = TypeVar("T")
R = TypeVar("R")


class Bridge:
    """An event loop in a thread of its own, so that sync code can call async code.

    Works inside a running event loop too (a notebook), because the loop is another one.
    """

    def __init__(self) -> None:
        self._loop = new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="casework-bridge", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def call(self, work: Coroutine[object, object, T]) -> T:
        """Run the coroutine to its end and return its result; an interrupt cancels it."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            with contextlib.suppress(CancelledError, Exception):
                future.result(_UNWIND_S)  # let it stop cleanly before anything is closed
            raise

    def iterate(self, items: AsyncIterator[T]) -> Iterable[T]:
        """The items of an async iterator, one at a time."""
        end = object()

        async def following() -> T | object:
            return await anext(items, end)

        while (item := self.call(following())) is not end:
            yield item  # type: ignore[misc]

    def close(self) -> None:
        """Stop the loop; the bridge cannot be used afterwards."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A uvloop where it is installed (half the CPU of a model call), else the standard loop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def run(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine on a fresh fast loop until it ends: the entry of a program.

    What the imports made lives as long as the program: the garbage collector need not look at it
    again, and needs to look at the rest less often than its defaults say.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_EVERY)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


@contextlib.contextmanager
def stopped_by_sigterm() -> Iterator[threading.Event]:
    """Let SIGTERM cancel the task that is under way, as Ctrl-C does. What is given is set when it
    came; where signals cannot be caught (another thread, Windows) nothing changes."""
    stop = threading.Event()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def told() -> None:
        stop.set()
        if task is not None:
            task.cancel()

    try:
        loop.add_signal_handler(signal.SIGTERM, told)
    except (NotImplementedError, RuntimeError, ValueError):
        yield stop
        return
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Run blocking work in a thread and wait for it."""
    return await asyncio.to_thread(function, *arguments)


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first among things that went wrong together."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first


async def gather_bounded(
    function: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int
) -> list[R]:
    """Results in the order of `items`, with at most `limit` under way.

    The first error cancels the rest and is raised.
    """
    slots = asyncio.Semaphore(limit)

    async def one(item: T) -> R:
        async with slots:
            return await function(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as errors:
        raise first_error(errors) from errors
    return [task.result() for task in tasks]
