"""Files by the sha256 of their bytes: `blobs/ab/cdef…`. Knows no row and no format.

A blob is on the disk, file and folder synced, before its hash is given to anybody.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from casework.base.errors import InputError, NotFoundError, StoreError
from casework.base.hashing import sha256_bytes, sha256_file
from casework.base.ids import uuid7
from casework.store import faults, modes

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20
_BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would turn line ends in a file that is not opened so."""
_AGAIN = "Add the file again, or restore the folder from a backup."


class BlobFolder:
    """The blobs of a workspace: a `Blobs`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._arriving = folder / "arriving"

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their hash; known bytes are not written again."""
        sha256 = sha256_bytes(data)
        if not self._known(sha256, len(data)):
            self._keep(sha256, (data,))
        return sha256

    def put_file(self, path: Path) -> str:
        """Keep the bytes of a file and return their hash; large files are read in pieces.

        What is kept is what was hashed, even when the file changes meanwhile.
        """
        temporary = self._new_name()
        try:
            sha256, size = self._write(temporary, _pieces(path))
            if self._known(sha256, size):
                temporary.unlink()
            else:
                self._move(temporary, sha256)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise faults.from_os(error, self._blamed(error, path)) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of this hash, as they are on the disk; `check` compares them with it."""
        path = self.path_of(sha256)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise self._missing(sha256) from None
        except OSError as error:
            raise faults.from_os(error, path) from error

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of this hash are, or would be."""
        if not _HASH.fullmatch(sha256):
            raise InputError(f"{sha256!r} is not a sha256.", fix="Give its 64 hexadecimal digits.")
        return self.folder / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Whether there is a blob of this hash."""
        return self.path_of(sha256).is_file()

    def at_hand(self, sha256: str) -> bool:
        """Whether it can be read without a network: always."""
        return True

    def check(self, sha256: str) -> None:
        """Read the blob and compare; raises `StoreError` when its bytes are not what they were,
        and `NotFoundError` when it is gone."""
        path = self.path_of(sha256)
        try:
            found = sha256_file(path)
        except FileNotFoundError:
            raise self._missing(sha256) from None
        except OSError as error:
            raise faults.from_os(error, path) from error
        if found != sha256:
            raise StoreError(
                f"The blob {path} is damaged: its bytes have the hash {found[:12]}….",
                fix=f"Remove it. {_AGAIN}",
                code="store.blob_damaged",
            )

    def remove(self, sha256: str) -> None:
        """Let the bytes of this hash be gone; those that are gone already are no error."""
        path = self.path_of(sha256)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_folder(path.parent)
        except OSError as error:
            raise faults.from_os(error, path) from error

    def all(self) -> Iterator[str]:
        """The hashes of all blobs, in order."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                if _HASH.fullmatch(folder.name + file.name):
                    yield folder.name + file.name

    def _known(self, sha256: str, size: int) -> bool:
        """Whether the blob is there in full; a torn one is written anew."""
        path = self.path_of(sha256)
        try:
            if path.stat().st_size != size:
                return False
            _sync_folder(path.parent)  # whoever wrote it may not have come so far yet
        except FileNotFoundError:
            return False
        except OSError as error:
            raise faults.from_os(error, path) from error
        return True

    def _keep(self, sha256: str, pieces: Iterable[bytes]) -> None:
        temporary = self._new_name()
        try:
            self._write(temporary, pieces)
            self._move(temporary, sha256)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise faults.from_os(error, self.path_of(sha256)) from error

    def _new_name(self) -> Path:
        return self._arriving / uuid7()

    def _write(self, path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Write and sync a file; returns the hash and the size of what was written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        mark, size = hashlib.sha256(), 0
        mode = modes.file_mode(self.folder)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
                mark.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        return mark.hexdigest(), size

    def _move(self, temporary: Path, sha256: str) -> None:
        path = self.path_of(sha256)
        if not path.parent.is_dir():
            path.parent.mkdir(modes.folder_mode(self.folder), parents=True, exist_ok=True)
            _sync_folder(self.folder)
        temporary.replace(path)
        _sync_folder(path.parent)

    def _missing(self, sha256: str) -> NotFoundError:
        return NotFoundError(
            f"The blob {sha256} is not in the workspace.", fix=_AGAIN, code="store.blob_missing"
        )

    def _blamed(self, error: OSError, path: Path) -> Path:
        return Path(error.filename) if isinstance(error.filename, str) else path


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
