"""The door: never an error for bad content, always a state and a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.base.errors import NotFoundError
from casework.documents.fenced.workers import Workers
from casework.documents.open import open_document
from casework.documents.reading import Limits
from tests.documents.samples import document, docx, mail, pdf, read, xlsx

_SAMPLES = {
    "a.pdf": pdf([[(72, 100, "some words of text")]]),
    "a.docx": docx(),
    "a.xlsx": xlsx(),
    "a.eml": mail().as_bytes(),
    "a.html": b"<html><body><table><tr><td>1<td>2</table><p>x</body></html>",
    "a.csv": b'a,b\n"1,2",3\n',
}
_ODD = Path("../shared/data/documents/odd")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(_SAMPLES)),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
def test_damaged_files_end_in_pages_or_a_reason(
    name: str, kept: float, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(_SAMPLES[name])
    for where, byte in changes:
        data[int(where * (len(data) - 1))] = byte
    found = document(bytes(data[: int(kept * len(data))]), name)
    if found.state == "read":
        assert found.word_count > 0
    else:
        assert found.reason


def test_a_mail_of_which_no_header_and_no_body_is_left_is_empty_with_a_reason() -> None:
    for data in (b"From:", b"\rrom: =?utf-8?q?J=C3=B6rg_", b" rom: x@example.com\nTo:"):
        found = document(data, "a.eml")
        assert (found.state, found.word_count) == ("empty", 0)
        assert "no text that can be read" in found.reason


def test_a_file_over_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * 3_000_000)
    found = open_document(path, "big.txt", Limits(file_bytes=2_000_000)).document
    assert found.state == "too_large"
    assert "3 MB; 2 MB are allowed" in found.reason
    assert len(found.sha256) == 64


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="Check that it exists"):
        open_document(tmp_path / "no.pdf", "no.pdf", Limits())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(NotFoundError, match="not a file"):
        open_document(tmp_path / "pipe.pdf", "pipe.pdf", Limits())


def test_members_over_the_limit_are_left_out_and_counted() -> None:
    parsed = read(mail().as_bytes(), "mail.eml", Limits(members=1))
    assert len(parsed.members) == len(parsed.document.attachments) == 1
    assert "1 of 2 attached files" in parsed.document.notes[0]


def test_text_over_the_limit_is_refused_whole() -> None:
    found = read(b"words " * 50_000, "long.txt", Limits(characters=10_000)).document
    assert (found.state, found.pages) == ("too_large", ())


async def test_odd_files_of_the_world_end_in_pages_or_a_reason() -> None:
    if not _ODD.exists():
        pytest.skip("the optional folder ../shared/data/documents is not here")
    files = [path for path in sorted(_ODD.rglob("*")) if path.is_file()]
    async with Workers(Limits(seconds=30)) as workers:
        for path in files:
            found = (await workers.parse(path, path.name)).document
            assert (found.state == "read") == (found.word_count > 0), path
            assert bool(found.reason) == (found.state != "read"), path
            assert "crashed" not in found.reason, path


def test_a_member_that_is_too_large_keeps_no_smaller_one_out() -> None:
    made = mail()
    made.add_attachment(b"x" * 200_000, maintype="application", subtype="octet-stream",
                        filename="large.bin")  # fmt: skip
    made.add_attachment(b"small", maintype="text", subtype="plain", filename="small.txt")
    parsed = read(made.as_bytes(), "mail.eml", Limits(member_bytes=100_000))
    names = [member.name for member in parsed.members]
    assert "large.bin" not in names
    assert "small.txt" in names
