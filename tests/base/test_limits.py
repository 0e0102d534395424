from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.base.clock import FrozenClock
from casework.base.limits import Hold, Pace, Rate, Slots


async def _hold_slot(slots: Slots, release: asyncio.Event, order: list[int], number: int) -> None:
    async with slots:
        order.append(number)
        await release.wait()


async def test_no_more_than_the_limit_are_in_flight_and_all_come_in_turn() -> None:
    slots, order = Slots(2), list[int]()

    async def one(number: int) -> None:
        async with slots:
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(n) for n in range(20)))
    assert slots.most_in_flight == 2
    assert order == list(range(20))
    assert slots.in_flight == 0


async def test_a_larger_limit_lets_those_who_wait_in_at_once() -> None:
    slots, release, order = Slots(1), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(_hold_slot(slots, release, order, n)) for n in range(4)]
    await asyncio.sleep(0.01)
    assert (slots.in_flight, slots.waiting) == (1, 3)
    slots.resize(3)
    await asyncio.sleep(0.01)
    assert order == [0, 1, 2]
    release.set()
    await asyncio.gather(*tasks)


async def test_a_smaller_limit_holds_from_the_next_release_on() -> None:
    slots, release, order = Slots(3), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(_hold_slot(slots, release, order, n)) for n in range(3)]
    await asyncio.sleep(0.01)
    slots.resize(1)
    late = asyncio.create_task(_hold_slot(slots, asyncio.Event(), order, 9))
    await asyncio.sleep(0.01)
    assert 9 not in order
    release.set()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.01)
    assert order[-1] == 9
    late.cancel()


async def test_a_cancelled_waiter_takes_no_slot_with_it() -> None:
    slots, release, order = Slots(1), asyncio.Event(), list[int]()
    first = asyncio.create_task(_hold_slot(slots, release, order, 0))
    await asyncio.sleep(0.01)
    waiter = asyncio.create_task(_hold_slot(slots, release, order, 1))
    await asyncio.sleep(0.01)
    release.set()
    await asyncio.sleep(0)  # the slot is handed on in the moment of the cancellation
    waiter.cancel()
    await asyncio.gather(first, waiter, return_exceptions=True)
    async with asyncio.timeout(1):
        await _hold_slot(slots, release, order, 2)
    assert slots.in_flight == 0


async def test_cancelling_at_any_moment_leaks_no_slot() -> None:
    for moment in range(6):
        slots = Slots(1)

        async def one(slots: Slots = slots) -> None:
            async with slots:
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(one()) for _ in range(4)]
        for _ in range(moment):
            await asyncio.sleep(0)
        for task in tasks[1:3]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (slots.in_flight, slots.waiting) == (0, 0)


async def test_a_rate_spreads_what_comes_at_once() -> None:
    clock, slept = FrozenClock(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    rate = Rate(10, clock=clock, burst=2, sleep=sleep)
    waits = [await rate.take() for _ in range(5)]
    assert waits == pytest.approx([0, 0, 0.1, 0.2, 0.3])
    assert slept == pytest.approx([0.1, 0.2, 0.3])
    clock.advance(60)
    assert rate.reserve() == 0
    assert rate.reserve() == 0
    assert rate.reserve() == pytest.approx(0.1)  # a long pause saves up no more than the burst


def test_a_pace_halves_once_for_complaints_that_came_together_and_grows_back_slowly() -> None:
    clock, slots = FrozenClock(), Slots(16)
    pace = Pace(slots, clock=clock)
    for _ in range(5):
        pace.slowed()
    assert slots.limit == 8
    clock.advance(1)
    pace.slowed()
    assert slots.limit == 4
    for _ in range(4):
        pace.eased()
    assert slots.limit == 5
    for _ in range(1000):
        pace.eased()
    assert slots.limit == 16


def test_a_pace_never_comes_to_a_stop() -> None:
    clock, slots = FrozenClock(), Slots(2)
    pace = Pace(slots, clock=clock)
    for _ in range(5):
        pace.slowed()
        clock.advance(2)
    assert slots.limit == 1


async def test_a_hold_is_never_shortened_and_ends_by_itself() -> None:
    clock = FrozenClock(at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    hold = Hold(clock=clock, sleep=sleep)
    await hold.passed()
    assert clock.passed_s == 0
    hold.shut(5)
    hold.shut(2)
    assert hold.remaining_s == 5
    await hold.passed()
    assert clock.passed_s == 5
    assert hold.remaining_s == 0


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Slots(limit)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Rate(0, clock=FrozenClock())
