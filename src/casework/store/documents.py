"""Documents by the hash of their bytes: what they are and how reading them went."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable

from casework.base.clock import stamp
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, missing
from casework.store.records import DocumentRecord

_BATCH = 500
_COLUMNS = (
    "sha256, name, size, media_type, state, reason, reader, reader_version, parsed, pages, words,"
    " facts, notes, added_at"
)
_PUT = (
    f"INSERT INTO documents ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (sha256) DO UPDATE SET media_type = excluded.media_type,"
    " state = excluded.state, reason = excluded.reason, reader = excluded.reader,"
    " reader_version = excluded.reader_version, parsed = excluded.parsed, pages = excluded.pages,"
    " words = excluded.words, facts = excluded.facts, notes = excluded.notes"
)


class Documents:
    """The documents of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, document: DocumentRecord) -> None:
        """Write a document; one that is known keeps its first name and when it was added."""
        row = _row(document, document.added_at or stamp(self._database.clock.now()))
        await self._database.write(lambda tx: tx.execute(_PUT, row))

    async def find(self, sha256: str) -> DocumentRecord | None:
        """The document with these bytes, or None."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM documents WHERE sha256 = ?", (sha256,)
        )
        return _document(row) if row else None

    async def get(self, sha256: str) -> DocumentRecord:
        """The document with these bytes; raises `NotFoundError`."""
        found = await self.find(sha256)
        if found is None:
            raise missing("document", sha256)
        return found

    async def many(self, sha256s: Iterable[str]) -> dict[str, DocumentRecord]:
        """Those of the documents that are known, by their hash."""
        wanted = list(sha256s)
        found: dict[str, DocumentRecord] = {}
        for start in range(0, len(wanted), _BATCH):
            rows = await self._database.rows(
                f"SELECT {_COLUMNS} FROM documents"
                " WHERE sha256 IN (SELECT value FROM json_each(?))",
                (json_text(wanted[start : start + _BATCH]),),
            )
            found.update((row[0], _document(row)) for row in rows)
        return found

    async def stream(self) -> AsyncIterator[DocumentRecord]:
        """All documents, in the order in which they were added."""
        last = 0
        while rows := await self._database.rows(
            f"SELECT {_COLUMNS}, n FROM documents WHERE n > ? ORDER BY n LIMIT {_BATCH}",
            (last,),
        ):
            for row in rows:
                yield _document(row[:-1])
            last = rows[-1][-1]
            await asyncio.sleep(0)


def _row(document: DocumentRecord, added_at: str) -> Row:
    return (
        document.sha256,
        plain(document.name),
        document.size,
        document.media_type,
        document.state,
        plain(document.reason),
        document.reader,
        document.reader_version,
        document.parsed,
        document.pages,
        document.words,
        json_text(document.facts),
        json_text(document.notes),
        added_at,
    )


def _document(row: Row) -> DocumentRecord:
    (sha256, name, size, media_type, state, reason, reader, reader_version, parsed, pages, words,
     facts, notes, added_at) = row  # fmt: skip
    return DocumentRecord(
        sha256, name, size, media_type, state, reason, reader, reader_version, parsed, pages,
        words, json.loads(facts), tuple(json.loads(notes)), added_at,
    )  # fmt: skip
