from __future__ import annotations

import asyncio
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.models.scripted.http import BadRequest, Reply, encode, take_request
from casework.models.testing import ScriptedServer

_BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hello there"}]})


def _raw(body: bytes, *headers: str, path: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _talk(server: ScriptedServer, *pieces: bytes, replies: int = 1) -> bytes:
    """Send these pieces one after the other; what comes back up to the end of so many replies."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.005)
    found = b""
    async with asyncio.timeout(30):
        while not _whole(found, replies) and (data := await reader.read(1 << 16)):
            found += data
    writer.close()
    return found


def _whole(found: bytes, replies: int) -> bool:
    """Whether so many replies are there, the last one with all of its body."""
    if found.count(b"HTTP/1.1 ") < replies:
        return False
    head, _, body = found[found.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    return length is not None and len(body) >= int(length[1])


@given(st.binary(max_size=300), st.integers(1, 400))
def test_a_request_is_taken_whole_however_it_is_cut(body: bytes, cut: int) -> None:
    raw = _raw(body, f"Content-Length: {len(body)}") + b"NEXT"
    first = bytearray(raw[:cut])
    taken = take_request(first)
    if taken is None:
        first += raw[cut:]
        taken = take_request(first)
    assert taken is not None
    request, length = taken
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.body == body
    assert raw[length:] == b"NEXT"


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5), st.booleans())
def test_chunks_are_put_together(pieces: list[bytes], trailer: bool) -> None:
    chunked = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    end = b"0\r\nX-Sum: 1\r\n\r\n" if trailer else b"0\r\n\r\n"
    raw = _raw(chunked + end, "Transfer-Encoding: chunked")
    for cut in range(0, len(raw), 7):
        assert take_request(bytearray(raw[:cut])) is None
    taken = take_request(bytearray(raw + b"NEXT"))
    assert taken is not None
    assert taken[0].body == b"".join(pieces)
    assert taken[1] == len(raw)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01\x02\x00", 400),
        (b"GET /\r\n\r\n", 400),
        (_raw(b"", "Content-Length: -5"), 400),
        (_raw(b"", "Content-Length: 99999999999"), 413),
        (_raw(b"zz\r\n", "Transfer-Encoding: chunked"), 400),
        (b"GET " + b"a" * 70_000, 431),
    ],
)
def test_what_can_never_become_a_request_is_refused(raw: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        take_request(bytearray(raw))
    assert caught.value.status == status


def test_a_reply_tells_its_length_and_headers() -> None:
    raw = encode(Reply(429, b"{}", {"Retry-After": "1"}), close=True)
    assert raw == (
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2\r\nRetry-After: 1\r\nConnection: close\r\n\r\n{}"
    )


async def test_requests_sent_together_are_answered_in_their_order(server: ScriptedServer) -> None:
    server.play({"rules": [{"match": "first", "text": "1", "latency_ms": 30}, {"text": "2"}]})
    bodies = [_BODY.replace("hello", word).encode() for word in ("first", "second")]
    raw = [_raw(body, f"Content-Length: {len(body)}") for body in bodies]
    found = await _talk(server, b"".join(raw), replies=2)
    assert found.count(b"HTTP/1.1 200 OK") == 2
    assert found.index(b'"content":"1"') < found.index(b'"content":"2"')


async def test_a_body_in_chunks_and_pieces_is_answered(server: ScriptedServer) -> None:
    server.play()
    body = _BODY.encode()
    raw = _raw(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), "Transfer-Encoding: chunked")
    found = await _talk(server, raw[:40], raw[40:130], raw[130:])
    assert b"HTTP/1.1 200 OK" in found


async def test_a_client_that_asks_first_is_told_to_go_on(server: ScriptedServer) -> None:
    server.play()
    body = _BODY.encode()
    head = _raw(b"", f"Content-Length: {len(body)}", "Expect: 100-continue")
    found = await _talk(server, head, body, replies=2)
    assert found.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


async def test_a_connection_is_closed_when_the_client_wants_that(server: ScriptedServer) -> None:
    server.play()
    body = _BODY.encode()
    raw = _raw(body, f"Content-Length: {len(body)}", "Connection: close")
    assert b"Connection: close" in await _talk(server, raw)


async def test_garbage_harms_only_its_own_connection(server: ScriptedServer) -> None:
    server.play()
    assert (await _talk(server, b"\x16\x03\x01garbage")).startswith(b"HTTP/1.1 400")
    assert server.stats().calls == 0
