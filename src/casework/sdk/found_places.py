"""Words to their places in the documents of a worksheet. Changes no value."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casework.base.errors import CaseworkError, UsageError
from casework.documents.drawing.marks import Mark
from casework.documents.places.locate import Hint, Locator, Place
from casework.sdk.report import file_name
from casework.sdk.wire import House
from casework.store.shelf import OnShelf
from casework.types.proof import Grade, Stretch

_CONTEXT = 70
_BATCH = 100
_GRADES: tuple[Grade, ...] = ("exact", "normalised", "fuzzy")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and where. `page` and `near` (a native place such as `Costs!B7`) rank
    places that are equally good; `pictures` is a folder for pages with the place marked."""

    text: str
    page: int | None = None
    near: str = ""
    limit: int = 20
    pictures: Path | None = None


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words stand: the document and its cases, the page, and the words around them.

    `stretches` are all of it with boxes (in points from the top left); `score` the share of letters
    that needed no edit; `alike` how many places of the document are as good.
    """

    document: str
    document_name: str
    case_names: tuple[str, ...]
    page: int
    place: str
    grade: Grade
    score: float
    alike: int
    before: str
    quote: str
    after: str
    stretches: tuple[Stretch, ...]
    picture: str = ""
    picture_problem: str = ""


@dataclass(frozen=True, slots=True)
class Finds:
    """What was found, best first. `documents` were looked through; `complete` is False when there
    may be more places than were asked for."""

    text: str
    places: tuple[FoundPlace, ...]
    documents: int
    complete: bool


async def all_of(
    house: House, worksheet_id: str, case_ids: Sequence[str] = ()
) -> AsyncIterator[OnShelf]:
    """The documents of a worksheet, or of these cases of it."""
    skip = 0
    while True:
        batch = await house.store.shelf.page(
            worksheet_id, skip=skip, limit=_BATCH, case_ids=case_ids
        )
        hidden = await house.rights.unseen(house.store, [one.sha256 for one in batch])
        for one in batch:
            if one.sha256 not in hidden:
                yield one
        if len(batch) < _BATCH:
            return
        skip += _BATCH


async def find_in(house: House, documents: Sequence[OnShelf], wanted: Wanted) -> Finds:
    """The places of words in these documents: literally first; roughly only where they stand in
    none of them literally."""
    if not wanted.text.strip():
        raise UsageError("There is nothing to look for.", fix='Name some words: find "net total"')
    homes: dict[str, list[OnShelf]] = {}
    for one in documents:
        homes.setdefault(one.sha256, []).append(one)
    found: list[FoundPlace] = []
    for rough in (False, True):
        for where in homes.values():
            found += await _found(house, where, wanted, rough=rough)
            await asyncio.sleep(0)
        if found:
            break
    found.sort(key=lambda one: (_GRADES.index(one.grade), -one.score))
    kept = found[: wanted.limit]
    if wanted.pictures is not None:
        kept = [await _pictured(house, at, one, wanted) for at, one in enumerate(kept, 1)]
    most = max((one.alike for one in found), default=0)
    complete = len(found) <= wanted.limit and most <= wanted.limit
    return Finds(wanted.text, tuple(kept), len(homes), complete)


async def _found(
    house: House, where: list[OnShelf], wanted: Wanted, *, rough: bool
) -> list[FoundPlace]:
    document = await house.parsing.read(where[0].sha256)
    if not document.readable:
        return []
    locator = Locator(document)
    hint = Hint(wanted.page, wanted.near)
    pages = _pages_of(where)
    # A person who looks for words means them in whatever capitals and accents they stand.
    places = locator.find(
        wanted.text, limit=wanted.limit, hint=hint, rough=rough, pages=pages, every=True
    )
    return [_found_place(locator, _holding(where, place), place) for place in places]


def _pages_of(where: list[OnShelf]) -> list[int] | None:
    """The pages that these hold where all of them are parts of the file; None for all pages."""
    if any(not one.first_page for one in where):
        return None
    return sorted({n for one in where for n in range(one.first_page, one.last_page + 1)})


def _holding(where: list[OnShelf], place: Place) -> list[OnShelf]:
    """Those that have the page of a place: the file, or the part of it that this page is in."""
    held = [
        one for one in where if not one.first_page or one.first_page <= place.page <= one.last_page
    ]
    return held or where


def _found_place(locator: Locator, where: list[OnShelf], place: Place) -> FoundPlace:
    stretches = place.stretches
    first, last = stretches[0], stretches[-1]
    before, after = locator.page(first.page).text, locator.page(last.page).text
    return FoundPlace(
        where[0].sha256,
        where[0].name,
        tuple(dict.fromkeys(one.case_name for one in where)),
        place.page,
        place.place,
        place.grade,
        place.score,
        place.alike,
        before[max(0, first.start - _CONTEXT) : first.start],
        place.text,
        after[last.end : last.end + _CONTEXT],
        stretches,
    )


async def _pictured(house: House, number: int, found: FoundPlace, wanted: Wanted) -> FoundPlace:
    """The same with a picture of its page on disk; a page that cannot be drawn is told."""
    assert wanted.pictures is not None
    name = f"{file_name(found.document_name)}-p{found.page}-{number}.png"
    marks = [Mark(box) for s in found.stretches if s.page == found.page for box in s.boxes]
    try:
        data = await house.pictures.picture(found.document, found.page, marks)
    except CaseworkError as error:
        return replace(found, picture_problem=str(error))
    path = wanted.pictures / name
    await asyncio.to_thread(_write, path, data)
    return replace(found, picture=str(path))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
