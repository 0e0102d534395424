"""winmail.dat (TNEF, MS-OXTNEF): the files that Outlook packed into it, with their long names."""

from __future__ import annotations

import struct
from typing import Final

_SIGNATURE: Final = 0x223E9F78
_RENDDATA: Final = 0x00069002  # begins an attachment
_TITLE: Final = 0x00018010
_DATA: Final = 0x0006800F
_PROPERTIES: Final = 0x00069005
_LONG_NAME: Final = 0x3707
_ATTACHED_DATA: Final = 0x3701
_UNICODE: Final = 0x001F
_ANSI: Final = 0x001E
_BINARY: Final = 0x0102
_OBJECT: Final = 0x000D
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MANY: Final = 0x1000
_NAMED: Final = 0x8000
_MOST_FILES: Final = 1_000


def files_in(data: bytes) -> list[tuple[str, bytes]]:
    """Names and bytes of the files in it. Raises `ValueError` when it is no TNEF."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise ValueError("no TNEF")
    found: list[dict[str, bytes]] = []
    at = 6
    while at + 9 <= len(data) and len(found) <= _MOST_FILES:
        kind, length = struct.unpack_from("<II", data, at + 1)
        body = data[at + 9 : at + 9 + length]
        at += 9 + length + 2
        if kind == _RENDDATA:
            found.append({})
        elif found and kind == _TITLE:
            found[-1].setdefault("title", body)
        elif found and kind == _DATA:
            found[-1]["data"] = body
        elif found and kind == _PROPERTIES:
            found[-1] |= _properties(body)
    return [(_name(each, number), each.get("data", b"")) for number, each in enumerate(found, 1)]


def _name(file: dict[str, bytes], number: int) -> str:
    if "long" in file:
        return file["long"].decode("utf-8", "replace")
    title = file.get("title", b"").split(b"\0")[0]
    return title.decode("cp1252", "replace") or f"attachment {number}"


def _properties(body: bytes) -> dict[str, bytes]:
    """The long name and the bytes among the MAPI properties of an attachment; what stands before a
    property that cannot be understood."""
    found: dict[str, bytes] = {}
    try:
        at, count = 4, struct.unpack_from("<I", body)[0]
        for _ in range(min(count, 1_000)):
            kind, number = struct.unpack_from("<HH", body, at)
            at += 4
            if number >= _NAMED:
                at = _after_name(body, at)
            values, at = _values(body, at, kind)
            if number == _LONG_NAME and values:
                encoding = "utf-16-le" if kind & 0xFFF == _UNICODE else "cp1252"
                found["long"] = values[0].decode(encoding, "replace").rstrip("\0").encode("utf-8")
            elif number == _ATTACHED_DATA and values and kind in (_BINARY, _OBJECT):
                found["data"] = values[0][16:] if kind == _OBJECT else values[0]
    except struct.error:
        pass
    return found


def _after_name(body: bytes, at: int) -> int:
    """Where the name of a named property ends."""
    text = struct.unpack_from("<I", body, at + 16)[0]
    if not text:
        return at + 24
    length: int = struct.unpack_from("<I", body, at + 20)[0]
    return at + 24 + length + -length % 4


def _values(body: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    """The values of a property, and where they end."""
    base = kind & ~_MANY
    varies = base in (_UNICODE, _ANSI, _BINARY, _OBJECT)
    count = 1
    if kind & _MANY or varies:
        count = struct.unpack_from("<I", body, at)[0]
        at += 4
    values = []
    for _ in range(min(count, 1_000)):
        if varies:
            length = struct.unpack_from("<I", body, at)[0]
            values.append(body[at + 4 : at + 4 + length])
            at += 4 + length + -length % 4
        elif base in _FIXED:
            values.append(body[at : at + _FIXED[base]])
            at += _FIXED[base]
        else:
            raise struct.error("an unknown type")
    return values, at
