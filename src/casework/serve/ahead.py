"""Draws pictures of pages before anybody asks for them, while the machine waits for a person. What
cannot be drawn is told to whoever asks for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Coroutine

from casework.base.errors import CaseworkError
from casework.sdk.desk.orders import OrderName
from casework.sdk.worksheet import Worksheet

WIDTH_PX = 1280
"""The width of a page on the review desk."""
_KEPT = 512
_Place = tuple[str, str]


class Ahead:
    """What is drawn ahead on one server."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._drawn: dict[tuple[str, int], None] = {}
        self._looking: set[Worksheet] = set()

    def page(self, sheet: Worksheet, document: str, page: int) -> None:
        """Begin to draw a page that is about to be shown."""
        if (document, page) not in self._drawn:
            self._begin(self._draw(sheet, [(document, page)]))

    def following(
        self, sheet: Worksheet, order: OrderName, step: str, but: Collection[_Place]
    ) -> None:
        """Draw the page that the next item but these shows first."""
        if sheet not in self._looking:
            self._looking.add(sheet)
            self._begin(self._follow(sheet, order, step, but))

    async def close(self) -> None:
        """Draw no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work, name="ahead")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(
        self, sheet: Worksheet, order: OrderName, step: str, but: Collection[_Place]
    ) -> None:
        try:
            pages = await sheet.desk.first_pages(order, step=step, but=but)
        except CaseworkError:
            return  # whoever asks for the item is told
        finally:
            self._looking.discard(sheet)
        await self._draw(sheet, pages)

    async def _draw(self, sheet: Worksheet, pages: Collection[tuple[str, int]]) -> None:
        for document, page in pages:
            if (document, page) in self._drawn:
                continue
            self._drawn[document, page] = None
            while len(self._drawn) > _KEPT:
                self._drawn.pop(next(iter(self._drawn)))
            with contextlib.suppress(CaseworkError):
                await sheet.paper.picture(document, page, WIDTH_PX)
