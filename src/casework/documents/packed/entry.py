"""A file in an archive, how much may be unpacked, and which files are nobody's documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from casework.documents.packed.member_names import shown_size
from casework.documents.reading import Source

_OF_SYSTEMS = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")
_RATIO = 250
_RATIO_FROM_BYTES = 50_000_000
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive. `problem` says why its bytes are not here ('' when they are); `size` is
    what they take unpacked, as far as it is known. `system` marks what systems leave behind."""

    name: str
    size: int
    data: bytes = b""
    problem: str = ""
    system: bool = False


@dataclass(slots=True)
class Room:
    """How much may still be unpacked: files and bytes, and the most that one file may take."""

    source: Source
    files: int
    bytes_left: int

    def refusal(self, size: int, packed: int) -> str:
        """Why a file of this size is not unpacked, '' when it is."""
        limits = self.source.limits
        if self.files <= 0:
            return f"left out: more than {limits.packed:,} files"
        if size > limits.file_bytes:
            return f"left out: larger than {shown_size(limits.file_bytes)}"
        if packed and size > _RATIO_FROM_BYTES and size > _RATIO * packed:
            return f"left out: it unpacks to {size // packed:,} times its size"
        if size > self.bytes_left:
            return f"left out: the archive unpacks to more than {shown_size(limits.member_bytes)}"
        return ""

    def take(self, stream: IO[bytes], packed: int) -> tuple[bytes, str]:
        """The bytes of a stream, and why they were left out ('' when they are all here)."""
        kept: list[bytes] = []
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            kept.append(chunk)
            refused = self.refusal(size, packed)
            if refused:
                return b"", refused
        self.files -= 1
        self.bytes_left -= size
        return b"".join(kept), ""


def is_tar(data: bytes) -> bool:
    """Whether the bytes begin with a header of tar (POSIX or GNU)."""
    return data[257:262] == b"ustar"


def is_of_system(name: str) -> bool:
    """Whether a file is one that systems leave behind, and nobody's document."""
    low = name.lower().replace("\\", "/")
    parts = [part for part in low.split("/") if part]
    return any(part in _OF_SYSTEMS or part.startswith("._") for part in parts)


def is_hidden(name: str) -> bool:
    """Whether a file or a folder around it is hidden, or the lock of a program."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith("~$") or (part[:1] == "." and part.strip(".")) for part in parts)
