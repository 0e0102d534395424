from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.base.errors import SettingsError
from casework.models.scripted.errors import wrong_of
from casework.models.scripted.play import play_of
from casework.models.scripted.script import Script, read_script, script_of
from casework.types.values import Json

_TOML = """
[[rules]]
match = "Total"
answer = { value = "12.30" }

[[rules]]
by = "repeat"
sequence = [{ error = "overloaded" }, { text = "fine" }]
"""


def test_a_script_reads_the_same_from_toml_and_json(tmp_path: Path) -> None:
    toml, other = tmp_path / "a.toml", tmp_path / "a.json"
    toml.write_text(_TOML)
    other.write_text(
        json.dumps(
            {
                "rules": [
                    {"match": "Total", "answer": {"value": "12.30"}},
                    {"by": "repeat", "sequence": [{"error": "overloaded"}, {"text": "fine"}]},
                ]
            }
        )
    )
    first, second = read_script(toml), read_script(other)
    assert first == second
    assert first.rules[0].actions[0].answer == {"value": "12.30"}
    assert [action.error for action in first.rules[1].actions] == ["overloaded", None]


def test_an_empty_script_is_a_script() -> None:
    assert script_of({}) == Script(())


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"mach": "x"}, "Rule 1 of the script does not know mach"),
        ({"error": "explosion"}, "error is 'explosion'; expected bad_request"),
        ({"broken": "leg"}, "broken is 'leg'"),
        ({"error": "server", "text": "x"}, "does one thing, not text, error"),
        ({"match": "("}, "is no pattern"),
        ({"by": "luck", "text": "x"}, "by is 'luck'; expected turn, repeat, call"),
        ({"sequence": []}, "empty sequence"),
        ({"sequence": [{"sooner": 1}]}, "an action does not know sooner"),
        ({"sequence": [{"text": "x"}], "text": "y"}, "does not know text"),
        ("text", "Rule 1 of the script is no table"),
    ],
)
def test_a_mistake_in_a_script_is_told_with_its_rule(rule: Json, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        script_of({"rules": [rule]})


def test_a_file_that_is_no_script_is_told_by_name(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("rules = [")
    with pytest.raises(SettingsError, match=r"broken\.toml cannot be read"):
        read_script(file)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"dialekt": "openai"}, "does not know dialekt"),
        ({"dialect": "klingon"}, "There is no dialect 'klingon'"),
        ({"latency_ms": "fast"}, "expected a number"),
    ],
)
def test_a_server_refuses_to_behave_in_ways_it_does_not_know(
    data: dict[str, Json], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        play_of(data)


def test_each_endpoint_words_its_own_errors() -> None:
    told = {
        dialect: wrong_of(dialect, "unknown_model", model="m")
        for dialect in ("openai", "mistral", "openrouter", "ollama", "vllm")
    }
    assert told["openai"].code == "model_not_found"
    assert told["mistral"].message == "Invalid model: m"
    assert told["openrouter"].status == 400
    assert told["ollama"].message == 'model "m" not found, try pulling it first'
    assert len({wrong.message for wrong in told.values()}) == 5
