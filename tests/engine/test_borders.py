"""What one cell, one case or one process may do to the others: nothing. Laws 1, 6, 7 and 9."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from casework.base.errors import (
    ContextTooLongError,
    LeaseHeldError,
    ModelUnavailableError,
    StoreError,
)
from casework.engine.engine import Engine, Shelf
from casework.types.case import CellWrite, Outcome
from casework.types.label import Label
from casework.types.needs import StepTask
from casework.types.proof import Proof
from tests.engine.desk import Desk, value


async def test_a_value_taken_from_memory_bears_the_sources_of_its_own_case(desk: Desk) -> None:
    a, b = await desk.cases("a", "b")

    async def same(task: StepTask) -> Outcome:
        return value("12")

    desk.steps.work = {"net": same, "vat": same}
    await desk.run()
    assert desk.steps.calls["a", "total"] + desk.steps.calls["b", "total"] == 1
    for case in (a, b):
        cell = await desk.cell(case.key, "total")
        assert cell.machine is not None
        assert cell.machine.outcome.label == Label(frozenset({case.documents[0].sha256}))


async def test_a_label_forgets_a_source_that_is_read_no_more(desk: Desk) -> None:
    (case,) = await desk.cases("a")

    async def same(task: StepTask) -> Outcome:
        return value("12")

    desk.steps.work["net"] = same
    await desk.run()
    moved_to = await desk.store.cases.add(desk.worksheet_id, "other", "other")
    old = case.documents[0].sha256
    await desk.document(case.id, "new.txt")
    await desk.store.cases.move_document(old, case.id, moved_to.id)
    await desk.run()
    effective = (await desk.cell("a", "total")).effective()
    assert effective is not None
    assert old not in effective.label.sources


async def test_documents_that_are_too_long_pause_no_model(desk: Desk) -> None:
    await desk.cases(*(f"case-{number:02}" for number in range(12)))
    desk.in_flight = 1

    async def long(task: StepTask) -> Outcome:
        if task.case.key < "case-10":
            raise ContextTooLongError("The documents are too long.")
        return value("1")

    desk.steps.work = {"net": long, "vat": long}
    await desk.run()
    assert await desk.shown("case-11", "total") is not None
    cell = await desk.cell("case-00", "net")
    assert (cell.state, cell.waiting_for) == ("waiting", "model")


async def test_lost_bytes_of_one_case_pause_nothing(desk: Desk) -> None:
    await desk.cases(*(f"case-{number:02}" for number in range(12)))
    desk.in_flight = 1

    async def lost(task: StepTask) -> Outcome:
        if task.case.key < "case-10":
            raise StoreError("The bytes are gone.")
        return value("1")

    desk.steps.work = {"net": lost, "vat": lost}
    await desk.run()
    assert await desk.shown("case-11", "total") is not None


async def test_a_run_that_lost_its_lease_stops_and_says_so(desk: Desk) -> None:
    await desk.cases("a")
    started = asyncio.Event()

    async def net(task: StepTask) -> Outcome:
        started.set()
        await asyncio.sleep(3600)
        return value("never")

    desk.steps.work["net"] = net
    engine = Engine(
        Shelf(desk.store.cases, desk.store.cells, desk.store.runs, desk.store.rows),
        desk.steps,
        clock=desk.clock,
        limit_of=lambda resource: 8,
        cases_in_flight=8,
        holder="slow",
        tell=desk.events.append,
        heartbeat_s=0.05,
    )
    running = asyncio.create_task(engine.run(desk.worksheet_id, desk.program))
    await asyncio.wait_for(started.wait(), 30)
    with sqlite3.connect(desk.store.folder / "casework.db") as other:
        other.execute("DELETE FROM leases")
    with pytest.raises(LeaseHeldError, match="lost"):
        await asyncio.wait_for(running, 30)
    (latest, *_) = await desk.store.runs.latest(desk.worksheet_id)
    assert latest.state == "interrupted"
    assert latest.ended_at


async def test_a_store_that_fails_ends_the_run_with_its_own_error(desk: Desk) -> None:
    await desk.cases("a", "b")

    class Full:
        """A store of cells whose disk is full."""

        def __getattr__(self, name: str) -> object:
            return getattr(desk.store.cells, name)

        async def commit(self, write: CellWrite) -> None:
            raise StoreError("The disk is full.")

    engine = Engine(
        Shelf(desk.store.cases, Full(), desk.store.runs, desk.store.rows),  # type: ignore[arg-type]
        desk.steps,
        clock=desk.clock,
        limit_of=lambda resource: 8,
        cases_in_flight=8,
        holder="full",
        tell=desk.events.append,
    )
    with pytest.raises(StoreError, match="full"):
        await engine.run(desk.worksheet_id, desk.program)
    (latest, *_) = await desk.store.runs.latest(desk.worksheet_id)
    assert latest.state == "interrupted"


async def test_an_accepted_value_does_not_borrow_the_proof_of_a_later_one(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "accepted")

    async def other(task: StepTask) -> Outcome:
        return Outcome("value", value="43", proof=Proof("derived", expression="later"))

    desk.steps.work["net"] = other
    desk.steps.version = "2"
    await desk.run()
    effective = (await desk.cell("a", "net")).effective()
    assert effective is not None
    assert effective.value == "net(a.txt)"
    assert effective.proof.kind == "person"


async def test_a_case_set_aside_keeps_the_values_and_reasons_that_it_has(desk: Desk) -> None:
    desk.text = "# T\n\n## Net\n\n## VAT\n\n## Date\n"
    await desk.cases("a")

    async def fails(task: StepTask) -> Outcome:
        raise StoreError("never") if task.step.id == "date" else ValueError(task.step.id)

    desk.steps.work = {"net": fails, "vat": fails}
    for _ in range(4):
        await desk.run()
    assert await desk.shown("a", "date") == "date(a.txt)"
    net = await desk.cell("a", "net")
    assert net.state == "set_aside"
    assert "ValueError: net" in net.reason


async def test_the_wait_behind_a_rejected_value_says_that_it_was_rejected(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "rejected")
    await desk.run()
    total = await desk.cell("a", "total")
    assert total.reason == "waits for Net, which was rejected by a person"


async def test_what_reads_a_conflict_waits_and_is_not_planned(desk: Desk) -> None:
    await desk.cases("a")

    async def two(task: StepTask) -> Outcome:
        return Outcome("absent", absence="conflict", reason="two places")

    desk.steps.work["net"] = two
    await desk.run()
    total = await desk.cell("a", "total")
    assert total.reason == "waits for Net, which is in conflict between two places"
    assert (await desk.plan()).empty


async def test_the_wait_behind_an_outage_is_said_in_words_that_fit(desk: Desk) -> None:
    await desk.cases("a")

    async def down(task: StepTask) -> Outcome:
        raise ModelUnavailableError("The endpoint is down.")

    desk.steps.work["net"] = down
    await desk.run()
    total = await desk.cell("a", "total")
    assert total.reason == "waits for Net, which waits"


async def test_a_person_who_fills_a_failing_cell_keeps_the_case_from_being_set_aside(
    desk: Desk,
) -> None:
    await desk.cases("a")

    async def fails(task: StepTask) -> Outcome:
        raise ValueError("never")

    desk.steps.work = {"net": fails, "vat": fails}
    await desk.run()
    await desk.decide("a", "net", "corrected", "1")
    await desk.run()
    (case,) = [c async for c in desk.store.cases.stream(desk.worksheet_id)]
    assert not case.set_aside
    assert (await desk.cell("a", "vat")).state == "set_aside"


async def test_steps_that_are_gone_do_not_count_towards_setting_a_case_aside(desk: Desk) -> None:
    desk.text = "# T\n\n## Net\n\n## VAT\n"
    await desk.cases("a")

    async def fails(task: StepTask) -> Outcome:
        raise ValueError("never")

    desk.steps.work["net"] = fails
    await desk.run()
    await desk.run()
    desk.text = "# T\n\n## VAT\n\n## Other\n"
    desk.steps.work["other"] = fails
    await desk.run()
    await desk.run()
    (case,) = [c async for c in desk.store.cases.stream(desk.worksheet_id)]
    assert not case.set_aside


async def test_the_first_plan_calls_every_cell_new(desk: Desk) -> None:
    await desk.cases("a")
    plan = await desk.plan()
    assert {(g.step_id, g.why, g.certain) for g in plan.groups} == {
        ("net", "new", True),
        ("vat", "new", True),
        ("total", "new", False),
    }
