"""Pages are drawn once and kept; marks are laid over what is kept."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from casework.base.errors import DocumentError, NotFoundError, UsageError
from casework.documents.drawing.marks import Mark
from casework.documents.fenced.workers import Workers
from casework.sdk.page_pictures import PagePictures
from casework.sdk.parsing import Parsing
from casework.store.picture_cache import PictureCache
from casework.store.store import Store
from casework.types.document import Box, Document
from tests.documents.samples import pdf


@dataclass
class _Counted:
    """Workers that count how often they draw."""

    real: Workers
    drawn: list[float] = field(default_factory=list)

    async def draw(
        self, path: Path, document: Document, page: int, scale: float, **more: object
    ) -> list[bytes]:
        self.drawn.append(scale)
        return await self.real.draw(path, document, page, scale, **more)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


@dataclass
class _Desk:
    """Everything that pictures are made with, and one document."""

    pictures: PagePictures
    workers: _Counted
    cache: PictureCache
    sha256: str


@pytest.fixture
async def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    store = Store.create(tmp_path / "workspace")
    async with Workers(count=2) as workers:
        counted = _Counted(workers)
        parsing = Parsing(store, workers)
        cache = PictureCache(tmp_path / "workspace", 50_000_000)
        path = tmp_path / "a.pdf"
        pages = [[(72, 100, f"Page {number} of the lease")] for number in (1, 2, 3)]
        path.write_bytes(pdf(pages, size=(400, 300)))
        (arrival,) = await parsing.take(path, "a.pdf")
        pictures = PagePictures(store, counted, parsing, cache)  # type: ignore[arg-type]
        yield _Desk(pictures, counted, cache, arrival.document.sha256)
        await pictures.close()
    await store.close()


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


async def test_a_page_is_drawn_once_however_often_it_is_asked_for(desk: _Desk) -> None:
    first = await desk.pictures.picture(desk.sha256, 1)
    assert await desk.pictures.picture(desk.sha256, 1) == first
    await desk.pictures.picture(desk.sha256, 2)
    assert len(desk.workers.drawn) == 2


async def test_many_who_ask_at_once_wait_for_one_drawing(desk: _Desk) -> None:
    asked = [desk.pictures.picture(desk.sha256, 1) for _ in range(20)]
    found = await asyncio.gather(*asked)
    assert len(set(found)) == 1
    assert len(desk.workers.drawn) == 1


async def test_who_gives_up_waiting_does_not_stop_the_others(desk: _Desk) -> None:
    tasks = [asyncio.create_task(desk.pictures.picture(desk.sha256, 1)) for _ in range(3)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1] == done[2]
    assert len(desk.workers.drawn) == 1


async def test_one_kept_page_serves_all_marks(desk: _Desk) -> None:
    marks = [Mark(Box(72, 90, 200, 105)), Mark(Box(10, 10, 60, 20), "conflict")]
    plain = _open(await desk.pictures.picture(desk.sha256, 1))
    one, two = [_open(await desk.pictures.picture(desk.sha256, 1, [mark])) for mark in marks]
    assert (
        ImageChops.difference(plain, one).getbbox() != ImageChops.difference(plain, two).getbbox()
    )
    assert len(desk.workers.drawn) == 1


async def test_a_crop_shows_only_what_is_marked(desk: _Desk) -> None:
    mark = Mark(Box(72, 90, 200, 105))
    data = await desk.pictures.picture(desk.sha256, 1, [mark], scale=1.0, crop_margin_pt=10)
    assert _open(data).size == (148, 35)


async def test_all_tiles_of_a_level_are_drawn_together(desk: _Desk) -> None:
    manifest = await desk.pictures.manifest(desk.sha256, 1)
    level = manifest.levels[-1]
    tiles = [
        await desk.pictures.tile(desk.sha256, 1, level.level, x, y)
        for y in range(level.rows)
        for x in range(level.columns)
    ]
    assert len(tiles) > 4
    assert len(desk.workers.drawn) == 1
    assert _open(tiles[0]).size == (512, 512)


async def test_a_mark_on_a_tile_stands_where_it_stands_on_the_page(desk: _Desk) -> None:
    mark = Mark(Box(140, 90, 200, 105))  # across the border of two tiles at the finest level
    level = (await desk.pictures.manifest(desk.sha256, 1)).levels[-1]
    whole = _open(await desk.pictures.picture(desk.sha256, 1, [mark], scale=level.scale))
    tile = _open(await desk.pictures.tile(desk.sha256, 1, level.level, 1, 0, [mark]))
    assert ImageChops.difference(whole.crop((512, 0, 1024, 512)), tile).getbbox() is None


async def test_a_page_tile_level_or_scale_that_is_not_there_is_told(desk: _Desk) -> None:
    with pytest.raises(NotFoundError, match="no page 9"):
        await desk.pictures.picture(desk.sha256, 9)
    with pytest.raises(NotFoundError, match="no level"):
        await desk.pictures.tile(desk.sha256, 1, 99, 0, 0)
    with pytest.raises(NotFoundError, match="no tile"):
        await desk.pictures.tile(desk.sha256, 1, 0, 3, 0)
    for scale in (0.0, -1.0, float("nan"), float("inf"), 400.0):
        with pytest.raises(UsageError, match="scale"):
            await desk.pictures.picture(desk.sha256, 1, scale=scale)


async def test_what_cannot_be_drawn_fails_for_all_who_wait_and_is_tried_again(
    desk: _Desk, tmp_path: Path
) -> None:
    store_file = next((tmp_path / "workspace" / "blobs").rglob(f"*{desk.sha256[4:]}"))
    data = store_file.read_bytes()
    store_file.chmod(0o600)
    store_file.write_bytes(b"no pdf any more")
    asked = [desk.pictures.picture(desk.sha256, 1) for _ in range(2)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, DocumentError) for each in found)
    store_file.write_bytes(data)
    assert (await desk.pictures.picture(desk.sha256, 1)).startswith(b"\x89PNG")


async def test_small_pictures_of_all_pages_stand_beside_each_other(desk: _Desk) -> None:
    wide = _open(await desk.pictures.sheet(desk.sha256, columns=3))
    narrow = _open(await desk.pictures.sheet(desk.sha256, columns=1))
    assert wide.width > 2.5 * narrow.width / 1.2
    assert narrow.height > 2 * wide.height
    with pytest.raises(NotFoundError):
        await desk.pictures.sheet(desk.sha256, first=4)


async def test_the_cache_is_no_part_of_the_truth(desk: _Desk) -> None:
    first = await desk.pictures.picture(desk.sha256, 1)
    desk.cache.clear()
    assert await desk.pictures.picture(desk.sha256, 1) == first
    assert len(desk.workers.drawn) == 2
