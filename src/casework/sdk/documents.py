"""The documents of a worksheet: what is to be known of each, which are alike, and their pages as
pictures. Changes no value.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casework.base.errors import NotFoundError, UsageError
from casework.documents.drawing.marks import Mark
from casework.documents.drawing.tiles import PageManifest
from casework.documents.places.locate import Locator
from casework.documents.quality.difference import Difference, difference
from casework.documents.quality.flags import flags_of
from casework.documents.quality.language import name_of as language_name
from casework.sdk.action import action
from casework.sdk.assessing import SERIOUS, reports_of
from casework.sdk.close_look import OnPage, look_closely
from casework.sdk.found_places import Finds, Wanted, all_of, find_in
from casework.sdk.likenesses import Likes, LikeView, like_flags, likes_of
from casework.sdk.page_pictures import ON_A_SHEET
from casework.sdk.pages import Pages, listed
from casework.sdk.where_used import Uses, uses_of
from casework.sdk.wire import House
from casework.store.readers import reader_groups
from casework.store.records import DocumentRecord, WorksheetRecord
from casework.store.shelf import OnShelf
from casework.types.document import Box, DocumentState
from casework.types.quality import Quality, QualityFlag

__all__ = ["Difference", "DocumentView", "Documents", "language_name"]

_SHOWN = 50
_BATCH = 200
_DOUBLES = ("same_text", "nearly_same")
_HEXADECIMAL = frozenset("0123456789abcdef")
_LEAST_DIGEST = 6
"""Letters of a sha256 by which a document can be named."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document of a case with its report. `flags` are what a person should know, serious ones
    first; `attached_to` is the sha256 of the document that it came in ('' for none). A part of a
    file that was split has a `first_page` and a `last_page`; the rest is said of the whole file."""

    sha256: str
    name: str
    case_id: str
    case_name: str
    media_type: str
    reader: str
    state: DocumentState
    reason: str
    pages: int
    words: int
    size: int
    added_at: str
    quality: Quality
    flags: tuple[QualityFlag, ...] = ()
    alike: tuple[LikeView, ...] = ()
    notes: tuple[str, ...] = ()
    attached_to: str = ""
    first_page: int = 0
    last_page: int = 0
    readers: frozenset[str] | None = None
    """The groups that may read it; None means everybody."""

    @property
    def serious(self) -> bool:
        """Whether something is to be looked at before values from it are relied on."""
        return any(flag.serious for flag in self.flags)


class Documents:
    """The documents of one worksheet. A document is named by its name in its case, the beginning of
    that, or the beginning of its sha256."""

    ON_A_SHEET = ON_A_SHEET
    """How many pages a sheet of small pictures has room for."""

    def __init__(self, house: House, record: WorksheetRecord) -> None:
        self._house = house
        self._record = record
        self._pages = Pages(house.store, record.id)

    @action("read")
    async def count(self) -> int:
        """How many documents its cases hold; one in two cases counts twice."""
        return await self._house.store.shelf.count(self._record.id)

    @action("read")
    async def page(
        self,
        *,
        cases: Sequence[str] = (),
        limit: int = 50,
        skip: int = 0,
        flagged: bool = False,
    ) -> list[DocumentView]:
        """So many documents, after so many others; `flagged` passes over those without a serious
        flag."""
        found: list[DocumentView] = []
        passed = 0
        async for view in self.all(cases=cases, skip=0 if flagged else skip):
            if flagged and not view.serious:
                continue
            passed += 1
            if not flagged or passed > skip:
                found.append(view)
            if len(found) == limit:
                break
        return found

    @action("read")
    async def all(self, *, cases: Sequence[str] = (), skip: int = 0) -> AsyncIterator[DocumentView]:
        """Its documents one after the other, in the order of the cases."""
        ids = [(await self._pages.pick(case)).id for case in cases]
        size = min(_SHOWN, _BATCH)
        while True:
            places = await self._house.store.shelf.page(
                self._record.id, skip=skip, limit=size, case_ids=ids
            )
            for view in await self._views(await self._seen(places)):
                yield view
            if len(places) < size:
                return
            skip, size = skip + size, _BATCH

    @action("read")
    async def of(self, document: str, *, case: str = "") -> DocumentView:
        """One document."""
        (view,) = await self._views([await self.pick(document, case=case)])
        return view

    @action("edit")
    async def look_closely(
        self, document: str, *, case: str = "", password: str = "", on_page: OnPage | None = None
    ) -> DocumentView:
        """Compare the text of each page with what recognition reads in its picture, and keep what
        differs in the report. Takes seconds a page; raises `DocumentError` without an engine."""
        place = await self.pick(document, case=case)
        await look_closely(self._house, place.sha256, password, on_page)
        return await self.of(place.sha256, case=case)

    @action("read")
    async def warnings(self, case: str) -> list[DocumentView]:
        """The documents of a case that have a serious flag."""
        return [view async for view in self.all(cases=[case]) if view.serious]

    @action("read")
    async def serious(self, sha256s: Sequence[str]) -> list[str]:
        """Those of these documents that were read and have a serious flag, or that are nearly the
        same as one that was there before. Opens no document."""
        store = self._house.store
        kept = await store.assessments.many(sha256s)
        likes = await store.assessments.alike(sha256s)
        return [
            sha256
            for sha256 in dict.fromkeys(sha256s)
            if (sha256 in kept and _is_serious(kept[sha256].flags))
            or any(like.kind in _DOUBLES and not like.later for like in likes.get(sha256, ()))
        ]

    @action("read")
    async def difference(self, document: str, other: str) -> Difference:
        """What two documents do not have in common; the other one may be anywhere in the workspace
        when it is named by its sha256."""
        one, two = await self.pick(document), await self._anywhere(other)
        read = self._house.parsing.read
        documents = (await read(one.sha256), await read(two))
        return await asyncio.to_thread(difference, *documents)

    # places

    @action("read")
    async def find(
        self,
        text: str,
        *,
        document: str = "",
        case: str = "",
        page: int | None = None,
        near: str = "",
        limit: int = 20,
        pictures: str | Path | None = None,
    ) -> Finds:
        """Where words stand in these documents, best first; places on `page` or at the native place
        `near` (`Costs!B7`) before others that are as good. `pictures` names a folder for pictures
        of the pages with the place marked."""
        wanted = Wanted(text, page, near, limit, Path(pictures) if pictures else None)
        if document:
            return await find_in(self._house, await self._with_parts(document, case), wanted)
        ids = [(await self._pages.pick(case)).id] if case else []
        shelves = all_of(self._house, self._record.id, ids)
        return await find_in(self._house, [one async for one in shelves], wanted)

    @action("read")
    async def where_used(
        self,
        document: str,
        *,
        case: str = "",
        page: int = 0,
        quote: str = "",
        box: Sequence[float] | None = None,
        everywhere: bool = True,
    ) -> Uses:
        """The cells that rest on a document, a page of it (0: any), the places of a quote, or a box
        on that page (left, top, right, bottom, in points); of the whole workspace, or of this
        worksheet alone. Cells that rested on it once are told as past."""
        place = await self.pick(document, case=case)
        within = Box(*box) if box is not None else None
        sheet = "" if everywhere else self._record.id
        place = place._replace(name=_file_of(place))
        return await uses_of(
            self._house, place, page=page, quote=quote, box=within, worksheet_id=sheet
        )

    # pictures

    @action("read")
    async def picture(
        self,
        document: str,
        page: int = 1,
        *,
        case: str = "",
        scale: float = 2.0,
        marks: Sequence[Mark] = (),
        quotes: Sequence[str] = (),
        crop_margin_pt: float | None = None,
        password: str = "",
    ) -> bytes:
        """A page as PNG, `scale` pixels to a point. `quotes` are looked up and marked where they
        stand on this page; raises `NotFoundError` for one that stands nowhere on it."""
        place = await self.pick(document, case=case)
        found = [*marks, *[mark for q in quotes for mark in await self._marks(place, page, q)]]
        return await self._house.pictures.picture(
            place.sha256,
            page,
            found,
            scale=scale,
            crop_margin_pt=crop_margin_pt,
            password=password,
        )

    @action("read")
    async def manifest(self, document: str, page: int = 1) -> PageManifest:
        """What a viewer must know of a page before it asks for tiles."""
        place = await self.pick(document)
        return await self._house.pictures.manifest(place.sha256, page)

    @action("read")
    async def tile(
        self,
        document: str,
        page: int,
        level: int,
        x: int,
        y: int,
        *,
        marks: Sequence[Mark] = (),
        password: str = "",
    ) -> bytes:
        """A tile of a page as PNG; x and y count from the upper left corner."""
        place = await self.pick(document)
        return await self._house.pictures.tile(
            place.sha256, page, level, x, y, marks, password=password
        )

    @action("read")
    async def sheet(
        self, document: str, *, case: str = "", columns: int = 6, first: int = 1, password: str = ""
    ) -> bytes:
        """Small pictures of up to 60 of its pages beside each other, as one PNG."""
        place = await self.pick(document, case=case)
        return await self._house.pictures.sheet(
            place.sha256, columns=columns, first=first, password=password
        )

    @action("read")
    async def pick(self, wanted: str, *, case: str = "") -> OnShelf:
        """The document of this name; raises `UsageError` when several have it."""
        word = wanted.strip()
        named = await self._house.store.shelf.named(self._record.id, word) if word else []
        found = await self._seen(named)
        if case:
            home = (await self._pages.pick(case)).id
            found = [one for one in found if one.case_id == home]
        exact = [one for one in found if one.name == word]
        digest = [one for one in found if len(word) >= _LEAST_DIGEST and one.sha256 == word]
        near = exact or digest or found
        if not near:
            raise NotFoundError(
                f"There is no document {wanted!r}.", fix="See which there are: casework documents."
            )
        if len({one.sha256 for one in near}) > 1:
            places = [f"{one.name} in {one.case_name}" for one in near]
            raise UsageError(
                f"{wanted!r} is {listed(places)}.",
                fix="Add --case, or name it by the beginning of its sha256.",
            )
        return near[0]

    @action("manage")
    async def set_readers(
        self, document: str, readers: Sequence[str], *, case: str = "", who: str = ""
    ) -> DocumentView:
        """Let these groups read a document, what is attached to it and what came from it, and
        nobody else; `everybody` opens it. Only who may read it may say so."""
        place = await self.pick(document, case=case)
        store = self._house.store
        every = await store.readers.below([place.sha256])
        who = who or self._house.who()
        await store.readers.set(every, reader_groups(readers), who=who)
        (view,) = await self._views([place])
        return view

    async def _seen(self, places: Sequence[OnShelf]) -> list[OnShelf]:
        """Those of the documents that the person who asks may read."""
        hidden = await self._house.rights.unseen(
            self._house.store, [place.sha256 for place in places]
        )
        return [place for place in places if place.sha256 not in hidden]

    async def _with_parts(self, document: str, case: str) -> list[OnShelf]:
        """The document of this name; of a file that was split, and is named as such, all parts."""
        place = await self.pick(document, case=case)
        if case or not place.first_page or place.name == document.strip():
            return [place]
        held = (await self._house.store.shelf.holders([place.sha256])).get(place.sha256, [])
        return [one for one in held if one.worksheet == self._record.name] or [place]

    async def _anywhere(self, wanted: str) -> str:
        """The sha256 of a document of this worksheet, or of any other that it begins."""
        word = wanted.strip().lower()
        if len(word) >= _LEAST_DIGEST and set(word) <= _HEXADECIMAL:
            begun = await self._house.store.shelf.beginning(word)
            hidden = await self._house.rights.unseen(self._house.store, begun)
            found = [one for one in begun if one not in hidden]
            if len(found) == 1:
                return found[0]
        return (await self.pick(wanted)).sha256

    async def _marks(self, place: OnShelf, page: int, quote: str) -> list[Mark]:
        document = await self._house.parsing.read(place.sha256)
        found = Locator(document).find(quote, limit=20, pages=[page])
        if not found:
            raise NotFoundError(
                f"“{quote}” does not stand on page {page} of {place.name}.",
                fix="Take the words as they stand there, or another page.",
            )
        best = found[0].grade
        stretches = [one for hit in found if hit.grade == best for one in hit.stretches]
        return [Mark(box) for one in stretches if one.page == page for box in one.boxes]

    async def _views(self, places: Sequence[OnShelf]) -> list[DocumentView]:
        store = self._house.store
        sha256s = list(dict.fromkeys(place.sha256 for place in places))
        records = await store.documents.many(sha256s)
        readable = [sha256 for sha256 in sha256s if sha256 in records and records[sha256].parsed]
        reports = await reports_of(store, self._house.parsing, readable)
        shared = await likes_of(store, sha256s, self._house.rights)
        readers = await store.readers.of(sha256s)
        found = []
        for place in places:
            record = records[place.sha256]
            report = reports.get(place.sha256)
            view = _view(place, record, report.quality if report else Quality())
            likes = shared.get(place.sha256, Likes())
            told = (*view.flags, *like_flags(place, self._record.name, likes))
            flags = tuple(sorted(told, key=lambda flag: not flag.serious))
            groups = readers[place.sha256]
            found.append(replace(view, flags=flags, alike=likes.views, readers=groups))
        return found


def _file_of(place: OnShelf) -> str:
    """The name of the file that a part of it was cut from; of others their name."""
    first, last = place.first_page, place.last_page
    pages = f" {first}" if first == last else f" {first}-{last}"
    return place.name.removesuffix(pages) if first else place.name


def _is_serious(flags: Sequence[str]) -> bool:
    """Whether there is a serious flag other than that it could not be read, which `add` tells."""
    return any(flag.startswith(SERIOUS) and flag != f"{SERIOUS}unreadable" for flag in flags)


def _view(place: OnShelf, record: DocumentRecord, quality: Quality) -> DocumentView:
    return DocumentView(
        place.sha256,
        place.name,
        place.case_id,
        place.case_name,
        record.media_type,
        record.reader,
        record.state,
        record.reason,
        record.pages,
        record.words,
        record.size,
        record.added_at,
        quality,
        flags_of(record.state, record.reason, quality),
        (),
        record.notes,
        place.parent,
        place.first_page,
        place.last_page,
    )
