"""One loop that tries again, driven by the error: whether it may help and how long to wait.

Waits grow exponentially with full jitter (AWS Architecture Blog, "Exponential Backoff And
Jitter", 2015); a wait that the other side asked for is respected.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from casework.base.clock import Clock
from casework.base.errors import CaseworkError, RateLimitedError
from casework.base.limits import Sleep

T = TypeVar("T")
OnWait = Callable[[CaseworkError, float], None]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long. No try starts later than `total_s` after the first.

    Being asked to slow down uses up time but no tries: the other side works, we are too many.
    """

    tries: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    total_s: float = 120.0

    def wait_s(self, failed: int, error: CaseworkError, dice: random.Random) -> float:
        """How long to wait after the `failed`-th failure, which is `error`."""
        most_s: float = min(self.longest_wait_s, self.first_wait_s * 2 ** (failed - 1))
        if error.retry_after_s is not None:
            return error.retry_after_s + dice.uniform(0.0, min(self.first_wait_s, most_s))
        return dice.uniform(0.0, most_s)


async def retry(
    work: Callable[[int], Awaitable[T]],
    *,
    policy: RetryPolicy,
    clock: Clock,
    dice: random.Random,
    sleep: Sleep = asyncio.sleep,
    on_wait: OnWait | None = None,
) -> T:
    """The result of `work(n)`, n counting tries from 1.

    An error that no retry can help is raised at once. The last error is raised when tries or time
    are used up, or when waiting as asked would use up the time; its message then tells how often
    and how long it was tried.
    """
    began = clock.monotonic_s()
    tried, slowed = 1, 0
    while True:
        try:
            return await work(tried)
        except CaseworkError as error:
            if not error.retryable:
                raise
            slowed += isinstance(error, RateLimitedError)
            wait_s = policy.wait_s(tried, error, dice)
            passed_s = clock.monotonic_s() - began
            if tried - slowed >= policy.tries or passed_s + wait_s > policy.total_s:
                _tell(error, tried, passed_s)
                raise
            if on_wait is not None:
                on_wait(error, wait_s)
        await sleep(wait_s)
        tried += 1


def _tell(error: CaseworkError, tried: int, passed_s: float) -> None:
    if tried > 1:
        error.message = f"{error.message} Tried {tried} times in {passed_s:.1f} s."
