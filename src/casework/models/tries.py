"""Tries a call again as the class of its error says. Knows waits and tries, no rates."""

from __future__ import annotations

import asyncio
import random

from casework.base.clock import Clock
from casework.base.errors import CaseworkError
from casework.base.limits import Sleep
from casework.base.retry import RetryPolicy, retry
from casework.models.call import Asks, Call
from casework.types.message import ModelAnswer


class Tries:
    """A wrapper: one try after the other, until an answer comes or no try may help."""

    def __init__(
        self,
        inner: Asks,
        policy: RetryPolicy,
        *,
        clock: Clock,
        dice: random.Random,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._clock = clock
        self._dice = dice
        self._sleep = sleep

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer; the span tells how often it was tried, and for how long one waited."""
        tries = 0
        waited_s = 0.0

        async def once(number: int) -> ModelAnswer:
            nonlocal tries
            tries = number
            return await self._inner.ask(call)

        def note(error: CaseworkError, wait_s: float) -> None:
            nonlocal waited_s
            waited_s += wait_s
            call.sent_at = None

        try:
            return await retry(
                once,
                policy=self._policy,
                clock=self._clock,
                dice=self._dice,
                sleep=self._sleep,
                on_wait=note,
            )
        finally:
            if tries > 1:
                call.note("casework.tries", tries)
                call.note("casework.waited_s", round(waited_s, 3))
