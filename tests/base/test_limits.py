from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from casework.base.clock import FrozenClock
from casework.base.limits import Allowance, Slots, Turns


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
    async with asyncio.timeout(30):
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


def test_an_allowance_spreads_what_comes_at_once_and_saves_up_only_a_little() -> None:
    allowance, now, waits = Allowance(lag_s=0.1), 0.0, list[float]()
    for _ in range(4):
        waits.append(allowance.wait_s(now))
        now += waits[-1]
        allowance.take(1, 10, now)
    assert waits == pytest.approx([0, 0, 0.1, 0.1])
    now += 60
    for _ in range(2):
        assert allowance.wait_s(now) == 0
        allowance.take(1, 10, now)
    assert allowance.wait_s(now) == pytest.approx(0.1)


def test_a_large_amount_is_given_at_once_and_the_next_waits_for_it() -> None:
    allowance = Allowance(lag_s=0)
    allowance.take(50, 10, 0.0)
    assert allowance.wait_s(0.0) == pytest.approx(5)
    allowance.give_back(20, 10)
    assert allowance.wait_s(0.0) == pytest.approx(3)


@dataclass
class _Gate:
    """Turns on a clock that moves by sleeping, with a rate that can be changed."""

    per_s: float = 10.0
    patience_s: float = 100.0
    allowance: Allowance = field(default_factory=lambda: Allowance(lag_s=0.0))
    clock: FrozenClock = field(default_factory=FrozenClock)

    def __post_init__(self) -> None:
        self.turns = Turns(
            self.allowance.wait_s,
            lambda weight, now: self.allowance.take(weight, self.per_s, now),
            clock=self.clock,
            sleep=self._sleep,
            patience_s=self.patience_s,
        )

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await asyncio.sleep(0)


async def _passed(gate: _Gate, number: int, order: list[tuple[int, float]]) -> None:
    assert await gate.turns.pass_through()
    order.append((number, round(gate.clock.passed_s, 6)))


async def test_turns_come_in_order_at_the_rate() -> None:
    gate, order = _Gate(per_s=10), list[tuple[int, float]]()
    await asyncio.gather(*(_passed(gate, number, order) for number in range(5)))
    assert [number for number, _ in order] == [0, 1, 2, 3, 4]
    assert gate.clock.passed_s == pytest.approx(0.4)


async def test_a_rate_that_changes_holds_for_those_who_wait_already() -> None:
    gate, order = _Gate(per_s=1), list[tuple[int, float]]()
    tasks = [asyncio.create_task(_passed(gate, number, order)) for number in range(4)]
    while len(order) < 2:
        await asyncio.sleep(0)
    gate.per_s = 10
    await asyncio.gather(*tasks)
    assert order[-1][1] <= 2.5


async def test_nobody_passes_while_it_is_shut_and_a_closing_is_never_shortened() -> None:
    gate, order = _Gate(), list[tuple[int, float]]()
    gate.turns.shut(5)
    gate.turns.shut(2)
    assert gate.turns.shut_s() == 5
    await _passed(gate, 0, order)
    assert order == [(0, 5.0)]
    assert gate.turns.shut_s() == 0


async def test_nobody_waits_longer_than_its_patience() -> None:
    gate, order = _Gate(per_s=1, patience_s=10), list[tuple[int, float]]()
    await _passed(gate, 0, order)
    waiting = asyncio.create_task(gate.turns.pass_through())
    await asyncio.sleep(0)
    gate.turns.shut(3600)
    assert await waiting is False
    assert await gate.turns.pass_through() is False
    assert gate.clock.passed_s < 10


async def test_who_is_cancelled_while_waiting_holds_nobody_up() -> None:
    gate, order = _Gate(), list[tuple[int, float]]()
    gate.turns.shut(1)
    tasks = [asyncio.create_task(_passed(gate, number, order)) for number in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [number for number, _ in order] == [1, 2]
    assert gate.turns.waiting == 0


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Slots(limit)
