"""Runs under caps: what is paused, what is told, what goes on; and what failed tries cost."""

from __future__ import annotations

from casework.base.errors import InvalidAnswerError, ModelTimeoutError
from casework.engine.budget import Purse
from casework.engine.engine import Engine, Shelf
from casework.observe.collect import whose
from casework.types.case import Outcome
from casework.types.needs import Spending, StepTask
from casework.types.run import RunRecord
from casework.types.spending import Cap, Caps
from casework.types.usage import Usage
from tests.engine.desk import Desk, value

CALL = Usage(1, 80, 20, 0, 0.5, 0.1)


class Capped:
    """A desk whose steps ask a model through a purse."""

    def __init__(self, desk: Desk, caps: Caps) -> None:
        self.desk = desk
        self.purse = Purse(caps, desk.store.spending, clock=desk.clock)
        self.made = 0

    async def call(self, model: str = "test:a") -> None:
        """One call of a model, as a gateway makes it."""
        spending = Spending(whose(), model, 100, 0.5)
        await self.purse.reserve(spending)
        self.made += 1
        self.purse.settle(spending, CALL)

    async def asks(self, task: StepTask) -> Outcome:
        await self.call()
        return value(f"{task.case.key} {task.step.id}")

    async def fails(self, task: StepTask) -> Outcome:
        await self.call()
        raise InvalidAnswerError("not JSON")

    @property
    def engine(self) -> Engine:
        store = self.desk.store
        return Engine(
            Shelf(store.cases, store.cells, store.runs, store.rows),
            self.desk.steps,
            clock=self.desk.clock,
            limit_of=lambda resource: 8,
            cases_in_flight=4,
            holder="test",
            tell=self.desk.events.append,
            budget=self.purse,
        )

    async def run(self) -> RunRecord:
        return await self.engine.run(self.desk.worksheet_id, self.desk.program)


async def test_a_cap_pauses_the_work_and_a_higher_one_lets_it_go_on(desk: Desk) -> None:
    await desk.cases("a", "b", "c")
    capped = Capped(desk, Caps(day=Cap(calls=2)))
    desk.steps.work = {"net": capped.asks}
    await capped.run()
    cells = [await desk.cell(key, "net") for key in ("a", "b", "c")]
    assert sorted(cell.state for cell in cells) == ["value", "value", "waiting"]
    paused = next(cell for cell in cells if cell.state == "waiting")
    assert paused.waiting_for == "budget"
    assert "2 calls of the 2 calls that budget.day_calls allows" in paused.reason
    assert paused.tries == 0
    more = Capped(desk, Caps(day=Cap(calls=3)))
    desk.steps.work = {"net": more.asks}
    await more.run()
    assert [(await desk.cell(key, "net")).state for key in ("a", "b", "c")] == ["value"] * 3
    assert capped.made + more.made == 3


async def test_the_day_after_it_goes_on_by_itself(desk: Desk) -> None:
    await desk.cases("a", "b")
    capped = Capped(desk, Caps(day=Cap(calls=1)))
    desk.steps.work = {"net": capped.asks}
    await capped.run()
    await capped.run()
    assert capped.made == 1
    desk.clock.advance(24 * 3600)
    await capped.run()
    assert capped.made == 2


async def test_a_budget_pauses_its_model_and_no_other_column(desk: Desk) -> None:
    await desk.cases("a", "b")
    capped = Capped(desk, Caps(model=Cap(calls=1)))
    desk.steps.work = {"net": capped.asks}
    await capped.run()
    assert await desk.shown("a", "vat") == "vat(a.txt)"
    assert await desk.shown("b", "vat") == "vat(b.txt)"


async def test_tries_that_failed_are_paid_for_and_counted(desk: Desk) -> None:
    await desk.cases("a")
    capped = Capped(desk, Caps(cell=Cap(usd=0.9)))
    desk.steps.work = {"net": capped.fails}
    run = await capped.run()
    assert run.usage.cost_usd == 0.5
    (failed,) = await desk.store.cells.history((await desk.cell("a", "net")).case_id, "net")
    assert (failed.outcome.kind, failed.outcome.usage.cost_usd) == ("failed", 0.5)
    await capped.run()
    cell = await desk.cell("a", "net")
    assert (cell.state, cell.waiting_for) == ("waiting", "budget")
    assert "This cell has used $0.50 of the $0.90 that budget.cell allows" in cell.reason
    assert capped.made == 1


async def test_a_wait_that_cost_something_is_kept_with_what_it_cost(desk: Desk) -> None:
    await desk.cases("a")
    capped = Capped(desk, Caps())

    async def slow(task: StepTask) -> Outcome:
        await capped.call()
        raise ModelTimeoutError("no answer in time")

    desk.steps.work = {"net": slow}
    run = await capped.run()
    assert run.usage.calls == 1
    cell = await desk.cell("a", "net")
    assert (cell.state, cell.machine) == ("waiting", None)
    (kept,) = await desk.store.cells.history(cell.case_id, "net")
    assert (kept.outcome.kind, kept.outcome.usage.calls) == ("waiting", 1)


async def test_a_plan_says_when_a_cap_will_be_passed(desk: Desk) -> None:
    await desk.cases("a")
    capped = Capped(desk, Caps(day=Cap(usd=1.2)))

    async def priced(task: StepTask) -> Outcome:
        await capped.call()
        return Outcome("value", value="1", usage=CALL)

    desk.steps.work = {"net": priced, "vat": priced, "total": priced}
    await desk.run()
    await desk.cases("b", "c", "d")
    plan = await capped.engine.plan(desk.worksheet_id, "test", desk.program)
    assert plan.budget
    assert "budget.day allows $1.20" in plan.budget[0]
