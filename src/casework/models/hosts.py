"""What the address of an endpoint says: which host it is on, and whether that is this machine."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(maxsize=256)
def host_of(url: str) -> str:
    """`host:port` of a URL in lower case, the port of the scheme when none is written."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = (parts.hostname or "").lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@lru_cache(maxsize=256)
def is_loopback(url: str) -> bool:
    """Whether a URL names this machine itself: `localhost`, 127.0.0.0/8 or ::1."""
    import ipaddress

    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def place_of(url: str) -> str:
    """Scheme, host and port of a URL, for messages to people."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not of this machine, of a private network,
    link-local, reserved or multicast; one that carries such an address inside is judged by it."""
    import ipaddress

    try:
        told = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inside = None
    if isinstance(told, ipaddress.IPv6Address):
        inside = told.ipv4_mapped or told.sixtofour
    return (inside or told).is_global and not told.is_multicast
