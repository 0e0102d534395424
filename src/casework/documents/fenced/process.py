"""One worker process: started, asked, ended. Knows the wire, and nothing of the jobs.

It leads a group of processes of its own, so that what it starts ends with it, and has a folder of
its own, which goes when it goes.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, Final

from casework.base.aio import in_thread
from casework.base.errors import WorkerError
from casework.documents.fenced.fence import Fence
from casework.documents.fenced.frames import (
    LENGTH,
    LONGEST_HEADER,
    LONGEST_PARTS,
    header_of,
    packed,
)
from casework.documents.formats.registry import Registry
from casework.documents.reading import Limits
from casework.types.values import Json

_BOOT: Final = (
    "import sys,json;sys.path[:]=json.loads(sys.argv[1]);"
    "from casework.documents.fenced.main import main;main(int(sys.argv[2]))"
)
_KEPT_ENVIRONMENT: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "LANG")
_BUFFER_BYTES: Final = 1 << 20  # a document of some twenty pages in one gulp
_START_S: Final = 30.0
_LAST_BREATH_S: Final = 0.05
_SHOWN_ERROR: Final = 800

Reply = tuple[dict[str, Json], list[bytes]]


class Died(Exception):
    """The worker ended in the middle of a job; `code` is its exit status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """A process and what is known about it: whether it may start programs, its folder, the socket
    through which it gets files (None where the system knows no such thing), and what of its fence
    holds."""

    process: Process
    programs: bool
    folder: Path
    channel: socket.socket | None
    fence: Fence = field(default_factory=Fence)
    jobs: int = 0
    peak_mb: float = 0.0

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def ask(self, frame: bytes, file: BinaryIO | None = None) -> Reply:
        """Send a job and the file that it is about, and wait for the answer. Raises `Died`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            if file is not None and self.channel is not None:
                socket.send_fds(self.channel, [b"f"], [file.fileno()])
            self.process.stdin.write(frame)
            await self.process.stdin.drain()
            length = LENGTH.unpack(await self.process.stdout.readexactly(LENGTH.size))[0]
            if length > LONGEST_HEADER:
                raise ValueError("a header that is too long")
            header, sizes = header_of(await self.process.stdout.readexactly(length))
            if sum(sizes) > LONGEST_PARTS:
                raise ValueError("parts that are too long")
            parts = [await self.process.stdout.readexactly(size) for size in sizes]
        except (asyncio.IncompleteReadError, OSError, ValueError) as error:
            raise Died(await self._kill()) from error
        self.jobs += 1
        peak = header.get("peak_mb")
        self.peak_mb = max(self.peak_mb, peak if isinstance(peak, float) else 0.0)
        return header, parts

    async def _kill(self) -> int:
        """End the process at once; its exit status. One that has just died keeps its own."""
        try:
            code = await asyncio.wait_for(self.process.wait(), _LAST_BREATH_S)
        except TimeoutError:
            self._end_group()
            return await asyncio.shield(self.process.wait())
        if self.programs:
            self._end_group()  # what it started lives on without it
        return code

    async def end(self) -> None:
        """End the process and put away what was its own."""
        if self.alive:
            self._end_group()
        await asyncio.shield(self.process.wait())
        if self.channel is not None:
            self.channel.close()
        await in_thread(shutil.rmtree, self.folder, True)

    def _end_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()


async def start_worker(limits: Limits, registry: Registry, *, programs: bool) -> WorkerProcess:
    """A new process that has raised its fence and is ready. Raises `WorkerError`."""
    with tempfile.TemporaryFile() as said:
        worker = await _started(said, programs)
        hello = {"limits": asdict(limits), "registry": registry.to_json(), "programs": programs}
        try:
            async with asyncio.timeout(_START_S):
                ready, _ = await worker.ask(packed(hello))
        except (Died, TimeoutError) as error:
            await worker.end()
            raise _start_failed(said) from error
        except BaseException:
            await worker.end()
            raise
    held = ready["fence"]
    assert isinstance(held, dict)
    worker.fence = Fence(**{name: holds is True for name, holds in held.items()})
    worker.jobs = 0
    return worker


async def _started(said: IO[bytes], programs: bool) -> WorkerProcess:
    """A process that was just started; it has said nothing yet."""
    folder = Path(tempfile.mkdtemp(prefix="casework-"))
    ours, theirs = socket.socketpair() if hasattr(socket, "send_fds") else (None, None)
    handle = -1 if theirs is None else theirs.fileno()
    kept = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-c", _BOOT, json.dumps(_import_path()), str(handle)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=said,
            limit=_BUFFER_BYTES,
            cwd=folder,
            env=kept | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)),
            pass_fds=() if theirs is None else (handle,),
            start_new_session=True,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if ours is not None:
            ours.close()
        raise
    finally:
        if theirs is not None:
            theirs.close()
    return WorkerProcess(process, programs, folder, ours)


def _import_path() -> list[str]:
    """Where this process finds modules, so that a worker finds the same ones."""
    root = str(Path(__file__).resolve().parents[3])
    return [root, *(entry for entry in sys.path if entry and Path(entry).is_absolute())]


def _start_failed(said: IO[bytes]) -> WorkerError:
    said.seek(0)
    shown = " ".join(said.read().decode("utf-8", "replace").split())[-_SHOWN_ERROR:]
    return WorkerError(
        f"A worker process for reading documents does not start: {shown or 'it says nothing'}.",
        fix="Run `casework doctor`.",
    )
