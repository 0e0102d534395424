"""RTF as tokens, and the letters behind its bytes and words (RTF 1.9.1). Knows no layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)",
    re.DOTALL,
)


class Token(NamedTuple):
    """A control word with its number (None without), or text as bytes, or a brace.

    `word` is '' for text; symbols such as `\\~` are words of one letter; `'` is one byte in `data`.
    """

    word: str
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of a file; binary data that it holds is skipped."""
    at = 0
    while found := _TOKEN.match(data, at) or _TOKEN.search(data, at):
        at = found.end()
        if found[1]:
            number = int(found[2]) if found[2] else None
            word = found[1].decode("ascii")
            if word == "bin":
                at += max(number or 0, 0)
            else:
                yield Token(word, number)
        elif found[3]:
            yield Token("'", None, bytes.fromhex(found[3].decode("ascii")))
        elif found[4]:
            yield Token(found[4].decode("latin-1"))
        elif found[5]:
            yield Token(found[5].decode("ascii"))
        elif found[6]:
            yield Token("", None, found[6])


LETTERS: Final = {
    "line": "\n",
    "lbr": "\n",
    "softline": "\n",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "~": "\u00a0",
    "_": "\u2011",
    "\\": "\\",
}
CHARSETS: Final = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""The encoding of a font by its charset; 1 and unknown ones are that of the file."""
SYMBOL: Final = "symbol"
_SKIPPED_NAMES = (
    "colortbl filetbl pict objdata object datafield fldinst themedata colorschememapping "
    "latentstyles listtable listoverridetable rsidtbl generator xe tc rxe bkmkstart bkmkend "
    "nonshppict shprslt pntxtb pntxta pnseclvl revtbl sp sn sv template password private "
    "wgrffmtfilter mmathPr xmlnstbl datastore panose falt fontemb fontfile background ftnsep "
    "ftnsepc ftncn aftnsep aftnsepc aftncn nonesttables keycode comment doccomm operator manager "
    "company category keywords hlinkbase creatim revtim printim buptim atnid atnref atrfstart "
    "atrfend atntime atndate atnparent atnicn"
)
SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
"""Destinations whose content nobody sees."""
_READ_NAMES = "shpinst shptxt shpgrp do annotation atnauthor nesttableprops ud cs footnote"
READ_AFTER_STAR: Final = frozenset(_READ_NAMES.split())
"""Destinations that are read though older readers may skip them."""


def encoding_of(codepage: int) -> str:
    """The encoding of a code page; Windows-1252 where Python has none."""
    named = {10000: "mac_roman", 65001: "utf-8", 936: "gbk", 950: "big5", 1361: "johab"}
    name = named.get(codepage, f"cp{codepage}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def decoded(data: bytes, encoding: str) -> str:
    """Bytes of text; those of a symbol font are bullets and check marks, or nothing known."""
    if encoding == SYMBOL:
        return "".join(_SYMBOLS.get(byte, chr(byte) if byte < 128 else "•") for byte in data)
    return data.decode(encoding, "replace")


_SYMBOLS = {0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xFC: "✓", 0xA8: "☐", 0xFE: "☒"}


@dataclass(slots=True)
class Out:
    """Text under way: bytes wait until their encoding or the text changes."""

    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    encoding: str = "cp1252"

    def add(self, data: bytes, encoding: str) -> None:
        """Go on with bytes in this encoding."""
        if encoding != self.encoding:
            self.flush()
            self.encoding = encoding
        self.raw += data

    def say(self, text: str) -> None:
        """Go on with text."""
        self.flush()
        self.parts.append(text)

    def flush(self) -> None:
        """Turn waiting bytes to text."""
        if self.raw:
            self.parts.append(decoded(bytes(self.raw), self.encoding))
            self.raw.clear()

    def take(self) -> str:
        """The text so far, which is then gone; halves of letters are put together."""
        self.flush()
        text = "".join(self.parts)
        self.parts.clear()
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text
