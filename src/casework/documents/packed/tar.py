"""Tar archives, and files packed by gzip, bzip2 or xz: read as streams, never beyond limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from casework.documents.packed.entry import Entry, Room, is_hidden, is_of_system, is_tar
from casework.documents.packed.member_names import safe_path

_CUT = "The archive is cut off or damaged. What stands before that place was read."
_BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)
_ENDINGS: Final = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz"}
_BLOCK = 512
_LZMA_MEMORY = 256 << 20


class _Capped(io.RawIOBase):
    """A stream that ends with an error once more was read from it than is allowed."""

    def __init__(self, inner: IO[bytes], most: int) -> None:
        self._inner = inner
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise EOFError("it unpacks to more than is allowed")
        buffer[: len(data)] = data
        return len(data)


def tar_entries(stream: IO[bytes], room: Room, remarks: list[str]) -> Iterator[Entry]:
    """The files of a tar archive; links and devices are left out."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                room.source.check_time()
                if not info.isdir():
                    yield _entry(archive, info, room)
    except _BROKEN:
        remarks.append(_CUT)


def _entry(archive: tarfile.TarFile, info: tarfile.TarInfo, room: Room) -> Entry:
    name = safe_path(info.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    if is_of_system(info.name):
        return Entry(name, info.size, system=True)
    if not info.isreg():
        return Entry(name, 0, problem="left out: a link or device")
    if is_hidden(info.name):
        return Entry(
            safe_path(info.name, hidden=True), info.size, problem="left out: a hidden file"
        )
    refused = room.refusal(info.size, 0)
    if refused:
        return Entry(name, info.size, problem=refused)
    taken = archive.extractfile(info)
    if taken is None:
        return Entry(name, info.size, problem="left out: a link or device")
    try:
        data, problem = room.take(taken, 0)
    except _BROKEN:
        data, problem = b"", "cut off"
    return Entry(name, info.size, data, problem)


def packed_entries(room: Room, kind: str, remarks: list[str]) -> Iterator[Entry]:
    """What one of these packers packed: the files of a tar archive, or the one file."""
    source = room.source
    most = room.bytes_left + room.source.limits.packed * _BLOCK * 2
    capped = io.BufferedReader(_Capped(_opened(source.data, kind), most), _BLOCK * 128)
    try:
        head = capped.peek(_BLOCK)
    except _BROKEN:
        head = b""
    if is_tar(head):
        yield from tar_entries(capped, room, remarks)
        return
    ending = _ENDINGS[kind]
    name = source.name.rpartition("/")[2]
    name = name[: -len(ending)] if name.lower().endswith(ending) else name
    try:
        data, problem = room.take(capped, len(source.data))
    except _BROKEN:
        data, problem = b"", "cut off or damaged"
    yield Entry(safe_path(name or "file"), len(data), data, problem)


def _opened(data: bytes, kind: str) -> IO[bytes]:
    stream = io.BytesIO(data)
    if kind == "gzip":
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    if kind == "bzip2":
        return bz2.BZ2File(stream)
    return lzma.LZMAFile(stream)
