"""init, add, cases and move."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, invoke
from tests.documents.samples import pdf


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A workspace with nothing in it."""
    folder = tmp_path / "empty"
    assert invoke("init", folder).code == 0
    return folder


def test_init_makes_a_workspace_and_says_what_comes_next(tmp_path: Path) -> None:
    answer = invoke("init", tmp_path / "mine")
    assert answer.code == 0
    assert "casework add FILES" in answer.flat
    assert invoke("cases", "-w", tmp_path / "mine").code == 1


def test_init_refuses_a_folder_that_is_a_workspace(empty: Path) -> None:
    answer = invoke("init", empty, "--json")
    assert answer.code == 1
    assert answer.json["error"]["status"] == 409


def test_add_shows_the_cases_and_how_to_change_them(empty: Path, documents: Path) -> None:
    answer = invoke(
        "add", documents / "bills", "-p", documents / "bills.md", "-s", "bills", "-w", empty
    )
    assert answer.code == 0
    assert "Added 3 documents in 3 new cases." in answer.flat
    assert "Grouped so that each file is a case." in answer.flat
    assert "casework move DOCUMENT --case A --to B" in answer.flat


def test_add_tells_duplicates_and_files_that_cannot_be_read(
    empty: Path, documents: Path, tmp_path: Path
) -> None:
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "one.txt").write_text("Net: EUR 1.00")
    (pile / "same.txt").write_text("Net: EUR 1.00")
    (pile / "torn.pdf").write_bytes(b"%PDF-1.4\ntorn")
    answer = invoke("add", pile, "-p", documents / "bills.md", "-w", empty)
    assert answer.code == 0
    assert "left out: the same bytes are in the case" in answer.flat
    assert "1 document could not be read" in answer.flat
    assert "torn.pdf" in answer.flat
    assert "broken:" in answer.flat


def test_the_json_of_add_has_cases_files_and_grouping(empty: Path, documents: Path) -> None:
    told = invoke(
        "add", documents / "bills", "-p", documents / "bills.md", "-w", empty, "--json"
    ).json
    assert told["worksheet"] == "bills"
    assert told["grouping"] == "file"
    assert [case["name"] for case in told["cases"]] == ["alder", "birch", "cedar"]
    assert told["cases"][0]["files"][0]["state"] == "read"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.pdf"], "There is no file or folder"),
        (["bills", "--cases", "pile"], "no grouping"),
    ],
)
def test_a_mistake_in_what_to_add_makes_no_worksheet(
    empty: Path, documents: Path, words: list[str], message: str
) -> None:
    paths = [str(documents / words[0]), *words[1:]]
    answer = invoke("add", *paths, "-p", documents / "bills.md", "-w", empty)
    assert answer.code == 1
    assert message in answer.flat
    assert "has no worksheet yet" in invoke("cases", "-w", empty).flat


def test_cases_are_grouped_as_one_says(empty: Path, documents: Path, tmp_path: Path) -> None:
    for name in ("CLM-1 form.txt", "CLM-1 bill.txt", "CLM-2 form.txt"):
        (tmp_path / name).write_text(name)
    told = invoke(
        "add",
        *sorted(tmp_path.glob("CLM*")),
        "-p",
        documents / "bills.md",
        "--cases",
        r"key:CLM-\d+",
        "-w",
        empty,
        "--json",
    ).json
    assert {case["name"]: len(case["files"]) for case in told["cases"]} == {"CLM-1": 2, "CLM-2": 1}


def test_all_files_go_into_the_case_that_is_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "late.txt").write_text("Remark: sent again")
    told = cli("add", tmp_path / "late.txt", "--case", "birch", "--json").json
    assert [(case["name"], case["new"]) for case in told["cases"]] == [("birch", False)]


def test_cases_are_listed_with_their_documents(cli: Cli) -> None:
    text = cli("cases").flat
    assert "1 alder alder.txt" in text
    assert [case["key"] for case in cli("cases", "--json").json["cases"]] == [
        "alder",
        "birch",
        "cedar",
    ]


def test_a_document_moves_to_another_case_and_the_plan_tells_what_that_changes(cli: Cli) -> None:
    answer = cli("move", "cedar.txt", "--case", "cedar", "--to", "alder")
    assert answer.code == 0
    assert "Moved cedar.txt from cedar to alder." in answer.flat
    assert "its documents changed" in cli("plan").flat


def test_a_worksheet_that_does_not_exist_is_named_with_those_that_do(cli: Cli) -> None:
    answer = cli("show", "-s", "claims")
    assert answer.code == 1
    assert "There is no worksheet 'claims'. There are bills." in answer.flat


def test_outside_a_workspace_one_is_told_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = invoke("show")
    assert answer.code == 1
    assert "casework init FOLDER" in answer.flat


def test_inside_a_workspace_none_needs_to_be_named(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished / "blobs")
    assert invoke("cases").code == 0
    monkeypatch.chdir("/")
    assert invoke("cases").code == 1
    monkeypatch.setenv("CASEWORK_WORKSPACE", str(finished))
    assert invoke("cases").code == 0


def _locked(folder: Path) -> Path:
    path = folder / "locked.pdf"
    path.write_bytes(pdf([[(72, 72, "Total due: EUR 5.00")]], password="walnut"))
    return path


@pytest.mark.parametrize(
    ("words", "input"),
    [(["--password", "-"], "walnut\n"), (["--password-file", "word.txt"], "")],
    ids=["stdin", "file"],
)
def test_a_password_is_given_without_standing_on_the_command_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], input: str
) -> None:
    (tmp_path / "word.txt").write_text("walnut\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    told = cli("add", _locked(tmp_path), *words, "--json", input=input).json
    assert [file["state"] for case in told["cases"] for file in case["files"]] == ["read"]


def test_a_password_file_that_cannot_be_read_is_told(cli: Cli, tmp_path: Path) -> None:
    locked = _locked(tmp_path)
    answer = cli("add", locked, "--password-file", tmp_path / "none.txt")
    assert "The password cannot be read" in answer.flat
    twice = cli("add", locked, "--password", "x", "--password-file", locked)
    assert "two passwords" in twice.flat
    assert "No password was given" in cli("add", locked, "--password", "-", input="").flat


def test_a_password_that_comes_later_is_told_as_read_again(cli: Cli, tmp_path: Path) -> None:
    locked = _locked(tmp_path)
    refused = cli("add", locked).flat
    assert "could not be read" in refused
    assert "casework add FILE --password -" in refused
    answer = cli("add", locked, "--password", "walnut").flat
    assert "Added 0 documents." in answer
    assert "Read again, with another result: locked.pdf in locked" in answer
    assert "could not be read" not in answer


def test_an_empty_folder_is_told_and_where_the_procedure_is_to_be_edited(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "one.md").write_text("# One\n\n## Net\n- type: money\n", "utf-8")
    answer = cli("add", tmp_path / "nothing", "-s", "one", "-p", tmp_path / "one.md").flat
    assert "No file was found that could be added." in answer
    assert "Grouped so" not in answer
    assert "where to edit it: casework procedure show -s one" in answer
