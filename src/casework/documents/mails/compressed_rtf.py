"""Rich text as Outlook keeps it (MS-OXRTFCP): unpacked, and the HTML that it may wrap taken out."""

from __future__ import annotations

import re
import struct
from typing import Final

_DICTIONARY: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_COMPRESSED: Final = 0x75465A4C
_PLAIN: Final = 0x414C454D
_SIZE: Final = 4096
_MOST: Final = 50_000_000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}]+)"
)
_TABLES: Final = (b"fonttbl", b"colortbl", b"stylesheet", b"pntext", b"info", b"pict", b"object")
_SYMBOLS: Final = {
    b"par": "\r\n",
    b"line": "\r\n",
    b"row": "\r\n",
    b"tab": "\t",
    b"cell": "\t",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
}


def unpacked(data: bytes) -> bytes:
    """The rich text in these bytes. Raises `ValueError` when they are none."""
    if len(data) < 16:
        raise ValueError("too short")
    _, raw_size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == _PLAIN:
        return data[16 : 16 + raw_size]
    if kind != _COMPRESSED or raw_size > _MOST:
        raise ValueError("no compressed rich text")
    window = bytearray(_DICTIONARY.ljust(_SIZE, b"\0"))
    write, made, at = len(_DICTIONARY), bytearray(), 16
    while at < len(data) and len(made) < raw_size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if control >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(made)
                reference = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = reference >> 4, (reference & 0xF) + 2
                if offset == write % _SIZE:
                    return bytes(made)
                source = (window[(offset + step) % _SIZE] for step in range(length))
            else:
                source = (letter for letter in data[at : at + 1])
                at += 1
            for letter in source:
                made.append(letter)
                window[write % _SIZE] = letter
                write += 1
    return bytes(made)


def html_in(rtf: bytes, encoding: str) -> str:
    """The HTML that rich text wraps (MS-OXRTFEX), '' when it wraps none."""
    return _Walk(encoding, html=True).read(rtf) if b"\\fromhtml" in rtf[:4000] else ""


def text_in(rtf: bytes, encoding: str) -> str:
    """The plain text of rich text; its formatting and tables are lost."""
    return _Walk(encoding, html=False).read(rtf).replace("\r\n", "\n")


class _Walk:
    """Goes through rich text once; `shown` says of each open group whether its text counts."""

    def __init__(self, encoding: str, *, html: bool) -> None:
        self._encoding = encoding
        self._html = html
        self._made: list[str] = []
        self._raw = bytearray()
        self._shown = [True]
        self._starred = False
        self._skip = 0

    def read(self, rtf: bytes) -> str:
        """All that it says."""
        for found in _TOKEN.finditer(rtf):
            word, number, code, symbol, brace, text = found.groups()
            if brace:
                self._group(brace)
            elif word:
                self._word(word, number or b"")
            elif symbol == b"*":
                self._starred = True
            elif self._shown[-1]:
                self._letters(code, symbol, text)
        self._flush()
        joined = "".join(self._made)
        return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _group(self, brace: bytes) -> None:
        self._starred = False
        if brace == b"{":
            self._shown.append(self._shown[-1])
        elif len(self._shown) > 1:
            self._shown.pop()

    def _word(self, word: bytes, number: bytes) -> None:
        starred, self._starred = self._starred, False
        if word == b"htmltag":
            self._shown[-1] = self._html
        elif word == b"htmlrtf":
            self._shown[-1] = number == b"0" or not self._html
        elif starred or word in _TABLES:
            self._shown[-1] = False
        elif not self._shown[-1]:
            return
        elif word == b"u" and number:
            self._flush()
            self._made.append(chr(int(number) % 0x10000))
            self._skip = 1
        elif word in _SYMBOLS:
            self._flush()
            self._made.append(_SYMBOLS[word])

    def _letters(self, code: bytes | None, symbol: bytes | None, text: bytes | None) -> None:
        if code:
            if not self._skip:
                self._raw.append(int(code, 16))
            self._skip = 0
        elif symbol in (b"\\", b"{", b"}"):
            self._raw += symbol
        elif symbol == b"~":
            self._raw += b"&nbsp;" if self._html else b" "
        elif text:
            plain = text.replace(b"\r", b"").replace(b"\n", b"")
            self._raw += plain[self._skip :]
            self._skip = 0 if plain else self._skip

    def _flush(self) -> None:
        if self._raw:
            self._made.append(self._raw.decode(self._encoding, "replace"))
            self._raw.clear()
