"""The pages of the documents of a worksheet as a viewer needs them: sizes, pictures no larger than
asked, words with their boxes, and the file itself to be taken along."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from casework.base.hashing import sha256_text
from casework.documents.drawing.render import DRAWN_BY, page_of
from casework.sdk.action import action
from casework.sdk.documents import Documents
from casework.sdk.wire import House
from casework.types.document import Page

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

LEAST_PX, MOST_PX = 48, 4_000
_STEP_PX = 16
"""Widths are rounded down to a multiple of this, so that few pictures of a page are kept."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as it lies before a viewer: its number, what people call it, its size in points, and
    whether it has text."""

    number: int
    label: str
    width_pt: float
    height_pt: float
    read: bool


class WordOnPage(NamedTuple):
    """A word: its text, left, top, right and bottom in points, its line, and its span in the text
    of the page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page in reading order, and its text, which their spans point into."""

    page: int
    width_pt: float
    height_pt: float
    text: str
    words: tuple[WordOnPage, ...]


class Paper:
    """The pages of one worksheet's documents, named as its documents are. What the person who asks
    may not read does not exist."""

    def __init__(self, house: House, record: WorksheetRecord) -> None:
        self._house = house
        self._record = record
        self._documents = Documents(house, record)

    @action("read")
    async def leaves(self, document: str, *, first: int = 0, last: int = 0) -> tuple[Leaf, ...]:
        """Its pages, or (for a part of a file) those from `first` to `last`."""
        place = await self._documents.pick(document)
        read = await self._house.parsing.read(place.sha256)
        return tuple(
            Leaf(page.number, page.label, page.width_pt, page.height_pt, page.state == "read")
            for page in read.pages
            if first <= page.number <= (last or page.number)
        )

    @action("read")
    async def words(self, document: str, page: int) -> PageWords:
        """The words of a page with their boxes."""
        place = await self._documents.pick(document)
        found = page_of(await self._house.parsing.read(place.sha256), page)
        return await asyncio.to_thread(_words, found)

    @action("read")
    async def mark(self, document: str, page: int, width_px: int) -> str:
        """What the picture of a page of this width depends on, as a short text: the same as long
        as the picture is the same."""
        place = await self._documents.pick(document)
        read = await self._house.parsing.read(place.sha256)
        turned = page_of(read, page).turned
        told = (place.sha256, read.reader, read.reader_version, page, turned, width_px, DRAWN_BY)
        return sha256_text(" ".join(map(str, told)))[:32]

    @action("read")
    async def picture(
        self, document: str, page: int, width_px: int, *, password: str = ""
    ) -> bytes:
        """A page as PNG, at most so many pixels wide."""
        place = await self._documents.pick(document)
        found = page_of(await self._house.parsing.read(place.sha256), page)
        scale = fitting_px(width_px) / max(found.width_pt, 1.0)
        return await self._house.pictures.picture(
            place.sha256, page, scale=scale, password=password
        )

    @action("read")
    async def original(self, document: str, *, case: str = "") -> tuple[Path, str]:
        """The file as it came, and its name. What it holds is nobody's word: never show it as a
        page."""
        place = await self._documents.pick(document, case=case)
        path = await asyncio.to_thread(self._house.store.blobs.path_of, place.sha256)
        return path, place.name


def fitting_px(width_px: int) -> int:
    """The width that a picture gets which may be at most so wide."""
    return max(LEAST_PX, min(width_px, MOST_PX) // _STEP_PX * _STEP_PX)


def _words(page: Page) -> PageWords:
    words = tuple(
        WordOnPage(page.text[one.start : one.end], *one.box, one.line, one.start, one.end)
        for one in page.words
    )
    return PageWords(page.number, page.width_pt, page.height_pt, page.text, words)
