"""Pictures of pages that can be drawn again: files in a folder, by key, within a bound; what was
not asked for longest goes first. Nothing here is truth: the folder may be removed at any time.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from pathlib import Path

from casework.store import modes

FOLDER = "cache"
_ENDING = ".png"
_UNFINISHED = ".part"
_ROOM_LEFT = 0.8
"""To this share of the bound it is emptied, so that not every picture pushes out another."""
_TOUCHED_EVERY_S = 60.0
_STALE_S = 3600.0


class PictureCache:
    """Pictures below a folder of a workspace. Several processes may use it at once."""

    def __init__(self, workspace: Path, most_bytes: int) -> None:
        self._workspace = workspace
        self._folder = workspace / FOLDER / "pages"
        self._most = most_bytes
        self._size: int | None = None
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The picture of this key (hexadecimal digits), or None."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            if time.time() - path.stat().st_mtime > _TOUCHED_EVERY_S:
                os.utime(path)
        except OSError:
            return None
        return data or None

    def put(self, key: str, data: bytes) -> None:
        """Keep a picture; a disk that is full or may not be written to is no error."""
        if len(data) > self._most * _ROOM_LEFT:
            return
        path = self._path(key)
        try:
            self._make_folder(path.parent)
            part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
            handle = os.open(
                part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, modes.file_mode(self._workspace)
            )
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            part.replace(path)
        except OSError:
            return
        with self._lock:
            size = self._measured() if self._size is None else self._size + len(data)
            self._size = self._shrunk() if size > self._most else size

    def size(self) -> int:
        """How many bytes it holds now."""
        return self._measured()

    def clear(self) -> None:
        """Remove every picture."""
        with self._lock:
            for path, _, _ in self._files():
                path.unlink(missing_ok=True)
            self._size = 0

    def _path(self, key: str) -> Path:
        if not key or not set(key) <= set("0123456789abcdef"):
            raise ValueError(f"{key!r} is no key of a picture")
        return self._folder / key[:2] / f"{key[2:]}{_ENDING}"

    def _make_folder(self, folder: Path) -> None:
        mode = modes.folder_mode(self._workspace)
        for each in (self._folder.parent, self._folder, folder):
            each.mkdir(mode=mode, exist_ok=True)

    def _files(self) -> list[tuple[Path, float, int]]:
        """Its files with their times and sizes; what a process left unfinished long ago goes."""
        found = []
        for path in self._folder.glob("??/*"):
            try:
                told = path.stat()
            except OSError:
                continue
            if path.suffix == _UNFINISHED:
                if time.time() - told.st_mtime > _STALE_S:
                    path.unlink(missing_ok=True)
            else:
                found.append((path, told.st_mtime, told.st_size))
        return found

    def _measured(self) -> int:
        return sum(size for _, _, size in self._files())

    def _shrunk(self) -> int:
        """Remove the oldest until there is room again; the size afterwards."""
        files = sorted(self._files(), key=lambda file: file[1])
        total = sum(size for _, _, size in files)
        for path, _, size in files:
            if total <= self._most * _ROOM_LEFT:
                break
            path.unlink(missing_ok=True)
            total -= size
        return total
