"""What was forgotten at somebody's word: that it was, by whom and why; nothing of what it was."""

from __future__ import annotations

import json
from collections.abc import Iterable

from casework.store.codec import Row, json_text
from casework.store.database import Database
from casework.types.forgotten import Forgotten

_COLUMNS = "sha256, who, at, note, blobs, done_at"


class ForgottenDocuments:
    """What a workspace has forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self) -> bool:
        """Whether anything was ever forgotten."""
        return await self._database.row("SELECT 1 FROM forgotten LIMIT 1") is not None

    async def of(self, sha256s: Iterable[str]) -> dict[str, Forgotten]:
        """Those of these documents that were forgotten, as it happened last."""
        wanted = json_text(list(sha256s))
        rows = await self._database.rows(
            f"SELECT {_COLUMNS} FROM forgotten"
            " WHERE sha256 IN (SELECT value FROM json_each(?)) ORDER BY n",
            (wanted,),
        )
        return {row[0]: _forgotten(row) for row in rows}

    async def all(self) -> list[Forgotten]:
        """Everything that was forgotten, oldest first."""
        rows = await self._database.rows(f"SELECT {_COLUMNS} FROM forgotten ORDER BY n")
        return [_forgotten(row) for row in rows]

    async def unfinished(self) -> list[Forgotten]:
        """What was begun and broken off."""
        return [one for one in await self.all() if not one.done_at]


def _forgotten(row: Row) -> Forgotten:
    sha256, who, at, note, blobs, done_at = row
    return Forgotten(sha256, who, at, note, tuple(json.loads(blobs)), done_at)
