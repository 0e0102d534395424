"""What `add` draws: files below the files that they came in, opened mailboxes, and remarks."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console

from casework.cli.added import draw_added, draw_cases
from casework.sdk.views import Added, AddedCase, AddedFile, Opened
from casework.types.case import CaseDocument, CaseRecord


def _lines(draw: Callable[[Console], None]) -> list[str]:
    target = io.StringIO()
    draw(Console(file=target, width=80, highlight=False, markup=False))
    return [line.rstrip() for line in target.getvalue().splitlines()]


_FILES = (
    AddedFile("claim.zip", "z", "read", notes=("Not read from the archive (a link): x.",)),
    AddedFile("letter.eml", "l", "read", parent="z", notes=("Read as cp1252 text.",)),
    AddedFile("bill.pdf", "b", "read", parent="l"),
    AddedFile("photo.jpg", "p", "read", parent="z"),
)


def test_files_stand_below_the_file_that_they_came_in() -> None:
    added = Added("file", (AddedCase("1", "claim", True, _FILES),))
    lines = _lines(lambda console: draw_added(console, added))
    assert lines[1:6] == [
        "  claim",
        "    claim.zip",
        "      letter.eml",
        "        bill.pdf",
        "      photo.jpg",
    ]


def test_remarks_of_readers_are_told_but_not_the_usual_ones() -> None:
    added = Added("file", (AddedCase("1", "claim", True, _FILES),))
    text = "\n".join(_lines(lambda console: draw_added(console, added)))
    assert "Remarks:\n  claim.zip\n      Not read from the archive (a link): x." in text
    assert "cp1252" not in text


def test_a_mailbox_tells_its_mails_threads_and_what_was_known() -> None:
    opened = Opened("mails.mbox", "m", 37, 12)
    lines = _lines(lambda console: draw_added(console, Added("thread", (), (), (opened,))))
    assert lines[1] == "  mails.mbox: 37 mails in 12 threads"
    known = Added("thread", (), (), (replace(opened, known=37),))
    lines = _lines(lambda console: draw_added(console, known))
    assert lines[1] == "  mails.mbox: 37 mails in 12 threads, 37 of them known before"
    assert not any("No file was found" in line for line in lines)


def test_a_case_of_many_files_is_drawn_shortly() -> None:
    files = tuple(AddedFile(f"{n}.txt", str(n), "read") for n in range(40))
    added = Added("folder", (AddedCase("1", "claim", True, files),))
    lines = _lines(lambda console: draw_added(console, added))
    assert "    and 28 more documents" in lines


def test_many_files_that_were_left_out_are_counted() -> None:
    left = tuple(AddedFile(f"{n}.txt", "", "broken", left_out="gone") for n in range(50))
    lines = _lines(lambda console: draw_added(console, Added("file", (), left)))
    assert "  and 20 more files left out" in lines


def test_documents_of_a_case_stand_below_those_they_came_in() -> None:
    documents = tuple(CaseDocument(f.sha256, f.name, parent=f.parent) for f in _FILES)
    case = CaseRecord("1", "w", "claim", "claim", documents)
    lines = _lines(lambda console: draw_cases(console, [case]))
    assert [line for line in lines if "bill.pdf" in line] == ["          bill.pdf"]
