"""Forgetting a document looks into drafts and unfinished uploads too."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError
from casework.base.hashing import sha256_file
from casework.sdk.suggesting.drafts import DraftView
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice

MARK = "QX7-RUMPELSTILTSKIN"


def _holds(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in found if MARK.encode() in path.read_bytes() or MARK in path.name]


async def _drafted(workspace: Workspace, gone: Path) -> DraftView:
    draft = await workspace.drafts.begin()
    (draft.folder / gone.name).write_bytes(gone.read_bytes())
    for number in (1, 2):
        (draft.folder / f"A-{number}.txt").write_text(invoice(f"A-{number}"), "utf-8")
    return await workspace.drafts.look(draft.id)


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    path = tmp_path / "0-gone.txt"
    path.write_text(invoice(MARK) + f"Signed by {MARK}.\n" * 20, "utf-8")
    return path


async def test_no_byte_is_left_in_drafts_and_uploads(workspace: Workspace, gone: Path) -> None:
    (gone.parent / "check.md").write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("Invoices", gone.parent / "check.md")
    await sheet.add(gone)
    draft = await _drafted(workspace, gone)
    batch = workspace.folder / "uploads" / "person" / "01234567"
    batch.mkdir(parents=True)
    (batch / "again.txt").write_bytes(gone.read_bytes())
    assert {"draft.json", "0-gone.txt", "again.txt"} <= set(_holds(workspace.folder))
    seen = await workspace.forget("0-gone.txt", dry=True)
    assert len(seen.drafts) == 2
    assert seen.drafts[0].startswith("0-gone.txt in the draft begun 20")
    assert _holds(draft.folder)  # only looked at
    view = await workspace.forget("0-gone.txt")
    assert (view.done, view.drafts) == (True, seen.drafts)
    assert _holds(workspace.folder) == []


async def test_the_draft_goes_on_without_it(workspace: Workspace, gone: Path) -> None:
    draft = await _drafted(workspace, gone)
    await workspace.forget(str(gone))
    after = await workspace.drafts.get(draft.id)
    assert (after.files, after.new_files) == (2, 2)  # what is left is to be looked at anew
    assert after.suggested is not None
    assert all(file.path != gone.name for file in after.suggested.files)
    again = await workspace.drafts.look(draft.id)
    assert again.suggested is not None
    assert again.suggested.cases == 2
    assert all(step.example and MARK not in step.example.value for step in again.suggested.kept)


async def test_a_document_that_lies_in_a_draft_alone_is_found_by_name_or_file(
    workspace: Workspace, gone: Path
) -> None:
    await _drafted(workspace, gone)
    assert (await workspace.forget("0-gone.txt", dry=True)).documents == (
        (sha256_file(gone), "0-gone.txt"),
    )
    assert (await workspace.forget(str(gone))).done
    assert _holds(workspace.folder) == []
    with pytest.raises(NotFoundError):
        await workspace.forget("0-gone.txt")


async def test_a_procedure_that_is_forgotten_leaves_no_words(
    workspace: Workspace, tmp_path: Path
) -> None:
    sop = tmp_path / "how-we-check.md"
    told = "Check the total. Note the supplier. Compare the VAT with the rate. Approve it, or ask."
    sop.write_text(f"# Procedure\n\n{told}\n\nRecord {MARK} in the file at last.\n", "utf-8")
    draft = await _drafted(workspace, sop)
    assert draft.suggested is not None
    assert draft.suggested.sop == sop.name
    assert MARK in draft.suggested.opening
    await workspace.forget(str(sop))
    assert _holds(workspace.folder) == []


async def test_a_file_around_it_is_told_of_and_stays(workspace: Workspace, tmp_path: Path) -> None:
    inner = tmp_path / "inner.txt"
    inner.write_text(invoice(MARK), "utf-8")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@example.org", "bo@example.org", "An invoice"
    mail.set_content("Attached.")
    mail.add_attachment(inner.read_bytes(), maintype="text", subtype="plain", filename="inner.txt")
    draft = await workspace.drafts.begin()
    (draft.folder / "mail.eml").write_bytes(mail.as_bytes())
    (draft.folder / "inner.txt").write_bytes(inner.read_bytes())
    await workspace.drafts.look(draft.id)
    view = await workspace.forget(str(inner))
    assert any("inside mail.eml" in told for told in view.beyond)
    assert _holds(draft.folder.parent / "read") == []
    assert (draft.folder / "mail.eml").exists()
    assert not (draft.folder / "inner.txt").exists()
