"""How calls leave, as the wires need it: checked, recorded, sent."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from casework.models.transport import HttpCall, HttpReply, HttpStream


class Way(Protocol):
    """The way out; `Border` is one."""

    async def send(self, call: HttpCall, *, purpose: str) -> HttpReply: ...

    def stream(
        self, call: HttpCall, *, purpose: str
    ) -> AbstractAsyncContextManager[HttpStream]: ...

    def declare(self, url: str, body: bytes, *, purpose: str) -> None:
        """Check and record a call that somebody else is about to send."""
        ...
