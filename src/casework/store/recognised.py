"""Pages that an OCR engine has read, by the bytes of their file, so that none is read twice."""

from __future__ import annotations

from casework.base.clock import stamp
from casework.store.codec import plain
from casework.store.database import Database, Transaction

_KEEP = (
    "INSERT INTO recognised_pages (sha256, page, engine, content, at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (sha256, engine, page) DO UPDATE SET content = excluded.content,"
    " at = excluded.at"
)


class RecognisedPages:
    """The recognised pages of a workspace: a `PageMemory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, sha256: str, engine: str) -> dict[int, str]:
        """Number → page, as text, of those that this engine read in these bytes."""
        rows = await self._database.long_read(
            "SELECT page, content FROM recognised_pages WHERE sha256 = ? AND engine = ?",
            (sha256, engine),
        )
        return {int(page): str(content) for page, content in rows}

    async def keep(self, sha256: str, page: int, engine: str, text: str) -> None:
        """Remember a page."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            await tx.execute(_KEEP, (sha256, page, engine, plain(text), at))

        await self._database.write(work)
