from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import LeaseHeldError, NotFoundError
from casework.base.ids import uuid7
from casework.store.home import Home
from casework.store.lease import LEASE_S
from casework.store.store import Store
from casework.types.case import CellWrite
from casework.types.run import RunRecord
from casework.types.usage import Usage
from tests.store.build import AT, add_case, recorded, write
from tests.store.conftest import Reopen


async def new_run(store: Store, clock: FrozenClock, worksheet_id: str = "") -> RunRecord:
    if not worksheet_id:
        sheets = await store.worksheets.all()
        sheet = sheets[0] if sheets else await store.worksheets.add("Claims", "claims.md")
        worksheet_id = sheet.id
    return RunRecord(
        uuid7(), worksheet_id, "running", stamp(clock.now()), procedure_version=3, holder="Ada"
    )


def ended(run: RunRecord, clock: FrozenClock) -> RunRecord:
    return RunRecord(
        run.id, run.worksheet_id, "finished", run.started_at, stamp(clock.now()), 3,
        {"value": 7, "failed": 1}, Usage(8, 100, 20, 5, None, 1.5), run.holder,
    )  # fmt: skip


async def test_a_run_is_read_back_as_it_began_and_as_it_ended(
    store: Store, clock: FrozenClock
) -> None:
    run = await new_run(store, clock)
    await store.runs.start(run)
    assert await store.runs.latest(run.worksheet_id) == [run]
    over = ended(run, clock)
    await store.runs.end(over)
    assert await store.runs.latest(run.worksheet_id) == [over]
    assert await store.runs.get(run.id) == over
    with pytest.raises(NotFoundError):
        await store.runs.get("nothing")


async def test_the_latest_runs_come_first(store: Store, clock: FrozenClock) -> None:
    runs = []
    for _ in range(4):
        run = await new_run(store, clock)
        await store.runs.start(run)
        await store.runs.end(ended(run, clock))
        runs.append(run.id)
    latest = await store.runs.latest((await store.worksheets.all())[0].id, 3)
    assert [run.id for run in latest] == runs[:0:-1]


async def test_a_second_run_is_told_who_holds_the_worksheet(
    store: Store, clock: FrozenClock
) -> None:
    first, second = await new_run(store, clock), await new_run(store, clock)
    await store.runs.start(first)
    with pytest.raises(LeaseHeldError, match=f"{first.id}.*process {os.getpid()}"):
        await store.runs.start(second)
    assert await store.runs.latest(first.worksheet_id) == [first]
    await store.runs.end(ended(first, clock))
    await store.runs.start(second)


async def test_a_run_that_lost_its_worksheet_commits_no_more(
    store: Store, clock: FrozenClock
) -> None:
    lost = await new_run(store, clock)
    case = await add_case(store, worksheet_id=lost.worksheet_id)
    await store.runs.start(lost)
    before = recorded(seed="before", run_id=lost.id)
    await store.cells.commit(write(case, "a", before))
    clock.advance(LEASE_S + 1)
    await store.runs.start(holder := await new_run(store, clock))

    late = recorded(seed="late", run_id=lost.id)
    waits = CellWrite(
        case.worksheet_id, case.id, "c", "waiting", "no model", AT, "model", run_id=lost.id
    )
    fine = recorded(seed="fine", run_id=holder.id)
    by_a_person = CellWrite(case.worksheet_id, case.id, "e", "idle", "brought back", AT)
    results = await asyncio.gather(
        store.cells.commit(write(case, "b", late)),
        store.cells.commit(waits),
        store.cells.commit(write(case, "d", fine)),
        store.cells.commit(by_a_person),
        return_exceptions=True,
    )
    for told in results[:2]:
        assert isinstance(told, LeaseHeldError)
        assert told.code == "run.lease_lost"
    assert list(results[2:]) == [None, None]
    assert set(await store.cells.of_case(case.id)) == {"a", "d", "e"}
    assert await store.cells.recorded(late.fingerprint) is None


async def test_a_run_that_has_ended_commits_no_more(store: Store, clock: FrozenClock) -> None:
    run = await new_run(store, clock)
    case = await add_case(store, worksheet_id=run.worksheet_id)
    await store.runs.start(run)
    await store.runs.end(ended(run, clock))
    with pytest.raises(LeaseHeldError):
        await store.cells.commit(write(case, "a", recorded(run_id=run.id)))


async def test_two_worksheets_run_side_by_side(store: Store, clock: FrozenClock) -> None:
    other = await store.worksheets.add("Other", "other.md")
    await store.runs.start(await new_run(store, clock, other.id))
    sheet = await store.worksheets.add("Claims", "claims.md")
    await store.runs.start(await new_run(store, clock, sheet.id))


async def test_of_many_who_ask_at_once_one_gets_the_lease(
    store: Store, clock: FrozenClock, reopen: Reopen
) -> None:
    runs = [await new_run(store, clock) for _ in range(8)]
    others = [await reopen() for _ in runs]
    results = await asyncio.gather(
        *(other.runs.start(run) for other, run in zip(others, runs, strict=True)),
        return_exceptions=True,
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, LeaseHeldError) for result in results) == 7


async def test_who_meets_a_try_of_what_was_learned_is_told_that_it_is_one(
    store: Store, clock: FrozenClock
) -> None:
    run = await new_run(store, clock)
    await store.procedures.add(run.worksheet_id, "# Claims", who="Ada")
    change = await store.changes.put(
        run.worksheet_id, "# Claims", settings={}, corrections=(), who="Ada", versions=("v1",)
    )
    await store.runs.start(replace(run, change_id=change.id))
    with pytest.raises(LeaseHeldError, match="is trying what was learned") as error:
        await store.runs.start(await new_run(store, clock, run.worksheet_id))
    assert "over shortly" in error.value.fix


async def test_a_run_that_is_heard_keeps_its_lease(store: Store, clock: FrozenClock) -> None:
    run = await new_run(store, clock)
    await store.runs.start(run)
    for _ in range(5):
        clock.advance(LEASE_S - 1)
        await store.runs.beat(run.id)
    with pytest.raises(LeaseHeldError):
        await store.runs.start(await new_run(store, clock))


async def test_a_run_that_is_not_heard_loses_its_worksheet_and_is_marked(
    store: Store, clock: FrozenClock
) -> None:
    lost, next_run = await new_run(store, clock), await new_run(store, clock)
    await store.runs.start(lost)
    clock.advance(LEASE_S + 1)
    assert (await store.runs.latest(lost.worksheet_id))[0].state == "interrupted"
    await store.runs.start(next_run)
    told = {run.id: run for run in await store.runs.latest(lost.worksheet_id)}
    assert told[lost.id].state == "interrupted"
    assert told[lost.id].ended_at == stamp(clock.now())
    assert told[next_run.id].state == "running"
    with pytest.raises(LeaseHeldError, match="lost") as error:
        await store.runs.beat(lost.id)
    assert error.value.code == "run.lease_lost"
    await store.runs.end(ended(lost, clock))
    await store.runs.beat(next_run.id)


async def test_a_clock_that_jumps_back_does_not_hold_a_worksheet_for_ever(
    store: Store, clock: FrozenClock
) -> None:
    run = await new_run(store, clock)
    await store.runs.start(run)
    clock.advance(-86_400)
    await store.runs.start(await new_run(store, clock))


STARTS_AND_DIES = """
import asyncio, os, sys
from pathlib import Path
from casework.base.clock import FrozenClock
from casework.store.home import Home
from casework.store.store import Store
from casework.types.case import CellWrite
from casework.types.run import RunRecord

async def main():
    store = await Store.open_at(Path(sys.argv[1]), Home(sys.argv[3]), FrozenClock())
    await store.runs.start(RunRecord("child", sys.argv[2], "running", ""))
    os._exit(0)

asyncio.run(main())
"""


async def test_the_lease_of_a_process_that_is_gone_is_free_at_once(
    store: Store, home: Home, clock: FrozenClock
) -> None:
    run = await new_run(store, clock)
    command = [sys.executable, "-c", STARTS_AND_DIES, str(store.folder), run.worksheet_id, home.url]
    subprocess.run(command, check=True)
    assert (await store.runs.latest(run.worksheet_id))[0].state == "interrupted"
    await store.runs.start(run)
    told = {one.id: one.state for one in await store.runs.latest(run.worksheet_id)}
    assert told == {"child": "interrupted", run.id: "running"}


async def test_a_run_needs_a_worksheet(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.runs.start(RunRecord("r", "nothing", "running", ""))
