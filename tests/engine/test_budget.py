"""Caps: what fits is let through, what does not waits, and a cap is passed by a known bound."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import BudgetError
from casework.engine.budget import REFRESH_S, Purse
from casework.engine.caps import start_of_day
from casework.observe.collect import collecting
from casework.store.store import Store
from casework.types.needs import Spending
from casework.types.span import Whose
from casework.types.spending import Cap, Caps, Spent
from casework.types.usage import NO_USAGE, Usage

SHEET, CASE = "sheet", "case"


def call(
    cost_usd: float | None = 0.1,
    *,
    model: str = "test:a",
    step: str = "net",
    case: str = CASE,
    sheet: str = SHEET,
    tokens: int = 100,
) -> Spending:
    return Spending(Whose("run", case, step, sheet), model, tokens, cost_usd)


def used(cost_usd: float | None = 0.1, tokens: int = 100) -> Usage:
    return Usage(1, tokens - 20, 20, 0, cost_usd, 1.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = Store.create(tmp_path / "workspace", FrozenClock())
    yield made
    await made.close()


def purse(store: Store, **caps: Cap) -> Purse:
    told = Caps(**caps)  # type: ignore[arg-type]
    return Purse(told, store.spending, clock=store.database.clock, zone="Europe/Berlin")


async def spend(one: Purse, spending: Spending, took: Usage | None = None) -> None:
    await one.reserve(spending)
    one.settle(spending, used() if took is None else took)


async def test_without_caps_nothing_is_held_back_and_all_is_counted(store: Store) -> None:
    one = purse(store)
    for _ in range(3):
        await spend(one, call())
    await asyncio.sleep(0)
    sheet, models = await store.spending.now(SHEET, "2026-01-01T23:00")
    assert sheet.cost_usd == pytest.approx(0.3)
    assert (models["test:a"].calls, models["test:a"].tokens) == (3, 300)


async def test_a_call_that_would_pass_the_cap_is_not_made(store: Store) -> None:
    one = purse(store, day=Cap(usd=0.35))
    for _ in range(3):
        await spend(one, call())
    with pytest.raises(BudgetError) as caught:
        await one.reserve(call())
    assert caught.value.wide
    assert str(caught.value) == (
        "Today's calls have used $0.30 of the $0.35 that budget.day allows, and the next call "
        "needs about $0.10. It goes on with the first run of tomorrow (Europe/Berlin), or raise "
        "budget.day and run again."
    )


async def test_a_cap_says_the_same_words_to_every_cell(store: Store) -> None:
    one = purse(store, day=Cap(calls=2), worksheet=Cap(calls=50))
    await spend(one, call())
    await spend(one, call())
    told = []
    for step in ("net", "vat"):
        with pytest.raises(BudgetError) as caught:
            await one.reserve(call(step=step))
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "2 calls of the 2 calls that budget.day_calls allows" in told[0]


async def test_a_cap_of_a_model_holds_back_that_model_alone(store: Store) -> None:
    one = purse(store, model=Cap(calls=1))
    await spend(one, call())
    await spend(one, call(model="test:b"))
    with pytest.raises(BudgetError, match="Today's calls of test:a"):
        await one.reserve(call())


async def test_a_single_model_may_have_a_cap_of_its_own(store: Store) -> None:
    caps = Caps(model=Cap(calls=1), models={"test:a": Cap(calls=2, setting="budget.models")})
    one = Purse(caps, store.spending, clock=store.database.clock)
    await spend(one, call())
    await spend(one, call())
    with pytest.raises(BudgetError, match=r"budget\.models allows"):
        await one.reserve(call())


async def test_cells_and_cases_are_capped_apart(store: Store) -> None:
    one = purse(store, cell=Cap(calls=1), case=Cap(calls=2))
    await spend(one, call(step="net"))
    with pytest.raises(BudgetError, match="This cell has used") as caught:
        await one.reserve(call(step="net"))
    assert not caught.value.wide
    await spend(one, call(step="vat"))
    with pytest.raises(BudgetError, match="This case has used"):
        await one.reserve(call(step="total"))
    await spend(one, call(step="net", case="another"))


async def test_what_rows_of_a_case_use_counts_to_the_case(store: Store) -> None:
    one = purse(store, case=Cap(calls=2), cell=Cap(calls=1))
    for row in ("row 1", "row 2"):
        await spend(one, replace(call(), whose=Whose("run", row, "check", SHEET, CASE)))
    with pytest.raises(BudgetError, match="This case has used 2 calls"):
        await one.reserve(replace(call(), whose=Whose("run", "row 3", "check", SHEET, CASE)))
    with pytest.raises(BudgetError, match="This case has used 2 calls"):
        await one.reserve(call(step="total"))
    await spend(one, call(case="another"))


async def test_tokens_hold_a_model_whose_price_nobody_knows(store: Store) -> None:
    one = purse(store, day=Cap(usd=5.0, tokens=150))
    await spend(one, call(None), used(None))
    with pytest.raises(BudgetError, match=r"budget\.day_tokens"):
        await one.reserve(call(None))


async def test_a_cap_of_money_alone_does_not_let_an_unpriced_model_through(store: Store) -> None:
    one = purse(store, day=Cap(usd=5.0))
    with pytest.raises(BudgetError) as caught:
        await one.reserve(call(None))
    assert "The price of test:a is not known" in str(caught.value)
    assert "Set budget.day_tokens or budget.day_calls" in str(caught.value)


async def test_calls_in_flight_are_waited_for_before_somebody_is_refused(store: Store) -> None:
    one = purse(store, day=Cap(usd=0.2))
    first, second, third = call(), call(), call()
    await one.reserve(first)
    await one.reserve(second)
    waiting = asyncio.create_task(one.reserve(third))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    one.settle(first, NO_USAGE)  # it came to nothing, so that a place is free
    await asyncio.wait_for(waiting, 30)
    one.settle(second, used())
    one.settle(third, used())
    with pytest.raises(BudgetError):
        await one.reserve(call())


async def test_a_cap_is_passed_by_no_more_than_calls_in_flight_use_above_what_was_expected(
    store: Store,
) -> None:
    one = purse(store, day=Cap(usd=1.0))
    spent_usd, excess = 0.0, 0.0

    async def work(number: int) -> None:
        nonlocal spent_usd, excess
        spending = call(0.1)
        try:
            await one.reserve(spending)
        except BudgetError:
            return
        expected = max(0.1, spent_usd / number if number else 0.1)
        await asyncio.sleep(0)
        cost = 0.13
        spent_usd += cost
        excess += max(0.0, cost - min(0.1, expected))
        one.settle(spending, used(cost))

    await asyncio.gather(*(work(number) for number in range(50)))
    assert 0.9 <= spent_usd <= 1.0 + excess


async def test_what_a_step_used_before_is_what_is_expected_of_it(store: Store) -> None:
    one = purse(store, day=Cap(usd=1.0))
    await spend(one, call(0.01), used(0.6))
    with pytest.raises(BudgetError, match=r"needs about \$0.60"):
        await one.reserve(call(0.01))
    await spend(one, call(0.01, step="another"), used(0.01))


async def test_two_processes_share_a_cap(store: Store, tmp_path: Path) -> None:
    clock = FrozenClock()
    beside = Store.open(tmp_path / "workspace", clock)
    mine = Purse(Caps(day=Cap(calls=3)), store.spending, clock=store.database.clock)
    theirs = Purse(Caps(day=Cap(calls=3)), beside.spending, clock=clock)
    await spend(mine, call())
    await spend(theirs, call())
    for each in (store, beside):
        await each.spending.now(SHEET, "")  # and so what it added is in the store
    for frozen in (clock, store.database.clock):
        assert isinstance(frozen, FrozenClock)
        frozen.advance(REFRESH_S)
    await spend(mine, call())
    await store.spending.now(SHEET, "")
    clock.advance(REFRESH_S)
    with pytest.raises(BudgetError, match="3 calls of the 3 calls"):
        await theirs.reserve(call())
    await beside.close()


async def test_tomorrow_it_goes_on(store: Store) -> None:
    one = purse(store, day=Cap(calls=1))
    await spend(one, call())
    with pytest.raises(BudgetError):
        await one.reserve(call())
    clock = store.database.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(24 * 3600)
    await one.reserve(call())


def test_a_day_begins_in_the_time_zone_of_the_workspace() -> None:
    now = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert start_of_day(now, "UTC") == "2026-07-01T00:00:00.000Z"
    assert start_of_day(now, "Europe/Berlin") == "2026-07-01T22:00:00.000Z"
    assert start_of_day(now, "Asia/Kathmandu") == "2026-07-01T18:15:00.000Z"


async def test_what_the_calls_of_a_cell_used_is_counted_for_the_cell(store: Store) -> None:
    one = purse(store)
    with collecting() as collected:
        await spend(one, call())
        await spend(one, call())
    assert collected.used.calls == 2


async def test_an_expected_cost_above_a_cap_is_told_before(store: Store) -> None:
    one = purse(store, day=Cap(usd=1.0), worksheet=Cap(usd=100.0))
    await spend(one, call(), used(0.4))
    told = await one.outlook(SHEET, {"test:a": (Spent(10, 1000, 2.0), True)})
    assert told == (
        "budget.day allows $1.00, of which $0.60 is left; about $2.00 is expected, so some of it "
        "will wait until tomorrow.",
    )
    assert await one.outlook(SHEET, {"test:a": (Spent(1, 100, 0.2), True)}) == ()
