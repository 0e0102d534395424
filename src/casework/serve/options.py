"""How a server was started. Starts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Options:
    """How the server was started. `public` says that it can be reached beyond this machine; `hosts`
    are the names that a request may ask for; `secure` that it is reached over TLS, by a
    `certificate` of its own or through one of the `proxies` (addresses or networks)."""

    host: str = "127.0.0.1"
    port: int = 0
    hosts: tuple[str, ...] = LOOPBACK
    public: bool = False
    secure: bool = False
    proxies: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    name: str = ""

    @property
    def url(self) -> str:
        """Where people find it, without a slash at the end."""
        scheme = "https" if self.secure else "http"
        host = self.name or (f"[{self.host}]" if ":" in self.host else self.host)
        ports = {"https": 443, "http": 80}
        if self.proxies or self.port == ports[scheme]:
            return f"{scheme}://{host}"
        return f"{scheme}://{host}:{self.port}"
