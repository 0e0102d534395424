"""Which pages of a document need recognition, and the document with their words.

Pages go to workers of their own, one a job, so that each has its own time and a page that fails
costs itself alone. Pages that were recognised before, by the same engine, are remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from casework.base.errors import CaseworkError, DocumentError
from casework.base.hashing import sha256_text
from casework.documents.codec import from_json, to_json
from casework.documents.fenced.workers import Workers
from casework.documents.ocr.engines import AUTO, chosen, how_to_get, version_of
from casework.documents.pdf.state import PICTURES_NOTE, pages_named
from casework.documents.reading import Parsed
from casework.documents.repeat import mark_repeats
from casework.types.document import Document, Page
from casework.types.plugin import OcrEngineSpec

OnPage = Callable[[int, int], None]
"""Told of pages recognised, and pages to be recognised in all."""

DRAWN_FROM: Final = frozenset({"pdf", "image"})
"""The readers whose pages can be drawn from the file."""
_BLANK: Final = "No text was found on its pages, neither in the file nor in its pictures."
_LARGE_NOTE: Final = "Large pictures on "
_TOLD_REASONS: Final = 3
_DIGEST: Final = 6


class PageMemory(Protocol):
    """Pages that were recognised before."""

    async def known(self, sha256: str, engine: str) -> dict[int, str]:
        """Number → page, as text, of those that this engine read in these bytes."""
        ...

    async def keep(self, sha256: str, page: int, engine: str, text: str) -> None:
        """Remember a page."""
        ...


@dataclass(frozen=True, slots=True)
class _Failed:
    number: int
    reason: str


class Recognition:
    """Recognises what is in pictures, where an engine is there for it. `wanted` is the setting: a
    name of an engine, `auto` or `off`."""

    def __init__(
        self,
        workers: Workers,
        engines: Sequence[OcrEngineSpec],
        *,
        wanted: str = AUTO,
        languages: str = "eng",
        memory: PageMemory | None = None,
    ) -> None:
        self._workers = workers
        self._engines = tuple(engines)
        self._wanted = wanted
        self._languages = languages
        self._memory = memory
        self.engine = chosen(self._engines, wanted)
        """The engine that is used, None when there is none."""

    @property
    def version(self) -> str:
        """What the reader's version of a document is followed by when this engine read it."""
        if self.engine is None:
            return ""
        told = version_of(self.engine)
        return f"{told}-{self._languages}" if self.engine.program else told

    async def complete(
        self,
        path: Path,
        parsed: Parsed,
        *,
        password: str = "",
        on_page: OnPage | None = None,
    ) -> Document:
        """The document with the words of its pictures; what cannot be recognised says why. Raises
        nothing because of the content."""
        document = parsed.document
        numbers = pages_wanted(parsed)
        if not numbers:
            return document
        if self.engine is None:
            return self._without_engine(document, parsed.pictures)
        key = f"{document.reader}-{document.reader_version}+{self.version}"
        known = await self._memory.known(document.sha256, key) if self._memory else {}
        done = 0

        async def one(number: int) -> Page | _Failed:
            nonlocal done
            try:
                if number in known:
                    return from_json(known[number].encode()).pages[0]
                return await self._page(path, document, number, password, key)
            except CaseworkError as error:
                return _Failed(number, error.message)
            finally:
                done += 1
                if on_page is not None:
                    on_page(done, len(numbers))

        if on_page is not None:
            on_page(0, len(numbers))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in numbers]
        return self._put_together(document, [task.result() for task in tasks])

    async def look(
        self, path: Path, document: Document, number: int, *, password: str = ""
    ) -> Page:
        """A page as it is recognised from its picture alone, whatever text it has of its own.

        Raises `DocumentError` when it cannot be recognised, for want of an engine too.
        """
        if self.engine is None:
            raise DocumentError(
                "The picture of a page cannot be read: there is no engine for recognition.",
                fix=how_to_get(self._engines, self._wanted),
            )
        page = next(page for page in document.pages if page.number == number)
        bare = Page(
            number, page.width_pt, page.height_pt, "", (), (), state="needs_ocr", turned=page.turned
        )
        alone = replace(document, pages=(bare,), tables=(), notes=(), facts={}, attachments=())
        read = await self._workers.recognise(
            path, alone, self.engine, self._languages, password=password
        )
        return read.pages[0]

    async def close(self) -> None:
        """End the workers."""
        await self._workers.__aexit__()

    async def _page(
        self, path: Path, document: Document, number: int, password: str, key: str
    ) -> Page:
        assert self.engine is not None
        page = next(page for page in document.pages if page.number == number)
        alone = replace(document, pages=(page,), tables=(), notes=(), facts={}, attachments=())
        read = await self._workers.recognise(
            path, alone, self.engine, self._languages, password=password
        )
        if self._memory is not None:
            await self._memory.keep(document.sha256, number, key, to_json(read).decode())
        return read.pages[0]

    def _without_engine(self, document: Document, pictures: Sequence[int]) -> Document:
        """The document with what to do so that its pictures are read."""
        how = how_to_get(self._engines, self._wanted)
        if document.state == "needs_ocr":
            return replace(document, reason=f"{document.reason} {how}")
        notes = [f"{note} {how}" if is_of_pictures(note) else note for note in document.notes]
        if pictures:
            some = f"{_LARGE_NOTE}{pages_named(pictures)} may hold text that was not read."
            notes.append(some if len(notes) > len(document.notes) else f"{some} {how}")
        return replace(document, notes=tuple(notes))

    def _put_together(self, document: Document, found: Sequence[Page | _Failed]) -> Document:
        """The document with the pages that were recognised, and with word of the others."""
        failed = [each for each in found if isinstance(each, _Failed)]
        read = {page.number: page for page in found if isinstance(page, Page)}
        pages = mark_repeats([read.get(page.number, page) for page in document.pages])
        version = f"{document.reader_version}+{self.version}"
        notes = [note for note in document.notes if not is_of_pictures(note)]
        recognised = [number for number in sorted(read) if read[number].read_by != "text"]
        if recognised and self.engine is not None:
            notes.append(f"Recognised by {self.engine.name}: {pages_named(recognised)}.")
        if failed:
            lost = ",".join(str(each.number) for each in failed)
            version += f" but {len(failed)} ({sha256_text(lost)[:_DIGEST]})"
            notes.append(_not_recognised(failed))
        made = replace(
            document,
            pages=pages,
            reader_version=version,
            notes=tuple(notes),
            state="read",
            reason="",
        )
        if any(page.words for page in pages):
            return made
        if failed:
            return replace(made, state="needs_ocr", reason=_not_recognised(failed))
        return replace(made, state="empty", reason=_BLANK)


def pages_wanted(parsed: Parsed) -> list[int]:
    """The numbers of the pages whose pictures hold text that is not read yet, as far as known."""
    document = parsed.document
    if document.reader not in DRAWN_FROM:
        return []
    wanted = {page.number for page in document.pages if page.state == "needs_ocr"}
    return sorted(wanted | set(parsed.pictures))


def is_of_pictures(note: str) -> bool:
    """Whether a note of a document speaks of pictures that were not read."""
    return note.startswith((PICTURES_NOTE, _LARGE_NOTE))


def _not_recognised(failed: Sequence[_Failed]) -> str:
    """Which pages could not be recognised and why."""
    reasons = list(dict.fromkeys(each.reason for each in failed))[:_TOLD_REASONS]
    pages = pages_named([each.number for each in failed])
    return f"Not recognised: {pages}. {' '.join(reasons)}"
