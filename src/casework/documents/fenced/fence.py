"""The fence of a reading process: what it gives up before it sees the first file, and what of that
the system really took. Everything here is one way; nothing can be taken back.

Limits of memory, of the size of files it writes and of CPU time a job; no core dumps; no network;
no rights of root; of the file system only what reading needs and a folder of its own; no other
programs, unless it is a process that is there to start them.
"""

from __future__ import annotations

import ctypes
import importlib.util
import math
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casework.documents.fenced.landlock import fence_files
from casework.documents.fenced.seccomp import filter_calls
from casework.documents.reading import Limits

_CLONE_NEWNET: Final = 0x40000000
_CLONE_NEWUSER: Final = 0x10000000
_NO_NEW_PRIVILEGES: Final = 38
_CAPSET: Final = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION: Final = 0x20080522
_SPARE_CPU_S: Final = 2
_MEGABYTE: Final = 1 << 20
_LARGEST_WRITTEN: Final = 1 << 30

_SYSTEM: Final = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share", "/usr/local/lib")
_SYSTEM_MORE: Final = ("/usr/local/share", "/lib", "/lib32", "/lib64", "/nix/store")
_FILES: Final = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/fonts",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)
_FOR_PROGRAMS: Final = (
    *("/usr", "/bin", "/sbin", "/opt", "/snap", "/var/cache/fontconfig"),
    *("/var/lib/libreoffice", "/var/spool/libreoffice"),  # links of its folder lead there
    *(
        "/etc/alternatives",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/libreoffice",
        "/etc/passwd",
    ),
    *("/etc/group", "/etc/nsswitch.conf", "/etc/locale.conf", "/etc/machine-id"),
)
_WRITTEN: Final = ("/dev/null",)


@dataclass(frozen=True, slots=True)
class Fence:
    """What of the fence holds in this process."""

    memory: bool = False
    cpu: bool = False
    network: bool = False
    files: bool = False
    calls: bool = False


def fence(
    limits: Limits, folder: Path, *, programs: bool = False, packages: Iterable[str] = ()
) -> Fence:
    """Give up what reading a document does not need. `folder` is the only place to write to;
    `programs`: other programs may be started; `packages` are top-level packages that are not on
    the way to modules, and that are imported later."""
    readable = _readable(packages)  # before anything changes who we are
    memory, cpu = _limit(limits)
    network = give_up_network()
    files = calls = False
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        _give_up_root()
        execute = [Path(path) for path in (*_FOR_PROGRAMS, *_SYSTEM, *_SYSTEM_MORE)]
        files = fence_files(
            readable,
            write=[folder, *map(Path, _WRITTEN)],
            execute=execute if programs else (),
        )
        calls = filter_calls(programs=programs)
    return Fence(memory, cpu, network, files, calls)


def _limit(limits: Limits) -> tuple[bool, bool]:
    """Limit memory and what is written; whether the limits of memory and of CPU time hold."""
    try:
        import resource
    except ImportError:
        return False, False  # Windows: the parent's time-out is the only limit
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_WRITTEN, _LARGEST_WRITTEN))
    size = limits.memory_mb * _MEGABYTE
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ValueError, OSError):
        return False, True  # macOS knows the limit but does not take it
    return sys.platform == "linux", True


def allow_cpu(seconds: float) -> None:
    """Let this job use so much CPU time; more ends the process by SIGXCPU."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds) + _SPARE_CPU_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def give_up_network() -> bool:
    """Move into an empty network of our own; whether the system allowed it.

    Root may do so at once; others in a user namespace of their own, where that is allowed.
    """
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def _give_up_root() -> None:
    """Drop all capabilities, those of root and those that a namespace gave (capset(2))."""
    number = _CAPSET.get(os.uname().machine)
    if number is not None:
        header = _CapabilityHeader(_CAPABILITY_VERSION, 0)
        nothing = (ctypes.c_uint32 * 6)()
        ctypes.CDLL(None).syscall(
            ctypes.c_long(number), ctypes.byref(header), ctypes.byref(nothing)
        )


def _readable(packages: Iterable[str]) -> list[Path]:
    """What a reading process may read: Python, its packages, the system's libraries and fonts.

    A folder that holds the home folder is left out, whatever put it on the way to modules.
    """
    home = Path(os.path.expanduser("~")).resolve()  # noqa: PTH111 - never raises
    wanted = [*map(Path, (*_SYSTEM, *_SYSTEM_MORE, *_FILES)), *_of_python(), *_of_libraries()]
    wanted += [place for package in packages for place in _of_package(package)]
    found = {path.resolve() if path.parts[:2] != ("/", "proc") else path for path in wanted}
    return sorted(path for path in found if path not in (home, *home.parents))


def _of_python() -> Iterator[Path]:
    """The interpreter's folders and everything on the way to modules."""
    yield from map(Path, (sys.prefix, sys.base_prefix, sys.exec_prefix))
    yield from map(Path, sysconfig.get_paths().values())
    yield from (Path(entry) for entry in sys.path if entry)


def _of_package(name: str) -> Iterator[Path]:
    """Where a package is that an import hook finds, as one that is installed to be worked on."""
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return
    if found is not None:
        yield from map(Path, found.submodule_search_locations or [found.origin or ""])


def _of_libraries() -> Iterator[Path]:
    """The folders of the libraries that this process has loaded, and those that it was told of."""
    for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        if entry:
            yield Path(entry)
    try:
        lines = Path("/proc/self/maps").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    paths = {line.split(None, 5)[5] for line in lines if line.count("/") > 1}
    yield from {Path(path).parent for path in paths if ".so" in path and path.startswith("/")}
