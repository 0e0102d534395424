"""What is left over of uploads: files that came for a sheet and were never taken in, drafts that
nobody went on with. How much all of it takes, and what is old enough to be cleared away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

UPLOADS, DRAFTS = "uploads", "drafts"


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was cleared away: unfinished uploads, abandoned drafts, and their bytes together."""

    uploads: int = 0
    drafts: int = 0
    bytes: int = 0


def held_bytes(workspace: Path) -> int:
    """The bytes of all uploads and drafts of a workspace, those under way included."""
    return sum(size for top in (UPLOADS, DRAFTS) for size, _ in _files(workspace / top))


def clear(workspace: Path, before_s: float) -> Cleared:
    """Delete uploads and drafts in which nothing changed since then (seconds since 1970). One that
    somebody goes on with is newer than that, whenever it was begun."""
    uploads = [
        one for person in _folders(workspace / UPLOADS) for one in _folders(person)
    ]  # each person has a folder of their own
    gone = [_clear(one, before_s) for one in uploads]
    drafts = [_clear(one, before_s) for one in _folders(workspace / DRAFTS)]
    for person in _folders(workspace / UPLOADS):
        with suppress(OSError):  # somebody uploads again
            person.rmdir()
    told = [size for size in (*gone, *drafts) if size is not None]
    return Cleared(
        sum(size is not None for size in gone), sum(size is not None for size in drafts), sum(told)
    )


def _clear(folder: Path, before_s: float) -> int | None:
    """The bytes that were deleted; None where it is newer."""
    files = list(_files(folder))
    newest = max((changed for _, changed in files), default=_changed(folder))
    if max(newest, _changed(folder)) >= before_s:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    return sum(size for size, _ in files)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # somebody deleted it just now


def _folders(top: Path) -> list[Path]:
    if not top.is_dir():
        return []
    return [one for one in top.iterdir() if one.is_dir() and not one.is_symlink()]


def _files(top: Path) -> Iterator[tuple[int, float]]:
    """The size of every file below a folder, and when it changed (seconds since 1970)."""
    for folder, _, names in os.walk(top):
        for name in names:
            try:
                told = (Path(folder) / name).lstat()
            except OSError:
                continue
            yield told.st_size, told.st_mtime
