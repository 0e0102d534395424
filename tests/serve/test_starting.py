"""What listens, and who holds it: there before it is told of, and free as soon as its process is
gone."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from casework.base.errors import ConflictError
from casework.sdk.workspace import Workspace
from casework.serve.options import Options
from casework.serve.run import free_port
from casework.serve.starting import listening
from tests.sdk.conftest import invoice

HERE = "127.0.0.1"
SOON_S = 120
PROC = Path("/proc")
LISTENS = "0A"
"""The state of a socket that listens, as the kernel writes it (`TCP_LISTEN`)."""


def test_what_listens_takes_connections_before_anything_is_served() -> None:
    held, options = listening(Options(HERE, 0), exactly=False)
    with held, socket.create_connection((HERE, options.port), timeout=SOON_S):
        assert not held.get_inheritable()


def test_a_port_that_is_taken_gives_way_unless_it_was_asked_for() -> None:
    first, options = listening(Options(HERE, 0), exactly=False)
    with first:
        second, other = listening(options, exactly=False)
        second.close()
        assert other.port > options.port
        with pytest.raises(ConflictError, match="is taken"):
            listening(options, exactly=True)


@asynccontextmanager
async def _studio(folder: Path, port: int) -> AsyncIterator[tuple[Process, str]]:
    """A studio as the command starts it, and the link that it tells."""
    told = ("--workspace", str(folder), "--port", str(port), "--no-open", "--json")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "casework.serve", *told, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), SOON_S)
        yield process, json.loads(line)["link"]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_link_that_is_told_is_never_refused(tmp_path: Path) -> None:
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        folder = workspace.folder
    async with (
        _studio(folder, free_port()) as (_, link),
        ClientSession() as http,
        http.get(link) as answer,  # at once and one single time
    ):
        assert answer.status == 200


def _below(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that these started."""
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
        if parent == pid:
            child = int(stat.parent.name)
            yield child
            yield from _below(child)


def _sockets(pid: int) -> set[str]:
    """The numbers of the sockets that a process holds open."""
    found = set()
    try:
        handles = list((PROC / str(pid) / "fd").iterdir())
    except OSError:
        return set()
    for handle in handles:
        try:
            kind, _, number = os.readlink(handle).partition(":")
        except OSError:
            continue
        if kind == "socket":
            found.add(number.strip("[]"))
    return found


def _listening_at(port: int) -> str:
    """The number of the socket that listens at a port."""
    rows = [line.split() for line in (PROC / "net/tcp").read_text("utf-8").splitlines()[1:]]
    [found] = [row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == LISTENS]
    return found


@pytest.mark.skipif(not (PROC / "net/tcp").exists(), reason="/proc tells who holds a socket")
async def test_no_worker_holds_the_port_and_it_is_free_when_the_studio_is_killed(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    paper = tmp_path / "A-1.txt"
    paper.write_text(invoice("A-1"), "utf-8")
    await sheet.add(paper)
    key = await workspace.keys.make("runs", may=["read", "edit"])
    port = free_port()
    headers = {"Authorization": f"Bearer {key.secret}"}
    async with (
        asyncio.timeout(SOON_S),
        _studio(workspace.folder, port) as (process, _),
        ClientSession(f"http://{HERE}:{port}", headers=headers) as http,
    ):
        async with http.post("/api/v1/worksheets/invoices/runs") as begun:
            assert begun.status == 202
        while (await sheet.cell("A-1", "Decision")).cell.shown != "pay":
            await asyncio.sleep(0.05)
        number = _listening_at(port)
        assert number in _sockets(process.pid)
        workers = list(_below(process.pid))
        assert workers  # the one that rules run in, at least
        assert [pid for pid in workers if number in _sockets(pid)] == []
        process.send_signal(signal.SIGKILL)
        await process.wait()
        again, _ = listening(Options(HERE, port), exactly=True)
        again.close()


async def test_a_small_answer_does_not_wait_for_the_one_before_to_be_confirmed() -> None:
    held, options = listening(Options(HERE, 0), exactly=False)
    accepted: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(writer.get_extra_info("socket"))
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, sock=held):
        _, writer = await asyncio.open_connection(HERE, options.port)
        connection = await asyncio.wait_for(accepted, SOON_S)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
