"""Files made to cost much cost little, and themselves alone; each ends in words or in a reason."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.documents.fenced.workers import Workers
from casework.documents.formats.sound import wrong_with_document
from casework.documents.reading import Limits
from tests.documents.hostile import FILES
from tests.documents.samples import pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")

_LIMITS = Limits(seconds=20, memory_mb=1024)
_LATE_S = 25.0
_REFUSED = {
    "swollen.docx": ("too_large", "917 times its size"),
    "counting.pdf": ("too_large", "1,000,000 pages"),
    "huge.png": ("too_large", "pixels"),
}
_READ = (
    "laughs.xml",
    "outside.xml",
    "laughs.docx",
    "quine.zip",
    "42.zip",
    "deep.json",
    "deep.pdf",
    "jbig2.pdf",
    "recursive.pdf",
    "swollen.pdf",
    "claiming.xlsx",
)


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(_LIMITS, count=1) as made:
        yield made


@pytest.mark.parametrize("name", sorted(FILES))
async def test_a_hostile_file_ends_in_words_or_a_reason_within_its_limits(
    name: str, workers: Workers, tmp_path: Path
) -> None:
    path, good = tmp_path / name, tmp_path / "good.pdf"
    path.write_bytes(FILES[name])
    good.write_bytes(pdf([[(72, 100, "good words")]]))
    began = time.monotonic()
    parsed = await workers.parse(path, name)
    assert time.monotonic() - began < _LATE_S
    assert wrong_with_document(parsed.document) == ""
    assert "damaged or unusual" not in parsed.document.reason
    assert workers.peak_mb < _LIMITS.memory_mb
    if name in _REFUSED:
        state, told = _REFUSED[name]
        assert parsed.document.state == state
        assert told in parsed.document.reason
    if name in _READ:
        assert parsed.document.state == "read", parsed.document.reason
    assert (await workers.parse(good, "good.pdf")).document.state == "read"


@pytest.mark.parametrize("name", ["outside.xml", "laughs.xml"])
async def test_entities_bring_nothing_from_outside(
    name: str, workers: Workers, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    text = "".join(page.text for page in (await workers.parse(path, name)).document.pages)
    assert "root:" not in text
    assert "lol" not in text


async def test_the_second_reader_steps_in_where_the_first_one_killed_its_worker(
    workers: Workers, tmp_path: Path
) -> None:
    path = tmp_path / "recursive.pdf"
    path.write_bytes(FILES["recursive.pdf"])
    document = (await workers.parse(path, "recursive.pdf")).document
    assert (document.state, document.reader) == ("read", "pdf_oxide")
    assert "second reader" in document.notes[0]
