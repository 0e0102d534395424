"""Reading behind a fence: a few processes that read and draw documents, one job at a time each.

The parent keeps the clock: a job that takes too long or kills its worker costs its document and
nothing else. Workers start when they are first needed and are used again.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from casework.base.aio import in_thread
from casework.base.errors import CaseworkError, DocumentError, NotFoundError, WorkerError
from casework.documents.codec import from_json, to_json
from casework.documents.frames import LENGTH, header_of, packed
from casework.documents.open import out_of_memory, refusal_of
from casework.documents.reading import Limits, Member, Parsed, too_slow
from casework.documents.render import Mark
from casework.types.document import Document
from casework.types.values import Json

_BOOT = (
    "import sys,json;sys.path[:]=json.loads(sys.argv[1]);"
    "from casework.documents.worker_main import main;main()"
)
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
_BUFFER_BYTES = 1 << 20  # a document of some twenty pages in one gulp
_START_S = 30.0
_GRACE_S = 1.0  # beyond the time that the reader itself allows, so that it can say why
_MOST_JOBS = 2000  # after which a worker is replaced, in case a library leaks
_RETIRE_SHARE = 0.5  # of the memory limit; a worker that had more in use is replaced
_SHOWN_ERROR = 800

_Reply = tuple[dict[str, Json], list[bytes]]


class _Died(Exception):
    """The worker ended in the middle of a job; `code` is its exit status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True, eq=False)
class _Worker:
    """One process and what is known about it."""

    process: Process
    jobs: int = 0
    peak_mb: float = 0.0

    async def ask(self, frame: bytes) -> _Reply:
        """Send a job and wait for its answer. Raises `_Died`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(frame)
            await self.process.stdin.drain()
            length = LENGTH.unpack(await self.process.stdout.readexactly(LENGTH.size))[0]
            header, sizes = header_of(await self.process.stdout.readexactly(length))
            parts = [await self.process.stdout.readexactly(size) for size in sizes]
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            raise _Died(await self.kill()) from error
        self.jobs += 1
        peak = header.get("peak_mb")
        self.peak_mb = max(self.peak_mb, peak if isinstance(peak, float) else 0.0)
        return header, parts

    async def kill(self) -> int:
        """End the process at once; its exit status."""
        if self.process.returncode is None:
            try:
                # One that has just died by itself keeps its own status.
                return await asyncio.wait_for(self.process.wait(), 0.05)
            except TimeoutError:
                self.process.kill()
        return await asyncio.shield(self.process.wait())


class Workers:
    """An async context manager around up to `count` worker processes (default: one a core).

    Belongs to the event loop that enters it. Any number of calls may wait for a free worker.
    """

    def __init__(self, limits: Limits | None = None, *, count: int | None = None) -> None:
        self.limits = limits or Limits()
        self.peak_mb = 0.0
        """The most memory that a worker ever had in use."""
        self.started = 0
        self._count = count or os.cpu_count() or 1
        self._slots = asyncio.Semaphore(self._count)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that live, for those who watch them."""
        return tuple(sorted(w.process.pid for w in self._all if w.process.returncode is None))

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._idle.clear()
        for worker in list(self._all):
            await self._end(worker)

    async def parse(self, path: Path, name: str, *, password: str = "") -> Parsed:
        """The document in a file, as `open.open_document` gives it, and its members.

        Never raises for bad content; raises `NotFoundError` when the file cannot be opened and
        `WorkerError` when no worker can be started.
        """
        path = path.absolute()
        job: dict[str, Json] = {
            "do": "parse",
            "path": str(path),
            "name": name,
            "password": password,
        }
        try:
            header, parts = await self._run(packed(job))
            self._raise_error(header)
        except DocumentError as error:
            return await in_thread(refusal_of, path, error)
        names = header["names"]
        assert isinstance(names, list)
        members = zip(names, parts[1:], strict=True)
        return Parsed(from_json(parts[0]), tuple(Member(str(n), data) for n, data in members))

    async def picture(
        self,
        path: Path,
        document: Document,
        page_number: int,
        marks: Sequence[Mark] = (),
        scale: float = 2.0,
        *,
        password: str = "",
        crop_margin_pt: float | None = None,
    ) -> bytes:
        """The picture of a page as PNG, as `render.page_picture` draws it.

        Raises `NotFoundError` for a page that does not exist, `DocumentError` when it cannot be
        drawn.
        """
        page = [page for page in document.pages if page.number == page_number]
        rows: list[Json] = [[*mark.box, mark.voice] for mark in marks]
        job: dict[str, Json] = {
            "do": "picture",
            "path": str(path.absolute()),
            "page": page_number,
            "marks": rows,
            "scale": scale,
            "password": password,
            "crop_margin_pt": crop_margin_pt,
        }
        header, parts = await self._run(packed(job, [to_json(replace(document, pages=(*page,)))]))
        self._raise_error(header)
        return parts[0]

    def _raise_error(self, header: dict[str, Json]) -> None:
        """Raise what the worker met, in our words."""
        code = header.get("error")
        if code is None:
            return
        message, fix = str(header.get("message", "")), str(header.get("fix", ""))
        if code == "memory":
            raise out_of_memory(self.limits)
        if code == NotFoundError.default_code:
            raise NotFoundError(message, fix=fix)
        if str(code).startswith("document."):
            raise DocumentError(message, state=str(code).partition(".")[2], fix=fix)
        raise DocumentError(
            f"The file is damaged or unusual ({message}).",
            fix="Save it anew from the program that made it, or as PDF.",
        )

    async def _run(self, frame: bytes) -> _Reply:
        """The answer to a job, from the first worker that is free.

        A worker that dies had perhaps suffered from earlier files, so a used one gets a fresh
        successor for the same job; a fresh one that dies has been killed by this file.
        """
        async with self._slots:
            while True:
                worker = await self._free()
                fresh = worker.jobs == 0
                try:
                    return await self._on(worker, frame)
                except _Died as died:
                    if fresh:
                        raise self._obituary(died.code) from died

    async def _on(self, worker: _Worker, frame: bytes) -> _Reply:
        """The answer of this worker; ends it when it does not answer or nobody waits any more."""
        kept = False
        try:
            async with asyncio.timeout(self.limits.seconds + _GRACE_S):
                reply = await worker.ask(frame)
            self.peak_mb = max(self.peak_mb, worker.peak_mb)
            kept = (
                worker.jobs < _MOST_JOBS
                and reply[0].get("error") != "memory"
                and worker.peak_mb < _RETIRE_SHARE * self.limits.memory_mb
            )
            return reply
        except TimeoutError as error:
            raise too_slow(self.limits.seconds) from error
        finally:
            if kept:
                self._idle.append(worker)
            else:
                await self._end(worker)

    async def _free(self) -> _Worker:
        """An idle worker that is alive, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            self._all.discard(worker)
        return await self._start()

    async def _start(self) -> _Worker:
        """A new process that has said that it is ready. Raises `WorkerError`."""
        with tempfile.TemporaryFile() as said:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-c",
                _BOOT,
                json.dumps(_import_path()),
                stdin=PIPE,
                stdout=PIPE,
                stderr=said,
                limit=_BUFFER_BYTES,
                cwd=tempfile.gettempdir(),
                env={key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ},
            )
            worker = _Worker(process)
            self._all.add(worker)
            hello = packed({"limits": dict(asdict(self.limits))})
            try:
                async with asyncio.timeout(_START_S):
                    await worker.ask(hello)
            except (_Died, TimeoutError) as error:
                await self._end(worker)
                raise _start_failed(said) from error
            except BaseException:
                await self._end(worker)
                raise
        worker.jobs = 0
        self.started += 1
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        if worker.process.returncode is None:
            try:
                worker.process.kill()
            except ProcessLookupError:
                pass
        await asyncio.shield(worker.process.wait())

    def _obituary(self, code: int) -> CaseworkError:
        """Why a worker died, as far as its exit status tells."""
        if -code == getattr(signal, "SIGXCPU", 0):
            return too_slow(self.limits.seconds)
        if -code == getattr(signal, "SIGKILL", 0):
            return out_of_memory(self.limits)
        return DocumentError(
            "The program that reads this kind of file crashed on it or ran out of memory "
            f"(exit status {code}).",
            fix="Save it anew from the program that made it, or as PDF.",
        )


def _import_path() -> list[str]:
    """Where this process finds modules, so that a worker finds the same ones."""
    root = str(Path(__file__).resolve().parents[2])
    return [root, *(entry for entry in sys.path if entry and Path(entry).is_absolute())]


def _start_failed(said: IO[bytes]) -> WorkerError:
    said.seek(0)
    shown = " ".join(said.read().decode("utf-8", "replace").split())[-_SHOWN_ERROR:]
    return WorkerError(
        f"A worker process for reading documents does not start: {shown or 'it says nothing'}.",
        fix="Run `casework doctor`.",
    )
