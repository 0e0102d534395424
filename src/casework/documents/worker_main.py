"""The worker process: takes one job after another from its standard input and answers.

It fences itself in before the first job: limits on memory and on CPU time a job, no core dumps,
and no network where the system lets an ordinary process give it up (a network namespace of its
own; elsewhere the fence is only that no reader opens connections). Imports little, so that it
starts fast; a reader is imported with its first file.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from casework.base.errors import CaseworkError
from casework.documents.codec import from_json, to_json
from casework.documents.frames import LENGTH, header_of, packed
from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.types.document import Box
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.documents.render import Mark, Voice

_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_SPARE_CPU_S = 2
_MEGABYTE = 1 << 20
_PIPE_BYTES = 1 << 20


def main() -> None:
    """Serve until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    jobs, answers = _pipes()
    header, _ = _next(jobs) or ({}, [])
    limits = _limits(header)
    _fence(limits)
    _answer(answers, {"ready": True})
    _silence_errors()
    while (job := _next(jobs)) is not None:
        header, parts = job
        _allow_cpu(limits.seconds)
        try:
            if header["do"] == "parse":
                reply, given = _parse(header, limits)
            else:
                reply, given = _picture(header, parts[0])
        except MemoryError:
            _answer(answers, {"error": "memory"})
            return
        except CaseworkError as error:
            reply, given = {"error": error.code, "message": error.message, "fix": error.fix}, []
        except Exception as error:  # noqa: BLE001 - the border: one bad job spoils nothing
            reply, given = {"error": "broken", "message": f"{type(error).__name__}: {error}"}, []
        reply["peak_mb"] = _peak_mb()
        _answer(answers, reply, given)


def _parse(header: dict[str, Json], limits: Limits) -> tuple[dict[str, Json], list[bytes]]:
    parsed = open_document(
        Path(str(header["path"])), str(header["name"]), limits, password=str(header["password"])
    )
    names: list[Json] = [member.name for member in parsed.members]
    return {"names": names}, [to_json(parsed.document), *(m.data for m in parsed.members)]


def _picture(header: dict[str, Json], page: bytes) -> tuple[dict[str, Json], list[bytes]]:
    from casework.documents.render import page_picture

    rows = header["marks"]
    assert isinstance(rows, list)
    margin = header["crop_margin_pt"]
    picture = page_picture(
        Path(str(header["path"])),
        from_json(page),
        int(str(header["page"])),
        [_mark(row) for row in rows],
        float(str(header["scale"])),
        password=str(header["password"]),
        crop_margin_pt=None if margin is None else float(str(margin)),
    )
    return {}, [picture]


def _mark(row: Json) -> Mark:
    from casework.documents.render import Mark

    assert isinstance(row, list)
    left, top, right, bottom = (float(str(edge)) for edge in row[:4])
    return Mark(Box(left, top, right, bottom), cast("Voice", row[4]))


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


def _limits(header: dict[str, Json]) -> Limits:
    return Limits(**header["limits"])  # type: ignore[arg-type]


def _fence(limits: Limits) -> None:
    """Give up what reading a document does not need."""
    try:
        import resource
    except ImportError:
        return  # Windows: the parent's time-out is the only limit
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = limits.memory_mb * _MEGABYTE
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ValueError, OSError):
        pass  # macOS knows the limit but does not take it
    give_up_network()


def give_up_network() -> bool:
    """Move into an empty network of our own; whether the system allowed it.

    Root may do so at once; others in a user namespace of their own, where that is allowed.
    """
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _allow_cpu(seconds: float) -> None:
    """Let this job use so much CPU time; more ends the process by SIGXCPU."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds) + _SPARE_CPU_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _peak_mb() -> float:
    """The most memory that this process ever had in use, in MB; 0 where nobody says."""
    try:
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - a Path costs more
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


if __name__ == "__main__":
    main()
