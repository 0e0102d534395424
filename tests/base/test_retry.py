from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import (
    CaseworkError,
    ModelRequestError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.base.retry import RetryPolicy, retry


@dataclass
class Tries:
    """Work that raises the given errors in turn, then answers; time passes only by waiting."""

    errors: list[CaseworkError]
    clock: FrozenClock = field(default_factory=FrozenClock)
    waits: list[float] = field(default_factory=list)

    async def run(self, policy: RetryPolicy, seed: int = 1) -> int:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            self.clock.advance(seconds)

        async def work(number: int) -> int:
            if number <= len(self.errors):
                raise self.errors[number - 1]
            return number

        return await retry(
            work, policy=policy, clock=self.clock, dice=random.Random(seed), sleep=sleep
        )


def _down() -> ModelUnavailableError:
    return ModelUnavailableError("It is down.")


async def test_what_works_at_once_never_waits() -> None:
    tries = Tries([])
    assert await tries.run(RetryPolicy()) == 1
    assert tries.waits == []


async def test_a_retryable_error_is_tried_again_with_growing_bounds() -> None:
    tries = Tries([_down(), _down(), _down()])
    policy = RetryPolicy(tries=4, first_wait_s=1, longest_wait_s=3)
    assert await tries.run(policy) == 4
    bounds = (1, 2, 3)
    assert all(0 <= wait <= most for wait, most in zip(tries.waits, bounds, strict=True))


async def test_an_error_that_no_retry_helps_is_raised_at_once() -> None:
    tries = Tries([ModelRequestError("No.")])
    with pytest.raises(ModelRequestError, match=r"^No\.$"):
        await tries.run(RetryPolicy())
    assert tries.waits == []


async def test_the_last_error_tells_how_often_it_was_tried() -> None:
    tries = Tries([_down() for _ in range(9)])
    with pytest.raises(ModelUnavailableError, match=r"It is down\. Tried 3 times in"):
        await tries.run(RetryPolicy(tries=3))
    assert len(tries.waits) == 2


async def test_the_wait_that_the_other_side_asks_for_is_kept() -> None:
    tries = Tries([RateLimitedError("Slow.", retry_after_s=7)])
    await tries.run(RetryPolicy(first_wait_s=0.5))
    assert 7 <= tries.waits[0] <= 7.5


async def test_a_wait_longer_than_the_total_time_is_not_begun() -> None:
    tries = Tries([RateLimitedError("Slow.", retry_after_s=3600)])
    with pytest.raises(RateLimitedError):
        await tries.run(RetryPolicy(total_s=60))
    assert tries.waits == []


async def test_no_try_starts_after_the_total_time() -> None:
    tries = Tries([RateLimitedError("Slow.", retry_after_s=20) for _ in range(9)])
    with pytest.raises(RateLimitedError):
        await tries.run(RetryPolicy(tries=9, total_s=50, first_wait_s=0.1))
    assert sum(tries.waits) <= 50


async def test_being_asked_to_slow_down_uses_up_no_tries() -> None:
    limited = [RateLimitedError("Slow.", retry_after_s=1) for _ in range(8)]
    tries = Tries([*limited, _down()])
    assert await tries.run(RetryPolicy(tries=2, total_s=60)) == 10


async def test_the_same_seed_waits_the_same() -> None:
    first, second, other = (Tries([_down(), _down()]) for _ in range(3))
    await first.run(RetryPolicy(), seed=7)
    await second.run(RetryPolicy(), seed=7)
    await other.run(RetryPolicy(), seed=8)
    assert first.waits == second.waits != other.waits
