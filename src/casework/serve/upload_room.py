"""How much room uploads have: all of them and the drafts together, and the disk that they lie on.
Looked at before a file is taken, and again while it comes. Knows no request."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from casework.base.errors import DiskError, RequestError
from casework.sdk.suggesting.leftovers import held_bytes

SETTING = "studio.uploads_mb"
LEAST_FREE = 512 << 20
"""Bytes of the disk that no upload may take: what is under way has to be written down."""
_MB = 1 << 20
_FRESH_S = 10.0
"""How old a count of all files may be; what came since is added to it."""
_STEP = 8 << 20
"""After so many bytes the room is looked at again."""
_NO_ROOM = 507

Free = Callable[[Path], int]


class UploadRoom:
    """The room that the uploads of one server share. `free` tells the free bytes of the disk that a
    folder lies on."""

    def __init__(self, workspace: Path, free: Free | None = None) -> None:
        self._workspace = workspace
        self._free = free or free_bytes
        self._lock = threading.Lock()
        self._held, self._counted_at = 0, float("-inf")
        self._coming = 0

    @asynccontextmanager
    async def taking(self, folder: Path, announced: int, most_mb: int) -> AsyncIterator[Claim]:
        """While it is held, so many announced bytes (0: not known) come into a folder. Raises
        `RequestError` (507) over the limit of all uploads, `DiskError` for a full disk."""
        if time.monotonic() - self._counted_at > _FRESH_S:
            held = await asyncio.to_thread(held_bytes, self._workspace)
            with self._lock:
                self._held, self._counted_at = held, time.monotonic()
        claim = Claim(self, folder, most_mb)
        await asyncio.to_thread(claim.check, announced)
        with self._lock:
            self._coming += announced
        claim.announced = announced
        try:
            yield claim
        finally:
            with self._lock:
                self._coming -= claim.announced

    def note(self, size: int, announced: int) -> None:
        """So many bytes came, so many of them announced before."""
        with self._lock:
            self._held += size
            self._coming -= announced

    def forget_count(self) -> None:
        """Count anew next time: files were deleted."""
        self._counted_at = float("-inf")

    def check(self, folder: Path, size: int, most_mb: int) -> None:
        """Raise where so many more bytes have no room."""
        if self._held + self._coming + size > most_mb * _MB:
            raise RequestError(
                f"Uploads and drafts hold {_mb(self._held + self._coming)} MB of the {most_mb:,} MB"
                f" that they may take together; {_mb(size)} MB more have no room.",
                status=_NO_ROOM,
                fix=f"Make worksheets of drafts or throw them away, or raise {SETTING}.",
                code="upload.no_room",
            )
        check_disk(folder, self._coming + size, self._free)


class Claim:
    """An upload that is being taken in. `announced` bytes of it are still to come."""

    def __init__(self, room: UploadRoom, folder: Path, most_mb: int) -> None:
        self._room, self._folder, self._most_mb = room, folder, most_mb
        self._since = 0
        self.announced = 0

    def check(self, size: int) -> None:
        """Raise where so many more bytes have no room."""
        self._room.check(self._folder, size, self._most_mb)

    def came(self, size: int) -> None:
        """So many bytes came; now and then the room for more is looked at."""
        known = min(size, self.announced)
        self.announced -= known
        self._room.note(size, known)
        self._since += size
        if self._since >= _STEP:
            self._since = 0
            self.check(0)


def check_disk(folder: Path, size: int, free: Free | None = None) -> None:
    """Raise `DiskError` where the disk of a folder has no room for so many bytes."""
    left = (free or free_bytes)(folder)
    if left - size < LEAST_FREE:
        raise DiskError(
            f"The disk has {_mb(left)} MB free, and {_mb(LEAST_FREE)} MB of them are kept for the"
            f" work under way; {_mb(size)} MB have no room.",
            fix="Make room on the disk, then send it again.",
            code="upload.no_disk",
        )


def free_bytes(folder: Path) -> int:
    """The free bytes of the disk that a folder lies on, or will."""
    here = folder.absolute()
    while not here.exists():
        here = here.parent
    return shutil.disk_usage(here).free


def _mb(size: int) -> str:
    return f"{-(-size // _MB):,}"
