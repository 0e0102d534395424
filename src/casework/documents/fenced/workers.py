"""Reading behind a fence: a few processes that read and draw documents, one job at a time each.

The parent keeps the clock: a job that takes too long or kills its worker costs its document and
nothing else. Workers start when they are first needed and are used again. Most may start no other
program; a file that cannot be read without one goes to a worker that may, and is not mixed with
others. A worker gets its file as an open handle and has no way to any other.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from casework.base.aio import in_thread
from casework.base.errors import CaseworkError, DocumentError, NotFoundError, StoreError
from casework.documents.codec import from_json, to_json
from casework.documents.drawing.jobs import marks_json, slim
from casework.documents.drawing.marks import Mark
from casework.documents.fenced.fence import Fence
from casework.documents.fenced.frames import packed
from casework.documents.fenced.process import Died, Reply, WorkerProcess, start_worker
from casework.documents.formats.registry import BUILT_IN, Registry
from casework.documents.open import missing, opened, out_of_memory, refusal_of
from casework.documents.reading import Limits, Member, Parsed, too_slow
from casework.types.document import Document
from casework.types.plugin import OcrEngineSpec, engine_row
from casework.types.quality_json import assessed_of
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.documents.sheets.records import Records

_GRACE_S = 1.0  # beyond the time that the reader itself allows, so that it can say why
_MOST_JOBS = 2000  # after which a worker is replaced, in case a library leaks
_RETIRE_SHARE = 0.5  # of the memory limit; a worker that had more in use is replaced


class Workers:
    """An async context manager around up to `count` worker processes (default: one a core).

    Belongs to the event loop that enters it. Any number of calls may wait for a free worker.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        count: int | None = None,
        registry: Registry = BUILT_IN,
    ) -> None:
        self.limits = limits or Limits()
        self.registry = registry
        self.fence: Fence | None = None
        """What of the fence holds in workers that may start no programs; None before the first."""
        self.peak_mb = 0.0
        """The most memory that a worker ever had in use."""
        self.started = 0
        self._count = count or os.cpu_count() or 1
        self._slots = asyncio.Semaphore(self._count)
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that live, for those who watch them."""
        return tuple(sorted(w.process.pid for w in self._all if w.alive))

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
        job: dict[str, Json] = {"do": "parse", "name": name, "password": password}
        try:
            return parsed_of(await self._read(path, job))
        except DocumentError as error:
            return await in_thread(refusal_of, path, error)

    async def _read(self, path: Path, job: dict[str, Json]) -> Reply:
        """The answer to a job of reading; when the reader crashed, by the next one of the format,
        if there is one that can."""
        try:
            return await self._on_file(path, job)
        except DocumentError as error:
            crashed = isinstance(error.__cause__, Died) and error.state == "broken"
            if crashed:
                with suppress(DocumentError):
                    reply = await self._on_file(path, {**job, "second": True})
                    if parsed_of(reply).document.readable:
                        return reply
            raise

    async def records(self, path: Path) -> list[Records]:
        """The rows of a workbook, of delimited text or of JSON, under their headings.

        Raises `DocumentError` for a file that is none or cannot be read, and `NotFoundError`.
        """
        from casework.documents.sheets.records import records_of

        _, parts = await self._on_file(path, {"do": "records", "name": path.name})
        return records_of(json.loads(parts[0]))

    async def check(self, reader: str) -> None:
        """Import a plug-in's reader where it would be used; raises `DocumentError` saying what is
        wrong with it."""
        header, _ = await self._run(packed({"do": "check", "reader": reader}))
        self._raise_error(header)

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
        job: dict[str, Json] = {
            "do": "picture",
            "page": page_number,
            "marks": marks_json(marks),
            "scale": scale,
            "password": password,
            "crop_margin_pt": crop_margin_pt,
        }
        _, parts = await self._on_file(path, job, [slim(document, page_number)])
        return parts[0]

    async def draw(
        self,
        path: Path,
        document: Document,
        page_number: int,
        scale: float,
        *,
        tile_px: int = 0,
        password: str = "",
    ) -> list[bytes]:
        """A page without marks as PNG, in tiles (row after row) when these have a size. Raises as
        `picture` does."""
        job: dict[str, Json] = {
            "do": "draw",
            "page": page_number,
            "scale": scale,
            "tile": tile_px,
            "password": password,
        }
        _, parts = await self._on_file(path, job, [slim(document, page_number)])
        return parts

    async def mark(
        self,
        picture: bytes,
        marks: Sequence[Mark],
        scale: float,
        *,
        origin: tuple[int, int] = (0, 0),
        crop_margin_pt: float | None = None,
    ) -> bytes:
        """A picture that `draw` gave, with marks; `origin` is the pixel of the page that its upper
        left corner shows."""
        job: dict[str, Json] = {
            "do": "mark",
            "marks": marks_json(marks),
            "scale": scale,
            "origin": list(origin),
            "crop_margin_pt": crop_margin_pt,
        }
        header, parts = await self._run(packed(job, [picture]))
        self._raise_error(header)
        return parts[0]

    async def sheet(
        self, pictures: Sequence[bytes], captions: Sequence[str], columns: int
    ) -> bytes:
        """Pictures that `draw` gave beside each other, as one PNG."""
        job: dict[str, Json] = {"do": "sheet", "captions": list(captions), "columns": columns}
        header, parts = await self._run(packed(job, pictures))
        self._raise_error(header)
        return parts[0]

    async def recognise(
        self,
        path: Path,
        document: Document,
        engine: OcrEngineSpec,
        languages: str,
        *,
        password: str = "",
    ) -> Document:
        """The document of one page with the words that an engine finds in its pictures.

        Raises `DocumentError` when the page takes too long, or whatever else keeps it from that.
        """
        job: dict[str, Json] = {
            "do": "ocr",
            "engine": engine_row(engine),
            "languages": languages,
            "password": password,
        }
        _, parts = await self._on_file(
            path, job, [to_json(document)], programs=bool(engine.program)
        )
        return from_json(parts[0])

    async def _on_file(
        self,
        path: Path,
        job: dict[str, Json],
        parts: Sequence[bytes] = (),
        *,
        programs: bool = False,
    ) -> Reply:
        """The answer to a job about a file; `programs`: by a worker that may start them. Raises
        what the worker met."""
        path = path.absolute()
        try:
            file = opened(path)
        except OSError as error:
            raise missing(path, error) from error
        with file:
            frame = packed({**job, "path": str(path)}, parts)
            reply = await self._run(frame, file, programs)
            if "again" in reply[0] and not programs:
                reply = await self._run(frame, file, True, True)
        self._raise_error(reply[0])
        return reply

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

    async def _run(
        self,
        frame: bytes,
        file: BinaryIO | None = None,
        programs: bool = False,
        once: bool = False,
    ) -> Reply:
        """The answer to a job, from the first worker that is free; `once`: from one that gets no
        other job after it, so that nothing that it started lives on.

        A worker that dies had perhaps suffered from earlier files, so a used one gets a fresh
        successor for the same job; a fresh one that dies has been killed by this file.
        """
        async with self._slots:
            while True:
                worker = await self._free(programs)
                fresh = worker.jobs == 0
                try:
                    return await self._on(worker, frame, file, once)
                except Died as died:
                    if fresh:
                        raise self._obituary(died.code) from died

    async def _on(
        self, worker: WorkerProcess, frame: bytes, file: BinaryIO | None, once: bool
    ) -> Reply:
        """The answer of this worker; ends it when it does not answer or nobody waits any more."""
        kept = False
        try:
            async with asyncio.timeout(self.limits.seconds + _GRACE_S):
                reply = await worker.ask(frame, file)
            self.peak_mb = max(self.peak_mb, worker.peak_mb)
            kept = (
                not once
                and worker.jobs < _MOST_JOBS
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

    async def _free(self, programs: bool) -> WorkerProcess:
        """An idle worker of this kind that is alive, or a new one."""
        for worker in reversed(self._idle):
            if worker.programs == programs and worker.alive:
                self._idle.remove(worker)
                return worker
        await self._bury()
        return await self._start(programs)

    async def _bury(self) -> None:
        """Put away idle workers that died, and end one that keeps the place of another kind."""
        dead = [worker for worker in self._idle if not worker.alive]
        if not dead and len(self._all) >= self._count and self._idle:
            dead = self._idle[:1]
        for worker in dead:
            self._idle.remove(worker)
            await self._end(worker)

    async def _start(self, programs: bool) -> WorkerProcess:
        worker = await start_worker(self.limits, self.registry, programs=programs)
        self._all.add(worker)
        self.started += 1
        if not programs:
            self.fence = worker.fence
        return worker

    async def _end(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        await worker.end()

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


def parsed_of(reply: Reply) -> Parsed:
    """The document that a worker answered with, and its members. Raises `DocumentError` when the
    answer cannot be understood: a worker that was taken over may say anything."""
    header, parts = reply
    try:
        names, pictures, found = header["names"], header["pictures"], header["assessed"]
        assert isinstance(names, list)
        assert isinstance(pictures, list)
        assert isinstance(found, dict)
        members = tuple(Member(str(n), data) for n, data in zip(names, parts[1:], strict=True))
        numbers = tuple(int(str(page)) for page in pictures)
        return Parsed(from_json(parts[0]), members, numbers, assessed_of(found))
    except (LookupError, TypeError, ValueError, AssertionError, StoreError) as error:
        raise DocumentError(
            "The program that reads this kind of file gave an answer that is no document.",
            fix="Save it anew from the program that made it, or as PDF.",
        ) from error
