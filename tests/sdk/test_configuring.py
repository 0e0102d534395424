"""Models of a user: through which proxy they are reached, and what is said about plain http."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casework.sdk.asking import models_in_force, try_model
from casework.sdk.doctor import examine
from casework.sdk.workspace import Workspace

ADDRESS = "http://models.office.example/v1"


@dataclass
class Proxy:
    """A proxy that writes down what it was asked and lets nothing through."""

    address: str = ""
    asked: list[str] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.decode().splitlines()[0])
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    found = Proxy()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield found
    server.close()


@pytest.fixture
def office(own_configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model in the office, reached without encryption."""
    (own_configuration / "settings.toml").write_text(
        f'[model]\ndefault = "office:big"\ntries = 1\n[provider.office]\nbase_url = "{ADDRESS}"\n',
        "utf-8",
    )
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("inside", [False, True], ids=["outside", "in a workspace"])
async def test_calls_go_through_the_proxy_that_the_environment_names(
    inside: bool, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.address)
    folder = tmp_path / "workspace"
    if inside:
        await (await Workspace.create(folder)).close()
    tested = await try_model(folder if inside else None, "default")
    assert not tested.ok
    assert proxy.asked == [f"POST {ADDRESS}/chat/completions HTTP/1.1"]


@pytest.mark.usefixtures("office")
async def test_a_model_that_is_reached_without_encryption_is_accepted_and_told() -> None:
    warned = {view.name: view.warning for view in await models_in_force(None) if view.warning}
    assert warned == {"office": "sent unencrypted to models.office.example:80 (http://)"}
    models = next(finding for finding in await examine(None) if finding.name == "Models")
    assert models.ok
    assert "sent unencrypted" in models.message
