"""Where output goes: the terminal's consoles, and text made safe to be shown on one.

Text of documents is untrusted: control characters in it must not reach a terminal as such.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PLAIN = str.maketrans(
    {
        "●": "*",
        "◆": "+",
        "◐": "%",
        "◌": "?",
        "■": "#",
        "⌕": "o",
        "⊘": "0",
        "≈": "~",
        "–": "-",
        "≠": "x",
        "↺": "@",
        "↷": ">",
        "⧗": "w",
        "▲": "!",
        "⚠": "!",
        "⤓": "v",
        "○": ".",
        "◔": "r",
        "◉": "a",
        "◇": "&",
        "✓": "+",
        "✗": "x",
        "…": "~",
        "·": "-",
        "→": ">",
        "×": "x",
        "─": "-",
        "━": "=",
        "╸": "=",
        "╺": "=",
        "│": "|",
        "»": ">",
        "«": "<",
        "“": '"',
        "”": '"',
    }
)
"""One sign for one sign, so that nothing moves: for terminals that cannot show the left one."""

_POOR_TERMINALS = ("linux", "dumb", "vt100", "vt220")
_BREAKS = re.compile(r"[ \t\n\r\v\f\x85\u2028\u2029]*[\t\n\r\v\f\x85\u2028\u2029][ \t\n\r\v\f]*")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


class PlainWriter:
    """A stream that writes our signs as ASCII, and `?` for what the stream cannot carry."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "ascii"
        told = text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
        return self._stream.write(told)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def shows_signs(stream: TextIO) -> bool:
    """Whether what reads this stream can show signs beyond ASCII."""
    encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
    if not encoding.startswith("utf"):
        return False
    return not stream.isatty() or os.environ.get("TERM", "") not in _POOR_TERMINALS


def console_for(stream: TextIO) -> Console:
    """A console that never reads markup, and respects NO_COLOR and COLUMNS."""
    from rich.console import Console

    file = stream if shows_signs(stream) else cast(TextIO, PlainWriter(stream))
    return Console(file=file, highlight=False, markup=False, emoji=False)


def output() -> Console:
    """The console of results."""
    return console_for(sys.stdout)


def notes() -> Console:
    """The console of errors and progress."""
    return console_for(sys.stderr)


def harmless(text: str) -> str:
    """The text without control characters, on one line; nothing in it can steer a terminal."""
    if text.isascii() and text.isprintable():
        return text
    flat = " ".join(part for part in _BREAKS.split(text) if part) if _BREAKS.search(text) else text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") else c
        for c in flat
        if c not in _BIDI
    )


def said(text: str, style: str = "") -> Text:
    """Text for a console, made harmless."""
    from rich.text import Text

    return Text(harmless(text), style=style)


def join(*parts: Text | str) -> Text:
    """Parts as one line."""
    from rich.text import Text

    whole = Text()
    for part in parts:
        whole.append_text(said(part) if isinstance(part, str) else part)
    return whole
