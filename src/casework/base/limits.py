"""How much may happen at once and how fast: slots, allowances and turns for async work.

Knows nothing of what is limited. All of it lives on one event loop and needs no locks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType

from casework.base.clock import Clock

Sleep = Callable[[float], Awaitable[None]]

_LOOK_AGAIN_S = 0.5
"""Limits change while somebody waits; nobody looks at an old one for longer."""


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


class Allowance:
    """An amount a second, counted as time: what is taken moves the moment at which more may be
    taken. Who comes late may catch up on the last `lag_s` seconds (GCRA, ATM Forum 1996).
    """

    __slots__ = ("_lag_s", "_next_at")

    def __init__(self, *, lag_s: float = 0.05) -> None:
        self._lag_s = lag_s
        self._next_at = float("-inf")

    def wait_s(self, now: float) -> float:
        """How long until something may be taken; 0 when it may be now."""
        return max(0.0, self._next_at - now)

    def take(self, amount: float, per_s: float, now: float) -> None:
        """Take an amount, also a large one at once: who comes next waits for it."""
        self._next_at = max(self._next_at, now - self._lag_s) + amount / per_s

    def give_back(self, amount: float, per_s: float) -> None:
        """Less was used than was taken; more, when the amount is negative."""
        self._next_at -= amount / per_s

    def not_before(self, moment: float) -> None:
        """Nothing may be taken before this moment, and nothing is saved up until then."""
        self._next_at = max(self._next_at, moment)


class Turns:
    """Lets callers through in the order in which they came: while it is open, and no faster than
    `wait_s` says. It tells how long the first has to wait at the given moment; `took` hears who got
    through, with the weight that it came with. Waiting costs one timer for all.
    """

    __slots__ = (
        "_clock",
        "_open_at",
        "_patience_s",
        "_pump",
        "_sleep",
        "_took",
        "_wait",
        "_waiting",
    )

    def __init__(
        self,
        wait_s: Callable[[float], float],
        took: Callable[[float, float], None],
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        patience_s: float = float("inf"),
    ) -> None:
        self._wait = wait_s
        self._took = took
        self._clock = clock
        self._sleep = sleep
        self._patience_s = patience_s
        self._open_at = float("-inf")
        self._waiting: deque[tuple[asyncio.Future[bool], float]] = deque()
        self._pump: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def shut(self, seconds: float) -> None:
        """Let nobody through for `seconds` from now; never shortens an earlier closing."""
        self._open_at = max(self._open_at, self._clock.monotonic_s() + seconds)

    def shut_s(self) -> float:
        """How long it stays shut; 0 when it is open."""
        return max(0.0, self._open_at - self._clock.monotonic_s())

    async def pass_through(self, weight: float = 1.0) -> bool:
        """Return when it is the caller's turn: True; False at once when it is shut for longer than
        anybody's patience."""
        if not self._waiting:
            now = self._clock.monotonic_s()
            if now >= self._open_at and self._wait(now) <= 0:
                self._took(weight, now)
                return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, weight))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._let_through())
        return await turn

    async def _let_through(self) -> None:
        while self._waiting:
            turn, weight = self._waiting[0]
            if turn.done():  # it was cancelled
                self._waiting.popleft()
                continue
            now = self._clock.monotonic_s()
            shut_s = self._open_at - now
            if shut_s > self._patience_s:
                self._waiting.popleft()
                turn.set_result(False)
                continue
            wait_s = max(shut_s, self._wait(now))
            if wait_s > 0:
                await self._sleep(min(wait_s, _LOOK_AGAIN_S))
                continue
            self._waiting.popleft()
            self._took(weight, now)
            turn.set_result(True)


def _at_least_one(limit: int) -> int:
    if limit < 1:
        raise ValueError("a limit of slots must be at least 1")
    return limit
