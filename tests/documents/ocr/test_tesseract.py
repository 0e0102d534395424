"""Tesseract itself, on small pictures; left out where the program is not installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casework.base.errors import DocumentError
from casework.documents.fenced.workers import Workers
from casework.documents.ocr.engines import ENGINES, is_usable, version_of
from casework.documents.ocr.recognition import Recognition
from casework.documents.ocr.tesseract import open_engine
from casework.documents.reading import Limits
from tests.documents.ocr.pictures import LINES, saved, written
from tests.documents.samples import read

TESSERACT = next(spec for spec in ENGINES if spec.name == "tesseract")
installed = pytest.mark.skipif(
    not is_usable(TESSERACT),
    reason="tesseract is not installed: apt-get install tesseract-ocr",
)


@installed
async def test_words_are_found_upright_and_askew(tmp_path: Path) -> None:
    async with Workers(Limits(seconds=60), count=1) as workers:
        recognition = Recognition(workers, [TESSERACT])
        for name, picture in {
            "up.png": written(),
            "askew.png": written().rotate(4, expand=True, fillcolor="white"),
        }.items():
            path = tmp_path / name
            path.write_bytes(saved(picture))
            document = await recognition.complete(path, read(path.read_bytes(), name))
            (page,) = document.pages
            assert [page.text[line.start : line.end] for line in page.lines] == list(LINES)
            assert page.read_by == "ocr"
            assert len(page.confidences) == len(page.words)


@installed
async def test_a_language_that_is_not_installed_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(written()))
    async with Workers(Limits(seconds=60), count=1) as workers:
        recognition = Recognition(workers, [TESSERACT], languages="xyz")
        document = await recognition.complete(path, read(path.read_bytes(), path.name))
    assert document.state == "needs_ocr"
    assert "xyz" in document.reason


def test_languages_are_words_of_tesseract_and_nothing_else() -> None:
    for wrong in ("", "eng --psm 0", "../eng", "-c"):
        with pytest.raises(DocumentError, match="names no languages"):
            open_engine(wrong)


@installed
async def test_pages_that_lie_on_their_side_are_turned_upright(tmp_path: Path) -> None:
    async with Workers(Limits(seconds=60), count=1) as workers:
        recognition = Recognition(workers, [TESSERACT])
        for turned in (90, 180, 270):
            path = tmp_path / f"{turned}.png"
            path.write_bytes(saved(written().rotate(turned, expand=True)))
            document = await recognition.complete(path, read(path.read_bytes(), path.name))
            (page,) = document.pages
            assert page.turned == turned
            assert [page.text[line.start : line.end] for line in page.lines] == list(LINES)


@installed
def test_the_version_of_the_program_is_part_of_what_a_page_was_read_with() -> None:
    assert re.fullmatch(r"tesseract-1-[0-9]+(\.[0-9]+)+", version_of(TESSERACT))


def test_another_version_of_the_program_is_another_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tesseract"
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    found = []
    for version in ("5.3.0", "5.5.1-rc2"):
        program.write_text(f"#!/bin/sh\necho tesseract v{version}\necho ' leptonica-1.82.0'\n")
        program.chmod(0o755)
        found.append(version_of(TESSERACT))
    assert found == ["tesseract-1-5.3.0", "tesseract-1-5.5.1"]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert version_of(TESSERACT) == "tesseract-1"
