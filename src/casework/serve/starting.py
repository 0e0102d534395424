"""What is looked at before a server starts: nothing listens beyond this machine without accounts
and without TLS or a proxy that was named. Starts nothing itself."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from casework.base.errors import ConflictError, UsageError
from casework.base.settings import Settings
from casework.sdk.workspace import Workspace
from casework.serve.options import LOOPBACK, Options

_NEXT = 20
"""How many ports after the one of the settings are tried where it is taken."""
_BACKLOG = 2048
"""Connections that may wait until the server takes them; what uvicorn asks for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said on the command line; None and '' for what the settings say."""

    host: str = ""
    port: int | None = None
    public_name: str = ""
    certificate: str = ""
    key: str = ""
    behind_proxy: str = ""


def options_of(settings: Settings, wanted: Wanted) -> Options:
    """How the server starts; raises `UsageError` for what does not go together."""
    host = wanted.host or settings.text("studio.host")
    certificate = _file(wanted.certificate or settings.text("studio.certificate"), "certificate")
    key = _file(wanted.key or settings.text("studio.key"), "key")
    proxies = _proxies(wanted.behind_proxy or settings.text("studio.behind_proxy"))
    name = (wanted.public_name or settings.text("studio.public_name")).strip().lower()
    if (certificate is None) != (key is None):
        raise UsageError("A certificate and its key go together.", fix="Name both, as PEM files.")
    hosts = (*LOOPBACK, name) if name else LOOPBACK
    public = bool(proxies) or not is_loopback(host)
    if public and not (certificate or proxies):
        raise UsageError(
            f"{host} can be reached beyond this machine, and what is sent there is not encrypted.",
            fix="Give --certificate and --key, or --behind-proxy ADDRESS of a proxy that has them,"
            " or leave --host out to serve this machine alone.",
            code="studio.not_encrypted",
        )
    if public and not name:
        raise UsageError(
            "A studio beyond this machine has to know what it is called.",
            fix="Give --public-name studio.example.com: requests for other names are refused.",
            code="studio.no_name",
        )
    return Options(
        host,
        wanted.port if wanted.port is not None else settings.integer("studio.port"),
        (name,) if public else hosts,
        public,
        bool(certificate or proxies),
        proxies,
        certificate,
        key,
        name,
    )


async def check_people(workspace: Workspace, options: Options) -> None:
    """Raise `UsageError` where nobody could sign in to a studio beyond this machine."""
    if options.public and not await workspace.entering.ready():
        raise UsageError(
            "A studio beyond this machine needs somebody who may manage it, and nobody has an"
            " account.",
            fix="Add one: casework people add LOGIN --role owner",
            code="studio.no_accounts",
        )


def listening(options: Options, *, exactly: bool) -> tuple[socket.socket, Options]:
    """A socket that listens already, so that a first click waits and is not refused, and the
    options with its port. A port that is taken gives way to the next free one, unless it was asked
    for `exactly`; raises `ConflictError` then. No process that is started later holds the socket:
    a worker that outlives a killed studio would keep the port."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    for port in range(options.port, options.port + (1 if exactly or not options.port else _NEXT)):
        # Told that it is TCP, asyncio switches Nagle's algorithm off: 40 ms less a small answer.
        held = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((options.host, port))
            held.listen(_BACKLOG)
        except OSError as error:
            held.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise UsageError(
                f"Nothing can listen at {options.host}, port {port}: {error.strerror}.",
                fix="Give another --host or --port; ports below 1024 take rights of their own.",
                code="studio.cannot_listen",
            ) from error
        return held, replace(options, port=int(held.getsockname()[1]))
    raise ConflictError(
        f"Port {options.port} of {options.host} is taken.",
        fix="Give another one with --port, or stop what listens there.",
        code="studio.port_taken",
    )


def is_loopback(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _proxies(told: str) -> tuple[str, ...]:
    named = tuple(one.strip() for one in told.split(",") if one.strip())
    for one in named:
        try:
            network = ipaddress.ip_network(one, strict=False)
        except ValueError:
            network = None
        if network is None or network.prefixlen == 0:
            raise UsageError(
                f"{one!r} is no address of a proxy.",
                fix="Write addresses or networks, such as 127.0.0.1 or 10.0.0.0/24.",
            )
    return named


def _file(told: str, what: str) -> Path | None:
    if not told:
        return None
    path = Path(told).expanduser()
    if not path.is_file():
        raise UsageError(f"There is no {what} {path}.", fix="Name a PEM file.")
    return path
