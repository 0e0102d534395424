"""Calls that are for no model: only what leaves is recorded as having left."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from casework.base.errors import BorderError, ModelUnavailableError
from casework.models.hosts import is_public
from casework.models.resolving import addresses_of
from casework.sdk.testing import ScriptedReceiver
from casework.sdk.workspace import Workspace

UNKNOWN = "https://nobody.invalid/hook"
"""A name that leads nowhere, wherever it is asked for (RFC 6761)."""


async def test_a_call_to_a_host_that_is_not_known_is_not_told_as_having_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        with pytest.raises(ModelUnavailableError, match="nothing was sent") as told:
            await workspace.outside.send("POST", UNKNOWN, body=b"news", purpose="webhook")
        assert "base_url" not in str(told.value)
        assert await workspace.outgoing() == []
        assert await workspace.overview.departures() == []


async def test_a_name_that_leads_into_a_private_network_is_stopped_before_a_record(
    tmp_path: Path,
) -> None:
    name = socket.gethostname()
    found = await addresses_of(name, 443)
    if not found or any(map(is_public, found)) or name == "localhost":
        pytest.skip("the name of this machine leads to no private address")
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        with pytest.raises(BorderError, match="private network"):
            await workspace.outside.send("POST", f"https://{name}/", purpose="webhook")
        assert await workspace.outgoing() == []


async def test_a_call_that_leaves_is_recorded(tmp_path: Path) -> None:
    with ScriptedReceiver() as receiver:
        flags = {"outside.private": receiver.host}
        async with await Workspace.create(tmp_path / "workspace", flags=flags) as workspace:
            await workspace.outside.send("POST", receiver.url, body=b"news", purpose="webhook")
            [call] = await workspace.outgoing()
            assert (call.host, call.bytes, call.purpose) == (receiver.host, 4, "webhook")


async def test_what_is_to_be_done_does_not_speak_of_models(tmp_path: Path) -> None:
    flags = {"outside.private": "127.0.0.1:9"}
    async with await Workspace.create(tmp_path / "workspace", flags=flags) as workspace:
        with pytest.raises(ModelUnavailableError, match="Check the address") as told:
            await workspace.outside.send("POST", "http://127.0.0.1:9/", purpose="webhook")
        assert "base_url" not in str(told.value)
