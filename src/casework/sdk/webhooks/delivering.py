"""Tells webhooks what happened: looks, queues, sends, tries again for a day. At least once each, in
no promised order; whoever is told can leave out what bears an id that it had already.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.sdk.webhooks.sending import Line, Pace, Tried
from casework.sdk.webhooks.telling import Sheets
from casework.sdk.wire import House
from casework.store.happenings import Looked
from casework.types.event import CaseWorked, CellSettled, Event, RunEnded, VerdictGiven
from casework.types.webhook import Happening, Webhook

_SETTLING_S = 5.0
"""So long after a change cases are still looked at: a decision is noted after its verdict."""
_AWAY_S = 5.0
_SHARE = 0.05
"""Of the time, at most, is spent on looking at how all cases stand."""
_KEPT = dt.timedelta(days=7)
_SWEPT_EVERY_S = 3600.0
_LONG_AGO_S = 86_400.0

OnTold = Callable[[int, int, str], None]
"""Told of tries that ended, of how many there are, and of the address of the last one."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a pass came to for one webhook: how much was `sent`, how much is `dead` or `withheld`
    since, how much is still `waiting`, and the last `problem` ('' for none)."""

    webhook: Webhook
    sent: int = 0
    dead: int = 0
    withheld: int = 0
    waiting: int = 0
    problem: str = ""


class Deliverer:
    """Tells the webhooks of one workspace; several processes may do so at once."""

    def __init__(self, house: House, sheets: Sheets, pace: Pace | None = None) -> None:
        self._house = house
        self._pace = pace or Pace()
        self._line = Line(house, sheets, self._pace, self._ended)
        self._woken = asyncio.Event()
        # How cases stand is looked at first of all: whoever looked last may have been broken off.
        self._changed_s = house.clock.monotonic_s()
        self._looked_s = self._swept_s = self._changed_s - _LONG_AGO_S
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
        await self._line.fill({one.id: one for one in webhooks})
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
        await self._line.idle()

    async def close(self) -> None:
        """Let what is being sent end, then close the connections."""
        await self._line.close()

    def _ended(self, tried: Tried) -> None:
        self._woken.set()

    async def _look(self, webhooks: Sequence[Webhook]) -> bool:
        now = self._house.clock.monotonic_s()
        changed = await self._house.store.happenings.changed()
        if changed:
            self._changed_s = now
        rested = now - self._looked_s >= self._took_s / _SHARE
        cases = rested and now - self._changed_s <= _SETTLING_S
        if not changed and not cases:
            return False
        looked = await _look(self._house, webhooks, cases=cases)
        if cases:
            self._looked_s = self._house.clock.monotonic_s()
            self._took_s = self._looked_s - now
        return looked.more

    async def _sweep(self) -> None:
        now = self._house.clock.monotonic_s()
        if now - self._swept_s < _SWEPT_EVERY_S:
            return
        self._swept_s = now
        await sweep(self._house)


async def deliver_once(
    house: House,
    sheets: Sheets,
    *,
    pace: Pace | None = None,
    most_s: float | None = None,
    on_told: OnTold | None = None,
) -> list[Delivered]:
    """One pass: queue all that happened, and try once what is due by then. An address that does not
    answer is left alone for the rest of the pass; after `most_s` seconds nothing more is begun.
    Whatever was not taken waits in the store for the next pass, or for a studio."""
    webhooks = {one.id: one for one in await house.store.webhooks.all()}
    if not webhooks:
        return []
    until_s = house.clock.monotonic_s() + (_LONG_AGO_S if most_s is None else most_s)
    tried: list[Tried] = []
    total = 0

    def ended(one: Tried) -> None:
        tried.append(one)
        if on_told is not None:
            on_told(len(tried), max(total, len(tried)), webhooks[one.webhook].url)

    line = Line(house, sheets, pace or Pace(), ended)
    try:
        while (await _look(house, list(webhooks.values()))).more:
            pass
        due = stamp(house.clock.now())
        total = sum((await house.store.deliveries.waiting(due=due)).values())
        while True:
            if house.clock.monotonic_s() < until_s:
                away = {one.webhook for one in tried if one.away}
                await line.fill(webhooks, but=away, due=due)
            if line.empty:
                break
            await line.some()
    finally:
        await line.close()
    await sweep(house)
    return _sums(list(webhooks.values()), tried, await house.store.deliveries.waiting())


async def sweep(house: House) -> None:
    """Let go of what was sent a week ago."""
    await house.store.deliveries.sweep(stamp(house.clock.now() - _KEPT))


async def _look(house: House, webhooks: Sequence[Webhook], *, cases: bool = True) -> Looked:
    def choose(told: Happening) -> list[str]:
        return [one.id for one in webhooks if one.filter.passes(told)]

    return await house.store.happenings.look(choose, cases=cases)


def _sums(
    webhooks: Sequence[Webhook], tried: Sequence[Tried], waiting: dict[str, int]
) -> list[Delivered]:
    counts = Counter((one.webhook, one.state) for one in tried)
    problems = {one.webhook: one.problem for one in tried if one.problem}
    return [
        Delivered(
            one,
            counts[one.id, "sent"],
            counts[one.id, "dead"],
            counts[one.id, "withheld"],
            waiting.get(one.id, 0),
            problems.get(one.id, ""),
        )
        for one in webhooks
    ]
