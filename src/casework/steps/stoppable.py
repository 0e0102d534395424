"""Runs functions of the user in threads that can be given up: a time limit, and a cancellation
that does not wait for them.

Python cannot end a thread from outside. A thread that is given up is sent an exception, which ends
it where it runs Python code; where it hangs in code that is not Python, it is left behind and does
not keep the program from ending. Knows nothing of steps.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")

THREADS = 16
"""Functions under way at the same time; they may well wait for something outside."""
_ASK_AGAIN_S = 0.2
_ASKED_MOST = 10
"""How often a thread is told to stop: code that catches everything may miss it at first."""


class Stopped(BaseException):
    """Sent into a thread that was given up."""


class TooLongError(Exception):
    """The function took longer than it may."""


@dataclass(slots=True)
class _Job:
    work: Callable[[], object]
    context: Context
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[object]


class StoppableThreads:
    """Threads for functions of the user, made as they are needed, on one event loop."""

    def __init__(self, threads: int = THREADS) -> None:
        self._slots = asyncio.Semaphore(threads)
        self._idle: list[_Worker] = []
        self.left_behind = 0
        """Threads that were given up so far."""

    async def call(self, work: Callable[[], object], *, seconds: float) -> object:
        """The result of `work()`; raises `TooLongError` after so many seconds.

        Cancelling returns at once; the thread is given up.
        """
        async with self._slots:
            worker = self._idle.pop() if self._idle else _Worker()
            loop = asyncio.get_running_loop()
            future: asyncio.Future[object] = loop.create_future()
            worker.jobs.put(_Job(work, copy_context(), loop, future))
            try:
                async with asyncio.timeout(seconds):
                    result = await asyncio.shield(future)
            except TimeoutError:
                if not future.done():
                    self._give_up(worker, loop)
                    raise TooLongError from None
                self._idle.append(worker)  # its own error
                raise
            except asyncio.CancelledError:
                self._give_up(worker, loop)
                raise
            except BaseException:
                self._idle.append(worker)
                raise
            self._idle.append(worker)
            return result

    def close(self) -> None:
        """Let go of the threads that wait for work."""
        while self._idle:
            self._idle.pop().jobs.put(None)

    def _give_up(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        self.left_behind += 1
        worker.stop(loop, _ASKED_MOST)


class _Worker:
    """One thread that works off its jobs until it is given up."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._given_up = False
        self._thread = threading.Thread(target=self._serve, name="casework-python", daemon=True)
        self._thread.start()

    def stop(self, loop: asyncio.AbstractEventLoop, times: int) -> None:
        """Send the exception, again and again while the thread lives."""
        self._given_up = True
        if not times or not self._thread.is_alive():
            return
        assert self._thread.ident is not None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._thread.ident), ctypes.py_object(Stopped)
        )
        loop.call_later(_ASK_AGAIN_S, self.stop, loop, times - 1)

    def _serve(self) -> None:
        with contextlib.suppress(Stopped):
            while not self._given_up and (job := self.jobs.get()) is not None:
                self._work_off(job)

    def _work_off(self, job: _Job) -> None:
        try:
            result = job.context.run(job.work)
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - the caller's to judge
            _tell(job, _fail, error)
        else:
            _tell(job, _settle, result)


def _tell(job: _Job, how: Callable[[asyncio.Future[object], T], None], what: T) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        job.loop.call_soon_threadsafe(how, job.future, what)


def _settle(future: asyncio.Future[object], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[object], error: BaseException) -> None:
    if not future.done():
        # what asyncio cannot carry, or what would end the program, is told by its name
        plain = isinstance(error, Exception) and not isinstance(error, StopIteration)
        future.set_exception(error if plain else RuntimeError(f"{type(error).__name__}: {error}"))
