"""Turns what the file system says into errors of ours. Knows no table and no database."""

from __future__ import annotations

import errno
from pathlib import Path

from casework.base.errors import DiskError, StoreError

READ_ONLY = "Make the folder writable, or copy it to a disk that is, and try again."
FULL = "Free some space and try again; everything that was reported as saved is kept."
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


def from_os(error: OSError, path: Path) -> StoreError:
    """What went wrong with the file at `path`, and what to do about it."""
    told = error.strerror or str(error)
    if error.errno == errno.EROFS or isinstance(error, PermissionError):
        return DiskError(f"{path} cannot be written: {told}.", fix=READ_ONLY)
    if error.errno in _DISK:
        return DiskError(f"The disk is full; {path} could not be written: {told}.", fix=FULL)
    return StoreError(f"{path}: {told}.", fix="Check the folder and the disk it is on.")
