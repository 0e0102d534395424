from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import NotFoundError
from casework.base.hashing import sha256_text
from casework.store.records import DocumentRecord
from casework.store.store import Store


def document(text: str) -> DocumentRecord:
    return DocumentRecord(
        sha256_text(text), f"{text}.eml", 12, "message/rfc822", "read", "", "mail", "2", "ab" * 32,
        3, 250, {"subject": "Ré: claim"}, ("the name says .pdf",), "2026-01-01T00:00:00.000Z",
    )  # fmt: skip


async def test_a_document_is_read_back_as_it_was(store: Store) -> None:
    await store.documents.put(document("a"))
    assert await store.documents.get(sha256_text("a")) == document("a")
    assert await store.documents.find(sha256_text("b")) is None
    with pytest.raises(NotFoundError):
        await store.documents.get(sha256_text("b"))


async def test_a_document_added_without_a_time_is_added_now(
    store: Store, clock: FrozenClock
) -> None:
    await store.documents.put(replace(document("a"), added_at=""))
    assert (await store.documents.get(sha256_text("a"))).added_at == stamp(clock.now())


async def test_reading_anew_keeps_the_first_name_and_when_it_came(store: Store) -> None:
    first = document("a")
    await store.documents.put(first)
    anew = replace(first, name="b.eml", added_at="2027", state="password", reason="locked", pages=0)
    await store.documents.put(anew)
    assert await store.documents.get(first.sha256) == replace(
        anew, name=first.name, added_at=first.added_at
    )


async def test_many_documents_are_found_at_once_and_streamed_as_they_came(store: Store) -> None:
    made = [document(f"d{n}") for n in range(20)]
    for one in made:
        await store.documents.put(one)
    wanted = [made[3].sha256, sha256_text("nothing"), made[17].sha256]
    found = await store.documents.many(wanted)
    assert found == {made[3].sha256: made[3], made[17].sha256: made[17]}
    assert [one async for one in store.documents.stream()] == made
