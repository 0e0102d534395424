"""A fence around the file system for this process and all it starts: Landlock of Linux, by ctypes.

After it only the paths that were named can be opened, and what was open stays open. Where the
kernel knows how, TCP and signals to others are refused too. See landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_TRUNCATE: Final = 1 << 14
_IOCTL_DEV: Final = 1 << 15
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights over files that a version of the interface knows."""
_TCP_FROM: Final = 4
_SCOPES_FROM: Final = 6
_BIND_AND_CONNECT: Final = 3
_SOCKETS_AND_SIGNALS: Final = 3


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """The version of the interface that this kernel offers; 0 for none."""
    return max(_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)), 0)


def fence_files(
    read: Iterable[Path], *, write: Iterable[Path] = (), execute: Iterable[Path] = ()
) -> bool:
    """Allow these paths and what lies below them, and nothing else; whether it holds. What may be
    executed or written may be read too. The process must have given up new privileges."""
    known = version()
    if known < 1:
        return False
    every = _RIGHTS[max(each for each in _RIGHTS if each <= known)]
    ruleset = _Ruleset(
        every,
        _BIND_AND_CONNECT if known >= _TCP_FROM else 0,
        _SOCKETS_AND_SIGNALS if known >= _SCOPES_FROM else 0,
    )
    size = 24 if known >= _SCOPES_FROM else 16 if known >= _TCP_FROM else 8
    fence = _call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if fence < 0:
        return False
    try:
        for paths, rights in (
            (read, _READ_FILE | _READ_DIR),
            (execute, _EXECUTE | _READ_FILE | _READ_DIR),
            (write, every & ~_EXECUTE),
        ):
            for path in paths:
                _allow(fence, path, rights & every)
        return _call(_RESTRICT_SELF, ctypes.c_int(fence), ctypes.c_uint32(0)) == 0
    finally:
        os.close(fence)


def _allow(fence: int, path: Path, rights: int) -> None:
    """Add a rule; a path that is not there needs none."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _OF_FILES
        rule = _Beneath(rights, parent)
        _call(
            _ADD_RULE,
            ctypes.c_int(fence),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(parent)


def _call(number: int, *arguments: object) -> int:
    """A system call; negative when it failed."""
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments))
