"""Runs that are stopped, that die, and what is in their way."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from casework.base.ids import uuid7
from casework.engine.engine import Engine, Shelf
from casework.observe.events import Bus
from casework.steps.stoppable import StoppableThreads
from casework.store.lease import LEASE_S
from casework.types.case import Outcome
from casework.types.event import Event
from casework.types.needs import StepTask
from casework.types.run import RunRecord
from tests.engine.desk import Desk, value

AT_ONCE_S = 20.0
"""Much less than what is at work would take."""


async def stopped(desk: Desk, going: Callable[[], bool]) -> float:
    """Start a run, stop it when it gets going; the seconds that stopping took."""
    run = asyncio.create_task(desk.run())
    async with asyncio.timeout(30):
        while not going():
            await asyncio.sleep(0.01)
    began = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    return time.monotonic() - began


async def test_a_run_stops_at_once_while_its_cells_wait_for_slots(desk: Desk) -> None:
    await desk.cases(*(f"case-{number}" for number in range(30)))
    desk.in_flight = 1

    begun: list[StepTask] = []

    async def slow(task: StepTask) -> Outcome:
        begun.append(task)
        await asyncio.sleep(60)
        return value("never")

    desk.steps.work = {"net": slow, "vat": slow}
    assert await stopped(desk, lambda: bool(begun)) < AT_ONCE_S
    (latest,) = await desk.store.runs.latest(desk.worksheet_id)
    assert latest.state == "cancelled"


async def test_a_run_stops_at_once_while_a_function_hangs_in_a_thread(desk: Desk) -> None:
    await desk.cases("a", "b")
    threads, release = StoppableThreads(), threading.Event()
    begun: list[int] = []

    def hang() -> None:
        begun.append(threading.get_ident())
        release.wait(60)

    async def hangs(task: StepTask) -> Outcome:
        await threads.call(hang, seconds=60)
        return value("never")

    desk.steps.work = {"net": hangs}
    assert await stopped(desk, lambda: len(begun) == 2) < AT_ONCE_S
    assert threads.left_behind == 2
    release.set()


async def test_a_listener_that_fails_spoils_no_run(desk: Desk) -> None:
    await desk.cases("a")
    bus = Bus()

    def fails(event: Event) -> None:
        raise ZeroDivisionError("oops")

    bus.listen(fails)
    store = desk.store
    engine = Engine(
        Shelf(store.cases, store.cells, store.runs, store.rows),
        desk.steps,
        clock=desk.clock,
        limit_of=lambda resource: 8,
        cases_in_flight=4,
        holder="test",
        tell=bus.tell,
    )
    record = await engine.run(desk.worksheet_id, desk.program)
    assert (record.state, record.counts) == ("finished", {"value": 3})
    assert bus.failed > 0


async def test_what_a_run_that_died_was_working_on_is_told_as_interrupted(desk: Desk) -> None:
    (case, _) = await desk.cases("a", "b")
    died = RunRecord(uuid7(), desk.worksheet_id, "running", "2026-01-02T03:04:05.000Z")
    await desk.store.runs.start(died)
    since = "2026-01-02T03:04:06.000Z"
    await desk.store.runs.beat(died.id, {(case.id, "net"): since})
    assert await desk.store.runs.at_work(died.id) == {(case.id, "net"): since}
    desk.clock.advance(LEASE_S + 1)
    plan = await desk.plan()
    told = {(group.step_id, group.why): group.cells for group in plan.groups}
    assert told["net", "interrupted"] == 1
    assert told["net", "new"] == 1
    await desk.run()
    assert await desk.store.runs.at_work(died.id) == {}
    assert (await desk.plan()).empty


async def test_a_heartbeat_writes_what_is_being_worked_on(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    release = asyncio.Event()

    async def waits(task: StepTask) -> Outcome:
        await release.wait()
        return value("1")

    desk.steps.work = {"net": waits}
    store = desk.store
    engine = Engine(
        Shelf(store.cases, store.cells, store.runs, store.rows),
        desk.steps,
        clock=desk.clock,
        limit_of=lambda resource: 8,
        cases_in_flight=4,
        holder="test",
        tell=desk.events.append,
        heartbeat_s=0.02,
    )
    run = asyncio.create_task(engine.run(desk.worksheet_id, desk.program))
    found: dict[tuple[str, str], str] = {}
    for _ in range(1500):
        await asyncio.sleep(0.02)
        begun = await store.runs.latest(desk.worksheet_id)
        found = await store.runs.at_work(begun[0].id) if begun else {}
        if found:
            break
    assert (case.id, "net") in found
    release.set()
    record = await run
    assert await store.runs.at_work(record.id) == {}
