"""A file that describes the work is no case: seen by itself, or said by somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import NotFoundError
from casework.procedures.compile import compile_procedure
from casework.sdk.suggesting.drafts import DraftView
from casework.sdk.suggesting.views import Suggested
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

PROCEDURES = Path(__file__).resolve().parents[2] / "extraction" / "suggest" / "procedures"
SOP = "how-we-check.md"


def _fill(folder: Path, count: int = 3) -> None:
    for number in range(1, count + 1):
        told = invoice(f"A-{number}", net=f"{number}00.00", vat=f"{19 * number}.00",
                       total=f"{119 * number}.00")  # fmt: skip
        (folder / f"A-{number}.txt").write_text(told, "utf-8")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    _fill(folder)
    (folder / SOP).write_text((PROCEDURES / SOP).read_text("utf-8"), "utf-8")
    return folder


async def _drafted(workspace: Workspace, inbox: Path) -> DraftView:
    draft = await workspace.drafts.begin()
    for path in inbox.iterdir():
        (draft.folder / path.name).write_bytes(path.read_bytes())
    return await workspace.drafts.look(draft.id)


def _found(draft: DraftView) -> Suggested:
    assert draft.suggested is not None
    return draft.suggested


async def test_a_written_procedure_among_the_files_is_seen_and_is_no_case(
    workspace: Workspace, inbox: Path
) -> None:
    found = await workspace.suggesting.suggest(inbox)
    assert (found.sop, found.cases) == (SOP, 3)
    assert [file.path for file in found.files if file.describes] == [SOP]
    total = next(step for step in found.kept if step.label.startswith("Total"))
    assert (total.found, total.of) == (3, 3)
    assert await workspace.outgoing() == []


async def test_without_a_model_its_words_stand_before_the_steps_and_are_none(
    workspace: Workspace, inbox: Path
) -> None:
    found = await workspace.suggesting.suggest(inbox)
    compiled = compile_procedure(await workspace.suggesting.procedure(found))
    assert "Compare the total with the purchase order." in " ".join(compiled.preamble.split())
    assert [step.name for step in compiled.steps] == [step.name for step in found.kept]


async def test_somebody_says_that_none_of_the_files_is_one(
    workspace: Workspace, inbox: Path
) -> None:
    found = await workspace.suggesting.suggest(inbox, no_sop=True)
    assert (found.sop, found.cases, found.sop_words) == ("", 4, "")


async def test_where_most_files_are_procedures_they_are_the_cases(
    workspace: Workspace, tmp_path: Path
) -> None:
    found = await workspace.suggesting.suggest(PROCEDURES)
    assert found.sop == ""
    assert found.cases == len(list(PROCEDURES.iterdir()))
    assert "none is taken for yours" in found.notes[0]


async def test_a_draft_bears_what_people_say_of_its_files(
    workspace: Workspace, inbox: Path
) -> None:
    draft = await _drafted(workspace, inbox)
    assert (_found(draft).sop, _found(draft).cases) == (SOP, 3)
    draft = await workspace.drafts.describe(draft.id, SOP, describes=False)
    assert (_found(draft).sop, _found(draft).cases) == ("", 4)
    draft = await workspace.drafts.look(draft.id)
    assert _found(draft).sop == ""  # what was said stays said
    draft = await workspace.drafts.describe(draft.id, "A-1.txt")
    assert (_found(draft).sop, _found(draft).cases) == ("A-1.txt", 3)
    with pytest.raises(NotFoundError):
        await workspace.drafts.describe(draft.id, "../../casework.db")


async def test_the_worksheet_has_the_cases_alone(workspace: Workspace, inbox: Path) -> None:
    draft = await _drafted(workspace, inbox)
    sheet = await workspace.drafts.make(draft.id, "March")
    names = [row.case.name for row in (await sheet.table()).rows]
    assert sorted(names) == ["A-1", "A-2", "A-3"]
    assert "purchase order" in (await sheet.procedure()).preamble


async def test_folders_beside_a_procedure_are_cases(workspace: Workspace, tmp_path: Path) -> None:
    top = tmp_path / "dropped"
    for name in ("Ada", "Bo"):
        (top / "claims" / name).mkdir(parents=True)
        _fill(top / "claims" / name, 2)
    (top / SOP).write_text((PROCEDURES / SOP).read_text("utf-8"), "utf-8")
    found = await workspace.suggesting.suggest(top)
    assert (found.sop, found.grouping, found.cases) == (SOP, "folder", 2)


async def test_files_that_leave_it_open_are_named_in_the_language_of_the_procedure(
    workspace: Workspace, tmp_path: Path
) -> None:
    top = tmp_path / "dropped"
    top.mkdir()
    for number in range(1, 5):
        german = number % 2
        label, total = (
            ("Rechnungsnummer", "Gesamtbetrag") if german else ("Invoice number", "Total")
        )
        text = f"{label}: R-{number}\n{total}: {number}19.00 EUR\n"
        (top / f"{number}.txt").write_text(text, "utf-8")
    name = "arbeitsanweisung.md"
    (top / name).write_text((PROCEDURES / name).read_text("utf-8"), "utf-8")
    found = await workspace.suggesting.suggest(top, language="en")
    assert found.sop == name
    names = {step.name for step in found.steps}
    assert {"Rechnungsnummer", "Gesamtbetrag"} <= names
    assert not {"Invoice number", "Total"} & names
