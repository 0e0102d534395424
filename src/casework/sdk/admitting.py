"""Who may read what is handed in, and whether what was forgotten may come back. Reads no file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.errors import ConflictError
from casework.documents.reading import Member
from casework.sdk.rights import READS_EVERYTHING, Rights
from casework.store.store import Store
from casework.types.forgotten import Forgotten


@dataclass(frozen=True, slots=True)
class Admission:
    """On which terms files are handed in: `readers` are the groups that may read them (None: those
    who may read them already, or everybody), `who` hands them in, and `again` takes back what was
    forgotten. `rights` are those of the person who is told what became of them.
    """

    readers: frozenset[str] | None = None
    who: str = ""
    again: bool = False
    rights: Rights = READS_EVERYTHING

    async def check(self, store: Store, sha256: str, name: str) -> None:
        """Raise `ConflictError` for bytes that were forgotten; they are not kept then."""
        if self.again:
            return
        found = (await store.forgotten.of([sha256])).get(sha256)
        if found is None:
            return
        if await store.documents.find(sha256) is None:
            store.blobs.remove(sha256)
        raise ConflictError(
            f"{name} was forgotten{_told(found)}.",
            fix="To take it back: casework add FILE --again",
            code="document.forgotten",
        )

    async def members(
        self, store: Store, members: Sequence[Member]
    ) -> tuple[tuple[Member, ...], str]:
        """The attachments that may come in, and what to say of those that were forgotten."""
        if self.again or not members or not await store.forgotten.used():
            return tuple(members), ""
        marks = [hashlib.sha256(member.data).hexdigest() for member in members]
        gone = await store.forgotten.of(marks)
        kept = [one for one, mark in zip(members, marks, strict=True) if mark not in gone]
        left = len(members) - len(kept)
        told = f"{left:,} of {len(members):,} attachments were forgotten before and stay away."
        return tuple(kept), told if left else ""

    async def let_read(self, store: Store, sha256: str, parent: str) -> None:
        """Let those read a document whom it was handed in for; what was attached to one that is
        not open to everybody is read by the same people."""
        if self.readers is not None:
            await store.readers.grant([sha256], self.readers, who=self.who)
        elif parent and await store.readers.used():
            readers = (await store.readers.of([parent]))[parent]
            if readers is not None:
                await store.readers.grant([sha256], readers, who=self.who)


FOR_EVERYBODY = Admission()


def _told(found: Forgotten) -> str:
    """When and by whom, in words."""
    by = f" by {found.who}" if found.who else ""
    note = f": {found.note}" if found.note else ""
    return f" on {found.at[:10]}{by}{note}"
