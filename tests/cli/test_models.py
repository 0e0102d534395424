"""models list: what a provider says it has, over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedServer
from tests.cli.conftest import Cli, invoke


@pytest.mark.parametrize("dialect", ["openai", "ollama"])
def test_a_provider_is_asked_which_models_it_has(cli: Cli, dialect: str) -> None:
    with ScriptedServer({"models": ["small", "large"]}, dialect=dialect) as server:
        cli("settings", "set", "provider.office.base_url", server.base_url)
        answer = cli("models", "list", "office")
        assert answer.code == 0, answer.flat
        assert answer.out.split() == ["office:large", "office:small"]
        told = cli("models", "list", "office", "--json").json
        assert told == {"provider": "office", "models": ["office:large", "office:small"]}


def test_it_is_asked_outside_of_any_workspace_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ScriptedServer({"models": ["small"]}) as server:
        invoke("settings", "set", "provider.office.base_url", server.base_url, "--user")
        assert invoke("models", "list", "office").out.split() == ["office:small"]


def test_a_provider_that_no_setting_names_is_not_asked(cli: Cli) -> None:
    answer = cli("models", "list", "openai")
    assert answer.code == 1
    assert "nothing is sent to api.openai.com" in answer.flat
    assert "There is no provider 'opnai'" in cli("models", "list", "opnai").flat
