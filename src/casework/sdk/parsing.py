"""Documents as they are read: parsed once in a worker, kept beside their bytes, given out again.

Implements `DocumentSource`. Reading with a newer reader replaces what an older one kept.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from casework.base.aio import first_error
from casework.base.errors import StoreError
from casework.documents.codec import from_json, to_json
from casework.documents.fenced.workers import Workers
from casework.documents.kind import kinds_of
from casework.documents.ocr.recognition import Recognition
from casework.documents.reading import Member, Parsed
from casework.documents.splitting.parts import bundled
from casework.sdk.admitting import FOR_EVERYBODY, Admission
from casework.sdk.assessing import keep_report
from casework.store.records import DocumentRecord
from casework.store.store import Store
from casework.types.document import Document, DocumentState
from casework.types.quality import Assessed

_KEPT = 64
_FEW_WORDS = 2_000
"""A document of so few words is quicker read at once than handed to a thread."""
_DEEPEST = 4
"""How deep attachments within attachments are followed."""
_MOST_BYTES = 2 << 30
_MOST_FILES = 150_000
"""How much may come out of one file with all that lies in the files in it."""
_AT_ONCE = 8
_PACKED = ("mailbox", "archive")

OnPage = Callable[[str, int, int], None]
"""Told of the name of a file whose pictures are read, the pages done, and those to be done."""
OnMember = Callable[[str, int, int], None]
"""Told of the name of a file that holds many others, how many were read, and how many it holds."""
ReadBefore = Callable[[str], Parsed | None]
"""Told of a sha256, gives what was read of these bytes, None where nothing was."""
_MANY = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that was read: its name, the kinds that it answers to, and the sha256 of the
    document that it was attached to ('' for none).

    `before` is the state that its bytes were in before ('' for new ones). `kept` tells that it is
    protected and was not opened this time, so that what was read before stands. `parts` is how many
    documents it surely looks like, 0 where it looks like one.
    """

    name: str
    document: Document
    kinds: tuple[str, ...]
    parent: str = ""
    before: DocumentState | Literal[""] = ""
    kept: bool = False
    parts: int = 0


@dataclass(slots=True)
class _Nest:
    """What may still come out of the file that was handed in. `depth` counts files in files."""

    admission: Admission = FOR_EVERYBODY
    files: int = _MOST_FILES
    bytes_left: int = _MOST_BYTES
    on_page: OnPage | None = None
    on_member: OnMember | None = None
    done: int = 0

    def tell(self, name: str, members: int, depth: int) -> None:
        """Say that one more of the many files in the file that was handed in is done."""
        if depth == 0 and members >= _MANY:
            self.done += 1
            if self.on_member is not None:
                self.on_member(name, self.done, members)

    def admit(self, members: tuple[Member, ...], depth: int) -> tuple[list[Member], str]:
        """The members that are followed, and what to say of the others."""
        if members and depth >= _DEEPEST:
            return (
                [],
                f"It lies {_DEEPEST} files deep; the {len(members):,} in it are not followed.",
            )
        kept: list[Member] = []
        for member in members:
            if self.files <= 0 or len(member.data) > self.bytes_left:
                break
            self.files -= 1
            self.bytes_left -= len(member.data)
            kept.append(member)
        left = len(members) - len(kept)
        told = f"{left:,} of {len(members):,} files in it are over the limit of a file."
        return kept, told if left else ""


class Parsing:
    """Reads files into the store and gives parsed documents back from it."""

    def __init__(
        self, store: Store, workers: Workers, recognition: Recognition | None = None
    ) -> None:
        self._store = store
        self._workers = workers
        self._recognition = recognition
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._lent: list[ReadBefore] = []

    @contextmanager
    def reading_before(self, known: ReadBefore) -> Iterator[None]:
        """While it is held, files that `known` tells of by their sha256 are not read again."""
        self._lent.append(known)
        try:
            yield
        finally:
            self._lent.remove(known)

    async def take(
        self,
        path: Path,
        name: str,
        *,
        folder: str = "",
        password: str = "",
        admission: Admission = FOR_EVERYBODY,
        on_page: OnPage | None = None,
        on_member: OnMember | None = None,
    ) -> list[Arrival]:
        """Keep a file, read it, and do the same with what is attached to it, depth first. Raises
        `ConflictError` for what was forgotten, unless it is let in again."""
        sha256 = await asyncio.to_thread(self._store.blobs.put_file, path)
        await admission.check(self._store, sha256, name)
        nest = _Nest(admission, on_page=on_page, on_member=on_member)
        return await self._arrive(sha256, name, folder, password, nest)

    async def take_again(
        self,
        sha256: str,
        name: str,
        *,
        folder: str = "",
        password: str = "",
        on_page: OnPage | None = None,
    ) -> list[Arrival]:
        """As `take`, of bytes that are kept already."""
        return await self._arrive(sha256, name, folder, password, _Nest(on_page=on_page))

    async def read(self, sha256: str) -> Document:
        """The parsed document of these bytes; raises `NotFoundError`."""
        kept = self._kept.get(sha256)
        if kept is None:
            record = await self._store.documents.get(sha256)
            here = self._store.blobs.at_hand(record.parsed)
            small = here and record.words <= _FEW_WORDS
            get = self._store.blobs.get
            data = get(record.parsed) if small else await asyncio.to_thread(get, record.parsed)
            kept = self._keep(from_json(data))
        self._kept.move_to_end(sha256)
        return kept

    def forget(self, sha256s: Iterable[str]) -> None:
        """Keep these documents in memory no longer."""
        for sha256 in sha256s:
            self._kept.pop(sha256, None)

    async def _arrive(
        self,
        sha256: str,
        name: str,
        folder: str,
        password: str,
        nest: _Nest,
        parent: str = "",
        depth: int = 0,
    ) -> list[Arrival]:
        path = await asyncio.to_thread(self._store.blobs.path_of, sha256)
        known = await self._store.documents.find(sha256)
        before: DocumentState | Literal[""] = known.state if known else ""
        lent = None if password else await asyncio.to_thread(self._read_before, sha256)
        parsed = lent or await self._workers.parse(path, name, password=password)
        if parsed.document.sha256 != sha256:  # nobody may write what another file says
            raise StoreError(
                f"What was read of {name} belongs to other bytes than were kept of it.",
                fix="Add it again; `casework doctor` says whether the files are what they were.",
            )
        document, kept = parsed.document, False
        if lent is None:
            document = await self._recognised(path, parsed, name, password, nest)
        found = parsed.assessed if document is parsed.document else None
        allowed, forgotten = await nest.admission.members(self._store, parsed.members)
        members, told = nest.admit(allowed, depth)
        if told or forgotten:
            notes = (note for note in (forgotten, told) if note)
            document = replace(document, notes=(*document.notes, *notes))
        if document.state == "password" and before == "read":
            document, kept = await self.read(sha256), True
        else:
            await self._write(document, name, path.stat().st_size, found)
        await nest.admission.let_read(self._store, sha256, parent)
        kinds = kinds_of(name, document, folder)
        parts = await asyncio.to_thread(bundled, document)
        arrivals = [Arrival(name, document, kinds, parent, before, kept, parts)]
        slots = asyncio.Semaphore(1 if depth else _AT_ONCE)

        async def follow(member: Member) -> list[Arrival]:
            async with slots:
                inner = await asyncio.to_thread(self._store.blobs.put, member.data)
                found = await self._arrive(
                    inner, member.name, folder, password, nest, sha256, depth + 1
                )
            nest.tell(name, len(members), depth)
            return list(map(_light, found)) if document.reader in _PACKED else found

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(follow(member)) for member in members]
        except BaseExceptionGroup as errors:
            raise first_error(errors) from errors  # one file failed, whatever was in it
        return arrivals + [arrival for task in tasks for arrival in task.result()]

    def _read_before(self, sha256: str) -> Parsed | None:
        """What somebody read of these bytes already, and lends."""
        return next((one for known in self._lent if (one := known(sha256)) is not None), None)

    async def _recognised(
        self, path: Path, parsed: Parsed, name: str, password: str, nest: _Nest
    ) -> Document:
        """The document with the text of its pictures."""
        if self._recognition is None:
            return parsed.document
        tell = None if nest.on_page is None else partial(nest.on_page, name)
        return await self._recognition.complete(path, parsed, password=password, on_page=tell)

    async def _write(
        self, document: Document, name: str, size: int, found: Assessed | None = None
    ) -> None:
        parsed = await asyncio.to_thread(self._store.blobs.put, to_json(document))
        self._keep(document)
        await self._store.documents.put(
            DocumentRecord(
                document.sha256,
                name,
                size,
                document.media_type,
                document.state,
                document.reason,
                document.reader,
                document.reader_version,
                parsed,
                len(document.pages),
                document.word_count,
                document.facts,
                document.notes,
            )
        )
        await keep_report(self._store, document, found)

    def _keep(self, document: Document) -> Document:
        self._kept[document.sha256] = document
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return document


def _light(arrival: Arrival) -> Arrival:
    """An arrival without the words of its pages, so that those of 100,000 mails find room."""
    pages = tuple(replace(page, words=(), confidences=()) for page in arrival.document.pages)
    return replace(arrival, document=replace(arrival.document, pages=pages, tables=()))
