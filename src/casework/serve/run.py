"""Starts the server over a workspace, says where it is to be found, and stops it gracefully."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from casework.base.errors import CaseworkError
from casework.sdk.running_studios import forget_studio, note_studio
from casework.sdk.workspace import Workspace
from casework.serve.app import create_app
from casework.serve.house import Options
from casework.serve.logs import configuration
from casework.serve.opening import open_browser
from casework.serve.patience import PatientProtocol
from casework.serve.starting import Wanted, check_people, listening, options_of
from casework.serve.stopping import StudioServer

_GRACE_S = 10
_FAILED = 1


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is told: whether a browser is opened (None: as the settings say), and whether what is
    told and logged is JSON."""

    open: bool | None = None
    json: bool = False
    json_logs: bool = False


def main() -> None:
    """Serve until somebody stops it."""
    parser = argparse.ArgumentParser(prog="casework studio")
    parser.add_argument("--workspace", type=Path, required=True)
    for name in ("host", "public-name", "certificate", "key", "behind-proxy"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--open", action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--json-logs", action="store_true")
    told = parser.parse_args()
    wanted = Wanted(
        told.host, told.port, told.public_name, told.certificate, told.key, told.behind_proxy
    )
    try:
        asyncio.run(serve(told.workspace, wanted, Manner(told.open, told.json, told.json_logs)))
    except CaseworkError as error:
        sys.stderr.write(f"{error.message}\n{error.fix}\n" if error.fix else f"{error.message}\n")
        sys.exit(_FAILED)


async def serve(folder: Path, wanted: Wanted, manner: Manner) -> None:
    """Open the workspace and serve it; returns when it was told to stop."""
    async with await Workspace.open(folder) as workspace:
        options = options_of(workspace.settings, wanted)
        await check_people(workspace, options)
        held, options = listening(options, exactly=wanted.port is not None)
        # what is told from here on is true: whoever follows the link waits until it is served
        server = server_of(workspace, options, json_logs=manner.json_logs)
        link = await _link(workspace, options)
        _tell(workspace, options, link, json_too=manner.json)
        wanted_open = workspace.settings.value("studio.open")
        opens = bool(wanted_open) if manner.open is None else manner.open
        if opens and not options.public and not manner.json:
            open_browser(link, sure=manner.open is True)
        note_studio(folder, options.url, public=options.public)
        try:
            await server.serve(sockets=[held])
        finally:
            forget_studio(folder)


def server_of(workspace: Workspace, options: Options, *, json_logs: bool = False) -> uvicorn.Server:
    """The server over an open workspace; nothing listens before `serve` is called."""
    certificate, key = options.certificate, options.key
    text = bool(workspace.settings.value("studio.log_text"))
    return StudioServer(
        uvicorn.Config(
            create_app(workspace, options),
            host=options.host,
            port=options.port,
            http=PatientProtocol,
            log_config=configuration(as_json=json_logs, text=text),
            timeout_graceful_shutdown=_GRACE_S,
            server_header=False,
            proxy_headers=False,
            ssl_certfile=str(certificate) if certificate else None,
            ssl_keyfile=str(key) if key else None,
        )
    )


async def _link(workspace: Workspace, options: Options) -> str:
    """A link that lets whoever sits at the machine in; for a public studio its address."""
    if options.public:
        return f"{options.url}/"
    return f"{options.url}/enter/{(await workspace.entering.link()).token}"


def _tell(workspace: Workspace, options: Options, link: str, *, json_too: bool) -> None:
    """Say where it is, and how to come in."""
    if json_too:
        told = {"url": options.url, "link": link, "workspace": str(workspace.folder)}
        sys.stdout.write(json.dumps(told) + "\n")
    elif options.public:
        sys.stdout.write(f"casework studio: {link}\nStop it with Ctrl+C.\n")
    else:
        sys.stdout.write(
            f"casework studio: {options.url}/\n"
            f"Come in, once, by  {link}\n"
            "Another link: casework studio --link    Stop: Ctrl+C\n"
        )
    sys.stdout.flush()


def free_port(host: str = "127.0.0.1") -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind((host, 0))
        return int(held.getsockname()[1])
