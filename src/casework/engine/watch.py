"""Notices when the event loop stands still, and tells where: code that blocks it blocks the run.

Looks on from a thread of its own, since nothing on the loop can look while it is blocked.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

LIMIT_S = 10.0
"""The loop stands still when it has done nothing for so long: much longer than any commit takes,
and shorter than the lease of a worksheet lasts."""
_LOOKS = 4
"""How often it is looked at within that time."""

Tell = Callable[[float, str], None]
"""Told for how many seconds the loop has stood still, and where. Called from another thread."""


class Watch:
    """An async context in which the loop is looked at. Each standstill is told once."""

    def __init__(self, tell: Tell, *, limit_s: float = LIMIT_S) -> None:
        self._tell = tell
        self._limit_s = limit_s
        self._over = threading.Event()
        self._beat_at = 0.0
        self._told = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._beat()
        self._thread = threading.Thread(target=self._look_on, name="casework-watch", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()

    def _beat(self) -> None:
        self._beat_at = time.monotonic()
        self._told = False

    def _look_on(self) -> None:
        while not self._over.wait(self._limit_s / _LOOKS):
            still_s = time.monotonic() - self._beat_at
            if still_s >= self._limit_s and not self._told:
                self._told = True
                self._tell(still_s, self._where())
            try:
                self._loop.call_soon_threadsafe(self._beat)
            except RuntimeError:  # the loop is closed
                return

    def _where(self) -> str:
        """The innermost line of the user's own code, else the innermost of all."""
        innermost = sys._current_frames().get(self._watched)
        frame, ours = innermost, Path(__file__).parents[1]
        while frame is not None and _is_of(frame, ours):
            frame = frame.f_back
        found = frame or innermost
        if found is None:
            return "nobody knows where"
        code = found.f_code
        return f"{Path(code.co_filename).name}, line {found.f_lineno}, in {code.co_name}()"


def _is_of(frame: FrameType, folder: Path) -> bool:
    """Whether a frame is of casework itself, or of Python's own library."""
    file = Path(frame.f_code.co_filename)
    library = Path(asyncio.__file__).parents[1]
    return file.is_relative_to(folder) or (
        file.is_relative_to(library) and "site-packages" not in file.parts
    )
