from __future__ import annotations

import asyncio

from casework.base.clock import FrozenClock
from casework.store.store import Store
from casework.types.needs import LaneNews
from tests.store.conftest import Reopen

_LANE = "house:m"


async def test_the_newest_that_anybody_learnt_holds_for_all(
    store: Store, reopen: Reopen, clock: FrozenClock
) -> None:
    other = await reopen()
    now = clock.now().timestamp()
    await store.rates.exchange("a", [LaneNews(_LANE, 50.0, now, 3.0, now + 2)])
    told = await other.rates.exchange("b", [LaneNews(_LANE, 90.0, now - 60, 9.0, now + 1)])
    assert told[_LANE].news == LaneNews(_LANE, 50.0, now, 3.0, now + 2)
    newer = await other.rates.exchange("b", [LaneNews(_LANE, 40.0, now + 5, 6.0)])
    assert newer[_LANE].news == LaneNews(_LANE, 40.0, now + 5, 6.0, now + 2)


async def test_who_was_heard_lately_counts_as_a_user_and_who_left_does_not(
    store: Store, clock: FrozenClock
) -> None:
    pressed, easy = LaneNews(_LANE, pressed=True), LaneNews(_LANE, sent_per_s=2.5)
    await store.rates.exchange("a", [pressed])
    told = await store.rates.exchange("b", [easy])
    assert (told[_LANE].users, told[_LANE].pressed, told[_LANE].taken_per_s) == (2, 1, 0.0)
    seen_by_a = await store.rates.exchange("a", [pressed])
    assert seen_by_a[_LANE].taken_per_s == 2.5
    await store.rates.leave("b")
    assert (await store.rates.exchange("a", [pressed]))[_LANE].users == 1
    clock.advance(60)
    assert (await store.rates.exchange("c", [easy]))[_LANE].users == 1


async def test_a_clock_that_was_set_back_leaves_no_user_behind_for_ever(
    store: Store, clock: FrozenClock
) -> None:
    await store.rates.exchange("a", [LaneNews(_LANE)])
    clock.passed_s -= 3600
    assert (await store.rates.exchange("b", [LaneNews(_LANE)]))[_LANE].users == 1


async def test_what_was_learnt_outlives_the_process(
    store: Store, reopen: Reopen, clock: FrozenClock
) -> None:
    now = clock.now().timestamp()
    await store.rates.exchange("a", [LaneNews(_LANE, 12.5, now, 3.0), LaneNews("house:b")])
    await store.rates.leave("a")
    rates = await (await reopen()).rates.all()
    assert [(rate.lane, rate.per_s, rate.users) for rate in rates] == [
        ("house:b", None, 0),
        (_LANE, 12.5, 0),
    ]


async def test_many_processes_may_tell_at_once(store: Store) -> None:
    lanes = [LaneNews(f"house:{name}") for name in "abc"]
    told = await asyncio.gather(
        *(store.rates.exchange(f"p{n}", lanes if n % 2 else lanes[::-1]) for n in range(20))
    )
    assert all(set(each) == {"house:a", "house:b", "house:c"} for each in told)
    last = await store.rates.exchange("p0", lanes)
    assert last["house:a"].users == 20
