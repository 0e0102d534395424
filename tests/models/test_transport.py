from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from casework.base.aio import new_event_loop
from casework.base.errors import ModelTimeoutError, ModelUnavailableError, SettingsError
from casework.models.network import Network, network_of
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport, HttpCall

Serve = Callable[[bytes], Awaitable[str]]


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    carrier = AiohttpTransport()
    yield carrier
    await carrier.close()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A server that sends the same bytes to everybody and closes the connection."""
    servers: list[asyncio.Server] = []

    async def start(reply: bytes) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    yield start
    for server in servers:
        server.close()


async def test_a_reply_comes_back_whole_with_headers_by_lower_case(
    transport: AiohttpTransport, serve: Serve
) -> None:
    url = await serve(b"HTTP/1.1 418 X\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\nno")
    reply = await transport.send(HttpCall(url, b"{}"))
    assert (reply.status, reply.headers.get("retry-after"), reply.body) == (418, "3", b"no")


async def test_a_packed_reply_is_unpacked(transport: AiohttpTransport, serve: Serve) -> None:
    packed = gzip.compress(b"x" * 1000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    url = await serve(head % len(packed) + packed)
    assert (await transport.send(HttpCall(url))).body == b"x" * 1000


async def test_a_packed_reply_that_grows_without_end_is_dropped(
    transport: AiohttpTransport, serve: Serve
) -> None:
    packed = gzip.compress(b"\0" * (80 << 20), 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    url = await serve(head % len(packed) + packed)
    with pytest.raises(ModelUnavailableError, match="more than 64 MB"):
        await transport.send(HttpCall(url))


async def test_what_is_not_http_is_an_unavailable_endpoint(
    transport: AiohttpTransport, serve: Serve
) -> None:
    url = await serve(b"SSH-2.0-OpenSSH_9.2\r\n")
    with pytest.raises(ModelUnavailableError):
        await transport.send(HttpCall(url, b"{}"))


async def test_a_host_that_does_not_exist_is_told(transport: AiohttpTransport) -> None:
    with pytest.raises(ModelUnavailableError, match="base_url"):
        await transport.send(HttpCall("http://no-such-host.invalid/v1"))


async def test_a_plain_endpoint_asked_in_tls_is_told(
    transport: AiohttpTransport, server: ScriptedServer
) -> None:
    server.play()
    with pytest.raises(ModelUnavailableError, match="write http://"):
        await transport.send(HttpCall(f"https://127.0.0.1:{server.port}/v1"))


async def test_a_slow_reply_times_out_with_the_limit_told(
    transport: AiohttpTransport, server: ScriptedServer
) -> None:
    server.play(latency_ms=5000)
    url, body = server.base_url + "/chat/completions", b'{"model":"m","messages":[]}'
    with pytest.raises(ModelTimeoutError, match=r"within 0\.05 s"):
        await transport.send(HttpCall(url, body, timeout_s=0.05))


async def test_connections_are_kept_and_used_again(
    transport: AiohttpTransport, server: ScriptedServer
) -> None:
    server.play()
    url, body = server.base_url + "/chat/completions", b'{"model":"m","messages":[]}'
    for _ in range(5):
        await transport.send(HttpCall(url, body))
    assert server.stats().connections == 1


def test_one_transport_serves_several_event_loops(server: ScriptedServer) -> None:
    server.play()
    carrier = AiohttpTransport()

    async def once() -> int:
        reply = await carrier.send(HttpCall(server.base_url + "/models", method="GET"))
        await carrier.close()
        return reply.status

    for factory in (new_event_loop, asyncio.new_event_loop):
        with asyncio.Runner(loop_factory=factory) as runner:
            assert runner.run(once()) == 200


async def test_environment_and_netrc_do_not_redirect_calls(
    transport: AiohttpTransport, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.play()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    reply = await transport.send(HttpCall(server.base_url + "/models", method="GET"))
    assert reply.status == 200


def test_a_proxy_is_used_for_the_world_and_never_for_this_machine() -> None:
    network = Network(proxy="http://proxy:3128")
    assert network.proxy_for("https://api.openai.com/v1") == "http://proxy:3128"
    assert network.proxy_for("http://localhost:11434/v1") is None


def test_the_usual_variables_tell_how_one_gets_out() -> None:
    network = network_of(
        {
            "https_proxy": "http://proxy:3128",
            "NO_PROXY": ".corp.example, models.example",
            "SSL_CERT_FILE": "/etc/ca.pem",
        }
    )
    assert network.ca_file == "/etc/ca.pem"
    assert network.proxy_for("https://api.openai.com/v1") == "http://proxy:3128"
    assert network.proxy_for("https://llm.corp.example/v1") is None
    assert network.proxy_for("https://models.example/v1") is None
    assert network.proxy_for("https://notmodels.example/v1") == "http://proxy:3128"
    assert network_of({}) == Network()


def test_plain_http_has_a_proxy_of_its_own() -> None:
    network = network_of({"HTTP_PROXY": "plain:3128", "HTTPS_PROXY": "http://proxy:3128"})
    assert network.proxy_for("http://models.example/v1") == "http://plain:3128"
    assert network.proxy_for("https://models.example/v1") == "http://proxy:3128"
    assert network_of({"ALL_PROXY": "http://all:1"}).proxy_for("http://x.example") == "http://all:1"


async def test_a_proxy_that_is_not_there_is_told_as_the_proxy() -> None:
    carrier = AiohttpTransport(network=Network(plain_proxy="http://127.0.0.1:9"))
    with pytest.raises(ModelUnavailableError, match="The proxy on the way"):
        await carrier.send(HttpCall("http://m.example/v1"))
    await carrier.close()


def test_a_certificate_file_that_cannot_be_used_is_told_by_name(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem cannot be used"):
        Network(ca_file=str(file)).tls()
