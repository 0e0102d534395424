"""The one border: every call that goes out passes here, or does not go out.

Checks the host against the allow-list, tells a sink what is about to leave, then hands the call to
the transport. Keeps no text: of a body only its size and hash are recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from casework.base.clock import Clock, SystemClock
from casework.base.errors import BorderError
from casework.base.hashing import sha256_bytes
from casework.models.hosts import host_of, is_loopback
from casework.models.transport import HttpCall, HttpReply, HttpStream, Transport
from casework.observe.collect import whose


@dataclass(frozen=True, slots=True)
class Departure:
    """What left: when (UTC), to which `host:port`, what for, how many bytes and their sha256.

    `local` tells that the host is this machine itself, so that nothing left it.
    """

    at: dt.datetime
    host: str
    purpose: str
    bytes: int
    sha256: str
    local: bool
    run_id: str = ""
    case_id: str = ""
    step_id: str = ""


Sink = Callable[[Departure], None]


class Border:
    """Lets calls pass to `hosts` (`host:port`) and to this machine, and to nowhere else.

    `sink` hears of every call before it leaves; when it raises, the call does not leave. A sink
    may write its record while the call is under way and raise at a later one when that went
    wrong: then the calls in between have left, and nothing more leaves. Texts are rewritten before
    they come here (`redaction`): what passes the border is what leaves.
    """

    def __init__(
        self,
        transport: Transport,
        hosts: Iterable[str],
        *,
        sink: Sink | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._transport = transport
        self._hosts = frozenset(hosts)
        self._sink = sink
        self._clock = clock or SystemClock()
        self._seen: dict[str, tuple[str, bool]] = {}

    async def send(self, call: HttpCall, *, purpose: str) -> HttpReply:
        """Let one call pass. Raises `BorderError` when its host is not allowed."""
        self.declare(call.url, call.body, purpose=purpose)
        return await self._transport.send(call)

    @asynccontextmanager
    async def stream(self, call: HttpCall, *, purpose: str) -> AsyncIterator[HttpStream]:
        """Let one call pass whose reply comes piece by piece."""
        self.declare(call.url, call.body, purpose=purpose)
        async with self._transport.stream(call) as stream:
            yield stream

    def declare(self, url: str, body: bytes, *, purpose: str) -> None:
        """Check and record a call that is about to leave. Raises `BorderError` when it may not."""
        host, local = self._admit(url)
        if self._sink is not None:
            now, size, digest = self._clock.now(), len(body), sha256_bytes(body)
            on = whose()
            told = (now, host, purpose, size, digest, local, on.run_id, on.case_id, on.step_id)
            self._sink(Departure(*told))

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()

    def _admit(self, url: str) -> tuple[str, bool]:
        known = self._seen.get(url)
        if known is None:
            host, local = host_of(url), is_loopback(url)
            if not local and host not in self._hosts:
                raise BorderError(
                    f"A call to {host} was stopped: no configured model is there.",
                    fix="Only hosts of configured providers are called (provider.NAME.base_url).",
                )
            known = self._seen[url] = (host, local)
        return known
