"""Who may read a document: groups by its bytes; a document without a row is open to everybody."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from casework.base.clock import stamp
from casework.base.errors import InputError
from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction
from casework.store.relabelling import relabel

EVERYBODY = "everybody"
_NOBODY = "nobody"
_BESIDE_LETTERS = "-_.@"
_BATCH = 500
_OF = (
    "SELECT d.sha256, r.readers FROM documents d JOIN document_readers r ON r.document = d.n"
    " WHERE d.sha256 IN (SELECT value FROM json_each(?))"
)
_NUMBERS = (
    "SELECT sha256, n FROM documents WHERE sha256 IN (SELECT value FROM json_each(?)) ORDER BY n"
)
_HELD = (
    "SELECT DISTINCT document FROM case_documents"
    " WHERE document IN (SELECT value FROM json_each(?))"
)
_PUT = (
    "INSERT INTO document_readers (document, readers, who, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (document) DO UPDATE SET readers = excluded.readers, who = excluded.who,"
    " at = excluded.at"
)
_BELOW = (
    "WITH RECURSIVE below (document) AS (SELECT sha256 FROM documents"
    " WHERE sha256 IN (SELECT value FROM json_each(?))"
    " UNION SELECT m.document FROM case_documents m JOIN below b ON m.parent = b.document)"
    " SELECT document FROM below"
)
"""Documents and what was attached to them, to any depth."""


class Readers:
    """The readers of the documents of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, sha256s: Iterable[str]) -> dict[str, frozenset[str] | None]:
        """The groups that may read each document; None stands for everybody."""
        wanted = list(dict.fromkeys(sha256s))
        found: dict[str, frozenset[str] | None] = dict.fromkeys(wanted)
        for start in range(0, len(wanted), _BATCH):
            batch = json_text(wanted[start : start + _BATCH])
            for sha256, told in await self._database.rows(_OF, (batch,)):
                found[sha256] = readers_from(told)
        return found

    async def used(self) -> bool:
        """Whether any document is closed to anybody."""
        return await self._database.row("SELECT 1 FROM document_readers LIMIT 1") is not None

    async def below(self, sha256s: Iterable[str]) -> list[str]:
        """These documents and what was attached to them, to any depth."""
        wanted = json_text(list(sha256s))
        return [row[0] for row in await self._database.rows(_BELOW, (wanted,))]

    async def set(
        self, sha256s: Iterable[str], groups: Collection[str] | None, *, who: str
    ) -> None:
        """Let exactly these groups read the documents and what came from them; None lets
        everybody."""
        wanted, at = json_text(list(sha256s)), stamp(self._database.clock.now())
        told = None if groups is None else readers_text(groups)

        async def work(tx: Transaction) -> None:
            found = await tx.rows(_NUMBERS, (wanted,))
            for _, number in found:
                if told is None:
                    await tx.execute("DELETE FROM document_readers WHERE document = ?", (number,))
                else:
                    await tx.execute(_PUT, (number, told, plain(who), at))
            await relabel(tx, [sha256 for sha256, _ in found], who=plain(who), at=at)

        await self._database.write(work)

    async def grant(self, sha256s: Iterable[str], groups: Collection[str], *, who: str) -> None:
        """Let groups read documents that were handed in for them. Those that no case holds yet are
        read by these groups alone; others get them beside the readers that they have, and stay
        open where they are open to everybody: their bytes were there to be read already."""
        asked, at = json_text(list(sha256s)), stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            found = await tx.rows(_OF, (asked,))
            before = {sha256: readers_from(told) or frozenset() for sha256, told in found}
            held = {row[0] for row in await tx.rows(_HELD, (asked,))}
            for sha256, number in await tx.rows(_NUMBERS, (asked,)):
                if sha256 in before or sha256 not in held:
                    joined = before.get(sha256, frozenset()) | frozenset(groups)
                    await tx.execute(_PUT, (number, readers_text(joined), plain(who), at))
            if before:
                await relabel(tx, list(before), who=plain(who), at=at)

        await self._database.write(work)


def readers_text(groups: Collection[str]) -> str:
    """Groups as they are kept: a JSON list in order."""
    return json_text(sorted(set(groups)))


def readers_from(told: str | None) -> frozenset[str] | None:
    """The inverse; None, as a document without a row has it, stands for everybody."""
    return None if told is None else frozenset(json.loads(told))


def reader_groups(words: Sequence[str]) -> frozenset[str] | None:
    """Groups as people name them: several with a comma between, small and large letters alike;
    `everybody` gives None. Raises `InputError` for what is no name of a group."""
    names = {name.strip().casefold() for word in words for name in word.split(",") if name.strip()}
    if not names:
        raise InputError(
            "No group of readers was named.", fix=f"Name one or several, or say {EVERYBODY!r}."
        )
    if names == {EVERYBODY}:
        return None
    for name in sorted(names):
        fits = all(sign.isalnum() or sign in _BESIDE_LETTERS for sign in name)
        if not fits or name in (EVERYBODY, _NOBODY):
            raise InputError(
                f"{name!r} is no name of a group of readers.",
                fix="Use letters, digits and - _ . @; everybody and nobody have other meanings.",
            )
    return frozenset(names)
