"""The one border: every call that goes out passes here, or does not go out.

Checks the host against the allow-list, tells a sink what is about to leave, then hands the call to
the transport. Keeps no text: of a body only its size and hash are recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from casework.base.clock import Clock, SystemClock
from casework.base.errors import BorderError
from casework.base.hashing import sha256_bytes
from casework.models.names import host_of, is_loopback
from casework.models.transport import HttpCall, HttpReply, Transport

Redact = Callable[[str], str]


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
    wrong: then the calls in between have left, and nothing more leaves. `redact` rewrites every
    text that goes into a request.
    """

    def __init__(
        self,
        transport: Transport,
        hosts: Iterable[str],
        *,
        sink: Sink | None = None,
        redact: Redact | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._transport = transport
        self._hosts = frozenset(hosts)
        self._sink = sink
        self._redact = redact
        self._clock = clock or SystemClock()
        self._seen: dict[str, tuple[str, bool]] = {}

    async def send(
        self, call: HttpCall, *, purpose: str, whose: tuple[str, str, str] = ("", "", "")
    ) -> HttpReply:
        """Let one call pass. Raises `BorderError` when its host is not allowed."""
        host, local = self._admit(call.url)
        if self._sink is not None:
            digest = sha256_bytes(call.body)
            now, size = self._clock.now(), len(call.body)
            self._sink(Departure(now, host, purpose, size, digest, local, *whose))
        return await self._transport.send(call)

    def redact(self, text: str) -> str:
        """The text as it may leave."""
        return text if self._redact is None else self._redact(text)

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
