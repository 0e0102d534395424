"""accept, correct, reject and undo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, invoke


def test_accepting_says_what_was_accepted(cli: Cli) -> None:
    answer = cli("accept", "birch", "sums-agree", "--note", "agreed on the phone")
    assert answer.code == 0
    assert "Accepted: birch · Sums agree ■ no" in answer.flat
    assert "Nobody needs to look at anything." in cli("run").flat


def test_a_correction_stays_above_and_the_next_run_redoes_what_depends_on_it(cli: Cli) -> None:
    told = cli("correct", "birch", "total due", "EUR 238.00", "--json").json
    assert told["value"] == {"amount": "238.00", "currency": "EUR"}
    assert told["verdict"]["kind"] == "corrected"
    assert cli("run", "--json").json["cells_run"] == 1
    cells = cli("show", "birch", "--json").json["cases"][0]["cells"]
    assert cells["sums-agree"]["value"] is True
    assert cells["total-due"]["shown"] == "EUR 238.00"


def test_a_value_may_begin_with_a_minus(finished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished, tmp_path / "copy")
    told = invoke("correct", "birch", "net", "-w", folder, "--json", "--", "-12.00 EUR")
    assert told.json["value"] == {"amount": "-12.00", "currency": "EUR"}


@pytest.mark.parametrize("kind", ["not_found", "not-found"])
def test_a_person_can_say_that_there_is_none(cli: Cli, kind: str) -> None:
    told = cli("correct", "birch", "vat", "--absent", kind, "--json").json
    assert told["absence"] == "not_found"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["correct", "birch", "net"], "has no value"),
        (["correct", "birch", "net", "a lot"], "is not an amount of money"),
        (["correct", "birch", "net", "--absent", "gone"], "There is no kind of absence 'gone'"),
        (["correct", "birch", "net", "EUR 1", "--absent", "not_found"], "not both"),
        (["accept", "birch", "remark"], "has nothing to accept"),
        (["undo", "birch", "net"], "bears no decision"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(
    cli: Cli, words: list[str], message: str
) -> None:
    answer = cli(*words)
    assert answer.code == 1
    assert message in answer.flat


def test_what_was_rejected_waits_for_another_value_until_it_is_undone(cli: Cli) -> None:
    assert "✗ rejected by" in cli("reject", "alder", "net", "--who", "Ada").out
    assert "rejected: needs another value" in cli("show", "alder").flat
    assert "✗ rejected" in cli("show").out
    answer = cli("undo", "alder", "net")
    assert "● EUR 100.00" in answer.out


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"\xff\xfe\x90", "not text in UTF-8"), (b" \n", "is empty")],
)
def test_a_file_that_gives_no_text_corrects_nothing(
    cli: Cli, tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "edited.md"
    if content is not None:
        file.write_bytes(content)
    answer = cli("correct", "birch", "supplier", "--file", str(file))
    assert answer.code == 1
    assert message in answer.flat
    assert "went wrong" not in answer.flat
