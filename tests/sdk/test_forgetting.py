"""Forgetting a document: nothing of it is left in the folder, whenever it is broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, UsageError
from casework.base.hashing import sha256_file
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import PROCEDURE, invoice, use_model
from tests.store.bucket import KEY_ID, Bucket

MARK = "QX7-RUMPELSTILTSKIN"
_KILLED = """
import asyncio, os, signal, sys
from casework.sdk.workspace import Workspace

async def main(folder, document, step):
    async with await Workspace.open(folder) as workspace:
        def on_step(done):
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
        await workspace.forget(document, note="asked for", who="Ada", on_step=on_step)

asyncio.run(main(*sys.argv[1:]))
"""


async def _filled(folder: Path, place: Path, name: str = "gone") -> tuple[Path, Path]:
    """A workspace with a document that bears the mark in its text and name, and another one."""
    (place / "check.md").write_text(PROCEDURE, "utf-8")
    gone, kept = place / f"{name}.txt", place / "kept.txt"
    gone.write_text(invoice(MARK) + f"Signed by {MARK}.\n" * 20, "utf-8")
    kept.write_text(invoice("A-1"), "utf-8")
    async with await Workspace.create(folder) as workspace:
        sheet = await workspace.new_worksheet("Invoices", place / "check.md")
        await sheet.add(gone, kept, cases="file")
        await sheet.run()
        await sheet.correct(name, "Invoice number", f"{MARK}-2", note=f"it is {MARK}")
        await sheet.cell(name, "Net", pictures=folder / "pictures")
        await sheet.documents.picture(gone.name)
        await sheet.run()
    return gone, kept


def _holds(folder: Path, mark: str) -> list[str]:
    """The files below a folder whose bytes or names have the mark."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [
        str(path.relative_to(folder))
        for path in found
        if mark.encode() in path.read_bytes() or mark in path.name
    ]


async def test_no_byte_of_a_forgotten_document_is_left_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    gone, _kept = await _filled(folder, tmp_path)
    assert "casework.db" in _holds(folder, MARK)
    mark = sha256_file(gone)
    async with await Workspace.open(folder) as workspace:
        view = await workspace.forget(str(gone), note="asked for", who="Ada")
        assert (view.done, view.swept, view.cases) == (True, True, ("gone",))
        assert _holds(folder, MARK) == []  # also while it is open: the log is emptied too
        assert not workspace._house.store.blobs.has(mark)
        (told,) = await workspace.forgotten()
        assert (told.sha256, told.who, told.note) == (mark, "Ada", "asked for")
        assert told.done_at
    assert _holds(folder, MARK) == []
    assert list((folder / "pictures").glob("gone-*")) == []


async def test_other_documents_keep_all_that_came_from_them(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    _gone, _kept = await _filled(folder, tmp_path)
    async with await Workspace.open(folder) as workspace:
        sheet = await workspace.worksheet()
        before = (await sheet.table(cases=["kept"])).rows[0].cells
        await workspace.forget("gone.txt")
        after = (await sheet.table(cases=["kept"])).rows[0].cells
        assert [(c.shown, c.proof) for c in after] == [(c.shown, c.proof) for c in before]
        assert (await sheet.documents.picture("kept.txt")).startswith(b"\x89PNG")
        run = await sheet.run()
        assert run.state == "finished"


async def test_its_cells_say_that_it_was_forgotten_and_run_without_it(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    await _filled(folder, tmp_path)
    async with await Workspace.open(folder) as workspace:
        sheet = await workspace.worksheet()
        await workspace.forget("gone.txt", who="Ada")
        row = (await sheet.table()).rows[0]
        assert row.case.name.startswith("forgotten ")
        assert row.case.documents == ()
        assert {(cell.state, cell.shown) for cell in row.cells} == {("idle", "")}
        report = await sheet.cell(row.case.id, "Invoice number")
        assert report.cell.reason.startswith("forgotten on ")
        assert {event.what for event in report.history} >= {"forgotten", "undone"}
        await sheet.run()
        cells = (await sheet.table()).rows[0].cells
        assert all(cell.state in ("waiting", "absent", "skipped") for cell in cells)


async def test_looking_first_tells_what_would_go_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    await _filled(folder, tmp_path)
    async with await Workspace.open(folder) as workspace:
        view = await workspace.forget("gone.txt", dry=True)
        assert (view.done, view.cells, view.counts.verdicts) == (False, 6, 1)
        assert view.counts.quotes >= 3
        assert any("exports" in words for words in view.beyond)
        assert any("casework sharpen" in words for words in view.beyond)
        sheet = await workspace.worksheet()
        assert (await sheet.table()).rows[0].cells[0].shown == f"{MARK}-2"


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("step", ["rows", "files", "swept"])
async def test_what_was_broken_off_is_ended_by_doing_it_again(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "workspace"
    await _filled(folder, tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), "gone.txt", step], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    async with await Workspace.open(folder) as workspace:
        (open_still,) = await workspace.forgotten()
        assert not open_still.done_at
        view = await workspace.forget("gone.txt", who="Ada")
        assert (view.done, view.swept) == (True, True)
        (ended,) = await workspace.forgotten()
        assert ended.done_at
        with pytest.raises(NotFoundError):
            await workspace.forget("gone.txt")
    assert _holds(folder, MARK) == []


async def test_the_same_bytes_are_taken_in_again_only_when_that_is_asked_for(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "workspace"
    gone, _ = await _filled(folder, tmp_path)
    async with await Workspace.open(folder) as workspace:
        sheet = await workspace.worksheet()
        await workspace.forget("gone.txt", who="Ada", note="asked for")
        added = await sheet.add(gone)
        (left,) = added.left_out
        assert left.left_out.startswith("gone.txt was forgotten on ")
        assert "by Ada: asked for. To take it back: casework add FILE --again" in left.left_out
        assert _holds(folder, MARK) == []
        back = await sheet.add(gone, again=True)
        assert [file.name for file in back.files] == ["gone.txt"]
        await sheet.run()
        shown = [
            cell.shown for row in (await sheet.table(cases=["gone"])).rows for cell in row.cells
        ]
        assert MARK in shown


async def test_attachments_go_with_their_mail_unless_they_came_by_themselves(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    from email.message import EmailMessage

    sheet = await workspace.new_worksheet("Invoices", procedure)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Bill", "a@b.example", "c@d.example"
    mail.set_content("See the papers.")
    for name in ("alone.txt", "only here.txt"):
        mail.add_attachment(invoice(name).encode(), maintype="text", subtype="plain", filename=name)
    (tmp_path / "bill.eml").write_bytes(mail.as_bytes())
    (tmp_path / "alone.txt").write_bytes(invoice("alone.txt").encode())
    await sheet.add(tmp_path / "alone.txt", tmp_path / "bill.eml", cases="file")
    view = await workspace.forget("bill.eml")
    assert {name for _, name in view.documents} == {"bill.eml", "only here.txt"}
    left = [document for case in await sheet.cases() for document in case.documents]
    assert {document.name for document in left} == {"alone.txt"}
    assert {document.parent for document in left} == {""}
    added = await sheet.add(tmp_path / "bill.eml", again=False)
    assert added.files == ()


async def test_what_models_were_told_and_answered_goes_too(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    quotes: list[Json] = [{"document": "d1", "quote": f"Invoice number: {MARK}"}]
    said: Json = {"status": "found", "value": MARK, "quotes": quotes, "note": f"it says {MARK}"}
    server.play({"rules": [{"answer": said}]})
    folder, procedure = tmp_path / "workspace", tmp_path / "one.md"
    procedure.write_text("# Check\n\n## Invoice number\n", "utf-8")
    (tmp_path / "gone.txt").write_text(invoice(MARK), "utf-8")
    async with await Workspace.create(folder) as workspace:
        sheet = await workspace.new_worksheet("Invoices", procedure)
        await sheet.add(tmp_path / "gone.txt", cases="file")
        await sheet.run()
        view = await workspace.forget("gone.txt", dry=True)
        assert view.counts.texts >= 1
        assert view.counts.answers >= 1
        await workspace.forget("gone.txt")
        assert len(await workspace.outgoing()) >= 1  # that something left stays on record
    assert _holds(folder, MARK) == []


async def test_the_object_store_and_its_copies_forget_too(
    tmp_path: Path, procedure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    bucket = Bucket()
    folder = tmp_path / "workspace"
    (tmp_path / "gone.txt").write_text(invoice(MARK), "utf-8")
    try:
        async with await Workspace.create(folder, blobs=bucket.url) as workspace:
            sheet = await workspace.new_worksheet("Invoices", procedure)
            await sheet.add(tmp_path / "gone.txt", cases="file")
            assert any(MARK.encode() in data for data in bucket.objects.values())
            await workspace.forget("gone.txt")
            assert bucket.objects == {}
        assert _holds(folder, MARK) == []
    finally:
        bucket.close()


async def test_a_document_must_be_named_and_be_one(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    sheet: Worksheet = await workspace.new_worksheet("Invoices", procedure)
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.txt").write_text(invoice(place), "utf-8")
        await sheet.add(tmp_path / place / "x.txt", cases="file")
    with pytest.raises(UsageError):
        await workspace.forget("x.txt")
    with pytest.raises(UsageError):
        await workspace.forget()
    with pytest.raises(NotFoundError):
        await workspace.forget("y.txt")
    await workspace.forget(str(tmp_path / "a" / "x.txt"))
    assert [view.name async for view in sheet.documents.all()] == ["x.txt"]
