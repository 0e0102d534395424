"""Documents that are read again: which, what changes, and what depends on them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError
from casework.documents.ocr.engines import ENGINES, is_usable
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.documents.ocr.pictures import saved, written
from tests.documents.samples import pdf
from tests.sdk.conftest import invoice

WORD = "walnut"
any_engine = pytest.mark.skipif(
    not any(map(is_usable, ENGINES)),
    reason="no OCR engine is installed: pip install 'casework[ocr]'",
)


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path) -> Worksheet:
    return await workspace.new_worksheet("invoices", procedure)


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    path = tmp_path / "locked.pdf"
    rows = [(72.0, 72.0, "Receipt"), (72.0, 110.0, "Total due: EUR 5.00")]
    path.write_bytes(pdf([rows], password=WORD))
    return path


async def test_what_was_read_well_does_not_wait_to_be_read_again(
    workspace: Workspace, sheet: Worksheet, tmp_path: Path, locked: Path
) -> None:
    fine = tmp_path / "fine.txt"
    fine.write_text(invoice("A-1"), "utf-8")
    await sheet.add(fine, locked)
    (waiting,) = await workspace.rereading.waiting()
    assert (waiting.name, waiting.state, waiting.why) == ("locked.pdf", "password", "password")
    named = await workspace.rereading.waiting("fine.txt")
    assert [(each.name, each.why) for each in named] == [("fine.txt", "")]
    assert len(await workspace.rereading.waiting(all_of_them=True)) == 2


async def test_a_protected_file_is_read_with_its_password_and_its_cells_follow(
    workspace: Workspace, sheet: Worksheet, locked: Path
) -> None:
    await sheet.add(locked)
    await sheet.run()
    assert await workspace.rereading.again() == []
    (wrong,) = await workspace.rereading.again(password="oak")
    assert (wrong.state, wrong.changed) == ("password", "")
    (done,) = await workspace.rereading.again(password=WORD)
    assert (done.before, done.state, done.cases) == ("password", "read", ("locked",))
    assert done.changed.startswith("it was “password” and is “read” now")
    (case,) = await sheet.cases()
    assert case.documents[0].state == "read"
    assert "receipt" in case.documents[0].kinds
    await sheet.run()
    (row,) = (await sheet.table()).rows
    assert next(cell for cell in row.cells if cell.step_id == "total-due").shown == "EUR 5.00"


async def test_a_document_that_nobody_has_is_said_to_be_missing(
    workspace: Workspace, sheet: Worksheet, locked: Path
) -> None:
    await sheet.add(locked)
    with pytest.raises(NotFoundError, match=r"other\.pdf"):
        await workspace.rereading.waiting("other.pdf")


@any_engine
async def test_a_picture_is_recognised_once_an_engine_may(tmp_path: Path, procedure: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(saved(written(["Total due: EUR 12.50"])))
    folder = tmp_path / "w"
    async with await Workspace.create(folder, flags={"documents.ocr": "off"}) as workspace:
        sheet = await workspace.new_worksheet("invoices", procedure)
        added = await sheet.add(photo)
        assert added.files[0].state == "needs_ocr"
        assert "casework read --again" in added.files[0].reason
        await sheet.run()
        (still,) = await workspace.rereading.again()
        assert still.changed == ""
    told: list[str] = []
    async with await Workspace.open(folder) as workspace:
        (done,) = await workspace.rereading.again(on_read=lambda *news: told.append(news[2]))
        assert (done.before, done.state) == ("needs_ocr", "read")
        assert "photo.png: 1 of 1 pages recognised" in told
        sheet = await workspace.worksheet()
        await sheet.run()
        (row,) = (await sheet.table()).rows
        assert next(c for c in row.cells if c.step_id == "total-due").shown == "EUR 12.50"
        assert await workspace.rereading.waiting() == []
        again = await workspace.rereading.again("photo.png")
        assert again[0].changed == ""


@any_engine
@pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice is not installed: apt-get install libreoffice-writer-nogui",
)
async def test_a_document_that_libreoffice_turned_does_not_wait_for_ever(
    workspace: Workspace, sheet: Worksheet, tmp_path: Path
) -> None:
    text = tmp_path / "old.fodt"
    text.write_text(_FLAT)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    argv = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*argv, str(text)], check=True, capture_output=True, timeout=120)
    await sheet.add(tmp_path / "old.doc")
    assert await workspace.rereading.waiting() == []


_FLAT = """<?xml version="1.0"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>Total due: EUR 5.00</text:p></office:text></office:body></office:document>"""
