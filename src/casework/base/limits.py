"""How much may happen at once and how fast: slots, rates and holds for async work.

Knows nothing of what is limited. All of it lives on one event loop and needs no locks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType

from casework.base.clock import Clock

Sleep = Callable[[float], Awaitable[None]]


class Slots:
    """At most `limit` at a time, in the order in which they came: `async with slots: ...`.

    The limit can change while work is under way; a smaller one holds from the next release on.
    """

    __slots__ = ("_limit", "_waiting", "in_flight", "most_in_flight")

    def __init__(self, limit: int) -> None:
        self._limit = _at_least_one(limit)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.in_flight = 0
        self.most_in_flight = 0

    @property
    def limit(self) -> int:
        """How many may be in flight."""
        return self._limit

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._waiting)

    def resize(self, limit: int) -> None:
        """Allow another number at a time."""
        self._limit = _at_least_one(limit)
        self._hand_on()

    async def __aenter__(self) -> None:
        if self.in_flight < self._limit and not self._waiting:
            self._take()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()  # the slot came in the same moment as the cancellation
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give_back()

    def _take(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def _give_back(self) -> None:
        self.in_flight -= 1
        self._hand_on()

    def _hand_on(self) -> None:
        while self._waiting and self.in_flight < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._take()
                turn.set_result(None)


class Pace:
    """Finds how many calls an endpoint bears: one more after a round of successes, half when it
    asks to slow down (additive increase, multiplicative decrease; Chiu and Jain 1989).

    Never more than the limit that `slots` had at first. Several complaints within `settle_s` count
    as one: they were sent at the same pace.
    """

    __slots__ = ("_clock", "_most", "_passed", "_settle_s", "_settled_at", "_slots")

    def __init__(self, slots: Slots, *, clock: Clock, settle_s: float = 1.0) -> None:
        self._slots = slots
        self._most = slots.limit
        self._clock = clock
        self._settle_s = settle_s
        self._settled_at = float("-inf")
        self._passed = 0

    def eased(self) -> None:
        """A call went through."""
        limit = self._slots.limit
        if limit == self._most:
            return
        self._passed += 1
        if self._passed >= limit:
            self._passed = 0
            self._slots.resize(limit + 1)

    def slowed(self) -> None:
        """The endpoint asked to slow down."""
        now = self._clock.monotonic_s()
        if now < self._settled_at:
            return
        self._settled_at = now + self._settle_s
        self._passed = 0
        self._slots.resize(max(1, self._slots.limit // 2))


class Rate:
    """At most `per_s` a second on average, with bursts of up to `burst` (a token bucket).

    Whoever comes reserves at once and waits until its share is there, so nobody is overtaken.
    """

    __slots__ = ("_burst", "_clock", "_per_s", "_ready_at", "_sleep")

    def __init__(
        self, per_s: float, *, clock: Clock, burst: float = 1.0, sleep: Sleep = asyncio.sleep
    ) -> None:
        if per_s <= 0 or burst <= 0:
            raise ValueError("a rate and its burst must be above zero")
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._ready_at = clock.monotonic_s() - burst / per_s

    def reserve(self, amount: float = 1.0) -> float:
        """Take `amount` and return the seconds to wait before using it."""
        now = self._clock.monotonic_s()
        self._ready_at = max(self._ready_at, now - self._burst / self._per_s) + amount / self._per_s
        return max(0.0, self._ready_at - now)

    async def take(self, amount: float = 1.0) -> float:
        """Wait for `amount`; returns the seconds that it took."""
        wait_s = self.reserve(amount)
        if wait_s > 0:
            await self._sleep(wait_s)
        return wait_s


class Hold:
    """A door that is shut for a while, for everybody: an endpoint asked us to wait."""

    __slots__ = ("_clock", "_open_at", "_sleep")

    def __init__(self, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._open_at = float("-inf")

    def shut(self, seconds: float) -> None:
        """Keep shut for `seconds` from now; never shortens an earlier hold."""
        self._open_at = max(self._open_at, self._clock.monotonic_s() + seconds)

    @property
    def remaining_s(self) -> float:
        """How long it stays shut; 0 when it is open."""
        return max(0.0, self._open_at - self._clock.monotonic_s())

    async def passed(self) -> None:
        """Return once it is open."""
        while (wait_s := self.remaining_s) > 0:
            await self._sleep(wait_s)


def _at_least_one(limit: int) -> int:
    if limit < 1:
        raise ValueError("a limit of slots must be at least 1")
    return limit
