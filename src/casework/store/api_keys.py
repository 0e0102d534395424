"""The keys of programs, by the digests of their secrets. A row stays when its key is revoked."""

from __future__ import annotations

import json

from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction, missing
from casework.store.people import groups_from, groups_text
from casework.types.account import ApiKey

_SHOWN = (
    "id, name, prefix, may, worksheets, reader_groups, person, created_by, created_at, until,"
    " used_at, revoked_at"
)
_INSERT = f"INSERT INTO api_keys ({_SHOWN}, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class ApiKeys:
    """The keys of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, digest: str) -> None:
        """Keep a new key."""

        async def work(tx: Transaction) -> None:
            told = (
                key.id,
                plain(key.name),
                key.prefix,
                json_text(sorted(key.may)),
                groups_text(key.worksheets),
                groups_text(key.groups),
                key.person,
                plain(key.created_by),
                key.created_at,
                key.until,
                key.used_at,
                key.revoked_at,
            )
            await tx.execute(_INSERT, (*told, digest))

        await self._database.write(work)

    async def all(self) -> list[ApiKey]:
        """All keys that ever were, the newest first."""
        rows = await self._database.rows(f"SELECT {_SHOWN} FROM api_keys ORDER BY n DESC")
        return [_key(row) for row in rows]

    async def by_digest(self, digest: str) -> ApiKey | None:
        """The key with this secret, whether it still holds or not."""
        row = await self._database.row(f"SELECT {_SHOWN} FROM api_keys WHERE digest = ?", (digest,))
        return _key(row) if row else None

    async def used(self, id: str, at: str) -> None:
        """Note that a key was used."""

        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE api_keys SET used_at = ? WHERE id = ?", (at, id))

        await self._database.write(work)

    async def revoke(self, id: str, at: str) -> None:
        """Let a key hold no more; raises `NotFoundError` when there is none of this id."""

        async def work(tx: Transaction) -> None:
            told = await tx.execute(
                "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at = ''", (at, id)
            )
            if not told:
                raise missing("key", id, "Look at the keys that there are.")

        await self._database.write(work)


def _key(row: Row) -> ApiKey:
    id, name, prefix, may, worksheets, groups, *told = row
    return ApiKey(
        id,
        name,
        prefix,
        frozenset(json.loads(may)),
        groups_from(worksheets),
        groups_from(groups),
        *told,
    )
