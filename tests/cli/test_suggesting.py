"""procedure suggest."""

from __future__ import annotations

from pathlib import Path

from casework.procedures.compile import compile_procedure
from tests.cli.conftest import invoke
from tests.sdk.conftest import invoice


def _inbox(folder: Path) -> Path:
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in (1, 2, 3):
        told = invoice(f"A-{number}", net=f"{number}00.00", vat=f"{19 * number}.00",
                       total=f"{119 * number}.00")  # fmt: skip
        (inbox / f"A-{number}.txt").write_text(told, "utf-8")
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7")
    return inbox


def test_steps_are_proposed_with_examples_and_written_as_a_procedure(tmp_path: Path) -> None:
    out = tmp_path / "invoices.md"
    answer = invoke("procedure", "suggest", _inbox(tmp_path), "-o", out)
    assert answer.code == 0
    assert "4 files, 4 cases (file)" in answer.flat
    assert "broken.pdf" in answer.flat
    assert "EUR 119.00" in answer.flat
    assert "3 of 4" in answer.flat
    assert len(compile_procedure(out.read_text("utf-8")).steps) >= 4
    again = invoke("procedure", "suggest", tmp_path / "inbox", "-o", out)
    assert again.code != 0
    assert "is there already" in again.flat


def test_the_same_as_json(tmp_path: Path) -> None:
    told = invoke("procedure", "suggest", _inbox(tmp_path), "--json").json
    assert told["cases"] == 4
    step = next(one for one in told["steps"] if one["type"] == "money")
    assert step["example"]["file"] == "A-1.txt"
    assert compile_procedure(told["procedure"]).steps


def test_a_goal_needs_a_workspace_and_a_folder_must_be_there(tmp_path: Path) -> None:
    assert invoke("procedure", "suggest", tmp_path / "nowhere").code != 0
    answer = invoke("procedure", "suggest", _inbox(tmp_path), "--goal", "May we pay?")
    assert answer.code != 0


def test_a_procedure_among_the_files_is_named_and_may_be_a_case(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path)
    told = "Note the supplier and the number.\nCompare the total with the order.\n"
    told += "If it differs, ask the buyer.\nApprove the invoice, or say why not.\n"
    (inbox / "how-we-check.md").write_text(f"# Procedure\n\n{told}", "utf-8")
    answer = invoke("procedure", "suggest", inbox)
    assert "Read as your procedure, and no case: how-we-check.md" in answer.flat
    assert "5 files, 4 cases" in answer.flat
    assert invoke("procedure", "suggest", inbox, "--no-sop", "--json").json["cases"] == 5
    both = invoke("procedure", "suggest", inbox, "--no-sop", "--sop", inbox / "how-we-check.md")
    assert both.code != 0
