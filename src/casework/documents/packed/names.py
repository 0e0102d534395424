"""Names in a zip as people wrote them: UTF-8 where the archive says so, else told by their bytes.

Old programs wrote names in the encoding of their system and did not say which.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final

from casework.documents.formats.guess_encoding import guess_encoding

_UTF8_FLAG: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_EASTERN: Final = ("gb18030", "cp932", "cp949", "big5")
_FRAMES = ("─", "█")
"""From the first to the second, letters of cp437 draw frames; names that hold them are not it."""


def zip_names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of these entries, in their order."""
    raw = [_raw(info) for info in infos]
    unsure = [each for each in raw if each and not _utf8(each)]
    encoding = _encoding(unsure) if unsure else "cp437"
    return [
        _stated(info)
        or (_utf8(each) or each.decode(encoding, "replace") if each else info.filename)
        for info, each in zip(infos, raw, strict=True)
    ]


def _raw(info: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that is not said to be UTF-8, b'' when it is."""
    if info.flag_bits & _UTF8_FLAG:
        return b""
    try:
        return info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return b""


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _stated(info: zipfile.ZipInfo) -> str:
    """The name in the field that Info-ZIP writes beside one of an old encoding (0x7075)."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            raw = _raw(info)
            if raw and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
                return _utf8(body[5:])
    return ""


def _encoding(names: Sequence[bytes]) -> str:
    """The encoding of names: that of DOS, unless they would be frames and blocks in it."""
    joined = b"\n".join(names)
    first, last = _FRAMES
    if not any(first <= letter <= last for letter in joined.decode("cp437")):
        return "cp437"
    likely = guess_encoding(joined)
    if likely is not None:
        return likely
    for encoding in _EASTERN:
        try:
            joined.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"
