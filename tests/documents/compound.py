"""Small compound files (MS-CFB) and Outlook messages in them, made in memory.

Knows only what tests need: sectors of 512 bytes, every stream padded beyond the cut-off of 4,096.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR = 512
_CUTOFF = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_EPOCH_TICKS = 116_444_736_000_000_000  # from 1601 to 1970, in 100 ns

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = _FREE
    right: int = _FREE
    start: int = _END
    size: int = 0


def compound(tree: Tree) -> bytes:
    """A compound file of these storages (mappings) and streams (bytes, at least 4,096)."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    sectors: list[bytes] = []
    chains: list[tuple[int, int]] = []
    for entry in entries[1:]:
        if entry.kind == 2:
            entry.start, entry.size = len(sectors), len(entry.data)
            parts = [entry.data[at : at + _SECTOR] for at in range(0, len(entry.data), _SECTOR)]
            chains.append((len(sectors), len(parts)))
            sectors += [part.ljust(_SECTOR, b"\0") for part in parts]
    directory = b"".join(map(_packed, entries))
    directory += b"\0" * (-len(directory) % _SECTOR)
    first_directory = len(sectors)
    count = len(directory) // _SECTOR
    chains.append((first_directory, count))
    sectors += [directory[at : at + _SECTOR] for at in range(0, len(directory), _SECTOR)]
    fat_sectors = 1
    while fat_sectors * (_SECTOR // 4) < len(sectors) + fat_sectors:
        fat_sectors += 1
    table = [_FREE] * (fat_sectors * (_SECTOR // 4))
    for start, length in chains:
        for index in range(start, start + length):
            table[index] = index + 1 if index < start + length - 1 else _END
    fat = list(range(len(sectors), len(sectors) + fat_sectors))
    for index in fat:
        table[index] = _FAT
    packed = struct.pack(f"<{len(table)}I", *table)
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        first_directory,
        0,
        _CUTOFF,
        _END,
        0,
        _END,
        0,
    )
    head += struct.pack("<109I", *fat, *[_FREE] * (109 - fat_sectors))
    return head.ljust(_SECTOR, b"\0") + b"".join(sectors) + packed


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    """The children of a storage as a chain to the right: valid enough for readers."""
    before = None
    for name in sorted(tree, key=lambda each: (len(each), each.upper())):
        value = tree[name]
        index = len(entries)
        stream = value if isinstance(value, bytes) else b""
        entries.append(_Entry(name, 2 if isinstance(value, bytes) else 1, stream))
        if before is None:
            entries[parent].child = index
        else:
            entries[before].right = index
        before = index
        if not isinstance(value, bytes):
            _add(entries, index, value)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name),
        entry.kind,
        1,
        _FREE,
        entry.right,
        entry.child,
        b"",
        0,
        0,
        0,
        entry.start,
        entry.size,
    )


@dataclass
class Msg:
    """A message: texts by number of the property, numbers, times (seconds since 1970), bytes."""

    texts: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    data: dict[int, bytes] = field(default_factory=dict)
    recipients: list[Msg] = field(default_factory=list)
    attachments: list[Msg] = field(default_factory=list)
    inner: Msg | None = None
    encoding: str = "utf-16-le"

    def tree(self, head: int = 32) -> dict[str, bytes | Tree]:
        """Its storages and streams; `head` are the bytes before its properties of fixed length."""
        kind = 0x1F if self.encoding == "utf-16-le" else 0x1E
        made: dict[str, bytes | Tree] = {}
        rows = [
            struct.pack("<IIq", number << 16 | 3, 6, value)
            for number, value in self.numbers.items()
        ]
        for number, seconds in self.times.items():
            rows.append(struct.pack("<IIQ", number << 16 | 0x40, 6, seconds * 10**7 + _EPOCH_TICKS))
        for number, text in self.texts.items():
            # texts end with a NUL, so the padding that this writer needs does no harm
            made[f"__substg1.0_{number:04X}{kind:04X}"] = _long(text.encode(self.encoding))
        for number, data in self.data.items():
            made[f"__substg1.0_{number:04X}0102"] = data if len(data) >= _CUTOFF else _long(data)
        made["__properties_version1.0"] = _long(b"\0" * head + b"".join(rows))
        for number, each in enumerate(self.recipients):
            made[f"__recip_version1.0_#{number:08X}"] = each.tree(8)
        for number, each in enumerate(self.attachments):
            inside = each.tree(8)
            if each.inner is not None:
                inside["__substg1.0_3701000D"] = each.inner.tree(24)
            made[f"__attach_version1.0_#{number:08X}"] = inside
        return made

    def bytes(self) -> bytes:
        """The file."""
        return compound(self.tree())


def _long(data: bytes) -> bytes:
    return data.ljust(_CUTOFF, b"\0")
