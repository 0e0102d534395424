from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import BorderError, DiskError
from casework.models.border import Border, Departure
from casework.models.transport import HttpCall, HttpReply, HttpStream
from tests.models.replies import Pieces


class Recorder:
    """A transport that takes every call and answers nothing but yes."""

    def __init__(self) -> None:
        self.calls: list[HttpCall] = []

    async def send(self, call: HttpCall) -> HttpReply:
        self.calls.append(call)
        return HttpReply(200, {}, b"{}")

    @asynccontextmanager
    async def stream(self, call: HttpCall) -> AsyncIterator[HttpStream]:
        self.calls.append(call)
        yield Pieces([b"{}"])

    async def close(self) -> None:
        self.calls.clear()


async def test_a_call_to_an_allowed_host_passes_and_is_recorded() -> None:
    transport, clock, told = Recorder(), FrozenClock(), list[Departure]()
    border = Border(transport, ["api.example.com:443"], sink=told.append, clock=clock)
    call = HttpCall("https://api.example.com/v1/chat/completions", b'{"a":1}')
    assert (await border.send(call, purpose="extract")).status == 200
    mark = hashlib.sha256(b'{"a":1}').hexdigest()
    assert told == [Departure(clock.now(), "api.example.com:443", "extract", 7, mark, False)]
    assert transport.calls == [call]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/v1",
        "https://api.example.com.evil.com/v1",
        "http://api.example.com/v1",
        "https://api.example.com:8443/v1",
        "https://api.example.com@evil.com/v1",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/v1",
    ],
)
async def test_a_call_to_any_other_host_is_stopped_before_anything_leaves(url: str) -> None:
    transport, told = Recorder(), list[Departure]()
    border = Border(transport, ["api.example.com:443"], sink=told.append)
    with pytest.raises(BorderError, match="was stopped"):
        await border.send(HttpCall(url, b"text"), purpose="extract")
    assert transport.calls == []
    assert told == []


async def test_this_machine_is_always_allowed_and_marked_as_local() -> None:
    told = list[Departure]()
    border = Border(Recorder(), [], sink=told.append)
    await border.send(HttpCall("http://127.0.0.1:11434/v1"), purpose="check")
    assert told[0].local


async def test_what_cannot_be_recorded_does_not_leave() -> None:
    transport = Recorder()

    def full(departure: Departure) -> None:
        raise DiskError("The disk is full.")

    border = Border(transport, [], sink=full)
    with pytest.raises(DiskError):
        await border.send(HttpCall("http://localhost:1/v1"), purpose="x")
    assert transport.calls == []


def test_a_call_never_shows_its_headers() -> None:
    call = HttpCall("http://x", headers={"Authorization": "Bearer sk-secret"})
    assert "secret" not in repr(call)


async def test_a_streamed_call_passes_the_same_border_and_is_recorded_before_it_begins() -> None:
    transport, told = Recorder(), list[Departure]()
    border = Border(transport, ["api.example.com:443"], sink=told.append)
    call = HttpCall("https://api.example.com/v1", b"text")
    async with border.stream(call, purpose="extract") as stream:
        assert [each.host for each in told] == ["api.example.com:443"]
        assert stream.status == 200
    with pytest.raises(BorderError, match="was stopped"):
        async with border.stream(HttpCall("https://evil.example.com/v1"), purpose="x"):
            pass
    assert transport.calls == [call]
