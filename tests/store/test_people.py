"""Accounts, sign-ins, keys, locks and deeds, on both kinds of store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import ConflictError, NotFoundError
from casework.store.store import Store
from casework.types.account import Account, ApiKey, SessionRecord, StepLock
from casework.types.deed import Deed

ADA = Account("a", "ada", "Ada", "owner", None, "hash", created_at="1")
BOB = Account("b", "bob", "Bob", "reader", frozenset({"north"}), created_at="2")


async def test_an_account_is_kept_as_it_was_said(store: Store) -> None:
    await store.people.add(ADA)
    await store.people.add(BOB)
    assert await store.people.all() == [ADA, BOB]
    assert await store.people.by_login("bob") == BOB
    assert await store.people.get("nobody") is None
    gone = replace(BOB, removed_at="3")
    await store.people.change(gone)
    assert await store.people.all() == [ADA]
    assert await store.people.all(removed=True) == [ADA, gone]


async def test_a_login_is_given_once(store: Store) -> None:
    await store.people.add(ADA)
    with pytest.raises(ConflictError):
        await store.people.add(replace(BOB, login="ada"))


async def test_an_owner_is_always_left(store: Store) -> None:
    await store.people.add(ADA)
    with pytest.raises(ConflictError, match="only owner"):
        await store.people.change(replace(ADA, role="editor"))
    await store.people.change(replace(ADA, role="editor"), keep_an_owner=False)
    with pytest.raises(NotFoundError):
        await store.people.change(BOB)


async def test_sign_ins_end_alone_and_together(store: Store) -> None:
    for digest in ("x", "y", "z"):
        await store.sessions.begin(SessionRecord(digest, "a", "1", "1", "9"))
    await store.sessions.used("y", "5")
    assert (await store.sessions.of("a"))[0].digest == "y"
    await store.sessions.end("x")
    assert await store.sessions.get("x") is None
    assert await store.sessions.end_all("a", but="z") == 1
    assert [one.digest for one in await store.sessions.of("a")] == ["z"]


async def test_a_link_is_taken_once_and_in_time(store: Store) -> None:
    await store.sessions.make_entry("d", "a", now="1", until="5")
    assert await store.sessions.entry("d", now="4") == "a"
    assert await store.sessions.take_entry("d", now="4") == "a"
    assert await store.sessions.take_entry("d", now="4") is None
    await store.sessions.make_entry("e", "", now="1", until="5")
    assert await store.sessions.take_entry("e", now="5") is None


async def test_a_key_is_found_by_its_digest_and_revoked_once(store: Store) -> None:
    may, sheets = frozenset({"read", "edit"}), frozenset({"claims"})
    key = ApiKey("k", "nightly", "ck_abc", may, sheets, None, "a", "Ada", "1", "9")  # type: ignore[arg-type]
    await store.api_keys.add(key, "digest")
    await store.api_keys.used("k", "3")
    assert await store.api_keys.by_digest("digest") == replace(key, used_at="3")
    await store.api_keys.revoke("k", "4")
    assert (await store.api_keys.all())[0].revoked_at == "4"
    with pytest.raises(NotFoundError):
        await store.api_keys.revoke("k", "5")


async def test_a_lock_takes_the_place_of_the_one_before(store: Store) -> None:
    sheet = await store.worksheets.add("claims", "claims.md")
    await store.step_locks.put(sheet.id, StepLock("net", "edit", ("owner",), "Ada", "1"))
    later = StepLock("net", "edit", ("a", "editor"), "Ada", "2")
    await store.step_locks.put(sheet.id, later)
    await store.step_locks.put(sheet.id, StepLock("net", "decide", ("owner",), "Ada", "3"))
    assert (await store.step_locks.of(sheet.id))[1] == later
    await store.step_locks.put(sheet.id, StepLock("net", "edit", ()))
    assert [one.what for one in await store.step_locks.of(sheet.id)] == ["decide"]


async def test_deeds_are_listed_newest_first(store: Store, clock: FrozenClock) -> None:
    for at, person in enumerate(("a", "b", "a")):
        store.deeds.note(Deed(clock.now(), person, person, "", f"Worksheet.act{at}", on="x\0y"))
    await store.deeds.settle()
    found = await store.deeds.latest()
    assert [one.what[-1] for one in found] == ["2", "1", "0"]
    assert found[0].at == clock.now()
    assert "\0" not in found[0].on
    assert [one.what[-1] for one in await store.deeds.latest(person="a")] == ["2", "0"]
    assert [one.what[-1] for one in await store.deeds.latest(before=found[1].n)] == ["0"]
    assert [one.what[-1] for one in await store.deeds.latest(what="ACT1")] == ["1"]
