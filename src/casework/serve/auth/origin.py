"""Where a request comes from: the address, the scheme and the host, as far as they can be believed.
What a proxy forwards counts only when it comes from a proxy that was named at the start."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from casework.serve.options import Options

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods that may change something."""
_OURS = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Origin:
    """The address of whoever asks, the host that they ask for (with its port, in small letters),
    and whether they come over TLS."""

    address: str
    host: str
    secure: bool

    @property
    def name(self) -> str:
        """The host without its port."""
        return urlsplit(f"//{self.host}").hostname or ""


def origin_of(scope: Scope, options: Options) -> Origin:
    """Where a request comes from."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    peer = client[0] if client else ""
    host, secure = headers.get("host", "").lower(), scope.get("scheme") in ("https", "wss")
    if not is_proxy(peer, options.proxies):
        return Origin(peer, host, secure)
    chain = [one.strip() for one in headers.get("x-forwarded-for", "").split(",") if one.strip()]
    address = next((one for one in reversed(chain) if not is_proxy(one, options.proxies)), peer)
    host = headers.get("x-forwarded-host", host).split(",")[-1].strip().lower()
    scheme = headers.get("x-forwarded-proto", "").split(",")[-1].strip().lower()
    return Origin(address, host, scheme == "https" if scheme else secure)


def is_proxy(address: str, proxies: tuple[str, ...]) -> bool:
    """Whether an address is that of a named proxy; networks are written `10.0.0.0/24`."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(told in ipaddress.ip_network(one, strict=False) for one in proxies)


def is_host(origin: Origin, hosts: tuple[str, ...]) -> bool:
    """Whether the request asks for one of our names. A page elsewhere whose name was made to lead
    here (DNS rebinding) asks for its own."""
    return origin.name in {host.strip("[]").lower() for host in hosts}


def is_from_elsewhere(headers: Headers, origin: Origin) -> bool:
    """Whether a browser says that another site's page sent this request. No page can write
    `Sec-Fetch-Site`; what comes from no browser has neither it nor an `Origin`."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OURS
    told = headers.get("origin")
    if told is None:
        return False
    parts = urlsplit(told)
    scheme = "https" if origin.secure else "http"
    return (parts.scheme, parts.netloc.lower()) != (scheme, origin.host)
