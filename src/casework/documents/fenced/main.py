"""The worker process: takes one job after another from its standard input and answers.

It raises its fence before the first job (see `fence`). A file comes as an open handle, not as a
path, because there is no path to it inside of the fence. Imports little, so that it starts fast; a
reader is imported with its first file.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, cast

from casework.base.errors import CaseworkError
from casework.documents.codec import from_json, to_json
from casework.documents.fenced.fence import allow_cpu, fence
from casework.documents.fenced.frames import LENGTH, header_of, packed
from casework.documents.formats.registry import Registry, reader_function, registry_of
from casework.documents.open import parse, too_many_bytes
from casework.documents.quality.assess import assessed
from casework.documents.reading import Limits, Source, WantsPrograms
from casework.types.quality_json import assessed_json
from casework.types.values import Json

_PIPE_BYTES = 1 << 20
_COLLECT = (200_000, 20, 100)  # new objects before a collection, and collections before larger ones

_Header = dict[str, Json]
_Given = tuple[_Header, list[bytes]]


class _Worker:
    """What a worker knows from its first frame."""

    def __init__(self, header: _Header) -> None:
        self.limits = Limits(**cast("dict[str, int]", header["limits"]))
        self.registry: Registry = registry_of(header["registry"])
        self.programs = header["programs"] is True


_Do = Callable[[_Worker, _Header, bytes, list[bytes]], _Given]


def main(files: int) -> None:
    """Serve until the parent closes the pipe. Files come through the socket `files`, which is -1
    where the system knows no such thing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    jobs, answers = _pipes()
    channel = socket.socket(fileno=files) if files >= 0 else None
    hello, _ = _next(jobs) or ({}, [])
    worker = _Worker(hello)
    folder = Path(tempfile.gettempdir())
    held = fence(worker.limits, folder, programs=worker.programs, packages=worker.registry.packages)
    _spare_collections()
    _answer(answers, {"ready": True, "fence": dict(asdict(held))})
    _silence_errors()
    while (job := _next(jobs)) is not None:
        header, parts = job
        allow_cpu(worker.limits.seconds)
        try:
            data = _file(header, channel, worker.limits)
            reply, given = _DO[str(header["do"])](worker, header, data, parts)
        except MemoryError:
            _answer(answers, {"error": "memory"})
            return
        except WantsPrograms:
            reply, given = {"again": True}, []
        except CaseworkError as error:
            reply, given = {"error": error.code, "message": error.message, "fix": error.fix}, []
        except Exception as error:  # noqa: BLE001 - the border: one bad job spoils nothing
            reply, given = {"error": "broken", "message": f"{type(error).__name__}: {error}"}, []
        reply["peak_mb"] = _peak_mb()
        _answer(answers, reply, given)
        data = b""
        _empty(folder)


def _file(header: _Header, channel: socket.socket | None, limits: Limits) -> bytes:
    """The bytes of the file that a job is about; empty for a job without one."""
    if "path" not in header:
        return b""
    if channel is None:
        return Path(str(header["path"])).read_bytes()
    _, handles, _, _ = socket.recv_fds(channel, 1, 1)
    with os.fdopen(handles[0], "rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size > limits.file_bytes:
            raise too_many_bytes(size, limits)
        file.seek(0)
        return file.read()


def _parse(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    parsed = parse(
        data,
        str(header["name"]),
        worker.limits,
        password=str(header["password"]),
        registry=worker.registry.seconds if "second" in header else worker.registry,
        programs=worker.programs,
    )
    names: list[Json] = [member.name for member in parsed.members]
    found = assessed_json(assessed(parsed.document))
    reply: _Header = {"names": names, "pictures": list(parsed.pictures), "assessed": found}
    return reply, [to_json(parsed.document), *(m.data for m in parsed.members)]


def _check(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    """Import what plug-ins say that they bring; what does not load is an error in words."""
    for spec in worker.registry.readers:
        if spec.plugin and spec.name == header["reader"]:
            reader_function(spec)
    return {}, []


def _picture(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.drawing.jobs import marks_of
    from casework.documents.drawing.render import page_picture

    margin = header["crop_margin_pt"]
    picture = page_picture(
        data,
        from_json(parts[0]),
        int(str(header["page"])),
        marks_of(header),
        float(str(header["scale"])),
        password=str(header["password"]),
        crop_margin_pt=None if margin is None else float(str(margin)),
    )
    return {}, [picture]


def _ocr(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.ocr.job import recognised

    return {}, [to_json(recognised(header, data, from_json(parts[0])))]


def _draw(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.drawing.jobs import draw

    return {}, draw(header, data, parts)


def _mark(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.drawing.jobs import mark

    return {}, mark(header, parts)


def _sheet(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.drawing.jobs import sheet

    return {}, sheet(header, parts)


def _records(worker: _Worker, header: _Header, data: bytes, parts: list[bytes]) -> _Given:
    from casework.documents.sheets.records import read_records, records_json

    deadline = time.monotonic() + worker.limits.seconds
    source = Source(data, str(header["name"]), worker.limits, deadline=deadline, programs=False)
    return {}, [json.dumps(records_json(read_records(source))).encode()]


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, moved away from where a library might print."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    _widen(answers)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return jobs, answers


def _widen(pipe: BinaryIO) -> None:
    """Let a whole document fit into the pipe where the system allows it: fewer wake-ups."""
    if sys.platform == "linux":
        import fcntl

        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            pass


def _spare_collections() -> None:
    """Look for cycles seldom: a document is very many small objects, and hardly one in a cycle."""
    gc.freeze()
    gc.set_threshold(*_COLLECT)


def _silence_errors() -> None:
    """What libraries say on standard error helps nobody once the worker runs."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def _next(jobs: BinaryIO) -> tuple[dict[str, Json], list[bytes]] | None:
    """The next job, or None when the parent is gone."""
    length = jobs.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    header, sizes = header_of(jobs.read(LENGTH.unpack(length)[0]))
    return header, [jobs.read(size) for size in sizes]


def _answer(answers: BinaryIO, header: dict[str, Json], parts: list[bytes] | None = None) -> None:
    answers.write(packed(header, parts or []))
    answers.flush()


_DO: dict[str, _Do] = {
    "parse": _parse,
    "check": _check,
    "ocr": _ocr,
    "picture": _picture,
    "draw": _draw,
    "mark": _mark,
    "sheet": _sheet,
    "records": _records,
}


def _empty(folder: Path) -> None:
    """Leave nothing of this job in our folder for the next."""
    try:
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)  # noqa: PTH108 - an entry, not a path
    except OSError:
        pass


def _peak_mb() -> float:
    """The most memory that this process, or one that it started, ever had in use, in MB; 0 where
    nobody says."""
    own = 0.0
    try:
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - a Path costs more
            for line in status:
                if line.startswith(b"VmHWM:"):
                    own = int(line.split()[1]) / 1024
                    break
        import resource

        started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    except (OSError, ImportError):
        started = 0.0
    return max(own, started)
