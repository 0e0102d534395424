"""How one gets out: proxies, trusted certificates and one's own. Opens no connection."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from casework.base.errors import SettingsError
from casework.models.hosts import is_loopback

DIRECT = "direct"
"""As a proxy of a provider: none, whatever the environment names."""


@dataclass(frozen=True, slots=True)
class Network:
    """URLs of the proxies for https and for plain http, hosts that need none (with all below them),
    and files: trusted certificates, one's own certificate, and its key if that stands apart.
    """

    proxy: str = ""
    plain_proxy: str = ""
    no_proxy: tuple[str, ...] = ()
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""

    def proxy_for(self, url: str) -> str | None:
        """The proxy for a URL; None for this machine itself and for hosts that need none."""
        parts = urlsplit(url)
        proxy = self.proxy if parts.scheme == "https" else self.plain_proxy
        if not proxy or proxy == DIRECT or is_loopback(url):
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
        where = self.ca_file
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
            where = self.client_certificate
            if where:
                context.load_cert_chain(where, self.client_key or None, password=_no_password)
        except (OSError, ssl.SSLError) as error:
            both = f"{where} with {self.client_key}" if where and self.client_key else where
            raise SettingsError(
                f"The certificate file {both or self.ca_file} cannot be used: {error}.",
                fix="It must be PEM; the key of a client certificate must have no passphrase.",
            ) from error
        return context

    def changed_by(self, own: Network) -> Network:
        """This network with what `own` (of one provider) says instead."""
        told = {name: value for name in _FIELDS if (value := getattr(own, name))}
        if own.proxy or own.plain_proxy:
            told["no_proxy"] = own.no_proxy
        return replace(self, **told)


_FIELDS = tuple(Network.__dataclass_fields__)


def network_of(environment: Mapping[str, str]) -> Network:
    """How one gets out as the usual variables tell: HTTPS_PROXY and HTTP_PROXY (or ALL_PROXY for
    both), NO_PROXY and SSL_CERT_FILE, in capitals or small letters.
    """

    def told(name: str) -> str:
        return environment.get(name) or environment.get(name.lower()) or ""

    def proxy(name: str) -> str:
        return with_scheme(told(name) or told("ALL_PROXY"))

    names = (name.strip().lower().lstrip(".") for name in told("NO_PROXY").split(","))
    return Network(
        proxy=proxy("HTTPS_PROXY"),
        plain_proxy=proxy("HTTP_PROXY"),
        no_proxy=tuple(name for name in names if name),
        ca_file=told("SSL_CERT_FILE"),
    )


def with_scheme(proxy: str) -> str:
    """The address of a proxy with its scheme, which people leave out."""
    return proxy if "://" in proxy or proxy in ("", DIRECT) else f"http://{proxy}"


def _no_password() -> str:
    """Instead of the question at the terminal that OpenSSL would ask for an encrypted key."""
    raise ssl.SSLError("its key is encrypted")
