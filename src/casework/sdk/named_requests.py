"""Requests of programs that bear a name: done once, however often they are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.base.errors import ConflictError, RequestError
from casework.sdk.action import action
from casework.sdk.wire import House

KEPT_FOR = dt.timedelta(days=1)
"""For so long a name is known."""


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """What was answered when the request came first."""

    status: int
    headers: Mapping[str, str]
    answer: str


class NamedRequests:
    """The named requests of whoever asks."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("read")
    async def begin(self, name: str, digest: str) -> AnsweredBefore | None:
        """Begin a request; what was answered when it was done before already, else None. Raises
        `ConflictError` while the same one goes on, and `RequestError` when the name was used for
        another one (its `digest`)."""
        kept = stamp(self._house.clock.now() - KEPT_FOR)
        known = await self._house.store.request_keys.begin(self._sender, name, digest, kept=kept)
        if known is None:
            return None
        if known.request != digest:
            raise RequestError(
                "This Idempotency-Key was used for another request.",
                status=422,
                fix="Use a new key for each request, and the same one only to send it again.",
                code="request.key_reused",
            )
        if not known.status:
            raise ConflictError(
                "The request with this Idempotency-Key is under way, or was broken off.",
                fix="Ask again in a moment; if it stays so, look at what it did and use a new key.",
                code="request.under_way",
            )
        return AnsweredBefore(known.status, known.headers, known.answer)

    @action("read")
    async def end(self, name: str, status: int, headers: Mapping[str, str], answer: str) -> None:
        """Keep what was answered."""
        await self._house.store.request_keys.end(self._sender, name, status, headers, answer)

    @action("read")
    async def drop(self, name: str) -> None:
        """Forget a request that came to nothing."""
        await self._house.store.request_keys.drop(self._sender, name)

    @property
    def _sender(self) -> str:
        person = self._house.person
        return "" if person is None else f"{person.id}:{person.key}"
