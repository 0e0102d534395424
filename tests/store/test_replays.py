"""What a run recorded, and what a worksheet used, as whoever does it again or judges it asks."""

from __future__ import annotations

from dataclasses import replace

from casework.base.clock import stamp
from casework.store.records import OutgoingCall
from casework.store.store import Store
from casework.types.case import CellWrite, Outcome
from tests.store.build import AT, SHA, add_case, add_document, outcome, recorded, stored, write


async def test_a_run_gives_back_what_it_recorded_with_its_citations(store: Store) -> None:
    await add_document(store)
    case = await add_case(store)
    first, second = recorded(seed="a", run_id="r1"), recorded(seed="b", run_id="r1")
    other = recorded(seed="c", run_id="r2")
    for step, one in (("net", first), ("vat", second), ("total", other)):
        await store.cells.commit(write(case, step, one))
    found = [one async for batch in store.replays.of_run("r1") for one in batch]
    assert [(one.case_id, one.step_id) for one in found] == [(case.id, "net"), (case.id, "vat")]
    assert [one.recorded for one in found] == [stored(first), stored(second)]
    assert await store.replays.count("r1") == 2
    assert [one async for batch in store.replays.of_run("nothing") for one in batch] == []


async def test_the_outcome_that_work_was_done_for_is_found_by_its_fingerprint(store: Store) -> None:
    await add_document(store)
    case = await add_case(store)
    done = recorded(seed="a")
    idle = recorded(replace(outcome(), spans=()), seed="a")
    await store.cells.commit(write(case, "net", done))
    await store.cells.commit(write(case, "vat", idle))
    assert await store.replays.worked_out_as(done.fingerprint) == done.id
    assert await store.replays.worked_out_as("nothing") == ""


async def test_cells_taken_from_memory_are_counted_by_when_they_were(store: Store) -> None:
    await add_document(store)
    case = await add_case(store)
    known = recorded()
    await store.cells.commit(write(case, "net", known))
    reuse = CellWrite(case.worksheet_id, case.id, "vat", "value", "", AT, reuse=known.id)
    await store.cells.commit(reuse)
    late = stamp(store.database.clock.now().replace(year=2030))
    assert await store.replays.taken_from_memory(case.worksheet_id, AT, late) == 1
    assert await store.replays.taken_from_memory(case.worksheet_id, late, late) == 0


async def test_a_worksheet_is_summed_by_model_by_failure_and_by_host(store: Store) -> None:
    await add_document(store)
    case = await add_case(store)
    unpriced = replace(outcome(), usage=replace(outcome().usage, cost_usd=None))
    failed = Outcome("failed", reason="torn", code="rule.failed", blames_case=True)
    await store.cells.commit(write(case, "net", recorded(seed="a")))
    await store.cells.commit(write(case, "vat", recorded(unpriced, seed="b")))
    await store.cells.commit(write(case, "total", recorded(failed, seed="c")))
    for size in (10, 20):
        call = OutgoingCall(AT, "models.example", "extract", size, SHA, False, "r", case.id, "net")
        await store.outgoing.add(call)
    (used,) = await store.figures.models(case.worksheet_id)
    assert (used.model, used.outcomes, used.calls, used.input_tokens) == ("scripted", 2, 2, 800)
    assert (used.cost_usd, used.unpriced) == (0.001, 1)
    (fault,) = await store.figures.failures(case.worksheet_id)
    assert (fault.step_id, fault.code, fault.count) == ("total", "rule.failed", 1)
    (left,) = await store.figures.left(case.worksheet_id)
    assert (left.host, left.calls, left.bytes, left.local) == ("models.example", 2, 30, False)
    assert await store.figures.times(case.worksheet_id) == [(case.arrived_at, "", "")]
