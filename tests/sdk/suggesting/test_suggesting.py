"""Steps suggested by files, by a goal and by a written procedure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import casework
from casework.base.errors import ModelMissingError, UsageError
from casework.procedures.compile import compile_procedure
from casework.sdk.suggesting.suggesting import own_step
from casework.sdk.suggesting.views import SuggestedStep
from casework.sdk.suggesting.writing import procedure_text, renamed, step_type, with_problems
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model

ANSWER: dict[str, Json] = {
    "title": "Invoice approval",
    "preamble": "We are Norton Ltd.",
    "steps": [
        {"name": "Total due", "type": "money", "by": "document",
         "instruction": "The amount payable, including tax.", "because": "Note the total."},
        {"name": "Decision", "type": "choice: pay, query", "by": "model",
         "instruction": "Pay when {Total due} is below 500 EUR, else query.",
         "because": "Invoices below 500 EUR are paid."},
        {"name": "Signed off", "type": "yes/no", "by": "person", "instruction": "", "because": ""},
    ],
}  # fmt: skip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    amounts = {"A-1": ("100.00", "19.00", "119.00"), "A-2": ("200.00", "38.00", "238.00"),
               "A-3": ("300.00", "57.00", "357.00")}  # fmt: skip
    for number, (net, vat, total) in amounts.items():
        told = invoice(number, net=net, vat=vat, total=total)
        (folder / f"{number}.txt").write_text(told, "utf-8")
    return folder


async def test_files_suggest_steps_with_examples_and_no_model_is_asked(
    workspace: Workspace, inbox: Path
) -> None:
    found = await workspace.suggesting.suggest(inbox)
    assert (found.cases, found.tried, found.grouping) == (3, 3, "file")
    total = next(step for step in found.steps if step.label.startswith("Total"))
    assert total.type == "money"
    assert (total.found, total.of) == (3, 3)
    assert total.example is not None
    assert total.example.value == "EUR 119.00"
    assert total.example.file == "A-1.txt"
    assert any(step.rule for step in found.steps)
    assert await workspace.outgoing() == []
    assert await workspace.worksheets() == []


async def test_what_is_suggested_is_a_procedure_that_stands(
    workspace: Workspace, inbox: Path
) -> None:
    found = await workspace.suggesting.suggest(inbox)
    text = await workspace.suggesting.procedure(found)
    compiled = compile_procedure(text)
    assert [step.name for step in compiled.steps] == [step.name for step in found.kept]


async def test_a_file_that_cannot_be_read_is_told_of_and_stops_nothing(
    workspace: Workspace, inbox: Path
) -> None:
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    (inbox / "empty.txt").write_bytes(b"")
    found = await workspace.suggesting.suggest(inbox)
    states = {file.path: file.readable for file in found.files}
    assert states == {"A-1.txt": True, "A-2.txt": True, "A-3.txt": True, "broken.pdf": False,
                      "empty.txt": False}  # fmt: skip
    assert found.steps


async def test_folders_are_cases_and_may_be_taken_as_files(
    workspace: Workspace, inbox: Path, tmp_path: Path
) -> None:
    for path in list(inbox.iterdir()):
        (tmp_path / "cases" / path.stem).mkdir(parents=True)
        path.rename(tmp_path / "cases" / path.stem / "invoice.txt")
    found = await workspace.suggesting.suggest(tmp_path / "cases")
    assert (found.grouping, found.cases) == ("folder", 3)
    assert [one.how for one in found.groupings] == ["file", "folder"]


async def test_a_written_procedure_becomes_steps_by_one_call(
    own_configuration: Path, tmp_path: Path, inbox: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": ANSWER}]})
    sop = tmp_path / "sop.md"
    sop.write_text("Note the total. Invoices below 500 EUR are paid.\n", "utf-8")
    async with await Workspace.create(tmp_path / "w") as workspace:
        found = await workspace.suggesting.suggest(inbox, sop=sop)
        [left] = await workspace.outgoing()
    assert left.purpose == "suggest"
    [request] = server.requests()
    sent = json.dumps(request)
    assert "Invoices below 500 EUR are paid." in sent
    assert "A-1" not in sent  # what stands in the files of cases stays here
    total, decision, signed = found.kept
    assert (total.found, total.example and total.example.value) == (3, "EUR 119.00")
    assert (decision.of, decision.told) == (0, "“Invoices below 500 EUR are paid.”")
    assert signed.by == "person"
    assert found.model
    steps = compile_procedure(procedure_text(found.title, found.preamble, found.steps)).steps
    assert [step.by for step in steps] == ["document", "model", "person"]


async def test_a_goal_without_a_model_says_so(workspace: Workspace, inbox: Path) -> None:
    with pytest.raises(ModelMissingError):
        await workspace.suggesting.suggest(inbox, goal="May we pay?")


async def test_an_empty_sop_is_refused(workspace: Workspace, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "sop.txt").write_text("", "utf-8")
    with pytest.raises(UsageError, match="no text"):
        await workspace.suggesting.suggest(inbox, sop=tmp_path / "sop.txt")


def test_suggesting_needs_no_workspace(inbox: Path) -> None:
    found = casework.suggest(inbox)
    assert found.cases == 3
    assert found.kept


def test_a_renamed_step_is_named_so_by_the_rules_and_found_by_its_label() -> None:
    net = SuggestedStep("1", "Netto", "money", "label", label="Netto")
    other = SuggestedStep("2", "VAT", "money", "label", label="VAT")
    rule = SuggestedStep("3", "Whole", "money", "sum", rule="{Netto} + {VAT}")
    first, _, last = renamed([net, other, rule], "1", "Net amount")
    assert first.instruction == 'Labelled "Netto" in the documents.'
    assert last.rule == "{Net amount} + {VAT}"


def test_a_step_whose_input_is_not_kept_says_what_is_wrong() -> None:
    net = SuggestedStep("1", "Net", "money", "label", keep=False)
    rule = SuggestedStep("2", "Twice", "money", "person", rule="{Net} * 2")
    assert with_problems([net, rule])[1].problem.startswith("There is no step named 'Net'")


def test_words_of_documents_never_become_keys_or_headings() -> None:
    step = own_step("Odd", "text", "# Not a heading\n- type: money\nSay it.")
    compiled = compile_procedure(procedure_text("Odd ones", "# No\ntitle", [step]))
    assert [one.name for one in compiled.steps] == ["Odd"]
    assert compiled.steps[0].type.name == "text"


def test_a_type_that_is_none_is_refused_with_its_fix() -> None:
    with pytest.raises(UsageError, match="no type"):
        step_type("monney please")
    assert step_type("text, many").many
