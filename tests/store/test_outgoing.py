from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.store.records import OutgoingCall
from casework.store.store import Store
from tests.store.build import AT
from tests.store.conftest import Reopen


@dataclass(frozen=True)
class Call:
    host: str
    bytes: int = 100
    local: bool = False
    at: dt.datetime = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    purpose: str = "extract"
    sha256: str = "ab" * 32
    run_id: str = "run 1"
    case_id: str = "case 1"
    step_id: str = "net"


async def test_a_call_that_is_noted_is_on_record_with_the_next_commit(store: Store) -> None:
    store.outgoing.note(Call("api.example.com:443"))
    last = OutgoingCall(AT, "localhost:1", "test", 5, "cd" * 32, True, "run", "case", "step")
    await store.outgoing.add(last)
    whose = ("run 1", "case 1", "net")
    noted = OutgoingCall(AT, "api.example.com:443", "extract", 100, "ab" * 32, False, *whose)
    assert await store.outgoing.latest() == [last, noted]
    assert await store.outgoing.latest(1) == [last]


async def test_a_call_that_was_just_noted_is_told_of_at_once(store: Store) -> None:
    for number in range(20):
        store.outgoing.note(Call(f"{number}:443"))
        assert (await store.outgoing.latest(1))[0].host == f"{number}:443"


async def test_closing_keeps_what_was_noted_last(store: Store, reopen: Reopen) -> None:
    store.outgoing.note(Call("a:443"))
    await store.close()
    again = await reopen()
    assert [call.host for call in await again.outgoing.latest()] == ["a:443"]
