"""Files are known by their content, and what cannot be read says what to do."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.formats.decode import decode
from casework.documents.formats.sniff import sniff
from tests.documents.samples import docx, mail, pdf, xlsx


def _zip(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (pdf([[(72, 72, "x")]]), "a.pdf", "pdf"),
        (b"junk before\n" + pdf([[(72, 72, "x")]]), "a.pdf", "pdf"),
        (docx(), "a.docx", "docx"),
        (xlsx(), "a.xlsx", "sheet"),
        (_ole("Workbook"), "a.xls", "sheet"),
        (_ole("EncryptedPackage"), "a.docx", "locked"),
        (_ole("WordDocument"), "a.doc", "old_office"),
        (_ole("damaged, of Bookman"), "a.doc", "old_office"),
        (_ole("Workbook"), "a.doc", "sheet"),
        (_ole("__substg1.0_0037001F"), "a.msg", "outlook"),
        (_zip("ppt/presentation.xml"), "a.pptx", "slides"),
        (_zip("a.pdf", "b.pdf"), "a.zip", "archive"),
        (b"{\\rtf1 hello}", "a.rtf", "rtf"),
        (mail().as_bytes(), "a.eml", "mail"),
        (b"<!DOCTYPE html><p>x", "a.html", "html"),
        (b"# Heading\n", "a.md", "markdown"),
        (b"a,b\n1,2\n", "a.csv", "table"),
        (b"a|b|c\n1|2|3\n4|5|6\n", "export.txt", "table"),
        (b"Dear Sir, or Madam, hello\nwe write, once more, to you\nyours, truly", "a", "text"),
        ("Grüße".encode("utf-16"), "a.txt", "text"),
        (b"\x89PNG\r\n\x1a\n....", "a.png", "image"),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, name: str, expected: str) -> None:
    assert sniff(data, name).format == expected


@pytest.mark.parametrize(
    ("data", "state", "advice"),
    [
        (b"", "empty", "copied completely"),
        (b" \n\t\n", "empty", "copied completely"),
        (_ole("Project"), "unsupported", "docx"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(40), "unsupported", "Unpack"),
        (bytes(range(256)) * 8, "unsupported", "Save it as"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, state: str, advice: str) -> None:
    found = sniff(data, "file")
    assert found.format is None
    assert found.state == state
    assert advice in found.reason


def test_a_mislabelled_file_is_read_as_what_it_is_and_says_so() -> None:
    found = sniff(b"<html><body>Sign in first</body></html>", "invoice.pdf")
    assert found.format == "html"
    assert found.note == "The name ends in .pdf, but it is a web page."


def test_a_letter_that_mentions_a_subject_is_no_mail() -> None:
    assert sniff(b"Subject: roof\n\nDear Sir,\n", "letter.txt").format == "text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_unicode_is_decoded_with_and_without_marks(encoding: str) -> None:
    text = "Total due: 12 EUR, please pay before the end of the month.\n"
    assert (decode(text.encode(encoding)) or ("", ""))[0] == text


def test_western_text_in_one_byte_letters_is_decoded() -> None:
    text = "Rechnung über 12 € für Müller & Söhne, fällig bis März, Straße 5"
    assert (decode(text.encode("cp1252")) or ("", ""))[0] == text


@given(st.binary(max_size=300))
def test_any_bytes_are_sniffed_without_an_error(data: bytes) -> None:
    found = sniff(data, "file.bin")
    assert (found.format is None) == (found.state != "read")
    assert bool(found.reason) == (found.format is None)


def test_no_more_of_an_archive_is_unpacked_than_tells_its_kind() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", bytes(64 << 20))
    tracemalloc.start()
    try:
        assert sniff(target.getvalue(), "bomb.ods").format == "archive"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_a_file_under_a_password_goes_to_who_can_open_it_and_its_name_is_not_doubted() -> None:
    assert sniff(_ole("EncryptedPackage"), "a.xlsx")[:1] == ("locked",)
    assert sniff(_ole("EncryptedPackage"), "a.xlsx").note == ""
