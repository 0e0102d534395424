"""Sends bytes over HTTP and brings bytes back. Knows nothing of models, keys or allow-lists.

No surprises from the surroundings: neither proxy variables nor ~/.netrc are read by the transport;
a proxy, a CA bundle and a client certificate are given (`network_of` takes them from the usual
variables). Redirects are not followed and cookies are not kept.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from casework.base.errors import ModelTimeoutError, ModelUnavailableError, SettingsError
from casework.models.names import is_loopback

if TYPE_CHECKING:
    import aiohttp

_MOST_BYTES = 64 << 20  # an answer larger than this is no answer of a model
_CONNECT_S = 15.0
_IDLE_S = 60.0


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One HTTP request. `headers` may hold a key, so they are never shown."""

    url: str
    body: bytes = b""
    method: Literal["POST", "GET"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Status, headers (looked up by names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries one call. Raises `ModelUnavailableError` or `ModelTimeoutError` when no reply came;
    every reply, whatever its status, is returned.
    """

    async def send(self, call: HttpCall) -> HttpReply: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Network:
    """How one gets out: URLs of the proxies for https and for plain http, hosts that need none
    (with all below them), file with trusted certificates, file with one's own.
    """

    proxy: str = ""
    plain_proxy: str = ""
    no_proxy: tuple[str, ...] = ()
    ca_file: str = ""
    client_certificate: str = ""

    def proxy_for(self, url: str) -> str | None:
        """The proxy for a URL; None for this machine itself and for hosts that need none."""
        parts = urlsplit(url)
        proxy = self.proxy if parts.scheme == "https" else self.plain_proxy
        if not proxy or is_loopback(url):
            return None
        host = (parts.hostname or "").lower()
        for name in self.no_proxy:
            if name == "*" or host == name or host.endswith(f".{name}"):
                return None
        return proxy

    def tls(self) -> ssl.SSLContext | Literal[True]:
        """The TLS context; raises `SettingsError` when a file cannot be used."""
        if not self.ca_file and not self.client_certificate:
            return True  # what aiohttp has made already
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
            if self.client_certificate:
                context.load_cert_chain(self.client_certificate)
        except (OSError, ssl.SSLError) as error:
            where = self.client_certificate or self.ca_file
            raise SettingsError(f"The certificate file {where} cannot be used: {error}.") from error
        return context


def network_of(environment: Mapping[str, str]) -> Network:
    """How one gets out as the usual variables tell: HTTPS_PROXY and HTTP_PROXY (or ALL_PROXY for
    both), NO_PROXY and SSL_CERT_FILE, in capitals or small letters.
    """

    def told(name: str) -> str:
        return environment.get(name) or environment.get(name.lower()) or ""

    def proxy(name: str) -> str:
        address = told(name) or told("ALL_PROXY")
        return address if "://" in address or not address else f"http://{address}"

    names = (name.strip().lower().lstrip(".") for name in told("NO_PROXY").split(","))
    return Network(
        proxy=proxy("HTTPS_PROXY"),
        plain_proxy=proxy("HTTP_PROXY"),
        no_proxy=tuple(name for name in names if name),
        ca_file=told("SSL_CERT_FILE"),
    )


class AiohttpTransport:
    """Carries calls with aiohttp: one session an event loop, connections kept alive.

    `connections` bounds those open at a time, all hosts together.
    """

    def __init__(self, *, connections: int = 128, network: Network | None = None) -> None:
        self._connections = connections
        self._network = network or Network()
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
            WeakKeyDictionary()
        )
        self._newest: tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession] | None = None
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    async def send(self, call: HttpCall) -> HttpReply:
        """Send one call and read its reply to the end; a cancelled call closes its connection."""
        import aiohttp

        try:
            async with self._session().request(
                call.method,
                call.url,
                data=call.body or None,
                headers=call.headers,
                timeout=self._timeout(call.timeout_s),
                proxy=self._network.proxy_for(call.url),
                allow_redirects=False,
            ) as response:
                body = await _read(response, call.url)
                return HttpReply(response.status, response.headers, body)
        except aiohttp.ConnectionTimeoutError as error:
            raise ModelUnavailableError(
                f"{_place(call.url)} takes no connection.",
                fix="Is the server running, and is base_url right?",
            ) from error
        except TimeoutError as error:
            raise ModelTimeoutError(
                f"{_place(call.url)} gave no answer within {call.timeout_s:g} s.",
                fix="Set model.timeout higher if the model needs longer.",
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _unreachable(call.url, error) from error

    async def close(self) -> None:
        """Close the session of the running loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        self._newest = None
        if session is not None:
            await session.close()

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
            limit=self._connections, ssl=self._network.tls(), keepalive_timeout=_IDLE_S
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


async def _read(response: aiohttp.ClientResponse, url: str) -> bytes:
    length = response.content_length
    if length is not None and length <= _MOST_BYTES and not _encoded(response):
        return await response.read()
    pieces, size = [], 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > _MOST_BYTES:
            response.close()
            raise ModelUnavailableError(
                f"{_place(url)} sent more than {_MOST_BYTES >> 20} MB; the answer was dropped.",
                fix="Check that the address is a model endpoint.",
            )
        pieces.append(piece)
    return b"".join(pieces)


def _encoded(response: aiohttp.ClientResponse) -> bool:
    return "Content-Encoding" in response.headers


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _unreachable(url: str, error: Exception) -> ModelUnavailableError:
    import aiohttp

    place = _place(url)
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return ModelUnavailableError(
            f"The proxy on the way to {place} does not let the call through.",
            fix="Check HTTPS_PROXY and HTTP_PROXY; hosts that need no proxy belong in NO_PROXY.",
        )
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return ModelUnavailableError(
            f"The certificate of {place} is not trusted here.",
            fix="Give the certificate of its authority (SSL_CERT_FILE).",
        )
    if isinstance(error, aiohttp.ClientSSLError):
        return ModelUnavailableError(
            f"{place} does not speak TLS as it should.",
            fix="If the endpoint is plain HTTP, write http:// in its base_url.",
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
    return ModelUnavailableError(
        f"The connection to {place} broke before the answer was complete ({type(error).__name__})."
    )
