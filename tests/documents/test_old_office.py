"""Old Office files: read by way of LibreOffice where it is, else refused with what to do.

A small script stands in for LibreOffice: it takes the same arguments.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.readers import old_office
from casework.documents.reading import Limits, Source, WantsPrograms
from tests.documents.samples import document, docx

_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")


def _program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


_CONVERTS = """
for each; do case "$each" in *.doc) given="$each";; esac; last="$each"; done
while [ "$1" != "--outdir" ]; do
  case "$1" in -env:UserInstallation=file://*) profile="${1#*file://}";; esac; shift; done
grep -q DisableMacrosExecution "$profile/user/registrymodifications.xcu" || exit 3
mkdir -p "$2" && cp MADE "$2/given.docx"
"""


def test_without_libreoffice_it_is_said_what_would_change_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = document(_DOC, "old.doc")
    assert found.state == "unsupported"
    assert "Install LibreOffice, or save the file as docx" in found.reason


def test_libreoffice_turns_it_into_a_document_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made.docx").write_bytes(docx())
    _program(tmp_path, _CONVERTS.replace("MADE", str(tmp_path / "made.docx")), monkeypatch)
    found = document(_DOC, "old.doc")
    assert (found.state, found.reader, found.media_type) == (
        "read",
        "old_office",
        "application/msword",
    )
    assert "The rent is 1,200 EUR a month." in found.pages[0].text
    assert found.notes[0].startswith("Read by way of LibreOffice")


def test_a_conversion_that_fails_or_hangs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "echo no filter found >&2; exit 1", monkeypatch)
    found = document(_DOC, "old.doc")
    assert found.state == "broken"
    assert "no filter found" in found.reason
    _program(tmp_path, "exec sleep 60", monkeypatch)
    source = Source(_DOC, "old.doc", Limits(seconds=1))
    with pytest.raises(Exception, match="longer"):
        old_office.read(source)


def test_where_no_program_may_be_started_another_process_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "exit 1", monkeypatch)
    with pytest.raises(WantsPrograms):
        old_office.read(Source(_DOC, "old.doc", Limits(), programs=False))
