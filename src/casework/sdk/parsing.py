"""Documents as they are read: parsed once in a worker, kept beside their bytes, given out again.

Implements `DocumentSource`. Reading with a newer reader replaces what an older one kept.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casework.documents.codec import from_json, to_json
from casework.documents.kind import kinds_of
from casework.documents.worker import Workers
from casework.store.records import DocumentRecord
from casework.store.store import Store
from casework.types.document import Document, DocumentState

_KEPT = 64
_FEW_WORDS = 2_000
"""A document of so few words is quicker read at once than handed to a thread."""
_DEEPEST = 4
"""How deep attachments within attachments are followed."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that was read: its name, the kinds that it answers to, and the sha256 of the
    document that it was attached to ('' for none).

    `before` is the state that its bytes were in before ('' for new ones). `kept` tells that it is
    protected and was not opened this time, so that what was read before stands.
    """

    name: str
    document: Document
    kinds: tuple[str, ...]
    parent: str = ""
    before: DocumentState | Literal[""] = ""
    kept: bool = False


class Parsing:
    """Reads files into the store and gives parsed documents back from it."""

    def __init__(self, store: Store, workers: Workers) -> None:
        self._store = store
        self._workers = workers
        self._kept: OrderedDict[str, Document] = OrderedDict()

    async def take(
        self, path: Path, name: str, *, folder: str = "", password: str = ""
    ) -> list[Arrival]:
        """Keep a file, read it, and do the same with what is attached to it, depth first."""
        sha256 = await asyncio.to_thread(self._store.blobs.put_file, path)
        return await self._arrive(sha256, name, folder, password)

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

    async def _arrive(
        self, sha256: str, name: str, folder: str, password: str, parent: str = "", depth: int = 0
    ) -> list[Arrival]:
        path = await asyncio.to_thread(self._store.blobs.path_of, sha256)
        known = await self._store.documents.find(sha256)
        before: DocumentState | Literal[""] = known.state if known else ""
        parsed = await self._workers.parse(path, name, password=password)
        document, kept = parsed.document, False
        if document.state == "password" and before == "read":
            document, kept = await self.read(sha256), True
        else:
            await self._write(document, name, path.stat().st_size)
        kinds = kinds_of(name, document, folder)
        arrivals = [Arrival(name, document, kinds, parent, before, kept)]
        if depth < _DEEPEST:
            for member in parsed.members:
                inner = await asyncio.to_thread(self._store.blobs.put, member.data)
                arrivals += await self._arrive(
                    inner, member.name, folder, password, sha256, depth + 1
                )
        return arrivals

    async def _write(self, document: Document, name: str, size: int) -> None:
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

    def _keep(self, document: Document) -> Document:
        self._kept[document.sha256] = document
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return document
