"""The command learn, and what commands that decide say of what was learned."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, invoke
from tests.learn.notes import NAMES
from tests.sdk.notes import noted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return noted(tmp_path)


@pytest.fixture(scope="module")
def taught_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which five corrections were learned from."""
    folder = noted(tmp_path_factory.mktemp("taught"))
    _correct(folder, *range(5))
    return folder


@pytest.fixture
def taught(taught_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(taught_once, tmp_path / "taught")


def _correct(folder: Path, *numbers: int) -> list[Answer]:
    return [
        invoke("correct", f"{at:02}", "handler", NAMES[at], "-w", folder) for at in numbers
    ]  # fmt: skip


def test_before_anybody_decided_it_says_when_it_will_learn(folder: Path) -> None:
    told = invoke("learn", "-w", folder)
    assert told.code == 0
    assert "Handler no verdicts yet next after 5 more verdicts" in told.flat


def test_the_correction_that_makes_learning_due_says_what_was_learned(folder: Path) -> None:
    *before, last = _correct(folder, *range(5))
    assert not any("Learned" in answer.flat for answer in before)
    assert (
        "Learned from 5 verdicts: version 1 of Handler is offered, casework compare shows it."
        in last.flat
    )
    told = invoke("learn", "-w", folder).flat
    assert "offered version 1. On 5 verified cells it was right 5 times" in told
    assert "see it casework compare next after 5 more verdicts" in told
    assert "Version 1 of Handler is tried." in invoke("compare", "-w", folder).flat


def test_a_script_is_told_all_of_it(taught: Path) -> None:
    (step,) = invoke("learn", "handler", "--json", "-w", taught).json["steps"]
    assert (step["step"], step["examples"], step["next_at"]) == ("handler", {"verdict": 5}, 10)
    assert step["offered"]["gate"]["passed"] is True
    assert step["live"] is None
    shown = invoke("learn", "--show", "Handler 1", "--json", "-w", taught).json
    assert shown == step["offered"]
    (listed,) = invoke("learn", "--versions", "--json", "-w", taught).json["versions"]
    assert listed == shown


def test_nothing_is_learned_by_itself_where_that_is_not_wished_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_LEARN_AUTO", "no")
    assert not any("Learned" in answer.flat for answer in _correct(folder, *range(5)))
    told = invoke("learn", "-w", folder).flat
    assert "next now" in told
    assert "It does not learn by itself (learn.auto)" in told
    (made,) = invoke("learn", "--now", "--json", "-w", folder).json["made"]
    assert (made["number"], made["state"]) == (1, "offered")


def test_with_too_few_verdicts_learning_now_says_so(folder: Path) -> None:
    _correct(folder, 0)
    told = invoke("learn", "--now", "-w", folder)
    assert "There is nothing to learn from yet." in told.flat
    assert "Handler 1 verdict next after 4 more verdicts" in told.flat


def test_a_version_is_shown_handed_out_refused_and_deleted(taught: Path, tmp_path: Path) -> None:
    shown = invoke("learn", "--show", "Handler 1", "-w", taught).flat
    assert "from 5 verdicts, 5 documents" in shown
    assert "how sure one may be is not measured yet" in shown
    target = tmp_path / "handler.zip"
    invoke("learn", "--export", "Handler 1", "--to", target, "-w", taught)
    assert zipfile.is_zipfile(target)
    refused = invoke("learn", "--refuse", "Handler 1", "--reason", "too early", "-w", taught)
    assert "Refused version 1 of handler." in refused.flat
    assert "refused version 1. too early" in invoke("learn", "-w", taught).flat
    assert "Deleted version 1" in invoke("learn", "--delete", "Handler 1", "-w", taught).flat
    assert "Nothing was learned yet." in invoke("learn", "--versions", "-w", taught).flat


def test_a_version_that_was_handed_out_is_offered_where_it_is_taken_in(
    taught: Path, tmp_path: Path
) -> None:
    target = tmp_path / "handler.zip"
    invoke("learn", "--export", "Handler 1", "--to", target, "-w", taught)
    invoke("learn", "--delete", "Handler 1", "-w", taught)
    told = invoke("learn", "--import", target, "-w", taught).flat
    assert "Version 1 of handler is offered: casework try --version handler" in told
    assert "offered" in invoke("learn", "--versions", "-w", taught).flat


def test_the_version_at_work_is_named_when_it_is_deleted(taught: Path) -> None:
    invoke("adopt", "--all", "-w", taught)
    assert "at work version 1." in invoke("learn", "-w", taught).flat
    told = invoke("learn", "--delete", "Handler 1", "-w", taught).flat
    assert "At work is nothing learned now; casework plan shows what that changes." in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--now", "--show", "Handler 1"], "--now and --show do not go together"),
        (["--show", "Handler 7"], "There is no learned version 'Handler 7'"),
        (["nothing"], "There is no step 'nothing'"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    folder: Path, words: list[str], message: str
) -> None:
    answer = invoke("learn", *words, "-w", folder)
    assert answer.code == 1
    assert message in answer.flat
