"""Addresses where something else than a model answers: a clear message each."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from casework.base.errors import (
    ModelAuthError,
    ModelError,
    ModelMissingError,
    ModelUnavailableError,
)
from casework.models.testing import ScriptedServer
from tests.models.conftest import ask_for
from tests.models.wires.conftest import Speak, speak

__all__ = ["speak"]

Serve = Callable[[bytes], Awaitable[str]]
_JSON = json.dumps(
    {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}], "content": []}
).encode()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A server that says the same to everybody."""
    servers: list[asyncio.Server] = []

    async def start(reply: bytes) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            writer.write(reply)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    yield start
    for server in servers:
        server.close()


def _reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


_PAGE = b"<html><head><title>\n  Sign in to the company\n</title></head></html>"
_CASES: dict[str, tuple[bytes, type[ModelError], str]] = {
    "a page": (_reply(_PAGE, "Content-Type: text/html"), ModelMissingError, "Sign in to the comp"),
    "a page that says it is JSON": (
        _reply(_PAGE, "Content-Type: application/json"),
        ModelMissingError,
        "endpoint (status 200",
    ),
    "a wrong path": (_reply(_PAGE, status="404 Not Found"), ModelMissingError, "ends in /v1"),
    "nothing at all": (_reply(b""), ModelMissingError, "nothing we can read"),
    "a login page": (
        _reply(b"", "Location: https://login.example/", status="302 Found"),
        ModelMissingError,
        "sends elsewhere",
    ),
    "a firewall": (_reply(_PAGE, status="403 Forbidden"), ModelAuthError, "Something before house"),
    "text in no UTF-8": (
        _reply(b'{"choices": "\xe9\xff"}'),
        ModelUnavailableError,
        "no UTF-8 text",
    ),
    "a nest without end": (_reply(b"[" * 200_000), ModelMissingError, "endpoint"),
    "a bomb": (
        _reply(gzip.compress(b"\0" * (80 << 20), 9), "Content-Encoding: gzip"),
        ModelUnavailableError,
        "more than 64 MB",
    ),
    "a broken pack": (
        _reply(b"no gzip at all", "Content-Encoding: gzip"),
        ModelUnavailableError,
        "cannot be unpacked",
    ),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", ModelUnavailableError, "broke"),
    "half a reply": (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", ModelUnavailableError, ""),
    "another kind of JSON": (_reply(b'{"status":"UP"}'), ModelMissingError, "endpoint (status 200"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize("kind", _CASES)
async def test_what_is_no_model_is_told_as_what_it_is(
    serve: Serve, speak: Speak, kind: str, dialect: str, stream: bool
) -> None:
    reply, meant, words = _CASES[kind]
    url = await serve(reply)
    with pytest.raises(ModelError) as caught:
        await speak(dialect, base_url=url).ask(replace(ask_for(), stream=stream))
    assert type(caught.value) is meant
    assert words in str(caught.value)
    assert len(caught.value.message) < 500


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
async def test_an_answer_that_calls_itself_something_else_is_an_answer(
    serve: Serve, speak: Speak, dialect: str
) -> None:
    url = await serve(_reply(_JSON, "Content-Type: text/plain; charset=latin-1"))
    assert (await speak(dialect, base_url=url).ask(ask_for(schema=None))).text in ("{}", "")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_body_without_end_is_dropped(speak: Speak, stream: bool) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = b"text/event-stream" if stream else b"application/json"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n")
        try:
            while True:
                writer.write(b"data: " + b"x" * (1 << 20) + b"\n\n")
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    with pytest.raises(ModelUnavailableError):
        await speak(base_url=url).ask(replace(ask_for(), stream=stream))
    server.close()


async def test_tls_to_a_plain_port_is_told(server: ScriptedServer, speak: Speak) -> None:
    server.play()
    with pytest.raises(ModelUnavailableError, match="write http://"):
        await speak(base_url=f"https://127.0.0.1:{server.port}/v1").ask(ask_for())
