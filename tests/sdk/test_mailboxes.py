"""Mailboxes and archives that are added: which cases come of them, and what is told."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace

_MARK = b"From a@x.example Fri Mar  1 10:00:00 2024\n"


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path) -> Worksheet:
    return await workspace.new_worksheet("invoices", procedure)


def _mail(number: int, subject: str, above: int = 0, attached: bytes = b"") -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@x.example", subject
    made["Message-ID"] = f"<{number}@x>"
    if above:
        made["In-Reply-To"] = f"<{above}@x>"
    made.set_content(f"Letter {number}.\n")
    if attached:
        made.add_attachment(attached, maintype="text", subtype="plain", filename="bill.txt")
    return made.as_bytes()


_MAILS = (
    _mail(1, "Water damage"),
    _mail(2, "Re: Water damage", 1),
    _mail(3, "AW: Re: Water damage", 2, b"Total due: EUR 5.00"),
    _mail(4, "Invoice 12"),
)


def _mailbox(path: Path, *mails: bytes) -> Path:
    path.write_bytes(b"".join(_MARK + mail + b"\n" for mail in mails))
    return path


async def test_a_mailbox_gives_a_case_a_thread_and_is_in_none_itself(
    sheet: Worksheet, tmp_path: Path
) -> None:
    added = await sheet.add(_mailbox(tmp_path / "mails.mbox", *_MAILS))
    assert added.grouping == "thread"
    assert [(case.name, [file.name for file in case.files]) for case in added.cases] == [
        (
            "Water damage",
            ["Water damage.eml", "Re Water damage.eml", "AW Re Water damage.eml", "bill.txt"],
        ),
        ("Invoice 12", ["Invoice 12.eml"]),
    ]
    (opened,) = added.opened
    assert (opened.name, opened.mails, opened.threads) == ("mails.mbox", 4, 2)


async def test_a_mailbox_that_has_grown_adds_only_what_is_new(
    sheet: Worksheet, tmp_path: Path
) -> None:
    await sheet.add(_mailbox(tmp_path / "mails.mbox", *_MAILS))
    later = _mail(5, "Re: Water damage", 3)
    added = await sheet.add(_mailbox(tmp_path / "mails.mbox", *_MAILS, later))
    (case,) = added.cases
    assert (case.name, case.new) == ("Water damage", False)
    assert [file.name for file in case.files] == ["Re Water damage (2).eml"]
    assert (added.left_out, added.opened[0].known) == ((), 4)


async def test_with_files_each_mail_of_a_mailbox_is_a_case(
    sheet: Worksheet, tmp_path: Path
) -> None:
    added = await sheet.add(_mailbox(tmp_path / "mails.mbox", *_MAILS), cases="file")
    assert len(added.cases) == 4


async def test_a_mailbox_put_into_one_case_stays_there_with_its_mails(
    sheet: Worksheet, tmp_path: Path
) -> None:
    added = await sheet.add(_mailbox(tmp_path / "mails.mbox", *_MAILS), case="CLM-204")
    (case,) = added.cases
    assert case.name == "CLM-204"
    assert [file.name for file in case.files][:2] == ["mails.mbox", "Water damage.eml"]
    assert added.opened == ()


async def test_a_mailbox_in_a_folder_belongs_to_the_case_of_the_folder(
    sheet: Worksheet, tmp_path: Path
) -> None:
    for name in ("CLM-1", "CLM-2"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
        (tmp_path / "inbox" / name / "note.txt").write_text(f"About {name}", "utf-8")
    _mailbox(tmp_path / "inbox" / "CLM-2" / "mails.mbox", *_MAILS)
    added = await sheet.add(tmp_path / "inbox")
    assert [(case.name, len(case.files)) for case in added.cases] == [("CLM-1", 1), ("CLM-2", 6)]


async def test_files_beside_a_mailbox_are_cases_of_their_own(
    sheet: Worksheet, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    _mailbox(folder / "mails.mbox", *_MAILS)
    (folder / "a.txt").write_text("one", "utf-8")
    (folder / "a.md").write_text("two", "utf-8")
    added = await sheet.add(folder)
    assert sorted(case.name for case in added.cases) == ["Invoice 12", "Water damage", "a", "a.txt"]


async def test_an_archive_is_one_case_with_its_files_below_it(
    sheet: Worksheet, tmp_path: Path
) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.txt", "deep")
    with zipfile.ZipFile(tmp_path / "claim.zip", "w") as archive:
        archive.writestr("letters/one.eml", _MAILS[2])
        archive.writestr("more.zip", inner.getvalue())
    (case,) = (await sheet.add(tmp_path / "claim.zip")).cases
    names = {file.sha256: file.name for file in case.files}
    assert [(file.name, names.get(file.parent, "")) for file in case.files] == [
        ("claim.zip", ""),
        ("letters/one.eml", "claim.zip"),
        ("bill.txt", "letters/one.eml"),
        ("more.zip", "claim.zip"),
        ("deep.txt", "more.zip"),
    ]


async def test_a_case_whose_only_document_is_an_archive_without_files_says_why(
    sheet: Worksheet, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w"):
        pass
    (case,) = (await sheet.add(tmp_path / "a.zip")).cases
    assert (case.files[0].state, bool(case.files[0].reason)) == ("empty", True)


async def test_files_deeper_than_is_followed_are_told(sheet: Worksheet, tmp_path: Path) -> None:
    data = b"at the bottom"
    for level in range(7):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(f"{level}.txt" if level == 0 else f"{level}.zip", data)
        data = target.getvalue()
    (tmp_path / "nest.zip").write_bytes(data)
    (case,) = (await sheet.add(tmp_path / "nest.zip")).cases
    assert len(case.files) == 5
    assert "4 files deep" in case.files[-1].notes[-1]


async def test_the_way_through_a_large_mailbox_is_told(sheet: Worksheet, tmp_path: Path) -> None:
    mails = [_mail(number, f"Letter {number}") for number in range(1, 31)]
    told: list[str] = []
    await sheet.add(
        _mailbox(tmp_path / "mails.mbox", *mails),
        on_file=lambda done, total, name: told.append(name),
    )
    assert "mails.mbox: 1 of 30 files in it" in told
    assert "mails.mbox: 30 of 30 files in it" in told
