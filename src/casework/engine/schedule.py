"""The order of the steps of one case: each starts as soon as what it reads is settled.

Costs as much as there are steps and references, however long their chain. Knows no cell.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

from casework.engine.program import Column, Program

AT_ONCE = 256
"""Cells of one case under way at once: enough for any number of slots, few enough to be held."""

Settle = Callable[[Column], Coroutine[object, object, None]]


async def in_order(program: Program, settle: Settle) -> None:
    """Settle every column after those that it reads, side by side where they allow it.

    The first error cancels what is under way and is raised.
    """
    walk = _Walk(program, settle)
    try:
        await walk.run()
    finally:
        await walk.stop()


class _Walk:
    """One case on its way through the columns."""

    def __init__(self, program: Program, settle: Settle) -> None:
        self._program = program
        self._settle = settle
        self._missing = dict(program.needs)
        self._ready = deque(program.roots)
        self._running: dict[asyncio.Task[None], Column] = {}
        self._finished: deque[asyncio.Task[None]] = deque()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        while self._ready or self._running:
            if len(self._ready) == 1 and not self._running:  # a chain needs no task
                column = self._ready.popleft()
                await self._settle(column)
                self._free(column)
                continue
            self._start()
            await self._wake.wait()
            self._wake.clear()
            while self._finished:
                task = self._finished.popleft()
                column = self._running.pop(task)
                task.result()
                self._free(column)

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self) -> None:
        while self._ready and len(self._running) < AT_ONCE:
            column = self._ready.popleft()
            task = asyncio.create_task(self._settle(column))
            self._running[task] = column
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._finished.append(task)
        self._wake.set()

    def _free(self, settled: Column) -> None:
        """Note that a column is settled; what waited for it alone may start."""
        for reader in self._program.readers.get(settled.step.id, ()):
            self._missing[reader.step.id] -= 1
            if not self._missing[reader.step.id]:
                self._ready.append(reader)
