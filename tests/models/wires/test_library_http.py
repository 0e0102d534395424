"""The HTTP client that libraries get: what they send and hear, and what is closed when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("httpx2")

import httpx2

from casework.base.errors import BorderError, CaseworkError, ModelUnavailableError
from casework.models.names import Provider, Target
from casework.models.transport import HttpCall, HttpReply, HttpStream
from casework.models.wires.dialects import dialect_named
from casework.models.wires.library_http import Journey, client_of, under_way
from casework.types.message import Message, ModelRequest
from tests.models.replies import Pieces

URL = "https://models.example.com/v1/x"
HEADERS = {
    "Content-Type": "text/event-stream",
    "Content-Encoding": "gzip",
    "Set-Cookie": "who=you; Path=/",
    "X-Request-Id": "7",
}


class _Breaking(Pieces):
    async def pieces(self) -> AsyncIterator[bytes]:
        yield b"one"
        raise ModelUnavailableError("It broke.")


class _Way:
    """A way out that notes what leaves and what is open."""

    def __init__(self, stream: Pieces | None = None) -> None:
        self.calls: list[HttpCall] = []
        self.open = 0
        self._stream = stream or Pieces([b"one", b"two"], HEADERS)

    async def send(self, call: HttpCall, *, purpose: str) -> HttpReply:
        self.calls.append(call)
        return HttpReply(200, HEADERS, b"whole")

    @asynccontextmanager
    async def stream(self, call: HttpCall, *, purpose: str) -> AsyncIterator[HttpStream]:
        self.calls.append(call)
        self.open += 1
        try:
            yield self._stream
        finally:
            self.open -= 1

    def declare(self, url: str, body: bytes, *, purpose: str) -> None:
        raise AssertionError("what is carried is not only declared")


@pytest.fixture
def travel() -> Iterator[list[Journey]]:
    """Journeys that a test begins; the last of them is under way."""
    begun: list[Journey] = []
    token = under_way.set(None)
    yield begun
    under_way.reset(token)


def _begin(way: _Way, *, stream: bool) -> Journey:
    provider = Provider("house", "https://models.example.com/v1", dialect_named("library"))
    request = ModelRequest("default", (Message("user", "?"),), stream=stream)
    journey = Journey(way, Target(provider, "m"), request)
    under_way.set(journey)
    return journey


@pytest.mark.usefixtures("travel")
async def test_a_library_hears_no_cookies_and_sends_none() -> None:
    way = _Way()
    _begin(way, stream=False)
    client = client_of("httpx2")
    for _ in range(2):
        reply = await client.post(URL, content=b"{}")  # type: ignore[attr-defined]
        assert (reply.content, reply.headers["x-request-id"]) == (b"whole", "7")
        assert "set-cookie" not in reply.headers
    sent: Mapping[str, str] = way.calls[-1].headers
    assert "cookie" not in {name.lower() for name in sent}


@pytest.mark.usefixtures("travel")
async def test_a_method_that_no_model_needs_is_stopped_and_not_made_another() -> None:
    way = _Way()
    journey = _begin(way, stream=False)
    with pytest.raises(httpx2.TransportError):
        await client_of("httpx2").put(URL, content=b"{}")  # type: ignore[attr-defined]
    assert isinstance(journey.error, BorderError)
    assert way.calls == []


@pytest.mark.usefixtures("travel")
@pytest.mark.parametrize("read", [0, 1, 9])
async def test_a_stream_is_closed_however_much_of_it_was_read(read: int) -> None:
    way = _Way()
    _begin(way, stream=True)
    heard = b""
    async with client_of("httpx2").stream("POST", URL) as reply:  # type: ignore[attr-defined]
        assert way.open == 1
        if read:
            async for piece in reply.aiter_bytes():
                heard += piece
                if len(heard) >= 3 * read:
                    break
    assert way.open == 0
    assert heard == (b"", b"one", b"onetwo")[min(read, 2)]


@pytest.mark.usefixtures("travel")
async def test_what_breaks_in_a_stream_is_kept_in_our_words() -> None:
    journey = _begin(way := _Way(_Breaking([], HEADERS)), stream=True)
    with pytest.raises(httpx2.TransportError):
        async with client_of("httpx2").stream("POST", URL) as reply:  # type: ignore[attr-defined]
            await reply.aread()
    error: CaseworkError | None = journey.error
    assert error is not None
    assert error.message == "It broke."
    assert way.open == 0
