"""Sends what webhooks are to be told and writes down what came of each try. Knows neither what
happened nor when to look for it."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from casework.base.clock import stamp
from casework.base.errors import CaseworkError
from casework.sdk.outside import Outside
from casework.sdk.webhooks.keeping import secrets_of
from casework.sdk.webhooks.signing import sign
from casework.sdk.webhooks.telling import Sheets, telling
from casework.sdk.wire import House
from casework.types.webhook import Delivery, DeliveryState, Webhook

WAITS_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 36_000.0)
"""Between the tries of one telling: a day, all together."""
_SPREAD = 0.2
_EVERY_S = 1.0
_AT_ONCE = 16
_OF_ONE = 4
_TAKEN_FOR = dt.timedelta(seconds=120)
_TIMEOUT_S = 15.0
_LONGEST_S = 86_400.0
_FINE = range(200, 300)
_GONE = 410
_WAIT = (429, 503)
_FAULTS = 500


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently tellings are tried again, and how often it is looked for new ones."""

    waits_s: tuple[float, ...] = WAITS_S
    every_s: float = _EVERY_S
    timeout_s: float = _TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try came to. `status` is 0 where no answer came; `problem` says what went wrong."""

    webhook: str
    state: DeliveryState
    status: int = 0
    problem: str = ""

    @property
    def away(self) -> bool:
        """Whether the address itself did not take anything, rather than this one telling."""
        return bool(self.problem) and (self.status in (0, *_WAIT, _GONE) or self.status >= _FAULTS)


class Line:
    """What is being sent: so much at once, and of one webhook so little that a slow one holds up
    nobody else. `ended` is told of each try."""

    def __init__(
        self, house: House, sheets: Sheets, pace: Pace, ended: Callable[[Tried], None]
    ) -> None:
        self._house = house
        self._sheets = sheets
        self._pace = pace
        self._ended = ended
        self._outside = Outside(house)
        self._under_way: dict[asyncio.Task[None], str] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way

    async def fill(
        self, webhooks: Mapping[str, Webhook], *, but: Collection[str] = (), due: str = ""
    ) -> None:
        """Begin to send what is due (by the stamp `due`, else by now), as much as there is room
        for, and nothing to the webhooks `but`."""
        full = [id for id, count in Counter(self._under_way.values()).items() if count >= _OF_ONE]
        free = _AT_ONCE - len(self._under_way)
        if free <= 0:
            return
        until = stamp(self._house.clock.now() + _TAKEN_FOR)
        for one in await self._house.store.deliveries.take(
            free, until=until, busy=[*full, *but], due=due
        ):
            task = asyncio.create_task(self._send(webhooks.get(one.webhook), one))
            self._under_way[task] = one.webhook
            task.add_done_callback(lambda task: self._under_way.pop(task, None))

    async def some(self) -> None:
        """Return when something that is under way has ended; at once when nothing is."""
        if self._under_way:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

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

    async def _send(self, webhook: Webhook | None, one: Delivery) -> None:
        if webhook is not None:
            self._ended(await self._tell(webhook, one))

    async def _tell(self, webhook: Webhook, one: Delivery) -> Tried:
        wait_s = 0.0
        try:
            body = await telling(self._house, self._sheets, webhook, one)
            if body is None:
                why = "It may not be told of these documents."
                return await self._note(one, Tried(webhook.id, "withheld", problem=why))
            status, wait_s = await self._call(webhook, one, body)
            problem = "" if status in _FINE else f"The address answered {status}."
        except CaseworkError as error:
            status, problem = 0, str(error)
        except Exception as error:  # noqa: BLE001 - the border of one telling: it is recorded with it
            status, problem = 0, f"{type(error).__name__}: {error}"
        if not problem:
            return await self._note(one, Tried(webhook.id, "sent", status))
        if status == _GONE:
            await self._pause(webhook)
            return await self._note(one, Tried(webhook.id, "dead", status, problem))
        if one.tries >= len(self._pace.waits_s):
            problem = f"{problem} It was tried for a day."
            return await self._note(one, Tried(webhook.id, "dead", status, problem))
        told_s = self._pace.waits_s[one.tries] * random.uniform(1 - _SPREAD, 1 + _SPREAD)
        seconds = dt.timedelta(seconds=min(max(told_s, wait_s), _LONGEST_S))
        due_at = stamp(self._house.clock.now() + seconds)
        return await self._note(one, Tried(webhook.id, "waiting", status, problem), due_at)

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

    async def _note(self, one: Delivery, tried: Tried, due_at: str = "") -> Tried:
        await self._house.store.deliveries.ended(
            one.id,
            tried.state,
            status=tried.status,
            problem=tried.problem,
            due_at=due_at or one.due_at,
        )
        return tried

    async def _pause(self, webhook: Webhook) -> None:
        why = "The address said that it is gone (410)."
        await self._house.store.webhooks.change(replace(webhook, paused=why))
