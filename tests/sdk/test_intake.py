"""Files that come in: into which case, what a link may lead to, and what reading again changes."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path

import pytest

from casework.base.errors import ConflictError
from casework.sdk.found_files import find_files
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.documents.samples import pdf
from tests.sdk.conftest import invoice

WORD = "walnut"


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path) -> Worksheet:
    return await workspace.new_worksheet("invoices", procedure)


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A protected PDF whose title tells that it is a receipt."""
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf([[(72, 72, "Receipt"), (72, 110, "Total due: EUR 5.00")]], password=WORD))
    return path


async def _states(sheet: Worksheet) -> dict[str, str]:
    return {d.name: d.state for case in await sheet.cases() for d in case.documents}


async def test_case_names_a_known_case_by_key_name_or_id(
    sheet: Worksheet, workspace: Workspace, tmp_path: Path
) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@x.example", "Water damage", "<1@x>"
    mail.set_content("See the attached files, please.\n")
    (tmp_path / "first.eml").write_bytes(mail.as_bytes())
    await sheet.add(tmp_path / "first.eml", cases="thread")
    (known,) = await sheet.cases()
    assert known.key != known.name == "Water damage"
    for number, word in enumerate((known.key, known.name, known.id)):
        late = tmp_path / f"late{number}.txt"
        late.write_text(invoice(f"A-{number}"), "utf-8")
        (case,) = (await sheet.add(late, case=word)).cases
        assert (case.id, case.new) == (known.id, False)
    assert len(await sheet.cases()) == 1


async def test_case_makes_a_case_when_none_is_called_so(sheet: Worksheet, tmp_path: Path) -> None:
    for number, key in enumerate(("CLM-204", "CLM-20", "1")):
        late = tmp_path / f"late{number}.txt"
        late.write_text(invoice(f"A-{number}"), "utf-8")
        (case,) = (await sheet.add(late, case=key)).cases
        assert (case.name, case.new) == (key, True)


async def test_a_name_that_several_cases_bear_is_refused(
    sheet: Worksheet, workspace: Workspace, tmp_path: Path
) -> None:
    for number in (1, 2):
        mail = EmailMessage()
        mail["From"], mail["Subject"] = f"{number}@x.example", "Water damage"
        mail["Message-ID"], mail["Date"] = f"<{number}@x>", "Mon, 2 Mar 2026 10:00:00 +0000"
        mail.set_content(f"Letter {number}.\n")
        (tmp_path / f"{number}.eml").write_bytes(mail.as_bytes())
    added = await sheet.add(tmp_path / "1.eml", tmp_path / "2.eml", cases="thread")
    assert len(added.cases) == 2
    (tmp_path / "late.txt").write_text("more", "utf-8")
    with pytest.raises(ConflictError, match="Several cases"):
        await sheet.add(tmp_path / "late.txt", case="Water damage")


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
async def test_a_link_out_of_the_inbox_is_not_followed_and_told(
    sheet: Worksheet, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the key of the house", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    inbox = tmp_path / "inbox"
    (inbox / "one").mkdir(parents=True)
    (inbox / "one" / "a.txt").write_text(invoice("A-1"), "utf-8")
    (inbox / "one" / "stolen.txt").symlink_to(secret)
    (inbox / "one" / "again.txt").symlink_to("a.txt")
    (inbox / "folder").symlink_to(tmp_path / "elsewhere")
    (inbox / "nothing.txt").symlink_to(tmp_path / "gone")
    added = await sheet.add(inbox)
    told = {file.name: file.left_out for file in added.left_out}
    assert "outside" in told["stolen.txt"]
    assert "a link to a folder" in told["folder"]
    assert "leads nowhere" in told["nothing.txt"]
    assert [file.name for file in added.files] == ["a.txt"]
    assert not any("stolen" in name for name in await _states(sheet))


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_that_somebody_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("x", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "b.txt").symlink_to(tmp_path / "real.txt")
    both = [tmp_path / "link.txt", tmp_path / "inbox"]
    assert [file.left_out for file in find_files(both)] == ["", ""]


async def test_a_protected_file_that_was_read_stays_read_when_it_comes_without_its_password(
    sheet: Worksheet, locked: Path
) -> None:
    await sheet.add(locked, password=WORD)
    added = await sheet.add(locked)
    assert "was not opened this time" in added.left_out[0].left_out
    assert await _states(sheet) == {"locked.pdf": "read"}
    wrong = await sheet.add(locked, password="oak")
    assert wrong.left_out[0].state == "read"
    assert await _states(sheet) == {"locked.pdf": "read"}


async def test_the_password_that_comes_later_makes_the_document_read_and_tells_its_kind(
    sheet: Worksheet, locked: Path
) -> None:
    first = await sheet.add(locked)
    assert [file.state for file in first.files] == ["password"]
    again = await sheet.add(locked, password=WORD)
    (file,) = again.files
    assert (file.state, again.left_out, again.new_files) == ("read", (), ())
    assert "it was “password” and is “read” now" in file.again
    (case,) = await sheet.cases()
    assert case.documents[0].state == "read"
    assert "receipt" in case.documents[0].kinds
    assert "receipt" in file.again


def _mail(path: Path) -> None:
    """A mail of more than 1 MB with an attachment."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@x.example", "Claim", "<1@x>"
    mail.set_content("Attached.\n")
    mail.add_attachment("Total due: EUR 5.00\n" * 60_000, filename="bill.txt")
    path.write_bytes(mail.as_bytes())


async def test_attachments_that_reading_again_finds_are_added_to_the_case(
    tmp_path: Path, procedure: Path
) -> None:
    _mail(tmp_path / "claim.eml")
    folder = tmp_path / "w"
    async with await Workspace.create(folder, flags={"parse.file": 1}) as workspace:
        sheet = await workspace.new_worksheet("invoices", procedure)
        (file,) = (await sheet.add(tmp_path / "claim.eml")).files
        assert file.state == "too_large"
    async with await Workspace.open(folder) as workspace:
        sheet = await workspace.worksheet()
        added = await sheet.add(tmp_path / "claim.eml")
        assert [file.name for file in added.new_files] == ["bill.txt"]
        assert await _states(sheet) == {"claim.eml": "read", "bill.txt": "read"}


async def test_an_attachment_that_was_moved_does_not_come_back_with_its_mail(
    sheet: Worksheet, tmp_path: Path
) -> None:
    _mail(tmp_path / "claim.eml")
    await sheet.add(tmp_path / "claim.eml")
    await sheet.move("bill.txt", case="claim", to="other")
    added = await sheet.add(tmp_path / "claim.eml")
    assert added.files == ()
    held = {case.name: [d.name for d in case.documents] for case in await sheet.cases()}
    assert held == {"claim": ["claim.eml"], "other": ["bill.txt"]}


async def test_a_copy_under_another_name_changes_no_kind(sheet: Worksheet, tmp_path: Path) -> None:
    (tmp_path / "invoice.txt").write_text("Some words.\n", "utf-8")
    (tmp_path / "receipt.txt").write_text("Some words.\n", "utf-8")
    await sheet.add(tmp_path / "invoice.txt")
    added = await sheet.add(tmp_path / "receipt.txt")
    assert [file.again for file in added.left_out] == [""]
    (case,) = await sheet.cases()
    assert case.documents[0].kinds == ("invoice",)
