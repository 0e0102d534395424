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
    ],
)
def test_a_bad_setting_is_refused_with_what_would_do(
    cli: Cli, words: list[str], message: str
) -> None:
    answer = cli("settings", *words)
    assert answer.code == 1
    assert message in answer.flat


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
