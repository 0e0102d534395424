"""What a person types: single keys and lines at a terminal, or lines of a script where there is no
terminal. Waits without standing in the way of what else goes on."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from casework.cli.edited_line import EditedLine

END = "end"
"""Nothing more will be typed."""
_ESCAPE = "\x1b"
_ESCAPE_S = 0.05
"""What follows an escape within this time belongs to it."""
_CHUNK = 1024
_CONTROLS = {
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x01": "home",
    "\x05": "last",
    "\x15": "clear",
    "\x04": END,
}
_SEQUENCES = {
    "[D": "left",
    "[C": "right",
    "[H": "home",
    "[F": "last",
    "[1~": "home",
    "[4~": "last",
    "[3~": "delete",
    "OH": "home",
    "OF": "last",
    "OD": "left",
    "OC": "right",
}


class Keyboard(Protocol):
    """Where answers come from. `interactive` if somebody sits there who can be asked again."""

    interactive: bool

    async def key(self) -> str:
        """The next key: its letter, `enter`, or `END`."""
        ...

    async def line(self, prompt: str, text: str = "") -> str | None:
        """A line; at a terminal `text` stands there already and can be edited. None when the
        person would rather not."""
        ...


class Script:
    """Answers as lines of a file: a key each, with what is typed after it (`c EUR 12.00`)."""

    interactive = False

    def __init__(self, stream: TextIO) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = ""
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: TextIO) -> None:
        for line in stream:
            self._tell(line.rstrip("\r\n"))
        self._tell(None)

    def _tell(self, line: str | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        except RuntimeError:
            return  # nobody listens any more

    async def key(self) -> str:
        line = await self._lines.get()
        if line is None:
            return END
        key, _, self._rest = line.strip().partition(" ")
        return key or "enter"

    async def line(self, prompt: str, text: str = "") -> str | None:
        rest, self._rest = self._rest.strip(), ""
        return rest or None


class Terminal:
    """Keys of a terminal, one by one, and lines that can be edited."""

    interactive = True

    def __init__(self, fd: int, out: TextIO, width: int) -> None:
        self._fd = fd
        self._out = out
        self._width = width
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._typed: deque[str] = deque()
        self._ended = False

    async def key(self) -> str:
        letter = await self._letter()
        if letter == _ESCAPE:
            return await self._after_escape()
        return _CONTROLS.get(letter, letter)

    async def line(self, prompt: str, text: str = "") -> str | None:
        edited = EditedLine(text)
        while True:
            self._write(edited.drawn(prompt, self._width))
            key = await self.key()
            if key in ("enter", "escape", END):
                self._write("\n")
                return edited.text if key == "enter" else None
            edited.take(key)

    async def _letter(self) -> str:
        while not self._typed:
            if self._ended:
                return "\x04"
            await self._more()
        return self._typed.popleft()

    async def _more(self) -> None:
        """Wait until something was typed."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._fd, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._fd)
        try:
            data = os.read(self._fd, _CHUNK)
        except OSError:  # the terminal was closed
            data = b""
        self._ended = not data
        self._typed.extend(self._decode(data))

    async def _after_escape(self) -> str:
        """The key that a sequence stands for; `escape` for one alone, and '' for an unknown one."""
        if not self._typed:
            try:
                await asyncio.wait_for(self._more(), _ESCAPE_S)
            except TimeoutError:
                return "escape"
        sequence = await self._letter()
        if sequence not in "[O":
            return ""
        while True:
            letter = await self._letter()
            sequence += letter
            if letter.isalpha() or letter in ("~", "\x04"):
                return _SEQUENCES.get(sequence, "")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


@contextmanager
def keyboard(width: int) -> Iterator[Keyboard]:
    """What this program's input is: a terminal, set back to what it was afterwards, or a script."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.name != "posix":
        yield Script(sys.stdin)
        return
    import termios

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    by_key = termios.tcgetattr(fd)
    by_key[3] &= ~(termios.ICANON | termios.ECHO)
    by_key[6][termios.VMIN] = 1
    by_key[6][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSADRAIN, by_key)
    try:
        yield Terminal(fd, sys.stdout, width)
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
