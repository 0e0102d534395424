"""One lane for each model of a provider: who may be asked how often, and what was learnt of that.

Knows no wire and no store: what other processes learnt comes through a `RateLedger`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import Context
from dataclasses import dataclass

from casework.base.clock import Clock
from casework.base.errors import CaseworkError
from casework.base.ids import uuid7
from casework.base.limits import Allowance, Sleep, Slots, Turns
from casework.models.names import Provider
from casework.models.pacing import Curve, first_curve
from casework.types.needs import LaneNews, LaneState, RateLedger

_SECONDS_A_MINUTE = 60.0
_PAUSE_S = 0.5
"""How long calls pause after a refusal that does not say how long."""
_LOOKED_BACK_S = 1.0
_TELLING_CALLS = 5
_LEAST_PER_S = 1 / 60
_REMEMBERED = 4_096
"""Calls whose times are remembered: a second's worth, also of a fast endpoint."""
_LATENCIES = 256
_IDLE_S = 5.0
_FORGIVEN_S = 8.0
"""A refusal at a rate that was borne before is taken for an accident (calls that bunched up on
their way) unless another one follows so soon."""
_NEAR = 0.8
"""Who uses less than this share of the rate learns nothing of its limit."""
_BEAT_S = 1.0
_TOKEN_LAG_S = 1.0


class Lane:
    """What all calls to one model of one provider share: calls in flight, turns, what it bears."""

    def __init__(
        self, name: str, provider: Provider, *, clock: Clock, sleep: Sleep, patience_s: float
    ) -> None:
        self.name = name
        self.slots = Slots(provider.concurrency)
        self.turns = Turns(
            self._wait_s, self._took, clock=clock, sleep=sleep, patience_s=patience_s
        )
        self.latencies: deque[float] = deque(maxlen=_LATENCIES)
        self.curve: Curve | None = None
        """Its times are those of the monotonic clock."""
        self.joined = False
        self.free = not (provider.requests_per_minute or provider.tokens_per_minute)
        """Whether nothing limits its rate so far."""
        self._clock = clock
        self._own_per_s = (provider.requests_per_minute or 0.0) / _SECONDS_A_MINUTE
        self._tokens_per_s = (provider.tokens_per_minute or 0.0) / _SECONDS_A_MINUTE
        self._requests = Allowance()
        self._tokens = Allowance(lag_s=_TOKEN_LAG_S)
        self._sent_at: deque[float] = deque(maxlen=_REMEMBERED)
        self._refused_at: deque[float] = deque(maxlen=_REMEMBERED)
        self._first_at: float | None = None
        self._resume_at = float("-inf")
        self._search_from: float | None = None
        self._forgiven_at = float("-inf")
        self._state = LaneState(LaneNews(name))
        self._span_began = clock.monotonic_s()
        self._span_sent = 0
        self._told_at, self._told_sent, self.sent = self._span_began, 0, 0
        self._pressed = False

    @property
    def open(self) -> bool:
        """Whether a call may go out without waiting for its turn."""
        return self.free and not self.turns.waiting and not self.turns.shut_s()

    def begun(self, now: float) -> None:
        """A call goes out."""
        self.sent += 1
        self._sent_at.append(now)
        if self._first_at is None:
            self._first_at = now

    def refused(self, sent_at: float, retry_after_s: float | None) -> None:
        """The endpoint asked to slow down: everybody waits, and goes on more slowly. Refusals of
        calls that were sent before the last one was heard tell nothing new."""
        now = self._clock.monotonic_s()
        pause_s = _PAUSE_S if retry_after_s is None else retry_after_s
        self.turns.shut(pause_s)
        self._refused_at.append(sent_at)
        if sent_at < self._resume_at:
            return
        opened = max(self._resume_at, self._first_at or now)
        resume_at = self._resume_at = now + pause_s
        self.free = False
        if self.curve is None:
            self._search_from = resume_at
        elif self.curve.bore(sent_at) and now - self._forgiven_at > _FORGIVEN_S:
            self._forgiven_at = now
            self.curve = self.curve.unused(pause_s)
        else:
            self.curve = self.curve.refused(sent_at, resume_at, self._accepted_per_s(now, opened))
        self._requests.not_before(resume_at)

    def corrected(self, guessed: float, used: float) -> None:
        """A call used another number of tokens than was thought before."""
        if self._tokens_per_s and used:
            self._tokens.give_back(guessed - used, self._tokens_per_s / self._state.users)

    def per_s(self, now: float) -> float | None:
        """Calls a second that this process may send; None when nothing limits them."""
        total = self._own_per_s or None
        if self.curve is not None:
            learnt = self.curve.per_s(now)
            total = learnt if total is None else min(total, learnt)
        if total is None or self._state.users == 1:
            return total
        state, fair = self._state, total / self._state.users
        if not self._pressed or not state.pressed:
            return fair
        return max(fair, (total - state.taken_per_s) / state.pressed)

    def news(self, epoch_s: float) -> LaneNews:
        """What this process tells the others; `epoch_s` is now, in seconds since the epoch."""
        now = self._clock.monotonic_s()
        passed_s = max(now - self._told_at, _BEAT_S / 2)
        sent_per_s = (self.sent - self._told_sent) / passed_s
        self._told_at, self._told_sent = now, self.sent
        pressed = self._pressed = self.turns.waiting > 0
        shift = epoch_s - now
        shut_s = self.turns.shut_s()
        shut_until = epoch_s + shut_s if shut_s else 0.0
        if self.curve is not None:
            self.curve = self.curve.reached(now)
        curve = self.curve
        if curve is None:
            return LaneNews(self.name, None, 0.0, 0.0, shut_until, sent_per_s, pressed)
        return LaneNews(
            self.name, curve.peak_per_s, curve.cut_at + shift, curve.regrow_s, shut_until,
            sent_per_s, pressed,
        )  # fmt: skip

    def hear(self, state: LaneState, epoch_s: float) -> None:
        """What all processes know by now."""
        now = self._clock.monotonic_s()
        shift = epoch_s - now
        self._state = state
        news = state.news
        if news.shut_until > epoch_s:
            self.turns.shut(news.shut_until - epoch_s)
        if news.peak_per_s is not None:
            cut_at = min(news.cut_at - shift, now + max(0.0, news.shut_until - epoch_s))
            if self.curve is None or cut_at > self.curve.cut_at + _NEAR:
                curve = Curve(news.peak_per_s, cut_at, news.regrow_s)
                self.curve = curve if self.joined else curve.at_peak(now)
                self._search_from = None
                self.free = False
        self.joined = True

    def _wait_s(self, now: float) -> float:
        if self._search_from is not None and now >= self._search_from:
            self._search_from = None
            passed_s = now - (self._first_at or now)
            self.curve = first_curve(self.sent - len(self._refused_at), passed_s, now)
        if self.curve is None and not self._own_per_s:
            wait_s = 0.0
        else:
            wait_s = self._requests.wait_s(now)
        return max(wait_s, self._tokens.wait_s(now)) if self._tokens_per_s else wait_s

    def _took(self, tokens: float, now: float) -> None:
        rate = self.per_s(now)
        if rate is not None:
            self._requests.take(1.0, rate, now)
            self._notice_use(rate, now)
        if self._tokens_per_s:
            self._tokens.take(tokens, self._tokens_per_s / self._state.users, now)

    def _notice_use(self, rate: float, now: float) -> None:
        """Time in which the rate was not used does not count as having borne it."""
        self._span_sent += 1
        passed_s = now - self._span_began
        if passed_s < _LOOKED_BACK_S:
            return
        if self.curve is not None and self._state.users == 1:
            if passed_s > _IDLE_S:
                self.curve = self.curve.at_peak(now)
            elif self._span_sent < _NEAR * rate * passed_s:
                self.curve = self.curve.unused(passed_s)
        self._span_began, self._span_sent = now, 0

    def _accepted_per_s(self, now: float, opened: float) -> float | None:
        """What was not refused in the last second, or in the time of some calls; None when calls go
        on for too short a time to tell."""
        tried = self.per_s(now) or 0.0
        span_s = min(now - opened, max(_LOOKED_BACK_S, _TELLING_CALLS / max(tried, _LEAST_PER_S)))
        if span_s < _LOOKED_BACK_S / 2 or tried * span_s < _TELLING_CALLS - 1:
            return None
        since = now - span_s
        sent = sum(1 for at in self._sent_at if at > since)
        return max(0, sent - sum(1 for at in self._refused_at if at > since)) / span_s


@dataclass(frozen=True, slots=True)
class _Way:
    """A lane, and the calls in flight to its whole endpoint."""

    lane: Lane
    endpoint: Slots


class Lanes:
    """The lanes of one process. With a ledger it tells other processes of the workspace, about once
    a second while calls are made and at once when an endpoint complains.

    `patience_s` is how long a call waits for an endpoint that asked to wait.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        patience_s: float = float("inf"),
        ledger: RateLedger | None = None,
        beat_s: float = _BEAT_S,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._patience_s = patience_s
        self._ledger = ledger
        self._beat_s = beat_s
        self._ways: dict[str, _Way] = {}
        self._endpoints: dict[str, Slots] = {}
        self._holder = uuid7()
        self._heart: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._joining = asyncio.Lock()

    async def way(self, name: str, provider: Provider) -> tuple[Lane, Slots]:
        """The lane of a model and the slots of its endpoint; heard of from the others first."""
        way = self._ways.get(name)
        if way is None:
            way = self._ways[name] = self._open(name, provider)
        if self._ledger is not None:
            if not way.lane.joined:
                async with self._joining:
                    if not way.lane.joined:
                        await self._exchange([way.lane])
                        way.lane.joined = True
            if self._heart is None or self._heart.done():
                beating = self._beat()
                self._heart = asyncio.get_running_loop().create_task(beating, context=Context())
        return way.lane, way.endpoint

    def find(self, name: str) -> Lane | None:
        """The lane of a model, if it was asked already."""
        way = self._ways.get(name)
        return None if way is None else way.lane

    def alarm(self) -> None:
        """Something was learnt that the others should hear of at once."""
        self._wake.set()

    async def close(self) -> None:
        """Tell the others that this process asks no more."""
        heart, self._heart = self._heart, None
        if heart is not None:
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)
            await self._leave()

    def _open(self, name: str, provider: Provider) -> _Way:
        endpoint = self._endpoints.get(provider.name)
        if endpoint is None:
            endpoint = self._endpoints[provider.name] = Slots(provider.concurrency)
        lane = Lane(
            name, provider, clock=self._clock, sleep=self._sleep, patience_s=self._patience_s
        )
        return _Way(lane, endpoint)

    async def _beat(self) -> None:
        idle_s, sent = 0.0, -1
        while idle_s < _IDLE_S:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), self._beat_s)
            except TimeoutError:
                pass
            lanes = [way.lane for way in self._ways.values() if way.lane.joined]
            await self._exchange(lanes)
            now_sent = sum(lane.sent for lane in lanes)
            busy = now_sent != sent or any(lane.slots.in_flight for lane in lanes)
            idle_s, sent = (0.0 if busy else idle_s + self._beat_s), now_sent
        await self._leave()

    async def _exchange(self, lanes: list[Lane]) -> None:
        if self._ledger is None:
            return
        epoch_s = self._clock.now().timestamp()
        told = [lane.news(epoch_s) for lane in lanes]
        try:
            known = await self._ledger.exchange(self._holder, told)
        except CaseworkError:
            return  # what the others know is help, not need: the next beat tries again
        for lane in lanes:
            lane.hear(known.get(lane.name) or LaneState(LaneNews(lane.name)), epoch_s)

    async def _leave(self) -> None:
        if self._ledger is None:
            return
        try:
            await self._ledger.leave(self._holder)
        except CaseworkError:
            pass  # rows that nobody refreshes count for nothing after some seconds
