"""The command that opens the studio: pages of a workspace, in a browser."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from casework.cli.command import command
from casework.cli.door import Door

PANEL = "Begin"
HostOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Where it listens; without it this machine alone is served.",
        show_default=False,
    ),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        min=0,
        max=65535,
        help="This port and no other; without it 8765, or the next one that is free.",
        show_default=False,
    ),
]
OpenOption = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open a browser; without it where there is a desktop.",
        show_default=False,
    ),
]
LinkOption = Annotated[
    bool, typer.Option("--link", help="Make a link into the studio that runs already, and end.")
]
NameOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="What people call a studio beyond this machine; other names are refused.",
        show_default=False,
    ),
]
CertificateOption = Annotated[
    str, typer.Option(metavar="FILE", help="Its certificate, PEM.", show_default=False)
]
KeyOption = Annotated[
    str, typer.Option(metavar="FILE", help="The key of it, PEM.", show_default=False)
]
ProxyOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESSES",
        help="Proxies with TLS in front of it, with commas; only what they forward counts.",
        show_default=False,
    ),
]
LogsOption = Annotated[
    bool, typer.Option("--json-logs", help="Log one JSON line a request, to stderr.")
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "studio",
        panel=PANEL,
        examples=[
            "casework studio",
            "casework studio --port 9000 --no-open",
            "casework studio --link",
            "casework studio --host 0.0.0.0 --public-name studio.example.com"
            " --certificate cert.pem --key key.pem",
            "casework studio --behind-proxy 127.0.0.1 --public-name studio.example.com",
        ],
    )(studio)


async def studio(
    door: Door,
    host: HostOption = "",
    port: PortOption = None,
    open: OpenOption = None,
    link: LinkOption = False,
    public_name: NameOption = "",
    certificate: CertificateOption = "",
    key: KeyOption = "",
    behind_proxy: ProxyOption = "",
    json_logs: LogsOption = False,
) -> None:
    """Open the studio: the sheet, its cases, the review desk and everything else as pages.

    It serves this machine alone, without a password: you come in by a link that works once. Beyond
    this machine it starts only with accounts (casework people add) and with TLS or a proxy that
    has it. Stop it with Ctrl+C; runs end after the cells in flight.
    """
    folder = door.folder_in_use()
    if link:
        await _tell_link(door)
        return
    told = {
        "--host": host,
        "--port": "" if port is None else str(port),
        "--public-name": public_name,
        "--certificate": certificate,
        "--key": key,
        "--behind-proxy": behind_proxy,
    }
    words = [f"{name}={value}" for name, value in told.items() if value]
    words += [] if open is None else ["--open" if open else "--no-open"]
    words += ["--json"] if door.json else []
    words += ["--json-logs"] if json_logs else []
    _become([sys.executable, "-m", "casework.serve", f"--workspace={folder}", *words])


async def _tell_link(door: Door) -> None:
    """Make a link that lets somebody at this machine in, and say it."""
    from casework.base.errors import NotFoundError, UsageError
    from casework.sdk.running_studios import running_studio

    found = running_studio(door.folder_in_use())
    if found is None:
        raise NotFoundError(
            "No studio of this workspace runs on this machine.", fix="Start one: casework studio"
        )
    if found.public:
        raise UsageError(
            "A studio beyond this machine knows people by their accounts alone.",
            fix="Invite somebody: casework people invite LOGIN",
        )
    async with door.workspace() as workspace:
        made = await workspace.entering.link()
    url = f"{found.url}/enter/{made.token}"
    door.answer(
        {"link": url, "until": made.until},
        lambda console: console.print(url, soft_wrap=True, highlight=False),
    )


def _become(words: list[str]) -> None:
    """Go on as the server; where a process cannot become another, as its parent."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(words[0], words)
    import subprocess

    raise typer.Exit(subprocess.call(words))
