"""The way out of one provider: its own proxy, authorities and certificate."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework.base.errors import ModelUnavailableError, SettingsError
from casework.models.network import Network
from tests.models.conftest import ask_for
from tests.models.wires.conftest import Speak, speak

__all__ = ["speak"]

_BODY = b'{"choices":[{"message":{"content":"over TLS"},"finish_reason":"stop"}]}'
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


@dataclass(frozen=True)
class Office:
    """A house with an authority of its own, and a server that asks who comes."""

    url: str
    ca: str
    certificate: str
    key: str


def _made(folder: Path, name: str, *more: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"]
    subprocess.run([*command, "-subj", f"/CN={name}", *more], check=True, capture_output=True)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make certificates")
    folder = tmp_path_factory.mktemp("papers")
    _made(folder, "server", "-addext", "subjectAltName=IP:127.0.0.1")
    _made(folder, "client")
    return folder


@pytest.fixture
async def office(papers: Path) -> AsyncIterator[Office]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_REPLY)
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{papers}/client.pem")
    context.load_cert_chain(f"{papers}/server.pem", f"{papers}/server.key")
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    own = (f"{papers}/server.pem", f"{papers}/client.pem", f"{papers}/client.key")
    yield Office(url, *own)
    server.close()


async def test_a_provider_with_its_own_authority_and_certificate_is_reached(
    office: Office, speak: Speak
) -> None:
    voice = speak(
        base_url=office.url,
        ca=office.ca,
        client_cert=office.certificate,
        client_key=office.key,
    )
    assert (await voice.ask(ask_for(schema=None))).text == "over TLS"


async def test_without_its_authority_the_certificate_is_not_trusted(
    office: Office, speak: Speak
) -> None:
    with pytest.raises(ModelUnavailableError, match="not trusted here") as caught:
        await speak(base_url=office.url).ask(ask_for())
    assert "provider.NAME.ca" in caught.value.fix


async def test_without_a_certificate_of_ones_own_the_setting_is_named(
    office: Office, speak: Speak
) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        await speak(base_url=office.url, ca=office.ca).ask(ask_for())
    assert "client_cert" in str(caught.value) or "broke" in str(caught.value)


async def test_a_provider_goes_through_its_own_proxy(speak: Speak) -> None:
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.decode().splitlines()[0])
        writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    proxy = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    voice = speak(base_url="https://models.example.com/v1", proxy=proxy)
    with pytest.raises(ModelUnavailableError, match="The proxy on the way"):
        await voice.ask(ask_for())
    assert asked == ["CONNECT models.example.com:443 HTTP/1.1"]
    server.close()


def test_what_a_provider_says_comes_before_the_environment() -> None:
    around = Network("http://p:1", "http://p:2", ("intern",), "/ca.pem", "/c.pem")
    own = around.changed_by(Network(ca_file="/own.pem"))
    assert (own.ca_file, own.proxy, own.no_proxy) == ("/own.pem", "http://p:1", ("intern",))
    other = around.changed_by(Network("http://q:1", "http://q:1"))
    assert other.proxy_for("https://intern/v1") == "http://q:1"
    direct = around.changed_by(Network("direct", "direct"))
    assert direct.proxy_for("https://models.example.com/v1") is None


def test_a_key_without_its_certificate_is_refused_by_its_setting(speak: Speak) -> None:
    with pytest.raises(SettingsError, match=r"provider\.house\.client_key"):
        speak(client_key="/k.pem")


def test_a_certificate_that_cannot_be_used_is_told_without_asking_for_a_passphrase(
    papers: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.key"
    command = ["openssl", "rsa", "-aes256", "-passout", "pass:secret"]
    command += ["-in", f"{papers}/client.key", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    network = Network(client_certificate=f"{papers}/client.pem", client_key=str(locked))
    with pytest.raises(SettingsError, match=r"locked\.key cannot be used"):
        network.tls()
    with pytest.raises(SettingsError, match=r"none\.pem cannot be used"):
        Network(ca_file=str(tmp_path / "none.pem")).tls()
