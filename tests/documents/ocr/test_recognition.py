"""Which pages are recognised, what becomes of them, and what is said where no engine is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from casework.documents.codec import from_json
from casework.documents.fenced.workers import Workers
from casework.documents.ocr.engines import ENGINES, chosen, how_to_get
from casework.documents.ocr.recognition import Recognition
from casework.documents.ocr.testing import SCRIPTED
from casework.documents.reading import Limits
from casework.types.document import Document
from casework.types.plugin import OcrEngineSpec
from tests.documents.ocr.pictures import pdf_of, saved, written
from tests.documents.samples import read, words_of

_MISSING = OcrEngineSpec("rapidocr", "nowhere:open_engine", "1", modules=("no_such_module",))


class _Memory:
    """Pages that were recognised, in a dictionary."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, int, str], str] = {}

    async def known(self, sha256: str, engine: str) -> dict[int, str]:
        return {n: text for (s, n, e), text in self.pages.items() if (s, e) == (sha256, engine)}

    async def keep(self, sha256: str, page: int, engine: str, text: str) -> None:
        self.pages[sha256, page, engine] = text


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(Limits(seconds=20, memory_mb=3000), count=1) as running:
        yield running


async def _recognised(
    workers: Workers,
    data: bytes,
    path: Path,
    script: Mapping[str, object] | None = None,
    memory: _Memory | None = None,
) -> Document:
    path.write_bytes(data)
    recognition = Recognition(
        workers, [SCRIPTED], wanted="auto", languages=json.dumps(script or {}), memory=memory
    )
    return await recognition.complete(path, read(data, path.name))


async def test_a_picture_becomes_a_page_of_words(workers: Workers, tmp_path: Path) -> None:
    words = [[100, 100, 200, 130, "Total", 0.9], [220, 100, 300, 130, "12.50", 0.7]]
    data = saved(written(width=600), dpi=(150, 150))
    document = await _recognised(workers, data, tmp_path / "a.png", {"words": words})
    (page,) = document.pages
    assert (document.state, document.reason) == ("read", "")
    assert document.reader_version.startswith("2+scripted-1")
    assert (page.text, page.read_by, page.confidences) == ("Total 12.50", "ocr", (0.9, 0.7))
    assert page.words[0].box == pytest.approx((48, 48, 96, 62.4), abs=0.02)


async def test_only_pages_without_text_are_recognised(workers: Workers, tmp_path: Path) -> None:
    data = pdf_of(["typed page", written()])
    words = [[100, 100, 300, 150, "seen", 0.5]]
    document = await _recognised(workers, data, tmp_path / "a.pdf", {"words": words})
    assert [page.text for page in document.pages] == ["typed page", "seen"]
    assert [page.read_by for page in document.pages] == ["text", "ocr"]
    assert document.notes == ("Recognised by scripted: page 2.",)


async def test_the_picture_on_a_page_of_text_is_recognised_where_it_stands(
    workers: Workers, tmp_path: Path
) -> None:
    data = pdf_of([written()], beside="A letter with a picture", picture_height_pt=300)
    words = [[0, 0, 277, 56, "pasted", 0.5]]
    document = await _recognised(workers, data, tmp_path / "a.pdf", {"words": words})
    (page,) = document.pages
    assert page.text == "A letter with a picture\n\npasted"
    assert (page.read_by, page.confidences) == ("mixed", (1.0, 1.0, 1.0, 1.0, 1.0, 0.5))
    assert page.words[-1].box == pytest.approx((60, 482, 160, 502), abs=1)


async def test_a_page_that_lies_on_its_side_stands_upright_and_says_so(
    workers: Workers, tmp_path: Path
) -> None:
    data = saved(written(width=600).rotate(90, expand=True), dpi=(150, 150))
    script = {"words": [[100, 100, 200, 130, "Total", 0.9]], "turned": 90}
    (page,) = (await _recognised(workers, data, tmp_path / "a.png", script)).pages
    assert page.turned == 90
    assert page.width_pt > 0.9 * 600 / 150 * 72
    assert page.words[0].box == pytest.approx((48, 48, 96, 62.4), abs=0.02)


async def test_lines_of_a_page_that_is_askew_do_not_mix(workers: Workers, tmp_path: Path) -> None:
    words = [
        [60 + 150 * column, 60 + 40 * row + 12 * column, 180 + 150 * column, 90 + 40 * row, t, 0.9]
        for row in range(3)
        for column in range(4)
        for t in [f"r{row}c{column}"]
    ]
    for word in words:
        word[3] = int(str(word[1])) + 30
    script = {"words": words, "slope": 12 / 150}
    data = saved(written(width=900), dpi=(150, 150))
    (page,) = (await _recognised(workers, data, tmp_path / "a.png", script)).pages
    lines = [page.text[line.start : line.end] for line in page.lines]
    assert lines == [" ".join(f"r{row}c{column}" for column in range(4)) for row in range(3)]
    assert page.words[3].box.y0 == pytest.approx((60 + 36) * 0.48, abs=0.05)


async def test_a_page_that_fails_keeps_its_reason_and_spoils_nothing(
    workers: Workers, tmp_path: Path
) -> None:
    data = pdf_of(["typed page", written()])
    document = await _recognised(workers, data, tmp_path / "a.pdf", {"fails": "Too dark."})
    assert document.state == "read"
    assert [page.state for page in document.pages] == ["read", "needs_ocr"]
    assert "Not recognised: page 2. Too dark." in document.notes
    alone = await _recognised(workers, saved(written()), tmp_path / "b.png", {"fails": "Too dark."})
    assert (alone.state, alone.reason) == ("needs_ocr", "Not recognised: page 1. Too dark.")


async def test_a_document_with_a_page_that_failed_is_another_one_than_with_all(
    workers: Workers, tmp_path: Path
) -> None:
    data = pdf_of(["typed page", written()])
    whole = await _recognised(workers, data, tmp_path / "a.pdf")
    part = await _recognised(workers, data, tmp_path / "a.pdf", {"fails": "Too dark."})
    assert whole.reader_version != part.reader_version


async def test_a_blank_scan_is_empty_and_no_longer_waits(workers: Workers, tmp_path: Path) -> None:
    data = saved(written([]))
    document = await _recognised(workers, data, tmp_path / "a.png", {"words": []})
    assert (document.state, document.pages[0].state) == ("empty", "empty")


async def test_a_page_is_not_recognised_twice(workers: Workers, tmp_path: Path) -> None:
    memory, data = _Memory(), saved(written())
    script = {"words": [[100, 100, 200, 130, "Total", 0.9]]}
    first = await _recognised(workers, data, tmp_path / "a.png", script, memory)
    ((key, kept),) = memory.pages.items()
    memory.pages[key] = kept.replace("Total", "Known")
    again = await _recognised(workers, data, tmp_path / "a.png", script, memory)
    assert words_of(first.pages[0]) == ["Total"]
    assert words_of(again.pages[0]) == ["Known"]
    assert from_json(kept.encode()).pages[0] == first.pages[0]


async def test_progress_tells_pages_done_and_pages_in_all(workers: Workers, tmp_path: Path) -> None:
    data = pdf_of([written(), written(), "typed"])
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    told: list[tuple[int, int]] = []
    recognition = Recognition(workers, [SCRIPTED], languages="{}")
    await recognition.complete(
        path,
        read(data, path.name),
        on_page=lambda done, all_of_them: told.append((done, all_of_them)),
    )
    assert told == [(0, 2), (1, 2), (2, 2)]


async def test_without_an_engine_the_one_command_is_named(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(written()))
    parsed = read(path.read_bytes(), path.name)
    nothing = await Recognition(workers, [_MISSING]).complete(path, parsed)
    assert nothing.state == "needs_ocr"
    assert "pip install 'casework[ocr]', then: casework read --again" in nothing.reason
    off = await Recognition(workers, [SCRIPTED], wanted="off").complete(path, parsed)
    assert "casework settings set documents.ocr auto" in off.reason
    named = await Recognition(workers, ENGINES, wanted="nobody").complete(path, parsed)
    assert "'nobody'" in named.reason


async def test_without_an_engine_a_readable_file_says_what_it_lacks(
    workers: Workers, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(["typed page", written()]))
    document = await Recognition(workers, [_MISSING]).complete(
        path, read(path.read_bytes(), path.name)
    )
    assert document.state == "read"
    assert document.notes[0].startswith("Without text, only a picture: page 2.")
    assert "casework read --again" in document.notes[0]


def test_an_engine_that_lacks_its_parts_is_passed_over() -> None:
    assert chosen([_MISSING, SCRIPTED], "auto") is SCRIPTED
    assert chosen([_MISSING, SCRIPTED], "rapidocr") is None
    assert chosen([_MISSING, SCRIPTED], "off") is None
    assert "apt-get install tesseract-ocr" in how_to_get(ENGINES, "tesseract")
