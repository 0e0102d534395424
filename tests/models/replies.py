"""A streamed reply that is there already, for transports that are no network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence


class Pieces:
    """A reply of status 200 whose body comes in these pieces."""

    def __init__(self, pieces: Sequence[bytes], headers: Mapping[str, str] | None = None) -> None:
        self._pieces = pieces
        self.status = 200
        self.headers = headers or {"Content-Type": "text/event-stream"}

    async def pieces(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece

    async def read(self) -> bytes:
        return b"".join(self._pieces)

    async def settle(self) -> None:
        return None
