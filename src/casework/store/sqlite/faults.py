"""Turns what SQLite says into errors of ours. Knows no table."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from casework.base.errors import DiskError, StoreError
from casework.store.faults import FULL, READ_ONLY

_RESTORE = "Restore it from a backup (the folder `backups` beside it may hold one)."
_PRIMARY = 0xFF
"""The low byte of an extended SQLite result code is its primary code."""


def from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """What went wrong with the database at `path`, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY
    if primary == sqlite3.SQLITE_FULL:
        return DiskError(f"The disk is full; {path} could not be written.", fix=FULL)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return DiskError(f"{path} cannot be written: {error}.", fix=READ_ONLY)
    if primary == sqlite3.SQLITE_IOERR:
        return DiskError(
            f"The disk failed on {path}: {error}.", fix="Check the disk and its free space."
        )
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{path} is being written by another process that does not let go.",
            fix="Wait for it to end, or stop it, and try again.",
            code="store.busy",
        )
    if primary == sqlite3.SQLITE_NOTADB:
        return not_a_database(path)
    if primary == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"{path} is damaged: {error}.", fix=_RESTORE, code="store.corrupt")
    if primary == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            f"{path} cannot be opened: {error}.",
            fix="Check that the folder exists and that you may read and write it.",
            code="store.cannot_open",
        )
    return StoreError(f"{path}: {error}.", fix="Run `casework doctor`.")


def not_a_database(path: Path) -> StoreError:
    """A file that bears the name of our database and is something else."""
    return StoreError(
        f"{path} is not a casework database.",
        fix="Move the file away, or name the folder of a workspace.",
        code="store.not_a_database",
    )
