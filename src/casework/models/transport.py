"""Sends bytes over HTTP and brings bytes back. Knows nothing of models, keys or allow-lists.

No surprises from the surroundings: neither proxy variables nor ~/.netrc are read here; a proxy, a
CA bundle and a client certificate are given. Redirects are not followed, cookies are not kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from weakref import WeakKeyDictionary

from casework.base.errors import CaseworkError, ModelTimeoutError, ModelUnavailableError
from casework.models.hosts import place_of
from casework.models.network import Network
from casework.models.resolving import admitting_resolver

if TYPE_CHECKING:
    import aiohttp

_MOST_BYTES = 64 << 20  # an answer larger than this is no answer of a model
_CONNECT_S = 15.0
_IDLE_S = 60.0
_SETTLE_S = 0.1


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One HTTP request. `headers` may hold a key, so they are never shown.

    `timeout_s` bounds the whole call; `idle_s` the silence between two pieces of a stream once the
    first has come. `network` is how one gets to this host, where it differs from the rest.
    """

    url: str
    body: bytes = b""
    method: Literal["POST", "GET", "DELETE"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 120.0
    idle_s: float = _IDLE_S
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Status, headers (looked up by names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpStream(Protocol):
    """A reply whose body comes piece by piece; `read` gives what is left of it at once."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...

    def pieces(self) -> AsyncIterator[bytes]: ...

    async def read(self) -> bytes: ...

    async def settle(self) -> None:
        """Read to the end if it is there, so that the connection can be used again."""
        ...


class Transport(Protocol):
    """Carries one call. Raises `ModelUnavailableError` or `ModelTimeoutError` when no reply came or
    a stream broke off; every reply, whatever its status, is returned.
    """

    async def send(self, call: HttpCall) -> HttpReply: ...

    def stream(self, call: HttpCall) -> AbstractAsyncContextManager[HttpStream]: ...

    async def close(self) -> None: ...


class AiohttpTransport:
    """Carries calls with aiohttp: one session an event loop, connections kept alive.

    `connections` bounds those open at a time, all hosts together. `admit` is asked of each address
    (as text) that a name leads to; those that it refuses are not called.
    """

    def __init__(
        self,
        *,
        connections: int = 128,
        network: Network | None = None,
        admit: Callable[[str], bool] | None = None,
    ) -> None:
        self._connections = connections
        self._admit = admit
        self._network = network or Network()
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
            WeakKeyDictionary()
        )
        self._newest: tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession] | None = None
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}
        self._ways: dict[Network, tuple[Network, ssl.SSLContext | Literal[True]]] = {}

    async def send(self, call: HttpCall) -> HttpReply:
        """Send one call and read its reply to the end; a cancelled call closes its connection."""
        import aiohttp

        try:
            async with self._request(call) as response:
                body = await _read(response, call.url)
                return HttpReply(response.status, response.headers, body)
        except (aiohttp.ClientError, OSError) as error:
            raise _translated(call, error) from error

    @asynccontextmanager
    async def stream(self, call: HttpCall) -> AsyncIterator[HttpStream]:
        """Send one call; the reply is there as soon as its head has come."""
        import aiohttp

        try:
            async with self._request(call) as response:
                yield _Stream(response, call)
        except (aiohttp.ClientError, OSError) as error:
            raise _translated(call, error) from error

    async def close(self) -> None:
        """Close the session of the running loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        self._newest = None
        if session is not None:
            await session.close()

    def _request(self, call: HttpCall) -> aiohttp.client._RequestContextManager:
        network, tls = self._network, None
        if call.network is not None:
            network, tls = self._way(call.network)
        return self._session().request(
            call.method,
            call.url,
            data=call.body or None,
            headers=call.headers,
            timeout=self._timeout(call.timeout_s),
            proxy=network.proxy_for(call.url),
            allow_redirects=False,
            ssl=True if tls is None else tls,
        )

    def _way(self, own: Network) -> tuple[Network, ssl.SSLContext | Literal[True]]:
        known = self._ways.get(own)
        if known is None:
            network = self._network.changed_by(own)
            known = self._ways[own] = (network, network.tls())
        return known

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        newest = self._newest
        if newest is not None and newest[0] is loop and not newest[1].closed:
            return newest[1]
        session = self._sessions.get(loop)
        if session is None or session.closed:
            session = self._sessions[loop] = self._open()
        self._newest = (loop, session)
        return session

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        connector = aiohttp.TCPConnector(
            limit=self._connections,
            ssl=self._network.tls(),
            keepalive_timeout=_IDLE_S,
            resolver=None if self._admit is None else admitting_resolver(self._admit),
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            skip_auto_headers=("User-Agent",),
        )

    def _timeout(self, total_s: float) -> aiohttp.ClientTimeout:
        known = self._timeouts.get(total_s)
        if known is None:
            import aiohttp

            connect_s = min(_CONNECT_S, total_s)
            known = aiohttp.ClientTimeout(total=total_s, sock_connect=connect_s)
            self._timeouts[total_s] = known
        return known


class _Stream:
    """A reply of aiohttp, piece by piece, never larger than an answer can be."""

    __slots__ = ("_call", "_response")

    def __init__(self, response: aiohttp.ClientResponse, call: HttpCall) -> None:
        self._response = response
        self._call = call

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    async def pieces(self) -> AsyncIterator[bytes]:
        import aiohttp

        size, content = 0, self._response.content
        while True:
            # The first piece may take as long as the whole call: a long text is read by then.
            idle = asyncio.timeout(self._call.idle_s if size else None)
            try:
                async with idle:
                    piece = await content.readany()
            except (aiohttp.ClientError, OSError) as error:
                told = _silent if idle.expired() else _translated
                raise told(self._call, error) from error
            if not piece:
                return
            size = _grown(self._response, self._call.url, size + len(piece))
            yield piece

    async def read(self) -> bytes:
        return await _read(self._response, self._call.url)

    async def settle(self) -> None:
        import aiohttp

        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with asyncio.timeout(_SETTLE_S):
                while await self._response.content.readany():
                    pass


async def _read(response: aiohttp.ClientResponse, url: str) -> bytes:
    length = response.content_length
    if length is not None and length <= _MOST_BYTES and not _encoded(response):
        return await response.read()
    pieces, size = [], 0
    async for piece in response.content.iter_any():
        size = _grown(response, url, size + len(piece))
        pieces.append(piece)
    return b"".join(pieces)


def _grown(response: aiohttp.ClientResponse, url: str, size: int) -> int:
    if size > _MOST_BYTES:
        response.close()
        raise ModelUnavailableError(
            f"{place_of(url)} sent more than {_MOST_BYTES >> 20} MB; the answer was dropped.",
            fix="Check that the address is a model endpoint.",
        )
    return size


def _encoded(response: aiohttp.ClientResponse) -> bool:
    return "Content-Encoding" in response.headers


def _silent(call: HttpCall, error: Exception) -> ModelTimeoutError:
    return ModelTimeoutError(
        f"{place_of(call.url)} began to answer and then sent nothing for {call.idle_s:g} s.",
        fix="If the model pauses that long while it thinks, set model.idle higher.",
    )


def _translated(call: HttpCall, error: Exception) -> CaseworkError:
    """What went wrong on the way, in our words."""
    import aiohttp

    place = place_of(call.url)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ModelUnavailableError(
            f"{place} takes no connection.", fix="Is the server running, and is base_url right?"
        )
    if isinstance(error, TimeoutError):
        return ModelTimeoutError(
            f"{place} gave no answer within {call.timeout_s:g} s.",
            fix="Set model.timeout higher if the model needs longer.",
        )
    return _unreachable(place, error)


def _unreachable(place: str, error: Exception) -> ModelUnavailableError:
    import aiohttp

    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return ModelUnavailableError(
            f"The proxy on the way to {place} does not let the call through.",
            fix="Check HTTPS_PROXY and HTTP_PROXY or provider.NAME.proxy; hosts that need no proxy "
            "belong in NO_PROXY.",
        )
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return ModelUnavailableError(
            f"The certificate of {place} is not trusted here.",
            fix="Give the certificate of its authority (SSL_CERT_FILE or provider.NAME.ca).",
        )
    if isinstance(error, aiohttp.ClientSSLError):
        return ModelUnavailableError(
            f"{place} does not speak TLS as it should.",
            fix="If the endpoint is plain HTTP, write http:// in its base_url; if it wants a "
            "certificate of yours, set provider.NAME.client_cert.",
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ModelUnavailableError(
            f"The host of {place} is not known here.", fix="Check base_url and the network."
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return ModelUnavailableError(
            f"Nothing answers at {place} ({error.os_error.strerror or type(error).__name__}).",
            fix="Is the server running, and is base_url right?",
        )
    if isinstance(error, aiohttp.ClientPayloadError) and "decode" in str(error):
        return ModelUnavailableError(
            f"{place} sent an answer that cannot be unpacked.",
            fix="Look at what stands between here and the endpoint.",
        )
    if isinstance(error, ssl.SSLError):
        return ModelUnavailableError(
            f"The TLS connection to {place} was refused or broke off.",
            fix="If the endpoint wants a certificate of yours, set provider.NAME.client_cert.",
        )
    return ModelUnavailableError(
        f"The connection to {place} broke before the answer was complete ({type(error).__name__})."
    )
