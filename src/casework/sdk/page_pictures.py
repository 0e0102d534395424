"""Pictures of pages for whoever shows them: whole, in tiles, or small beside each other. Each is
drawn once and kept; marks are laid over what is kept.

A page that several ask for at the same time is drawn once for all of them.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from casework.base.errors import NotFoundError, UsageError
from casework.base.hashing import sha256_text
from casework.documents.drawing.marks import Mark
from casework.documents.drawing.render import DRAWN_BY, fitting, page_of
from casework.documents.drawing.tiles import PageManifest, manifest_of
from casework.documents.fenced.workers import Workers
from casework.sdk.parsing import Parsing
from casework.store.picture_cache import PictureCache
from casework.store.store import Store
from casework.types.document import Document

_LARGEST_SCALE = 20.0
_SMALL_PX = 190.0
"""How wide a page is on a sheet of small pictures."""
ON_A_SHEET = 60
_AT_ONCE = 4


class PagePictures:
    """Pictures of the pages of a workspace. Documents are named by their sha256."""

    def __init__(
        self, store: Store, workers: Workers, parsing: Parsing, cache: PictureCache
    ) -> None:
        self._store = store
        self._workers = workers
        self._parsing = parsing
        self._cache = cache
        self._under_way: dict[tuple[str, str], asyncio.Task[list[bytes]]] = {}

    async def picture(
        self,
        sha256: str,
        page: int,
        marks: Sequence[Mark] = (),
        *,
        scale: float = 2.0,
        crop_margin_pt: float | None = None,
        password: str = "",
    ) -> bytes:
        """A page as PNG, `scale` pixels to a point (fewer where it would be too large), with marks;
        with `crop_margin_pt` only what is marked with so much around it.

        Raises `NotFoundError` for what does not exist and `DocumentError` for what cannot be drawn.
        """
        if not (math.isfinite(scale) and 0 < scale <= _LARGEST_SCALE):
            raise UsageError(
                f"A page cannot be drawn at {scale} pixels to a point.",
                fix=f"Choose a scale above 0 and up to {_LARGEST_SCALE:g}.",
            )
        document = await self._parsing.read(sha256)
        scale = fitting(page_of(document, page), scale)
        plain = await self._plain(document, page, scale, password)
        if not marks:
            return plain
        return await self._workers.mark(plain, marks, scale, crop_margin_pt=crop_margin_pt)

    async def manifest(self, sha256: str, page: int) -> PageManifest:
        """What a viewer must know of a page before it asks for tiles."""
        document = await self._parsing.read(sha256)
        return manifest_of(sha256, page_of(document, page))

    async def tile(
        self,
        sha256: str,
        page: int,
        level: int,
        x: int,
        y: int,
        marks: Sequence[Mark] = (),
        *,
        password: str = "",
    ) -> bytes:
        """A tile of a page as PNG; all tiles of a level are drawn together and kept."""
        manifest = await self.manifest(sha256, page)
        wanted = manifest.level(level)
        if not (0 <= x < wanted.columns and 0 <= y < wanted.rows):
            raise NotFoundError(
                f"Level {level} of page {page} has no tile {x}, {y}.",
                fix=f"It has {wanted.columns} across and {wanted.rows} down.",
            )
        document, size = await self._parsing.read(sha256), manifest.tile_px
        keys = [
            _key(document, page, wanted.scale, size, index)
            for index in range(wanted.columns * wanted.rows)
        ]

        async def drawn() -> list[bytes]:
            path = await self._path(document)
            return await self._workers.draw(
                path, document, page, wanted.scale, tile_px=size, password=password
            )

        data = await self._once(keys, y * wanted.columns + x, drawn, password)
        if not marks:
            return data
        return await self._workers.mark(data, marks, wanted.scale, origin=(x * size, y * size))

    async def sheet(
        self, sha256: str, *, columns: int = 6, first: int = 1, password: str = ""
    ) -> bytes:
        """Small pictures of up to 60 pages beside each other, from this page on."""
        document = await self._parsing.read(sha256)
        pages = [page for page in document.pages if page.number >= first][:ON_A_SHEET]
        if not pages:
            page_of(document, first)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def small(page: int, width_pt: float) -> bytes:
            async with slots:
                return await self._plain(document, page, _SMALL_PX / max(width_pt, 1.0), password)

        pictures = await asyncio.gather(*(small(page.number, page.width_pt) for page in pages))
        captions = [page.label or str(page.number) for page in pages]
        return await self._workers.sheet(pictures, captions, columns)

    def clear(self) -> None:
        """Keep no picture any more; what is asked for is drawn again."""
        self._cache.clear()

    async def close(self) -> None:
        """Stop what is being drawn."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _plain(self, document: Document, page: int, scale: float, password: str) -> bytes:
        async def drawn() -> list[bytes]:
            path = await self._path(document)
            return await self._workers.draw(path, document, page, scale, password=password)

        return await self._once([_key(document, page, scale)], 0, drawn, password)

    async def _path(self, document: Document) -> Path:
        return await asyncio.to_thread(self._store.blobs.path_of, document.sha256)

    async def _once(
        self,
        keys: Sequence[str],
        wanted: int,
        draw: Callable[[], Awaitable[list[bytes]]],
        password: str,
    ) -> bytes:
        """The kept picture of a key; else all these are drawn, by the first who asks with this
        password."""
        kept = await asyncio.to_thread(self._cache.get, keys[wanted])
        if kept is not None:
            return kept
        asked = (keys[0], password)
        task = self._under_way.get(asked)
        if task is None:
            task = asyncio.create_task(self._draw(keys, draw))
            self._under_way[asked] = task
            task.add_done_callback(lambda _: self._under_way.pop(asked, None))
        return (await asyncio.shield(task))[wanted]

    async def _draw(
        self, keys: Sequence[str], draw: Callable[[], Awaitable[list[bytes]]]
    ) -> list[bytes]:
        pictures = await draw()
        for key, data in zip(keys, pictures, strict=True):
            await asyncio.to_thread(self._cache.put, key, data)
        return pictures


def _key(document: Document, page: int, scale: float, tile_px: int = 0, index: int = 0) -> str:
    """What a picture depends on, as a digest."""
    turned = page_of(document, page).turned
    told = (
        DRAWN_BY, document.sha256, document.reader, document.reader_version, page, turned,
        f"{scale:.5f}", tile_px, index,
    )  # fmt: skip
    return sha256_text(" ".join(map(str, told)))
