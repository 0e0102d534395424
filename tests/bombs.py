"""Archives that unpack to far more than they weigh, made in a moment."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

GIGABYTE = 1 << 30
_PIECE = 1 << 20
_ZIP64 = 0xFFFFFFFF


def gzip_of_zeros(total: int) -> bytes:
    """A gzip file of so many zeros."""
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + _zeros(total) + struct.pack("<II", 0, total & _ZIP64)


def zip_of_zeros(total: int, claimed: int | None = None) -> bytes:
    """A zip with one file of so many zeros, which claims to be of another size."""
    data, name = _zeros(total), b"zeros.txt"
    size = total if claimed is None else claimed
    large = size >= _ZIP64
    extra = struct.pack("<HHQQ", 1, 16, size, len(data)) if large else b""
    sizes = (_ZIP64, _ZIP64) if large else (len(data), size)
    common = (45, 0, 8, 0, 33, 0, *sizes, len(name), len(extra))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", *common) + name + extra
    central = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 45, *common, 0, 0, 0, 0, 0)
    central += name + extra
    at = len(local) + len(data)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(central), at, 0)
    return local + data + central + end


def zip_of(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def nested(depth: int, width: int, core: bytes) -> bytes:
    """Zips in zips, so many in each and so deep, with the same zip at the bottom of all."""
    data = core
    for level in range(depth):
        data = zip_of((f"{level}-{number}.zip", data) for number in range(width))
    return data


def _zeros(total: int) -> bytes:
    """So many zeros, packed: one packed piece, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(_PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (total // _PIECE) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
