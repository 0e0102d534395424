"""Lets a call wait for its turn: calls in flight and rates, of its model and of its endpoint."""

from __future__ import annotations

from casework.base.clock import Clock
from casework.base.errors import ModelError, RateLimitedError
from casework.models.call import Asks, Call
from casework.models.lanes import Lane, Lanes
from casework.types.message import ModelAnswer


class Paced:
    """A wrapper: in its turn, and the lane learns from what came of it."""

    def __init__(self, inner: Asks, lanes: Lanes, clock: Clock) -> None:
        self._inner = inner
        self._lanes = lanes
        self._now = clock.monotonic_s

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer; raises `RateLimitedError` without a call when the endpoint asked to wait for
        longer than a call waits."""
        lane, endpoint = await self._lanes.way(call.name, call.target.provider)
        async with lane.slots:
            if not lane.open and not await lane.turns.pass_through(call.tokens):
                raise _shut(call, lane)
            async with endpoint:
                call.sent_at = began = self._now()
                lane.begun(began)
                try:
                    answer = await self._inner.ask(call)
                except RateLimitedError as error:
                    lane.refused(began, error.retry_after_s)
                    self._lanes.alarm()
                    raise
                except ModelError as error:
                    if error.retry_after_s:
                        lane.turns.shut(error.retry_after_s)
                    raise
                ended = self._now()
        lane.latencies.append(ended - began)
        if not lane.free:
            lane.corrected(call.tokens, answer.usage.input_tokens + answer.usage.output_tokens)
        return answer


def _shut(call: Call, lane: Lane) -> RateLimitedError:
    wait_s = lane.turns.shut_s()
    return RateLimitedError(
        f"{call.name} asked to wait; it may be asked again in {wait_s:.0f} s.",
        retry_after_s=wait_s,
        fix="Run again later, or set model.fallback.rate to another model.",
    )
