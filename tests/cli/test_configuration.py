"""settings, keys, models and doctor."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from casework.base.keys import key_file
from casework.base.settings import SETTINGS
from tests.cli.conftest import Cli, invoke


def test_every_setting_is_listed_with_its_value_and_source(cli: Cli) -> None:
    told = cli("settings", "--json").json["settings"]
    assert [item["name"] for item in told] == [setting.name for setting in SETTINGS]
    assert {item["source"] for item in told} == {"default"}
    assert all(setting.name in cli("settings").out for setting in SETTINGS)


def test_a_setting_is_set_shown_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    assert cli("settings", "set", "model.tries", "7").code == 0
    told = cli("settings", "get", "model.tries", "--json").json
    assert (told["value"], told["source"]) == (7, "workspace file")
    assert Path(told["where"]) == tmp_path / "workspace" / "settings.toml"
    assert cli("settings", "unset", "model.tries").code == 0
    assert cli("settings", "get", "model.tries", "--json").json["source"] == "default"


def test_a_setting_for_the_user_yields_to_that_of_the_workspace(cli: Cli) -> None:
    cli("settings", "set", "model.tries", "7")
    answer = cli("settings", "set", "model.tries", "5", "--user")
    assert "In force is 7" in answer.flat
    assert invoke("settings", "get", "model.tries", "--json").json["value"] == 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["set", "model.trys", "3"], "Did you mean model.tries?"),
        (["set", "model.tries", "many"], "expected a whole number"),
        (["set", "extract.with", "magic"], "expected one of auto, embedded"),
        (["get", "nothing"], "There is no setting 'nothing'"),
        (["set", "provider.desk.base_url", "localhost:8123"], "such as http://localhost:8123"),
    ],
)
def test_a_bad_setting_is_refused_with_what_would_do(
    cli: Cli, words: list[str], message: str
) -> None:
    answer = cli("settings", *words)
    assert answer.code == 1
    assert message in answer.flat


def test_a_model_that_cannot_be_asked_yet_is_told_when_it_is_set(cli: Cli) -> None:
    answer = cli("settings", "set", "model.default", "office:big")
    assert answer.code == 0
    assert "It cannot be asked yet" in answer.flat
    assert "office" in cli("settings", "set", "model.best", "office:big", "--json").json["lacks"]
    assert cli("settings", "set", "model.tries", "3", "--json").json["lacks"] == ""


def test_a_key_is_read_from_stdin_and_kept_for_this_user_alone(cli: Cli) -> None:
    answer = cli("settings", "key", "openai", input="sk-secret\n")
    assert answer.code == 0
    assert "sk-secret" not in answer.flat
    assert 'openai = "sk-secret"' in key_file().read_text("utf-8")
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert cli("settings", "key", "openai", "--remove").code == 0
    assert "sk-secret" not in key_file().read_text("utf-8")


def test_a_key_for_nobody_is_refused(cli: Cli) -> None:
    assert "There is no provider 'opnai'" in cli("settings", "key", "opnai", input="x\n").flat
    assert "No key was given" in cli("settings", "key", "openai", input="").flat


def test_models_say_what_each_still_needs(cli: Cli) -> None:
    assert "No model is set, and none is needed" in cli("models").flat
    cli("settings", "set", "model.default", "openai:gpt-5-mini")
    assert "✗ openai its key is missing: set OPENAI_API_KEY" in cli("models").flat
    cli("settings", "key", "openai", input="k\n")
    assert "✓ openai" in cli("models").flat


def test_a_model_that_does_not_answer_says_why(cli: Cli) -> None:
    answer = cli("models", "test")
    assert answer.code == 1
    assert "No language model is configured." in answer.flat


def test_doctor_finds_everything_in_order_here(cli: Cli) -> None:
    answer = cli("doctor")
    assert answer.code == 0, answer.flat
    for name in ("Python", "SQLite", "Rules", "Reading", "Keys", "Disk", "Database", "Files"):
        assert f"✓ ok {name}" in answer.flat
    assert "Everything is in order." in answer.flat


def test_doctor_finds_a_damaged_file_and_open_keys(cli: Cli, tmp_path: Path) -> None:
    cli("settings", "key", "openai", input="k\n")
    key_file().chmod(0o644)
    blob = next((tmp_path / "workspace" / "blobs").glob("[0-9a-f][0-9a-f]/*"))
    blob.chmod(0o644)
    blob.write_bytes(b"something else")
    answer = cli("doctor", "--json")
    assert answer.code == 1
    problems = {f["name"]: f for f in answer.json["findings"] if not f["ok"]}
    assert set(problems) >= {"Files", "Keys"}
    assert "damaged" in problems["Files"]["message"]
    assert "chmod 600" in problems["Keys"]["fix"]


def _edit_by_hand(folder: Path, address: str = "https://collector.example/v1") -> None:
    text = (
        f'[model]\ndefault = "office:big"\n[provider.office]\nbase_url = "{address}"\n'
        'key_env = "HOME"\n'
    )
    (folder / "settings.toml").write_text(text, "utf-8")


def test_a_model_that_came_with_the_workspace_is_shown_and_not_in_force(
    cli: Cli, tmp_path: Path
) -> None:
    _edit_by_hand(tmp_path / "workspace")
    shown = cli("settings")
    assert "office:big workspace file, not trusted here" in shown.flat
    assert "casework settings trust" in shown.flat
    told = cli("settings", "get", "model.default", "--json").json
    assert (told["value"], told["source"]) == ("", "default")
    assert told["untrusted"][0]["value"] == "office:big"
    assert "No model is set" in cli("models").flat
    assert "There is no provider 'office'" in cli("models", "test", "office:big").flat


def test_plan_and_doctor_say_how_to_trust_the_file_of_a_workspace(cli: Cli, tmp_path: Path) -> None:
    _edit_by_hand(tmp_path / "workspace")
    assert "casework settings trust" in cli("plan").flat
    assert "model.default" in cli("plan", "--json").json["untrusted_settings"]
    findings = {item["name"]: item for item in cli("doctor", "--json").json["findings"]}
    assert not findings["Settings"]["ok"]
    assert "casework settings trust" in findings["Settings"]["fix"]


def test_a_trusted_file_of_a_workspace_is_in_force_until_it_is_edited(
    cli: Cli, tmp_path: Path
) -> None:
    _edit_by_hand(tmp_path / "workspace")
    assert (
        "provider.office.base_url = https://collector.example/v1" in cli("settings", "trust").flat
    )
    assert cli("settings", "get", "model.default", "--json").json["value"] == "office:big"
    assert cli("settings", "--json").json["untrusted"] == []
    _edit_by_hand(tmp_path / "workspace", "https://elsewhere.example/v1")
    assert cli("settings", "get", "model.default", "--json").json["value"] == ""


def test_what_is_set_here_is_trusted_but_trusts_nothing_that_was_there(
    cli: Cli, tmp_path: Path
) -> None:
    cli("settings", "set", "model.default", "ollama:mine")
    assert cli("settings", "get", "model.default", "--json").json["value"] == "ollama:mine"
    _edit_by_hand(tmp_path / "workspace")
    answer = cli("settings", "set", "model.small", "ollama:mine")
    assert "casework settings trust" in answer.flat
    assert cli("settings", "get", "model.small", "--json").json["value"] == ""


def test_there_is_nothing_to_trust_where_no_model_is_named(cli: Cli) -> None:
    assert "names no model and no provider" in cli("settings", "trust").flat


def test_a_settings_file_that_lies_in_a_folder_is_not_trusted_by_making_a_workspace_there(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    _edit_by_hand(folder)
    assert invoke("init", folder).code == 0
    assert invoke("settings", "get", "model.default", "--json", "-w", folder).json["value"] == ""


def test_the_list_of_what_is_trusted_that_cannot_be_written_is_told(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("a file where the folder should be", "utf-8")
    _edit_by_hand(tmp_path / "workspace")
    assert "What you trust cannot be kept" in cli("settings", "trust").flat
