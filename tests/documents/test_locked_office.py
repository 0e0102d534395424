"""Office files under a password: opened by the right one, else refused with what to do."""

from __future__ import annotations

import io

import msoffcrypto.format.ooxml as locks
import pytest

from tests.documents.samples import docx, read, xlsx


def _locked(data: bytes, password: str) -> bytes:
    target = io.BytesIO()
    locks.OOXMLFile(io.BytesIO(data)).encrypt(password, target)
    return target.getvalue()


@pytest.mark.parametrize(("data", "name"), [(docx(), "a.docx"), (xlsx(), "a.xlsx")])
def test_the_right_password_opens_a_file(data: bytes, name: str) -> None:
    found = read(_locked(data, "sesame"), name, password="sesame").document
    plain = read(data, name).document
    assert (found.state, found.pages, found.tables) == ("read", plain.pages, plain.tables)
    assert found.reader == plain.reader


@pytest.mark.parametrize(
    ("password", "reason"), [("", "Give its password"), ("wrong", "does not open the file")]
)
def test_without_the_right_password_the_file_stays_closed(password: str, reason: str) -> None:
    found = read(_locked(docx(), "sesame"), "a.docx", password=password).document
    assert found.state == "password"
    assert reason in found.reason


def test_a_workbook_that_is_locked_only_against_changes_is_read() -> None:
    assert read(_locked(xlsx(), "VelvetSweatshop"), "a.xlsx").document.state == "read"


def test_a_damaged_locked_file_is_refused() -> None:
    data = _locked(docx(), "sesame")
    for cut in (3000, len(data) // 2):
        found = read(data[:cut], "a.docx", password="sesame").document
        assert found.state in ("password", "broken", "unsupported")
