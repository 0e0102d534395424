"""HTTP calls that are for no model: to an OpenID provider, to a webhook. They pass a border of
their own, which keeps the same record, and do not reach this machine or a private network unless
the setting `outside.private` names the host.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from casework.base.errors import (
    BorderError,
    ModelTimeoutError,
    ModelUnavailableError,
    UsageError,
)
from casework.base.settings import Settings
from casework.models.border import Border
from casework.models.hosts import host_of, is_loopback, is_public
from casework.models.network import network_of
from casework.models.resolving import addresses_of
from casework.models.transport import AiohttpTransport, HttpCall
from casework.sdk.wire import House

_CONNECTIONS = 16
_LOOK = "Check the address and the network."
_MEANT = "If that is meant: casework settings set outside.private HOST --user"
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: status, headers (looked up by names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes


class Outside:
    """Sends calls to hosts that somebody configured. Close it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._network = network_of(os.environ)
        self._transports: dict[bool, AiohttpTransport] = {}

    async def send(
        self,
        method: Method,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        purpose: str,
        timeout_s: float = 30.0,
    ) -> Answered:
        """Send one call; the reply whatever its status. Redirects are not followed. What cannot
        leave, since its host is not known here, is not recorded as having left.

        Raises `BorderError` for a host that may not be reached, `ModelUnavailableError` and
        `ModelTimeoutError` when no reply came.
        """
        private = check_outside(self._house.settings, url)
        await self._find(url, private=private, timeout_s=timeout_s)
        call = HttpCall(url, body, method, dict(headers or {}), timeout_s)
        border = Border(
            self._transport(private),
            {host_of(url)},
            sink=self._house.store.outgoing.note,
            clock=self._house.clock,
        )
        try:
            reply = await border.send(call, purpose=purpose)
        except (ModelUnavailableError, ModelTimeoutError) as error:
            # What a transport says is to be done speaks of the settings of models.
            raise type(error)(error.message, fix=_LOOK, code=error.code) from error
        lower = {name.lower(): value for name, value in reply.headers.items()}
        return Answered(reply.status, lower, reply.body)

    async def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            await transport.close()
        self._transports.clear()

    async def _find(self, url: str, *, private: bool, timeout_s: float) -> None:
        """Raise where the name of the host leads nowhere, or only to where it may not. A proxy
        looks for itself; what a name leads to is looked at once more when a connection is made."""
        if self._network.proxy_for(url):
            return
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
        try:
            async with asyncio.timeout(timeout_s):
                found = await addresses_of(parts.hostname or "", port)
        except TimeoutError as error:
            told = f"Nobody said within {timeout_s:g} s where {parts.hostname} is."
            raise ModelTimeoutError(told, fix=_LOOK) from error
        if not found:
            told = f"The host {parts.hostname} is not known here: nothing was sent."
            raise ModelUnavailableError(told, fix=_LOOK)
        if not private and not any(map(is_public, found)):
            raise BorderError(
                f"{parts.hostname} leads into a private network, and is not called.", fix=_MEANT
            )

    def _transport(self, private: bool) -> AiohttpTransport:
        known = self._transports.get(private)
        if known is None:
            known = self._transports[private] = AiohttpTransport(
                connections=_CONNECTIONS,
                network=self._network,
                admit=None if private else is_public,
            )
        return known


def check_outside(settings: Settings, url: str) -> bool:
    """Raise `UsageError` for what is no address, and `BorderError` for one on this machine or in a
    private network that nobody configured. Returns whether its host was configured as such."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise UsageError(
            f"{url!r} is no address to call.",
            fix="Write it as https://HOST/PATH, without a name or password.",
        )
    named = settings.text("outside.private").replace(",", " ").lower().split()
    if host in named or host_of(url) in named:
        return True
    if is_loopback(url) or _literal_private(host):
        raise BorderError(
            f"{host} is this machine or in a private network, and is not called.",
            fix=_MEANT,
        )
    if parts.scheme == "http":
        raise BorderError(
            f"{host} would be called unencrypted.",
            fix="Use https://, or name the host in the setting outside.private.",
        )
    return False


def _literal_private(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.isdigit() or host.startswith("0x") or host.endswith((".local", ".internal"))
    return not is_public(host)
