"""Sends a slow call a second time and takes whichever answer comes first.

Source: J. Dean and L. A. Barroso, "The Tail at Scale", CACM 2013. Knows no prices but the answer's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from casework.base.clock import Clock
from casework.models.call import Asks, Call
from casework.models.lanes import Lane, Lanes
from casework.types.message import ModelAnswer
from casework.types.usage import Usage

_LEAST_MEASURED = 20
"""Answers that must have been timed before a call counts as slow."""
_SLOW = 0.95
_LOOK_AGAIN_S = 0.5


class Hedged:
    """A wrapper: after the 95th percentile of a model's latencies, a second identical call."""

    def __init__(self, inner: Asks, lanes: Lanes, clock: Clock) -> None:
        self._inner = inner
        self._lanes = lanes
        self._now = clock.monotonic_s

    async def ask(self, call: Call) -> ModelAnswer:
        """The first answer; the other call is cancelled, and what it may cost is counted."""
        lane = self._lanes.find(call.name)
        slow_s = None if lane is None else percentile(lane.latencies, _SLOW)
        if slow_s is None or lane is None:
            return await self._inner.ask(call)
        first = asyncio.ensure_future(self._inner.ask(call))
        tasks: list[asyncio.Future[ModelAnswer]] = [first]
        try:
            await self._while_in_time(call, first, slow_s)
            if first.done() or not _has_room(lane):
                return await first
            second = call.to(call.target)
            tasks.append(asyncio.ensure_future(self._inner.ask(second)))
            call.note("casework.hedged_after_s", round(slow_s, 3))
            answer = await _first_answer(tasks)
            return replace(answer, usage=answer.usage + lost(answer.usage))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _while_in_time(
        self, call: Call, first: asyncio.Future[ModelAnswer], slow_s: float
    ) -> None:
        """Return when the first call is over, or under way for too long; waiting for its turn does
        not count."""
        while not first.done():
            under_way_s = 0.0 if call.sent_at is None else self._now() - call.sent_at
            if under_way_s >= slow_s:
                return
            wait_s = slow_s - under_way_s if call.sent_at is not None else _LOOK_AGAIN_S
            await asyncio.wait((first,), timeout=max(wait_s, 0.001))


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share of the values does not pass; None while they are few."""
    if len(values) < _LEAST_MEASURED:
        return None
    return sorted(values)[int(share * (len(values) - 1))]


def lost(usage: Usage) -> Usage:
    """What a call that was cancelled probably costs: its input, for it was sent in full."""
    if usage.cost_usd is None:
        return Usage(1, usage.input_tokens, cost_usd=None)
    whole = usage.input_tokens + usage.output_tokens
    share = usage.input_tokens / whole if whole else 0.0
    return Usage(1, usage.input_tokens, cost_usd=usage.cost_usd * share)


async def _first_answer(tasks: list[asyncio.Future[ModelAnswer]]) -> ModelAnswer:
    """The first answer that comes; the error of the first call when none does."""
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.cancelled() and task.exception() is None:
                return task.result()
    return await tasks[0]


def _has_room(lane: Lane) -> bool:
    """Whether a second call would push nobody back."""
    return lane.open and not lane.slots.waiting and lane.slots.in_flight < lane.slots.limit
