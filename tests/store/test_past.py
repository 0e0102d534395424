"""What happened to cells, on both kinds of store: its order, moments, lapses, putting back."""

from __future__ import annotations

from dataclasses import replace

from casework.base.clock import FrozenClock
from casework.store.putting_back import PutBack
from casework.store.store import Store
from casework.types.case import CaseRecord, CellWrite
from casework.types.past import stood, until
from casework.types.run import RunRecord
from tests.store.build import add_case, outcome, recorded, verdict, write


async def begin(
    store: Store, case: CaseRecord, id: str, at: str = "", *, reverts: str = ""
) -> None:
    run = RunRecord(id, case.worksheet_id, "running", at, procedure_version=1, reverts=reverts)
    await store.runs.start(run)


async def end(store: Store, case: CaseRecord, id: str, at: str) -> None:
    await store.runs.end(RunRecord(id, case.worksheet_id, "finished", "", at, 1))


def reuse(case: CaseRecord, of: str, at: str, run_id: str) -> CellWrite:
    return CellWrite(case.worksheet_id, case.id, "net", "value", "", at, reuse=of, run_id=run_id)


def waits(case: CaseRecord, at: str, run_id: str) -> CellWrite:
    return CellWrite(
        case.worksheet_id, case.id, "net", "waiting", "waits for VAT", at, "input", run_id=run_id
    )


async def test_events_stand_in_the_order_of_their_writing(store: Store) -> None:
    case = await add_case(store)
    late, early = "2026-03-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"
    await begin(store, case, "r1")
    first = recorded(outcome("1"), seed="a", at=late, run_id="r1")
    await store.cells.commit(write(case, "net", first))
    await end(store, case, "r1", late)
    await store.verdicts.add(replace(verdict(case, "net", "accepted"), at=late))
    await begin(store, case, "r2")
    second = recorded(outcome("2"), seed="b", at=early, run_id="r2")
    await store.cells.commit(write(case, "net", second))
    await store.cells.commit(reuse(case, first.id, early, "r2"))
    await store.cells.commit(waits(case, early, "r2"))
    await store.cells.commit(reuse(case, second.id, early, "r2"))
    await end(store, case, "r2", early)
    events = (await store.past.of_case(case.id))["net"]
    machine = [event for event in events if event.what != "decided"]
    assert [event.what for event in machine] == ["found", "found", "reused", "lapsed", "reused"]
    assert [event.run for event in machine] == sorted(event.run for event in machine)
    told = await store.past.with_outcomes(machine)
    values = [event.recorded.outcome.value if event.recorded else None for event in told]
    assert values == ["1", "2", "1", None, "2"]
    after_first = await store.past.after_run(case.worksheet_id, "r1")
    assert [event.what for event in until(machine, after_first)] == ["found"]
    assert after_first.words == "after run 1, 2026-03-01 00:00"
    before_second = await store.past.before_run(case.worksheet_id, "r2")
    assert before_second == after_first
    assert await store.past.places(case.worksheet_id) == {"r1": 1, "r2": 2}


async def test_a_wait_lapses_only_what_was_in_force(store: Store) -> None:
    case = await add_case(store)
    await store.cells.commit(waits(case, "2026-01-01T00:00:00.000Z", ""))
    assert (await store.past.of_case(case.id)).get("net", []) == []
    await store.cells.commit(write(case, "net", recorded()))
    await store.cells.commit(waits(case, "2026-01-03T00:00:00.000Z", ""))
    await store.cells.commit(waits(case, "2026-01-04T00:00:00.000Z", ""))
    events = (await store.past.of_case(case.id))["net"]
    assert [event.what for event in events] == ["found", "lapsed"]
    assert (events[1].state, events[1].waiting_for) == ("waiting", "input")


async def test_a_cell_is_put_back_with_who_did_it(store: Store, clock: FrozenClock) -> None:
    case = await add_case(store)
    first = recorded(outcome("1"), seed="a")
    await store.cells.commit(write(case, "net", first))
    await store.cells.commit(write(case, "net", recorded(outcome("2"), seed="b")))
    events = (await store.past.of_case(case.id))["net"]
    await store.cases.set_aside(case.id, "set aside")
    clock.advance(1)
    back = PutBack("net", events[0].outcome, "value", "", "mark")
    await store.putting_back.put(case.id, [back], run_id="r9", who="ann")
    cell = (await store.cells.of_case(case.id))["net"]
    assert cell.machine is not None
    assert (cell.machine.id, cell.kept) == (first.id, "mark")
    assert (await store.cases.get(case.id)).set_aside == ""
    last = (await store.past.of_case(case.id))["net"][-1]
    assert (last.what, last.who, last.run_id) == ("reverted", "ann", "r9")
    nothing = PutBack("net", 0, "idle", "put back by ann", "mark")
    await store.putting_back.put(case.id, [nothing], run_id="r9", who="ann")
    cell = (await store.cells.of_case(case.id))["net"]
    assert (cell.machine, cell.state, cell.reason) == (None, "idle", "put back by ann")
    events = (await store.past.of_case(case.id))["net"]
    assert [event.what for event in events] == ["found", "found", "reverted", "lapsed"]
    assert stood(events).in_force == 0


async def test_the_cases_that_a_run_touched_come_with_their_past(store: Store) -> None:
    case, other = await add_case(store, "a"), await add_case(store, "b")
    await begin(store, case, "r1")
    await store.cells.commit(write(case, "net", recorded(run_id="r1")))
    await store.cells.commit(write(other, "net", recorded(seed="z", run_id="older")))
    found = [batch async for batch in store.past.touched(case.worksheet_id, "r1")]
    assert [(top, list(family)) for top, family in found] == [(case.id, [case.id])]


async def test_a_moment_in_time_knows_the_version_of_then(store: Store) -> None:
    case = await add_case(store)
    sheet = case.worksheet_id
    await store.procedures.add(sheet, "# A\n", at="2026-01-01T00:00:00.000Z")
    await store.procedures.add(sheet, "# B\n", at="2026-02-01T00:00:00.000Z")
    moment = await store.past.at(sheet, "2026-01-15T12:30:00.000Z")
    assert (moment.version, moment.words) == (1, "at 2026-01-15 12:30")
    assert (await store.past.at(sheet, "2025-01-01T00:00:00.000Z")).version == 0


async def test_cells_in_flight_are_those_of_the_last_heartbeat(store: Store) -> None:
    case = await add_case(store)
    await begin(store, case, "r1", "2026-01-01T00:00:00.000Z")
    await store.runs.beat("r1", {(case.id, "net"): "t1", (case.id, "vat"): "t1"})
    await store.runs.beat("r1", {(case.id, "vat"): "t1"})
    assert await store.runs.at_work("r1") == {(case.id, "vat"): "t1"}
    assert await store.runs.at_work("r1", ["another"]) == {}
    await end(store, case, "r1", "2026-01-01T00:00:01.000Z")
    assert await store.runs.at_work("r1") == {}


async def test_what_is_aside_is_listed_with_its_code_and_brought_back(store: Store) -> None:
    case = await add_case(store)
    failed = replace(outcome(), kind="failed", value=None, reason="no", code="model.refused")
    told = write(case, "net", recorded(failed))
    await store.cells.commit(replace(told, state="set_aside", tries=2))
    await store.cases.set_aside(case.id, "set aside")
    (cell,) = await store.aside.cells(case.worksheet_id)
    assert (cell.case_id, cell.step_id, cell.code, cell.case_too) == (
        case.id,
        "net",
        "model.refused",
        True,
    )
    await store.aside.bring_back([(case.id, "net")], who="ann")
    assert await store.aside.cells(case.worksheet_id) == []
    found = (await store.cells.of_case(case.id))["net"]
    assert (found.state, found.tries) == ("idle", 0)
    assert (await store.cases.get(case.id)).set_aside == ""
