"""Pictures in the terminal where it can show them, else as files whose path is told.

Kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol) and inline images of iTerm2
(iterm2.com/documentation-images.html).
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TextIO

from casework.base.errors import UsageError

Way = Literal["kitty", "iterm", "write", "no"]
WAYS = ("show", "write", "no")
_CHUNK = 4096
"""Letters of base64 in one piece, as kitty asks for."""
_COLUMNS = 76
_KITTY_PROGRAMS = ("ghostty", "kitty")
_ITERM_PROGRAMS = ("iTerm.app", "WezTerm", "mintty")


def way_of(asked: str, environ: Mapping[str, str], *, terminal: bool) -> Way:
    """How pictures are given: as asked (`show`, `write`, `no`); '' for what fits. Raises
    `UsageError` when they are to be shown where that is not known to work."""
    if asked not in ("", *WAYS):
        raise UsageError(
            f"Pictures are not given by {asked!r}.", fix=f"Use one of {', '.join(WAYS)}."
        )
    if asked in ("write", "no"):
        return "write" if asked == "write" else "no"
    able = _able(environ) if terminal else None
    if able is not None:
        return able
    if asked == "show":
        raise UsageError(
            "This terminal is not known to show pictures (kitty, Ghostty, iTerm2 and WezTerm are).",
            fix="Use --pictures write: the files can be opened with any viewer.",
        )
    return "write" if terminal else "no"


def _able(environ: Mapping[str, str]) -> Way | None:
    program = environ.get("TERM_PROGRAM", "")
    if environ.get("TMUX") or environ.get("TERM", "").startswith(("screen", "tmux")):
        return None  # what stands between does not pass pictures on
    if environ.get("KITTY_WINDOW_ID") or environ.get("TERM") == "xterm-kitty":
        return "kitty"
    if program in _KITTY_PROGRAMS:
        return "kitty"
    if program in _ITERM_PROGRAMS or environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    return None


class Pictures:
    """Gives pictures one way. Files are this user's alone, and gone when it is closed."""

    def __init__(self, way: Way, out: TextIO, width: int) -> None:
        self.way = way
        self._out = out
        self._columns = min(_COLUMNS, max(1, width - 4))
        self._folder: Path | None = None

    def give(self, data: bytes, name: str) -> str:
        """Show a PNG, or write it: the path is then given back, else ''."""
        if self.way == "write":
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="casework-review-"))
            path = self._folder / name
            path.write_bytes(data)
            return str(path)
        if self.way != "no":
            pieces = _kitty if self.way == "kitty" else _iterm
            self._out.write("".join(pieces(data, self._columns)) + "\n")
            self._out.flush()
        return ""

    def close(self) -> None:
        """Take away what was written."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _kitty(data: bytes, columns: int) -> Iterator[str]:
    text = base64.b64encode(data).decode()
    for start in range(0, len(text), _CHUNK):
        more = int(start + _CHUNK < len(text))
        head = f"f=100,a=T,q=2,c={columns},m={more}" if start == 0 else f"m={more}"
        yield f"\x1b_G{head};{text[start : start + _CHUNK]}\x1b\\"


def _iterm(data: bytes, columns: int) -> Iterator[str]:
    text = base64.b64encode(data).decode()
    yield f"\x1b]1337;File=inline=1;size={len(data)};width={columns};preserveAspectRatio=1:{text}\a"
