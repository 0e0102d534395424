"""Documents over HTTP: pictures no larger than asked, kept by their tag, words with boxes, and
files that are handed out as nothing that could act."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = (
    "<html><body onload=alert(1)><script>alert(2)</script><p>Total due: EUR 5.00</p></body></html>"
)


@pytest.fixture
async def odd(studio: RunningStudio, procedure: Path, tmp_path: Path) -> Worksheet:
    """A case with documents that carry scripts, and a name that would be a header of its own."""
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "page.html").write_text(HTML, "utf-8")
    (folder / "picture.svg").write_text(SVG, "utf-8")
    (folder / 'a"; filename=evil.txt').write_text(invoice("A-7"), "utf-8")
    sheet = await studio.workspace.new_worksheet("odd", procedure)
    await sheet.add(folder, case="odd")
    return sheet


async def test_a_page_comes_as_a_picture_and_is_not_sent_twice(
    studio: RunningStudio, odd: Worksheet
) -> None:
    (case,) = await odd.cases()
    sha256 = next(one for one in case.documents if one.name == "page.html").sha256
    at = f"/w/odd/documents/{sha256}/pages/1.png?w=500"
    async with studio.client() as http:
        async with http.get(at) as answer:
            picture = await answer.read()
            tag = answer.headers["ETag"]
            assert answer.content_type == "image/png"
            assert not tag.startswith("W/")
            assert answer.headers["Cache-Control"] == "private, no-cache"
        assert 400 < int.from_bytes(picture[16:20]) <= 500
        async with http.get(at, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
        async with http.get(at.replace("500", "300")) as answer:
            assert answer.headers["ETag"] != tag
        async with http.get(at.replace("500", "999999")) as answer:
            assert int.from_bytes((await answer.read())[16:20]) <= 4000


async def test_words_of_a_page_are_plain_data(studio: RunningStudio, odd: Worksheet) -> None:
    (case,) = await odd.cases()
    sha256 = next(one for one in case.documents if one.name == "page.html").sha256
    async with studio.client() as http:
        async with http.get(f"/w/odd/documents/{sha256}/pages/1/words") as answer:
            told = await answer.json()
        assert "Total due: EUR 5.00" in told["text"]
        assert "alert" not in told["text"]
        word = next(one for one in told["words"] if one[0] == "5.00")
        assert told["text"][word[6] : word[7]] == "5.00"
        async with http.get(f"/w/odd/documents/{sha256}/leaves") as answer:
            (leaf,) = (await answer.json())["pages"]
            assert leaf["width"] == told["width"]


async def test_files_are_handed_out_as_nothing_that_could_act(
    studio: RunningStudio, odd: Worksheet
) -> None:
    (case,) = await odd.cases()
    async with studio.client() as http:
        for one in case.documents:
            async with http.get(f"/w/odd/documents/{one.sha256}/file") as answer:
                assert answer.status == 200
                assert answer.content_type == "application/octet-stream"
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                assert "; filename=evil" not in answer.headers["Content-Disposition"]


async def test_what_is_not_there_is_said(studio: RunningStudio, odd: Worksheet) -> None:
    (case,) = await odd.cases()
    known = case.documents[0].sha256
    async with studio.client() as http:
        for path, status in (
            (f"{'0' * 64}/pages/1.png", 404),
            (f"{known}/pages/99.png", 404),
            (f"{known}/pages/99/words", 404),
            ("../../../etc/passwd/pages/1.png", 404),
            ("nothing/file", 422),
            (f"{known}/uses?page=1&box=1,2,x", 400),
        ):
            async with http.get(f"/w/odd/documents/{path}") as answer:
                assert answer.status == status, path


async def test_documents_of_others_do_not_exist(
    studio: RunningStudio, workspace: Workspace, odd: Worksheet
) -> None:
    (case,) = await odd.cases()
    for one in case.documents:
        await odd.documents.set_readers(one.sha256, ["board"])
    ada = await studio.person("Ada", role="reviewer", groups=["clerks"])
    async with studio.client(ada) as http:
        for tail in ("pages/1.png", "pages/1/words", "leaves", "file", "uses?page=1"):
            async with http.get(f"/w/odd/documents/{case.documents[0].sha256}/{tail}") as answer:
                assert answer.status == 404, tail
        async with http.get(f"/w/odd/cases/{case.id}") as answer:
            told = await answer.text()
            assert answer.status == 200
        assert "not yours to read" in told
        assert "page.html" not in told
        assert f"<h1>{case.name}" not in told


async def test_a_reader_may_look_and_not_decide(studio: RunningStudio, odd: Worksheet) -> None:
    (case,) = await odd.cases()
    bob = await studio.person("Bob", role="reader")
    said = {"step": "net", "kind": "corrected", "value": "EUR 1.00"}
    async with studio.client(bob) as http:
        async with http.get(f"/w/odd/cases/{case.id}") as answer:
            told = await answer.text()
        assert 'data-do="correct"' not in told
        assert 'data-do="history"' in told
        async with http.post(f"/w/odd/cases/{case.id}/decide", json=said) as answer:
            assert answer.status == 403
    async with (
        studio.client() as http,
        http.post(f"/w/odd/cases/{case.id}/decide", json=said) as answer,
    ):
        assert answer.status == 200
        assert (await answer.json())["said"] == "Net: EUR 1.00."
