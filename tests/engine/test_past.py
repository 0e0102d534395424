"""What happened to cells, in its order, and putting a run back."""

from __future__ import annotations

from casework.base.errors import RuleError
from casework.engine.engine import Scope
from casework.engine.nested_outlook import Loaded
from casework.engine.revert import changed_by, kept_marks
from casework.store.putting_back import PutBack
from casework.types.case import CaseRecord, Cell
from casework.types.past import Happened, Moment, stood, until, verdicts_until
from casework.types.run import RunRecord
from tests.engine.desk import PROCEDURE, Desk, value


async def happened(desk: Desk, step: str, key: str = "a") -> list[Happened]:
    case = await desk.store.cases.by_key(desk.worksheet_id, key)
    assert case is not None
    events = (await desk.store.past.of_case(case.id))[step]
    return await desk.store.past.with_outcomes(events)


async def after(desk: Desk, run: RunRecord) -> Moment:
    return await desk.store.past.after_run(desk.worksheet_id, run.id)


def shown(events: list[Happened]) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    for event in events:
        outcome = event.recorded.outcome if event.recorded else None
        told.append((event.what, outcome.value if outcome else event.state))
    return told


async def sums(desk: Desk) -> tuple[RunRecord, RunRecord, RunRecord]:
    """Three runs: as written, with another instruction for the total, and back again."""
    await desk.cases("a")
    first = await desk.run()
    desk.clock.advance(60)
    desk.text = PROCEDURE.replace("Add {Net}", "Sum up {Net}")

    async def other(task):  # type: ignore[no-untyped-def]
        return value("another sum")

    desk.steps.work["total"] = other
    second = await desk.run()
    desk.clock.advance(60)
    desk.text = PROCEDURE
    third = await desk.run()
    return first, second, third


async def test_what_was_found_and_used_again_is_told_in_order(desk: Desk) -> None:
    await sums(desk)
    old = "total(net(a.txt), vat(a.txt))"
    told = await happened(desk, "total")
    assert shown(told) == [("found", old), ("found", "another sum"), ("reused", old)]


async def test_a_cell_is_shown_as_it_was_after_each_run(desk: Desk) -> None:
    first, second, third = await sums(desk)
    events = await happened(desk, "total")
    numbers = [event.outcome for event in events]
    for run, outcome in ((first, numbers[0]), (second, numbers[1]), (third, numbers[0])):
        was = stood(until(events, await after(desk, run)))
        assert (was.outcome, was.state) == (outcome, "value")


async def test_a_clock_that_jumps_back_changes_no_order(desk: Desk) -> None:
    await desk.cases("a")
    first = await desk.run()
    desk.clock.advance(-3600)
    desk.text = PROCEDURE.replace("Add {Net}", "Sum up {Net}")
    second = await desk.run()
    desk.clock.advance(-3600)
    await desk.decide("a", "total", "corrected", "mine")
    desk.text = PROCEDURE
    third = await desk.run()
    events = await happened(desk, "total")
    machine = [event for event in events if event.what != "decided"]
    assert [event.what for event in machine] == ["found", "found", "reused"]
    places = [len(until(machine, await after(desk, run))) for run in (first, second, third)]
    assert places == [1, 2, 3]
    decided = [len(verdicts_until(events, await after(desk, run))) for run in (first, second)]
    assert decided == [0, 0]
    assert len(verdicts_until(events, await after(desk, third))) == 1


async def test_a_value_that_ceases_to_be_in_force_is_told(desk: Desk) -> None:
    await desk.cases("a")
    first = await desk.run()
    desk.clock.advance(1)
    await desk.decide("a", "net", "rejected")
    second = await desk.run()
    events = await happened(desk, "total")
    assert [event.what for event in events] == ["found", "lapsed"]
    assert events[1].reason == "waits for Net, which was rejected by a person"
    assert stood(until(events, await after(desk, first))).state == "value"
    was = stood(until(events, await after(desk, second)))
    assert (was.state, was.in_force) == ("waiting", 0)


async def put_back(desk: Desk, run: RunRecord) -> RunRecord:
    """Revert a run, as the sdk does it."""
    engine_run = RunRecord("revert-" + run.id, desk.worksheet_id, "running", "", reverts=run.id)
    await desk.store.runs.start(engine_run)
    async for _, family in desk.store.past.touched(desk.worksheet_id, run.id):
        for case_id, timeline in family.items():
            case = await desk.store.cases.get(case_id)
            await put_case_back(desk, case, timeline, run, engine_run)
    await desk.store.runs.end(engine_run)
    return engine_run


async def put_case_back(
    desk: Desk,
    case: CaseRecord,
    timeline: dict[str, list[Happened]],
    run: RunRecord,
    by: RunRecord,
) -> None:
    found = [changed_by(case.id, step, events, run.id) for step, events in timeline.items()]
    changes = [change for change in found if change is not None]
    cells = await desk.store.cells.of_case(case.id)
    outcomes = await desk.store.past.outcomes(change.before.in_force for change in changes)
    for change in changes:
        machine = outcomes.get(change.before.in_force)
        state = change.before.state if machine else "idle"
        cells[change.step_id] = Cell(case.id, change.step_id, state, since="then", machine=machine)
    places = {(case.id, change.step_id) for change in changes}
    kept = kept_marks(desk.program, Loaded(case, cells), places)
    marks = {step_id: mark for (_, step_id), mark in kept.items()}
    back = [
        PutBack(
            change.step_id,
            change.before.in_force,
            cells[change.step_id].state,
            "" if change.before.in_force else "put back by ann",
            marks.get(change.step_id, ""),
        )
        for change in changes
    ]
    await desk.store.putting_back.put(case.id, back, run_id=by.id, who="ann")


async def test_a_run_that_is_put_back_is_not_simply_done_again(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    before = await desk.shown("a", "total")
    desk.text = PROCEDURE.replace("## Net\n", "## Net\nBefore tax.\n").replace("Add", "Sum up")

    async def other(task):  # type: ignore[no-untyped-def]
        return value(f"another {task.step.id}")

    desk.steps.work = {"net": other, "total": other}
    second = await desk.run()
    assert await desk.shown("a", "total") == "another total"
    desk.clock.advance(1)
    await put_back(desk, second)
    assert await desk.shown("a", "total") == before
    assert (await desk.plan()).empty
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls
    assert await desk.shown("a", "total") == before
    await desk.decide("a", "net", "corrected", "7")
    await desk.run()
    assert await desk.shown("a", "total") == "another total"


async def test_putting_back_is_put_back_in_turn(desk: Desk) -> None:
    _, _second, _ = await sums(desk)
    desk.text = PROCEDURE.replace("Add {Net}", "Sum up {Net}")
    fourth = await desk.run()
    assert await desk.shown("a", "total") == "another sum"
    desk.clock.advance(1)
    reverted = await put_back(desk, fourth)
    assert await desk.shown("a", "total") == "total(net(a.txt), vat(a.txt))"
    desk.clock.advance(1)
    await put_back(desk, reverted)
    assert await desk.shown("a", "total") == "another sum"
    assert (await desk.plan()).empty


async def test_a_first_run_is_put_back_to_nothing_and_stays_so(desk: Desk) -> None:
    await desk.cases("a")
    first = await desk.run()
    desk.clock.advance(1)
    await put_back(desk, first)
    cell = await desk.cell("a", "net")
    assert (cell.state, cell.machine, cell.reason) == ("idle", None, "put back by ann")
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls
    assert (await desk.cell("a", "net")).state == "idle"
    assert [event.what for event in await happened(desk, "net")] == ["found", "lapsed"]
    await desk.run(Scope(force=True))
    assert (await desk.cell("a", "net")).state == "value"


async def test_what_was_changed_again_since_says_so(desk: Desk) -> None:
    _, second, _ = await sums(desk)
    events = await happened(desk, "total")
    case = await desk.store.cases.by_key(desk.worksheet_id, "a")
    assert case is not None
    # what stands now is what stood before the second run: there is nothing to put back
    assert changed_by(case.id, "total", events, second.id) is None
    desk.clock.advance(1)
    desk.text = PROCEDURE.replace("Add {Net}", "Work out {Net}")

    async def third(task):  # type: ignore[no-untyped-def]
        return value("a third sum")

    desk.steps.work["total"] = third
    await desk.run()
    change = changed_by(case.id, "total", await happened(desk, "total"), second.id)
    assert change is not None
    assert change.later == "changed by a later run"


async def test_what_was_put_back_and_is_brought_back_runs_again(desk: Desk) -> None:
    await desk.cases("a")
    first = await desk.run()
    desk.clock.advance(1)
    await put_back(desk, first)
    (case,) = await desk.cases()

    async def fails(task):  # type: ignore[no-untyped-def]
        raise RuleError("The rule divides by zero.", code="rule.division")

    desk.steps.work["net"] = fails
    await desk.run(Scope(force=True))
    assert (await desk.cell("a", "net")).state == "set_aside"
    desk.steps.work.clear()
    await desk.store.aside.bring_back([(case.id, "net")], who="ann")
    await desk.run()
    assert (await desk.cell("a", "net")).state == "value"
