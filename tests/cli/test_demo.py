"""The worked example, from its first word to its last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Answer, invoke


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    """What the demo says, and where it was made."""
    folder = tmp_path_factory.mktemp("demo") / "casework-demo"
    return invoke("demo", folder), folder


def test_the_demo_tells_all_its_chapters_in_order(told: tuple[Answer, Path]) -> None:
    answer, _ = told
    assert answer.code == 0, answer.flat
    chapters = [line for line in answer.out.splitlines() if line.startswith("── ")]
    assert [chapter.removeprefix("── ").partition(":")[0] for chapter in chapters] == [
        "Invoices",
        "Claims",
        "Agreements",
        "The same again",
        "A receipt comes late",
        "A rule is edited",
        "What waits, says for what",
        "Every value can be looked up",
    ]
    assert "Traceback" not in answer.flat


def test_the_late_receipt_joins_its_case(told: tuple[Answer, Path]) -> None:
    assert "it joins MB-2024-03218" in told[0].flat
    names = [
        document["name"]
        for case in invoke("cases", "-w", told[1], "-s", "claims", "--json").json["cases"]
        if case["name"] == "MB-2024-03218"
        for document in case["documents"]
    ]
    assert "MB-2024-03218-receipt.pdf" in names


def test_the_edited_rule_has_not_run(told: tuple[Answer, Path]) -> None:
    plan = invoke("plan", "-w", told[1], "-s", "invoices", "--json").json
    assert plan["new_version"]
    assert {group["step_name"] for group in plan["groups"]} == {"Decision"}


def test_the_demo_ends_with_commands_that_work(
    told: tuple[Answer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(told[1])
    tail = told[0].out.partition("Try next:")[2]
    assert "casework show -s invoices" in tail
    assert invoke("show", "-s", "invoices").code == 0
    assert invoke("cell", "MB-2024-03218", "payable", "-s", "claims").code == 0
    assert invoke("correct", "MB-2024-03255", "payable", "EUR 480.00", "-s", "claims").code == 0


def test_a_page_picture_was_written(told: tuple[Answer, Path]) -> None:
    (picture,) = (told[1] / "pictures").glob("*.png")
    assert picture.name in told[0].out.replace("\n", "")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_demo_that_is_there_is_left_alone_unless_it_is_to_be_replaced(
    told: tuple[Answer, Path],
) -> None:
    answer = invoke("demo", told[1])
    assert answer.code == 1
    assert "--fresh" in answer.flat
    assert (told[1] / "casework.db").is_file()


def test_fresh_never_removes_a_folder_that_is_no_demo(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert invoke("init", folder).code == 0
    (folder / "notes.txt").write_text("precious")
    answer = invoke("demo", folder, "--fresh")
    assert answer.code == 1
    assert "is no demo" in answer.flat
    assert (folder / "notes.txt").read_text() == "precious"
