"""Sessions of the sandbox (pydantic-monty): worker processes with limits and no way out.

A session serves one evaluation after another: code binds no names but those of its own inputs,
so nothing of one evaluation can be read by the next. A session that met a limit is thrown away.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import WorkerError
from casework.sandbox.inputs import Value
from casework.sandbox.prelude import PRELUDE
from casework.sandbox.wrong import Wrong

if TYPE_CHECKING:
    from pydantic_monty import AsyncMonty, AsyncMontySession, MontyRuntimeError

_FROZEN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""What a clock would say in the sandbox; rules have none, `today` is an input."""
_MOST_WORKERS = 4
_MOST_RUNS = 2000
"""Evaluations after which a session is renewed, so that its heap stays small."""
_LARGE_INPUT = 1000
"""Rows and items from which an evaluation's session is not kept: its inputs fill the heap."""
_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may take."""

    seconds: float = 1.0
    memory_mb: int = 64


@dataclass(slots=True)
class _Session:
    """A session with how many evaluations it has served; `fit` is False once it met a limit."""

    monty: AsyncMontySession
    runs: int = 0
    fit: bool = True


class Workers:
    """Runs code in worker processes, which start with the first evaluation."""

    def __init__(self, limits: Limits, processes: int = 0) -> None:
        self._limits = limits
        self._count = processes or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._slots = asyncio.Semaphore(self._count)
        self._starting = asyncio.Lock()
        self._pool: AsyncMonty | None = None
        self._idle: list[_Session] = []

    @property
    def started(self) -> bool:
        """Whether any worker process was started."""
        return self._pool is not None

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the idle workers."""
        pids = (session.monty.worker_pid for session in self._idle)
        return tuple(pid for pid in pids if pid is not None)

    async def run(self, code: str, inputs: Mapping[str, Value], *, size: int = 0) -> Value:
        """The value of an expression; `size` counts the items of its inputs.

        Raises `Wrong` when the code fails or meets a limit. A worker that dies is replaced and
        the evaluation tried once more, since it changes nothing; then `WorkerError`.
        """
        from pydantic_monty import MontyCrashedError

        try:
            return await self._run(code, inputs, size)
        except MontyCrashedError:
            pass
        try:
            return await self._run(code, inputs, size)
        except MontyCrashedError as error:
            raise WorkerError(
                "The process that evaluates rules died twice.",
                fix="See whether the machine is short of memory, then run the step again.",
            ) from error

    async def close(self) -> None:
        """End all worker processes."""
        idle, self._idle = self._idle, []
        for session in idle:
            await _end(session)
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.__aexit__(None, None, None)

    async def _run(self, code: str, inputs: Mapping[str, Value], size: int) -> Value:
        from pydantic_monty import MontyCrashedError, MontyRuntimeError, MontySyntaxError

        async with self._slots, self._session() as session:
            session.fit = False
            try:
                value: Value = await session.monty.feed_run(code, inputs=dict(inputs))
            except MontySyntaxError as error:
                raise Wrong("rule.too_deep", "The rule is nested too deeply.", _SPLIT) from error
            except MontyRuntimeError as error:
                wrong = _translated(error, self._limits)
                session.fit = wrong.code != "rule.limit"
                raise wrong from error
            except MontyCrashedError as error:
                if error.timed_out:
                    raise _over(f"longer than {self._limits.seconds:g} s") from error
                raise
            session.fit = size < _LARGE_INPUT
            return value

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[_Session]:
        """A session of one's own; it is kept for the next evaluation unless something went wrong
        in it or the evaluation was cancelled half-way."""
        session = self._idle.pop() if self._idle else await self._new()
        session.runs += 1
        try:
            yield session
        finally:
            if session.fit and session.runs < _MOST_RUNS and self._pool is not None:
                self._idle.append(session)
            else:
                await _end(session)

    async def _new(self) -> _Session:
        pool = await self._started_pool()
        session = pool.checkout(
            script_name="rule.py",
            limits={
                "max_feed_duration_secs": self._limits.seconds,
                "max_memory": self._limits.memory_mb * 1024 * 1024,
            },
            os_policy={
                "datetime": _FROZEN,
                "sleep": "zero",
                "process_time": "zero",
                "random_start": {"seed": 0},
            },
        )
        opened = await session.__aenter__()
        await opened.feed_run(PRELUDE)
        return _Session(opened)

    async def _started_pool(self) -> AsyncMonty:
        from pydantic_monty import AsyncMonty

        async with self._starting:
            if self._pool is None:
                pool = AsyncMonty(
                    min_processes=1,
                    max_processes=self._count,
                    request_timeout=self._limits.seconds + 2 * _GRACE_S,
                    feed_duration_limit_grace=_GRACE_S,
                )
                self._pool = await pool.__aenter__()
            return self._pool


async def _end(session: _Session) -> None:
    from pydantic_monty import MontyError

    try:
        await session.monty.__aexit__(None, None, None)
    except MontyError:
        pass


_SPLIT = "Make parts of it steps of their own."
_DIVISIONS = ("DivisionByZero", "ZeroDivisionError", "DivisionUndefined")
_TOO_LARGE = ("Overflow", "OverflowError", "InvalidOperation", "DivisionImpossible")


def _over(how: str) -> Wrong:
    return Wrong("rule.limit", f"The rule ran {how} and was stopped.", _SPLIT)


def _translated(error: MontyRuntimeError, limits: Limits) -> Wrong:
    """What went wrong in the sandbox, in words of the procedure."""
    inner = error.exception()
    name, message = type(inner).__name__, str(inner)
    if name == "TimeoutError":
        return _over(f"longer than {limits.seconds:g} s")
    if name == "MemoryError":
        return _over(f"out of its {limits.memory_mb} MB of memory")
    if name in _DIVISIONS or "DivisionUndefined" in message:
        fix = "Test for it first: 0 if {X} == 0 else {Y} / {X}."
        return Wrong("rule.division", "The rule divides by zero.", fix)
    if name in _TOO_LARGE:
        fix = "Numbers have up to 28 digits; % needs more than 0, and a root no minus."
        return Wrong("rule.too_large", "A number in the rule cannot be worked out.", fix)
    if name == "IndexError":
        return Wrong("rule.part", "The list is shorter than the rule expects.", "Test len({X}).")
    if name == "RecursionError":
        return Wrong("rule.too_deep", "The rule is nested too deeply.", _SPLIT)
    if name == "ValueError" and message.startswith("rule."):
        code, _, reason = message.partition("|")
        return Wrong(code, f"{reason[:1].upper()}{reason[1:]}.", "Correct the input.")
    if name == "ValueError" and "is empty" in message:
        fix = "Test len({X}) > 0 first."
        return Wrong("rule.part", "There is no least and no greatest of nothing.", fix)
    return Wrong("rule.failed", f"The rule failed: {name}: {message}.", "Please report this.")
