"""LibreOffice itself behind the fence; left out where the program is not installed."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from casework.documents.fenced.workers import Workers
from casework.documents.reading import Limits
from tests.documents.samples import docx

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    SOFFICE is None,
    reason="LibreOffice is not installed: "
    "apt-get install libreoffice-writer-nogui libreoffice-impress-nogui",
)


def _made(folder: Path, target: str, *sources: Path) -> None:
    """Old files that LibreOffice makes, without any fence."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    argv = [SOFFICE, profile, "--headless", "--convert-to", target, "--outdir", str(folder)]
    subprocess.run([*argv, *map(str, sources)], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    (folder / "lease.docx").write_bytes(docx())
    _made(folder, "doc", folder / "lease.docx")
    return folder / "lease.doc"


async def test_an_old_document_is_read_with_places_and_tells_who_turned_it(lease: Path) -> None:
    async with Workers(Limits(), count=1) as workers:
        found = (await workers.parse(lease, lease.name)).document
    (page,) = found.pages
    assert (found.state, found.reader) == ("read", "old_office")
    assert "The rent is 1,200 EUR a month." in page.text
    assert "table 1, row 2, column 2" in [line.place for line in page.lines]
    version = found.reader_version.partition("+libreoffice-")[2]
    assert version
    assert found.notes[0].startswith(f"Read by way of LibreOffice {version}, which turned it")
    assert len(found.tables) == 1


async def test_old_slides_are_read_with_places(tmp_path: Path) -> None:
    from pptx import Presentation

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Plan of the year"
    deck.save(str(tmp_path / "plan.pptx"))
    _made(tmp_path, "ppt", tmp_path / "plan.pptx")
    async with Workers(Limits(), count=1) as workers:
        found = (await workers.parse(tmp_path / "plan.ppt", "plan.ppt")).document
    assert (found.state, found.reader) == ("read", "old_office")
    assert "Plan of the year" in found.pages[0].text
    assert found.pages[0].lines[0].place == "slide 1"


async def test_several_at_once_do_not_meet(lease: Path) -> None:
    async with Workers(Limits(), count=2) as workers:
        many = await asyncio.gather(*(workers.parse(lease, f"{n}.doc") for n in range(3)))
    assert [each.document.state for each in many] == ["read"] * 3


_REFERS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>See here.</text:p><text:p><draw:frame text:anchor-type="as-char" svg:width="2cm"
 svg:height="2cm"><draw:image xlink:href="PICTURE" xlink:type="simple"/></draw:frame></text:p>
</office:text></office:body></office:document>"""


async def test_a_picture_that_it_refers_to_is_not_fetched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    source = tmp_path / "linked.fodt"
    source.write_text(_REFERS.replace("PICTURE", f"http://127.0.0.1:{port}/a.png"))
    _made(tmp_path, "doc", source)
    assert f"http://127.0.0.1:{port}/a.png".encode() in (tmp_path / "linked.doc").read_bytes()
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0.2)
        async with Workers(Limits(), count=1) as workers:
            found = (await workers.parse(tmp_path / "linked.doc", "linked.doc")).document
        with pytest.raises(TimeoutError):
            server.accept()
    assert "See here." in found.pages[0].text


async def test_a_damaged_one_and_one_without_memory_are_refused(
    lease: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.doc"
    cut.write_bytes(lease.read_bytes()[:9000])
    async with Workers(Limits(), count=1) as workers:
        found = (await workers.parse(cut, cut.name)).document
    assert found.state == "broken"
    assert found.reason.startswith("LibreOffice cannot open the file: it is damaged")
    async with Workers(Limits(memory_mb=400), count=1) as workers:
        found = (await workers.parse(lease, lease.name)).document
    assert found.state == "broken"
    assert "ran out of memory" in found.reason or "cannot open the file" in found.reason


async def test_one_that_takes_too_long_is_ended_and_nothing_of_it_is_left(
    lease: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with Workers(Limits(seconds=0.5), count=1) as workers:
        found = (await workers.parse(lease, lease.name)).document
    assert found.state == "too_slow"
    assert "longer than 0.5 seconds" in found.reason
    assert not [line for line in _running() if str(tmp_path).encode() in line]
    assert not list(tmp_path.glob("casework-*"))


def _running() -> list[bytes]:
    """The command lines of all processes."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((entry / "cmdline").read_bytes())
        except OSError:
            continue
    return lines
