"""rapidocr itself, on small pictures; left out where it is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.fenced.workers import Workers
from casework.documents.ocr.engines import ENGINES, is_usable
from casework.documents.ocr.recognition import Recognition
from casework.documents.reading import Limits
from tests.documents.ocr.pictures import LINES, pdf_of, saved, written
from tests.documents.samples import read

RAPID = next(spec for spec in ENGINES if spec.name == "rapidocr")
pytestmark = pytest.mark.skipif(
    not is_usable(RAPID), reason="rapidocr is not installed: pip install 'casework[ocr]'"
)


async def test_words_are_found_on_pages_whichever_way_they_lie(tmp_path: Path) -> None:
    upright = written()
    files = {
        "up.png": saved(upright),
        "left.png": saved(upright.rotate(90, expand=True)),
        "down.jpg": saved(upright.rotate(180), "JPEG"),
        "askew.png": saved(upright.rotate(3, expand=True, fillcolor="white")),
        "scan.pdf": pdf_of([upright]),
    }
    turned: dict[str, int] = {}
    async with Workers(Limits(seconds=120, memory_mb=4096), count=1) as workers:
        recognition = Recognition(workers, [RAPID])
        for name, data in files.items():
            path = tmp_path / name
            path.write_bytes(data)
            document = await recognition.complete(path, read(data, name))
            (page,) = document.pages
            lines = [page.text[line.start : line.end] for line in page.lines]
            assert lines == list(LINES), name
            assert min(page.confidences) > 0.6
            assert all(
                0 <= word.box.x0 < word.box.x1 <= page.width_pt
                and 0 <= word.box.y0 < word.box.y1 <= page.height_pt
                for word in page.words
            )
            turned[name] = page.turned
    assert turned == {"up.png": 0, "left.png": 90, "down.jpg": 180, "askew.png": 0, "scan.pdf": 0}


async def test_a_word_has_its_own_box_within_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(written(["AAAA BB 1,250.00"]), dpi=(150, 150)))
    async with Workers(Limits(seconds=120, memory_mb=4096), count=1) as workers:
        document = await Recognition(workers, [RAPID]).complete(
            path, read(path.read_bytes(), path.name)
        )
    first, second, third = (word.box for word in document.pages[0].words)
    assert first.x1 <= second.x0 + 1
    assert second.x1 <= third.x0 + 1
    assert first.x0 == pytest.approx(60 * 0.48, abs=3)
    assert third.x1 - third.x0 > second.x1 - second.x0
