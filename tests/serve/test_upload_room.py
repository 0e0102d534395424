"""How much uploads may take, and what becomes of those that nobody goes on with."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from aiohttp import FormData

from casework.base.errors import DiskError, RequestError
from casework.serve.house import Options, ServeHouse
from casework.serve.tidying import tidying
from casework.serve.upload_room import LEAST_FREE, UploadRoom, check_disk
from tests.bombs import GIGABYTE, zip_of_zeros
from tests.serve.conftest import RunningStudio

MB = 1 << 20
BATCH = "0123456789abcdef"
JSON = {"Accept": "application/json"}
PROBLEM = "application/problem+json"


def form(size: int, name: str = "a.txt") -> FormData:
    """One file of so many bytes."""
    made = FormData()
    made.add_field("file", b"x" * size, filename=name, content_type="text/plain")
    return made


def _files(studio: RunningStudio) -> list[Path]:
    tops = [studio.workspace.folder / name for name in ("uploads", "drafts")]
    return [one for top in tops for one in top.rglob("*") if one.is_file()]


async def test_all_uploads_and_drafts_share_one_limit(studio: RunningStudio) -> None:
    await studio.workspace.configuration.put("studio.uploads_mb", "3")
    draft = await studio.workspace.drafts.begin()
    async with studio.client() as http:
        assert (await http.post(f"/uploads/{BATCH}", data=form(MB))).status == 200
        assert (await http.post(f"/new/{draft.id}/files", data=form(MB))).status == 200
        before = _files(studio)
        for path in (f"/uploads/{BATCH}", f"/new/{draft.id}/files"):
            answer = await http.post(path, data=form(MB), headers=JSON)
            assert answer.status == 507
            assert answer.content_type == PROBLEM
            told = await answer.json()
            assert told["code"] == "upload.no_room"
            assert "of the 3 MB" in told["title"]
            assert "studio.uploads_mb" in told["fix"]
        assert _files(studio) == before
        await http.delete(f"/uploads/{BATCH}")
        assert (await http.post(f"/new/{draft.id}/files", data=form(MB))).status == 200


async def test_a_body_that_hides_its_size_is_stopped_at_the_limit(studio: RunningStudio) -> None:
    await studio.workspace.configuration.put("studio.uploads_mb", "9")

    async def endless() -> object:
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        for _ in range(40):
            yield bytes(MB)
        yield b"\r\n--B--\r\n"

    headers = {**JSON, "Content-Type": "multipart/form-data; boundary=B"}
    async with studio.client() as http:
        answer = await http.post(f"/uploads/{BATCH}", data=endless(), headers=headers)
        assert answer.status == 507
    assert _files(studio) == []


async def test_an_upload_over_its_own_limit_is_413(studio: RunningStudio) -> None:
    await studio.workspace.configuration.put("studio.upload_mb", "1")
    async with studio.client() as http:
        answer = await http.post(f"/uploads/{BATCH}", data=form(2 * MB), headers=JSON)
        assert answer.status == 413
        assert (await answer.json())["code"] == "upload.too_large"


async def test_a_disk_that_is_full_takes_no_upload(tmp_path: Path) -> None:
    room = UploadRoom(tmp_path, free=lambda folder: LEAST_FREE + 5 * MB)
    async with room.taking(tmp_path, 4 * MB, 1000):
        with pytest.raises(DiskError, match="have no room"):
            async with room.taking(tmp_path, 4 * MB, 1000):  # the first is still to come
                pass
    async with room.taking(tmp_path, 4 * MB, 1000):
        pass
    with pytest.raises(DiskError) as caught:
        check_disk(tmp_path, 1, lambda folder: LEAST_FREE)
    assert (caught.value.code, caught.value.http_status) == ("upload.no_disk", 507)


async def test_what_comes_at_once_counts_before_it_is_there(tmp_path: Path) -> None:
    room = UploadRoom(tmp_path, free=lambda folder: 1 << 40)
    async with room.taking(tmp_path, 6 * MB, 10) as claim:
        with pytest.raises(RequestError):
            async with room.taking(tmp_path, 6 * MB, 10):
                pass
        claim.came(6 * MB)
        claim.came(3 * MB)
        with pytest.raises(RequestError):
            claim.came(9 * MB)


async def test_a_bomb_comes_in_as_it_is_and_goes_with_its_draft(studio: RunningStudio) -> None:
    bomb = zip_of_zeros(10 * GIGABYTE)
    made = FormData()
    made.add_field("file", bomb, filename="zeros.zip", content_type="application/zip")
    draft = await studio.workspace.drafts.begin()
    async with studio.client() as http:
        assert (await http.post(f"/new/{draft.id}/files", data=made)).status == 200
        looked = await studio.workspace.drafts.look(draft.id)
        assert looked.suggested is not None
        assert "larger than 200 MB" in looked.suggested.notes[0]
        page = await (await http.get(f"/new/{draft.id}")).text()
        assert "larger than 200 MB" in page
        assert sum(path.stat().st_size for path in _files(studio)) < len(bomb) + MB
        await http.post(f"/new/{draft.id}/drop")
    assert _files(studio) == []


async def test_what_is_left_over_is_cleared_away_when_the_studio_starts(
    studio: RunningStudio,
) -> None:
    draft = await studio.workspace.drafts.begin()
    (draft.folder / "a.txt").write_bytes(b"x")
    old = time.time() - 31 * 86_400
    for path in (*draft.folder.parent.rglob("*"), draft.folder.parent):
        os.utime(path, (old, old))
    async with tidying(ServeHouse(studio.workspace, Options())):
        for _ in range(600):
            if not draft.folder.exists():
                break
            await asyncio.sleep(0.05)
    assert not draft.folder.parent.exists()


async def test_a_file_is_said_to_be_the_procedure_and_not_by_one_click(
    studio: RunningStudio,
) -> None:
    draft = await studio.workspace.drafts.begin()
    told = "Check that the total is stated. Note the supplier and the number.\n"
    told += "Compare the VAT with the rate. Approve it, or ask the buyer.\n"
    (draft.folder / "how-we-check.md").write_text(f"# Procedure\n\n{told}\n", "utf-8")
    for name in ("a", "b"):
        text = f"Invoice number: {name}-1\nTotal: EUR 10{len(name)}.00\n"
        (draft.folder / f"{name}.txt").write_text(text, "utf-8")
    await studio.workspace.drafts.look(draft.id)
    async with studio.client() as http:
        page = await (await http.get(f"/new/{draft.id}")).text()
        assert "is read as your procedure, and is no case" in page
        assert "become no steps by themselves" in page  # there is no model
        data = {"path": "how-we-check.md", "describes": "no"}
        await http.post(f"/new/{draft.id}/describe", data=data)
        for _ in range(600):
            page = await (await http.get(f"/new/{draft.id}/part")).text()
            if "One of the files describes the work" in page:
                break
            await asyncio.sleep(0.05)
        assert "is read as your procedure" not in page
        assert "One of the files describes the work" in page
