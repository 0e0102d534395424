"""Which font draws which letter. Ours ship beside this file; letters that none of them has are
looked for in the fonts of the system, so those may differ from machine to machine. Knows no page.

Ours: Arimo (the widths of Helvetica, by which pages are typeset), Cousine (one width), DejaVu Sans
(many scripts). Their licences lie beside them.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Face = Literal["plain", "bold", "mono"]

OURS = Path(__file__).parent / "fonts"
_FACES: dict[Face, str] = {
    "plain": "Arimo-Regular.ttf",
    "bold": "Arimo-Bold.ttf",
    "mono": "Cousine-Regular.ttf",
}
_WIDE_COVER = "DejaVuSans.ttf"
SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_ENDINGS = (".ttf", ".otf", ".ttc")
_MOST_FILES = 4_000
_MOST_TRIED = 40
"""Fonts of the system that are opened at most; those named below are tried first."""
_LIKELY = ("cjk", "notosans", "droidsansfallback", "wqy", "arial", "msyh", "pingfang", "unifont")
_COMPLEX_FROM = 0x0590
"""From here on letters may join, reorder or run from right to left."""
_UNJOINED = ((0x1100, 0x1200), (0x2000, 0xA000), (0xAC00, 0xD800), (0xF900, 0xFB00))
"""Hangul, Chinese, Japanese and symbols: they do not."""
_FORMAT_SEGMENTS, _FORMAT_GROUPS = 4, 12
_UNICODE, _WINDOWS = 0, 3


class Run(NamedTuple):
    """Letters that one font file draws; no file stands for letters that no font has."""

    text: str
    file: str


def runs(text: str, face: Face, *, system: bool = True) -> list[Run]:
    """The text in order, each part with the font file that has its letters."""
    text = unicodedata.normalize("NFC", text)
    first = _FACES[face]
    if text.isascii() or covered(_ours(first)).issuperset(map(ord, text)):
        return [Run(text, _ours(first))]
    found: list[Run] = []
    for letter in text:
        file = file_of(letter, face, system=system)
        if found and (file == found[-1].file or _joins(letter)):
            found[-1] = Run(found[-1].text + letter, found[-1].file)
        else:
            found.append(Run(letter, file))
    return found


def file_of(letter: str, face: Face, *, system: bool = True) -> str:
    """The font file that draws this letter, '' when none has it."""
    code = ord(letter)
    for name in (_FACES[face], _WIDE_COVER):
        if code in covered(_ours(name)):
            return _ours(name)
    return _from_system(code) if system else ""


def font(file: str, size_px: float, *, shaped: bool = False) -> FreeTypeFont:
    """This font file at a size; `shaped` for letters that join or run from right to left."""
    return _font(file, round(size_px * 4) / 4, shaped)


def wants_shaping(text: str) -> bool:
    """Whether letters of this text join, reorder or run from right to left."""
    return any(
        ord(letter) >= _COMPLEX_FROM
        and not any(start <= ord(letter) < end for start, end in _UNJOINED)
        for letter in text
    )


@lru_cache(maxsize=64)
def covered(file: str) -> frozenset[int]:
    """The code points that a font file has letters for; none when it cannot be read."""
    try:
        with Path(file).open("rb") as source:
            return frozenset(_code_points(source))
    except (OSError, struct.error, ValueError, IndexError):
        return frozenset()


def _ours(name: str) -> str:
    return str(OURS / name)


def _joins(letter: str) -> bool:
    """Whether it belongs to the letter before it, whatever font that has."""
    return bool(unicodedata.combining(letter)) or letter in "\u200c\u200d\ufe0e\ufe0f"


@lru_cache(maxsize=256)
def _font(file: str, size_px: float, shaped: bool) -> FreeTypeFont:
    from PIL import ImageFont, features

    joined = shaped and features.check("raqm")
    layout = ImageFont.Layout.RAQM if joined else ImageFont.Layout.BASIC
    return ImageFont.truetype(file, max(size_px, 1.0), layout_engine=layout)


@lru_cache(maxsize=4_096)
def _from_system(code: int) -> str:
    tried = _system_fonts()
    return next((file for file in tried if code in covered(file)), "")


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[str, ...]:
    """Font files of the system, the likeliest first."""
    found: list[Path] = []
    for folder in SYSTEM_FOLDERS:
        for path in _below(Path(folder)):
            found.append(path)
            if len(found) >= _MOST_FILES:
                break
    found.sort(key=lambda path: (_rank(path.name.lower()), path.name))
    return tuple(map(str, found[:_MOST_TRIED]))


def _rank(name: str) -> tuple[int, bool]:
    """Before others: names that promise many letters, and among these the upright ones."""
    likely = next((at for at, word in enumerate(_LIKELY) if word in name), len(_LIKELY))
    return likely, "regular" not in name


def _below(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.suffix.lower() in _ENDINGS:
            yield path


def _code_points(source: BinaryIO) -> Iterator[int]:
    """What the `cmap` table of a TrueType or OpenType file covers (the first of a collection)."""
    start = 0
    if source.read(4) == b"ttcf":
        source.seek(12)
        (start,) = struct.unpack(">I", source.read(4))
    source.seek(start + 4)
    (tables,) = struct.unpack(">H", source.read(2))
    source.seek(start + 12)
    directory = source.read(16 * tables)
    for at in range(0, len(directory), 16):
        if directory[at : at + 4] == b"cmap":
            offset, length = struct.unpack(">II", directory[at + 8 : at + 16])
            source.seek(offset)
            yield from _mapped(source.read(length))
            return


def _mapped(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack(">H", cmap[2:4])
    best: dict[int, int] = {}
    for index in range(count):
        platform, _, offset = struct.unpack(">HHI", cmap[4 + 8 * index : 12 + 8 * index])
        if platform in (_UNICODE, _WINDOWS):
            (kind,) = struct.unpack(">H", cmap[offset : offset + 2])
            best[kind] = offset
    if _FORMAT_GROUPS in best:
        yield from _groups(cmap[best[_FORMAT_GROUPS] :])
    elif _FORMAT_SEGMENTS in best:
        yield from _segments(cmap[best[_FORMAT_SEGMENTS] :])


def _groups(table: bytes) -> Iterator[int]:
    (count,) = struct.unpack(">I", table[12:16])
    for first, last, _ in struct.iter_unpack(">III", table[16 : 16 + 12 * count]):
        if last <= 0x10FFFF:
            yield from range(first, last + 1)


def _segments(table: bytes) -> Iterator[int]:
    (doubled,) = struct.unpack(">H", table[6:8])
    ends = struct.unpack(f">{doubled // 2}H", table[14 : 14 + doubled])
    starts = struct.unpack(f">{doubled // 2}H", table[16 + doubled : 16 + 2 * doubled])
    for first, last in zip(starts, ends, strict=True):
        if last != 0xFFFF or first != 0xFFFF:
            yield from range(first, last + 1)
