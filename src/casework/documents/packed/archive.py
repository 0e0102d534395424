"""Archives (zip, tar, gzip, bzip2, xz) → their entries one after the other, whatever is broken.

Says of each entry what became of it. Caps what is really unpacked, not what an archive claims; an
entry that cannot be had costs nobody but itself. Writes nothing to the disk.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from casework.documents.packed.entry import Entry, Room, is_hidden, is_of_system, is_tar
from casework.documents.packed.member_names import safe_path
from casework.documents.packed.names import zip_names
from casework.documents.packed.tar import packed_entries, tar_entries
from casework.documents.reading import Source

PROTECTED: Final = "protected by a password"
WRONG_PASSWORD: Final = "the password does not open it"
_AES = 99
_METHODS = {
    zipfile.ZIP_STORED: "stored",
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
    zipfile.ZIP_LZMA: "lzma",
}
_LOCAL_HEAD = struct.Struct("<4sHHHHHIIIHH")
_LOCAL: Final = b"PK\x03\x04"
_LINK_BITS = 0o170000
_PIECE: Final = 1 << 14


def entries_of(source: Source) -> tuple[str, Iterator[Entry], list[str]]:
    """What kind of archive it is, its entries, and remarks on the whole of it, which are complete
    once all entries were taken."""
    limits = source.limits
    room = Room(source, limits.packed, limits.member_bytes)
    remarks: list[str] = []
    data = source.data
    if data.startswith(b"PK"):
        return "zip", _zip_entries(room, remarks), remarks
    if is_tar(data):
        return "tar", tar_entries(io.BytesIO(data), room, remarks), remarks
    kind = {b"\x1f": "gzip", b"B": "bzip2", b"\xfd": "xz"}.get(data[:1], "")
    return kind, packed_entries(room, kind, remarks), remarks


def _zip_entries(room: Room, remarks: list[str]) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(room.source.data))
    except Exception:  # noqa: BLE001 - a hostile archive can raise anything
        remarks.append(
            "The archive is cut off or damaged: its list of contents is missing. What was found"
            " without it was read."
        )
        yield from _salvaged(room)
        return
    with archive:
        infos = archive.infolist()
        names = zip_names(infos)
        for info, name in zip(infos, names, strict=True):
            room.source.check_time()
            if name and not name.endswith(("/", "\\")):
                yield _zip_entry(archive, info, name, room)


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, room: Room) -> Entry:
    shown, size = safe_path(name), info.file_size
    if is_of_system(name):
        return Entry(shown, size, system=True)
    mode = info.external_attr >> 16
    if mode and stat.S_ISLNK(mode & _LINK_BITS):
        return Entry(shown, size, problem="left out: a link")
    if is_hidden(name):
        return Entry(safe_path(name, hidden=True), size, problem="left out: a hidden file")
    problem = _cannot(info, room.source.password) or room.refusal(size, info.compress_size)
    if problem:
        return Entry(shown, size, problem=problem)
    password = room.source.password
    tries = [password.encode("utf-8"), password.encode("cp437", "replace")] if password else [b""]
    for word in dict.fromkeys(tries):
        try:
            with archive.open(info, pwd=word or None) as stream:
                data, problem = room.take(stream, info.compress_size)
            return Entry(shown, len(data) or size, data, problem)
        except (RuntimeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            locked = bool(info.flag_bits & 1)
            problem = WRONG_PASSWORD if locked else f"damaged: {_words(error)}"
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a hostile archive can raise anything
            problem = f"damaged: {_words(error)}"
    return Entry(shown, size, problem=problem)


def _cannot(info: zipfile.ZipInfo, password: str) -> str:
    """Why an entry cannot be unpacked by us at all, '' when it can."""
    if info.compress_type == _AES:
        return "protected with AES, which is not opened here; unpack it and add the files"
    if info.flag_bits & 1 and not password:
        return PROTECTED
    if info.compress_type not in _METHODS:
        return f"packed by a method that is not read here (number {info.compress_type})"
    return ""


def _salvaged(room: Room) -> Iterator[Entry]:
    """The entries of a zip without a list of contents, by their own headers, one after another."""
    data, at = room.source.data, room.source.data.find(_LOCAL)
    while 0 <= at <= len(data) - _LOCAL_HEAD.size:
        room.source.check_time()
        head = _LOCAL_HEAD.unpack_from(data, at)
        flags, method, packed, size, name_length, extra = head[2], head[3], *head[7:]
        begin = at + _LOCAL_HEAD.size + name_length + extra
        raw = data[at + _LOCAL_HEAD.size : at + _LOCAL_HEAD.size + name_length]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        entry, end = _salvage(room, name, data, begin, method, flags, packed, size)
        if entry is not None:
            yield entry
        at = data.find(_LOCAL, max(end, at + 4))


def _salvage(
    room: Room,
    name: str,
    data: bytes,
    begin: int,
    method: int,
    flags: int,
    packed: int,
    size: int,
) -> tuple[Entry | None, int]:
    """An entry that begins here, and where its bytes end."""
    shown = safe_path(name)
    end = begin + packed
    if name.endswith("/"):
        return None, begin
    if is_of_system(name):
        return Entry(shown, size, system=True), end
    if flags & 1 or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Entry(shown, size, problem="cannot be saved from a damaged archive"), end
    if method == zipfile.ZIP_STORED:
        kept, whole = data[begin:end], end <= len(data) and not (flags & 8)
        taken, problem = room.take(io.BytesIO(kept), packed) if whole else (b"", "cut off")
        return Entry(shown, size, taken, problem), end if whole else begin
    unpacker = zlib.decompressobj(-15)
    most = min(room.source.limits.file_bytes, room.bytes_left) + 1
    try:
        kept, used = _inflated(unpacker, data, begin, most)
    except zlib.error as error:
        return Entry(shown, size, problem=f"damaged: {_words(error)}"), begin
    if not unpacker.eof:
        problem = room.refusal(len(kept), used) or "cut off"
        return Entry(shown, len(kept), problem=problem), begin
    taken, problem = room.take(io.BytesIO(kept), used)
    return Entry(shown, len(kept), taken, problem), begin + used


def _inflated(unpacker: zlib._Decompress, data: bytes, begin: int, most: int) -> tuple[bytes, int]:
    """At most `most` bytes of what is packed from here on, and how many packed bytes they take.

    Piece by piece, because the unpacker copies all that it does not use.
    """
    parts: list[bytes] = []
    at, left = begin, most
    while at < len(data) and left > 0 and not unpacker.eof:
        piece = data[at : at + _PIECE]
        parts.append(unpacker.decompress(piece, left))
        left -= len(parts[-1])
        at += len(piece) - len(unpacker.unused_data) - len(unpacker.unconsumed_tail)
    return b"".join(parts), at - begin


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:100].rstrip(".") or type(error).__name__
