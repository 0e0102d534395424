"""Requests that their senders named, and what was answered: the same one is not done twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction

_COLUMNS = "request, status, headers, answer, at"


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request that was begun. `request` is the digest of what was asked; `status` 0 while nobody
    has answered it; `headers` and `answer` are then empty."""

    request: str
    status: int
    headers: Mapping[str, str]
    answer: str
    at: str


class RequestKeys:
    """The named requests of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, sender: str, name: str, request: str, *, kept: str
    ) -> KnownRequest | None:
        """Write down that a request is begun; returns the one of this name that was begun before,
        if there is one. What is older than the stamp `kept` is deleted."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> KnownRequest | None:
            await tx.execute("DELETE FROM request_keys WHERE at < ?", (kept,))
            row = await tx.row(
                f"SELECT {_COLUMNS} FROM request_keys WHERE sender = ? AND name = ?",
                (plain(sender), plain(name)),
            )
            if row is not None:
                told, status, headers, answer, begun = row
                return KnownRequest(told, int(status), json.loads(headers), answer, begun)
            await tx.execute(
                "INSERT INTO request_keys (sender, name, request, status, headers, answer, at)"
                " VALUES (?, ?, ?, 0, '{}', '', ?)",
                (plain(sender), plain(name), request, at),
            )
            return None

        return await self._database.write(work)

    async def end(
        self, sender: str, name: str, status: int, headers: Mapping[str, str], answer: str
    ) -> None:
        """Keep what was answered."""

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "UPDATE request_keys SET status = ?, headers = ?, answer = ?"
                " WHERE sender = ? AND name = ?",
                (status, json_text(dict(headers)), plain(answer), plain(sender), plain(name)),
            )

        await self._database.write(work)

    async def drop(self, sender: str, name: str) -> None:
        """Forget one that came to nothing, so that it may be tried again."""

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "DELETE FROM request_keys WHERE sender = ? AND name = ?",
                (plain(sender), plain(name)),
            )

        await self._database.write(work)
