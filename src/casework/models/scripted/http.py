"""A small fast HTTP/1.1 server for one purpose: small requests, scripted replies, many at once.

Keeps connections alive, reads chunked bodies, answers requests of a connection in their order.
Knows nothing of models. No tasks are made: a reply that waits is one timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

_MOST_HEAD = 64 << 10
_MOST_BODY = 64 << 20
_A, _Z = ord("A"), ord("Z")
_REASONS = {
    200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    409: "Conflict", 413: "Content Too Large", 422: "Unprocessable Content",
    429: "Too Many Requests", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 529: "Overloaded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What came: method, path, headers (names in lower case) and body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back after `delay_s`.

    `hang`: never, the connection stays open. `drop`: the connection is closed without a word.
    `cut`: only half of the body is sent, then the connection is closed. `pieces`: the body in
    chunks, one every `piece_s`; with `stall` half of them come and then nothing more.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    delay_s: float = 0.0
    hang: bool = False
    drop: bool = False
    cut: bool = False
    pieces: tuple[bytes, ...] = ()
    piece_s: float = 0.0
    stall: bool = False
    counted: bool = True
    """Whether the request counts as one in flight; pages for the server's owner do not."""


Handle = Callable[[Request], Reply]


class Watch:
    """Counts what is under way; a handler's owner may look at it."""

    __slots__ = ("aborted", "connections", "in_flight", "in_flight_max")

    def __init__(self) -> None:
        self.reset()
        self.in_flight = 0

    def reset(self) -> None:
        """Begin to count anew; what is under way stays counted."""
        self.in_flight_max = 0
        self.aborted = 0
        self.connections = 0


class Connection(asyncio.Protocol):
    """One client. Requests are read and answered one after the other."""

    def __init__(self, handle: Handle, watch: Watch) -> None:
        self._handle = handle
        self._watch = watch
        self._buffer = bytearray()
        self._busy = False
        self._counted = False
        self._known = False
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._pump()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        if self._busy:
            self._watch.aborted += self._counted
            self._done()

    def _pump(self) -> None:
        """Take the next whole request out of the buffer, unless one is being answered."""
        while not self._busy and self._transport is not None:
            try:
                taken = take_request(self._buffer)
            except BadRequest as error:
                self._transport.write(encode(Reply(error.status, b"{}"), close=True))
                self._transport.close()
                return
            if taken is None:
                if _wants_go_ahead(self._buffer):
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            request, length = taken
            del self._buffer[:length]
            self._answer(request)

    def _answer(self, request: Request) -> None:
        self._busy = True
        reply = self._handle(request)
        self._counted = reply.counted
        if reply.counted:
            watch = self._watch
            watch.connections += not self._known
            self._known = True
            watch.in_flight += 1
            watch.in_flight_max = max(watch.in_flight_max, watch.in_flight)
        if reply.hang:
            return
        if reply.delay_s > 0:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(reply.delay_s, self._send_later, request, reply)
        else:
            self._send(request, reply)

    def _send_later(self, request: Request, reply: Reply) -> None:
        self._timer = None
        self._send(request, reply)
        self._pump()

    def _send(self, request: Request, reply: Reply) -> None:
        if reply.pieces and self._transport is not None and not reply.drop:
            self._begin_stream(request, reply)
            return
        self._done()
        if self._transport is None:
            return
        close = reply.drop or reply.cut or request.headers.get("connection") == "close"
        if reply.cut:
            whole = encode(reply, close=True)
            self._transport.write(whole[: len(whole) - max(1, len(reply.body) // 2)])
        elif not reply.drop:
            self._transport.write(encode(reply, close=close))
        if close:
            self._transport.close()

    def _begin_stream(self, request: Request, reply: Reply) -> None:
        assert self._transport is not None
        close = reply.cut or request.headers.get("connection") == "close"
        self._transport.write(encode(reply, close=close))
        half = len(reply.pieces) // 2
        left = list(reply.pieces[: half if reply.cut or reply.stall else None])
        self._next_piece(reply, left, close)

    def _next_piece(self, reply: Reply, left: list[bytes], close: bool) -> None:
        """Send what is due; the last piece ends the request, unless it is to stay unfinished."""
        self._timer = None
        while left and self._transport is not None:
            piece = left.pop(0)
            self._transport.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if reply.piece_s > 0 and left:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(reply.piece_s, self._next_piece, reply, left, close)
                return
        if reply.stall:
            return
        self._done()
        if self._transport is None:
            return
        if not reply.cut:
            self._transport.write(b"0\r\n\r\n")
        if close:
            self._transport.close()
        else:
            self._pump()

    def _done(self) -> None:
        self._busy = False
        self._watch.in_flight -= self._counted


class BadRequest(Exception):
    """What came is not HTTP/1.1, or too large."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def encode(reply: Reply, *, close: bool = False) -> bytes:
    """A reply as bytes."""
    lines = [
        f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Status')}",
        f"Content-Type: {reply.media_type}",
        "Transfer-Encoding: chunked" if reply.pieces else f"Content-Length: {len(reply.body)}",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    if close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + reply.body


def take_request(buffer: bytearray) -> tuple[Request, int] | None:
    """The first request in the buffer and how many bytes it took; None until it is complete.

    Raises `BadRequest` for what can never become one.
    """
    if buffer and not _A <= buffer[0] <= _Z:
        raise BadRequest(400)  # a TLS greeting, for instance, never ends in an empty line
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > _MOST_HEAD:
            raise BadRequest(431)
        return None
    method, path, headers = _head(bytes(buffer[:end]))
    start = end + 4
    if headers.get("transfer-encoding", "").lower() == "chunked":
        chunked = _chunked(buffer, start)
        if chunked is None:
            return None
        body, after = chunked
        return Request(method, path, headers, body), after
    text = headers.get("content-length", "0")
    if not text.isdigit():
        raise BadRequest(400)
    length = int(text)
    if length > _MOST_BODY:
        raise BadRequest(413)
    if len(buffer) < start + length:
        return None
    return Request(method, path, headers, bytes(buffer[start : start + length])), start + length


def _head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(400)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return words[0], words[1], headers


def _chunked(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    pieces: list[bytes] = []
    at, size = start, 0
    while True:
        line_end = buffer.find(b"\r\n", at)
        if line_end < 0:
            return None
        try:
            length = int(bytes(buffer[at:line_end]).partition(b";")[0], 16)
        except ValueError:
            raise BadRequest(400) from None
        size += length
        if length < 0 or size > _MOST_BODY:
            raise BadRequest(413)
        at = line_end + 2
        if length == 0:
            trailer_end = buffer.find(b"\r\n", at)
            if trailer_end < 0:
                return None
            while trailer_end > at:  # trailer fields end with an empty line
                at = trailer_end + 2
                trailer_end = buffer.find(b"\r\n", at)
                if trailer_end < 0:
                    return None
            return b"".join(pieces), trailer_end + 2
        if len(buffer) < at + length + 2:
            return None
        pieces.append(bytes(buffer[at : at + length]))
        at += length + 2


def _wants_go_ahead(buffer: bytearray) -> bool:
    """Whether a client waits for `100 Continue`: a whole head that asks for it, and no body yet."""
    end = buffer.find(b"\r\n\r\n")
    return end == len(buffer) - 4 and b"100-continue" in bytes(buffer[:end]).lower()
