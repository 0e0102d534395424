"""What a workspace spent today, and where its calls go."""

from __future__ import annotations

from pathlib import Path

from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import use_model


async def test_without_a_model_nothing_is_spent_and_nothing_leaves(workspace: Workspace) -> None:
    today = await workspace.today()
    assert (today.cost_usd, today.calls, today.cap_usd, today.hosts) == (0.0, 0, 0.0, ())
    assert not today.models


async def test_a_model_of_this_machine_is_no_host_that_anything_leaves_to(
    workspace: Workspace, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    async with await Workspace.open(workspace.folder) as opened:
        today = await opened.today()
    assert today.models
    assert today.hosts == ()


async def test_the_cap_and_the_hosts_come_from_the_settings(
    workspace: Workspace, own_configuration: Path
) -> None:
    (own_configuration / "settings.toml").write_text(
        '[model]\ndefault = "far:m"\n[budget]\nday = 40.0\n'
        '[provider.far]\nbase_url = "https://eu.models.example/v1"\ndialect = "openai"\n',
        "utf-8",
    )
    async with await Workspace.open(workspace.folder) as opened:
        today = await opened.today()
    assert today.cap_usd == 40.0
    assert today.hosts == ("eu.models.example",)
