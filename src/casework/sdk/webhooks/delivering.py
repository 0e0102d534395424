"""Tells webhooks what happened: looks, queues, sends, tries again for a day. At least once each, in
no promised order; whoever is told can leave out what bears an id that it had already.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from casework.base.clock import stamp
from casework.base.errors import CaseworkError
from casework.sdk.outside import Outside
from casework.sdk.webhooks.keeping import secrets_of
from casework.sdk.webhooks.signing import sign
from casework.sdk.webhooks.telling import Sheets, telling
from casework.sdk.wire import House
from casework.types.event import CaseWorked, CellSettled, Event, RunEnded, VerdictGiven
from casework.types.webhook import Delivery, DeliveryState, Happening, Webhook

WAITS_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 36_000.0)
"""Between the tries of one telling: a day, all together."""
_SPREAD = 0.2
_EVERY_S = 1.0
_SETTLING_S = 5.0
"""So long after a change cases are still looked at: a decision is noted after its verdict."""
_AWAY_S = 5.0
_SHARE = 0.05
"""Of the time, at most, is spent on looking at how all cases stand."""
_AT_ONCE = 16
_OF_ONE = 4
_TAKEN_FOR = dt.timedelta(seconds=120)
_KEPT = dt.timedelta(days=7)
_SWEPT_EVERY_S = 3600.0
_TIMEOUT_S = 15.0
_LONGEST_S = 86_400.0
_FINE = range(200, 300)
_GONE = 410
_WAIT = (429, 503)


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently tellings are tried again, and how often it is looked for new ones."""

    waits_s: tuple[float, ...] = WAITS_S
    every_s: float = _EVERY_S
    timeout_s: float = _TIMEOUT_S


class Deliverer:
    """Tells the webhooks of one workspace; several processes may do so at once."""

    def __init__(self, house: House, sheets: Sheets, pace: Pace | None = None) -> None:
        self._house = house
        self._sheets = sheets
        self._pace = pace or Pace()
        self._outside = Outside(house)
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._woken = asyncio.Event()
        self._changed_s = self._looked_s = self._swept_s = -_LONGEST_S
        self._took_s = 0.0

    async def run(self) -> None:
        """Tell until cancelled; what is under way then is ended, the rest waits in the store."""
        loop = asyncio.get_running_loop()

        def wake(event: Event) -> None:
            loop.call_soon_threadsafe(self._woken.set)

        deaf = self._house.bus.listen(wake, CellSettled, CaseWorked, VerdictGiven, RunEnded)
        try:
            while True:
                more = await self._turn_or_wait()
                if not more:
                    self._woken.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._pace.every_s):
                            await self._woken.wait()
                await asyncio.sleep(0.02)  # a burst of events is one look
        finally:
            deaf()
            await self.close()

    async def turn(self) -> bool:
        """Look and send once; True when more is to be done at once."""
        webhooks = await self._house.store.webhooks.all()
        if not webhooks:
            return False
        left = await self._look(webhooks)
        await self._send(webhooks)
        await self._sweep()
        return left

    async def _turn_or_wait(self) -> bool:
        try:
            return await self.turn()
        except Exception:  # noqa: BLE001 - the database is away, say: what is queued waits there
            await asyncio.sleep(_AWAY_S)
            return False

    async def idle(self) -> None:
        """Return when nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        """Let what is being sent end, then close the connections."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.timeout_s):
                await self.idle()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._outside.close()

    async def _look(self, webhooks: Sequence[Webhook]) -> bool:
        now = self._house.clock.monotonic_s()
        changed = await self._house.store.happenings.changed()
        if changed:
            self._changed_s = now
        rested = now - self._looked_s >= self._took_s / _SHARE
        cases = rested and now - self._changed_s <= _SETTLING_S
        if not changed and not cases:
            return False

        def choose(told: Happening) -> list[str]:
            return [one.id for one in webhooks if one.filter.passes(told)]

        looked = await self._house.store.happenings.look(choose, cases=cases)
        if cases:
            self._looked_s = self._house.clock.monotonic_s()
            self._took_s = self._looked_s - now
        return looked.more

    async def _send(self, webhooks: Sequence[Webhook]) -> None:
        known = {one.id: one for one in webhooks}
        busy = [id for id, count in Counter(self._under_way.values()).items() if count >= _OF_ONE]
        free = _AT_ONCE - len(self._under_way)
        if free <= 0:
            return
        until = stamp(self._house.clock.now() + _TAKEN_FOR)
        for one in await self._house.store.deliveries.take(free, until=until, busy=busy):
            task = asyncio.create_task(self._tell(known.get(one.webhook), one))
            self._under_way[task] = one.webhook
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._woken.set()

    async def _tell(self, webhook: Webhook | None, one: Delivery) -> None:
        if webhook is None:
            return
        wait_s = 0.0
        try:
            body = await telling(self._house, self._sheets, webhook, one)
            if body is None:
                await self._note(one, "withheld", problem="It may not be told of these documents.")
                return
            status, wait_s = await self._call(webhook, one, body)
            problem = "" if status in _FINE else f"The address answered {status}."
        except CaseworkError as error:
            status, problem = 0, str(error)
        except Exception as error:  # noqa: BLE001 - the border of one telling: it is recorded with it
            status, problem = 0, f"{type(error).__name__}: {error}"
        if not problem:
            await self._note(one, "sent", status)
        elif status == _GONE:
            await self._note(one, "dead", status, problem)
            await self._pause(webhook)
        elif one.tries >= len(self._pace.waits_s):
            await self._note(one, "dead", status, f"{problem} It was tried for a day.")
        else:
            told_s = self._pace.waits_s[one.tries] * random.uniform(1 - _SPREAD, 1 + _SPREAD)
            seconds = dt.timedelta(seconds=min(max(told_s, wait_s), _LONGEST_S))
            due_at = stamp(self._house.clock.now() + seconds)
            await self._note(one, "waiting", status, problem, due_at)

    async def _call(self, webhook: Webhook, one: Delivery, body: bytes) -> tuple[int, float]:
        """Status, and for how many seconds the other side asks to wait."""
        secrets = secrets_of(webhook.id, self._house.clock)
        if not secrets:
            raise CaseworkError(
                "This machine does not know the secret of the webhook.",
                fix="Rotate its secret here, or let the machine deliver that it was made on.",
                code="webhook.no_secret",
            )
        at_s = int(self._house.clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "casework-webhooks",
            **sign(secrets, one.id, at_s, body),
        }
        reply = await self._outside.send(
            "POST",
            webhook.url,
            body=body,
            headers=headers,
            purpose="webhook",
            timeout_s=self._pace.timeout_s,
        )
        told = reply.headers.get("retry-after", "") if reply.status in _WAIT else ""
        return reply.status, float(told) if told.isdigit() else 0.0

    async def _note(
        self,
        one: Delivery,
        state: DeliveryState,
        status: int = 0,
        problem: str = "",
        due_at: str = "",
    ) -> None:
        await self._house.store.deliveries.ended(
            one.id,
            state,
            status=status,
            problem=problem,
            due_at=due_at or one.due_at,
        )

    async def _pause(self, webhook: Webhook) -> None:
        why = "The address said that it is gone (410)."
        await self._house.store.webhooks.change(replace(webhook, paused=why))

    async def _sweep(self) -> None:
        now = self._house.clock.monotonic_s()
        if now - self._swept_s < _SWEPT_EVERY_S:
            return
        self._swept_s = now
        await self._house.store.deliveries.sweep(stamp(self._house.clock.now() - _KEPT))
