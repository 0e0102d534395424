"""No cell is ever without a state, a reason and an age."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.ids import uuid7
from casework.sdk.views import CellView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.store.lease import LEASE_S
from casework.types.run import RunRecord
from tests.sdk.conftest import invoice

ODD = """# Odd things

## Invoice number

## Net
- type: money

## Policy
- from: policy
The name of the policy.

## Checked by
- by: person
- owner: Ann

## Remark
Say in one sentence what {Invoice number} is about.

## Ratio
- type: number

`{Net} / ({Net} - {Net})`

## Half
- type: number

`{Ratio} / 2`

## Twice
- type: money
- when: `{Invoice number} == "never"`

`{Net} + {Net}`

## Nothing
- type: money
- review: never

`{Net} + {VAT}`

## VAT
- type: money

## After the person
`{Checked by}`
"""
DAY_S = 24 * 3600


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC))


@pytest.fixture
async def sheet(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Worksheet]:
    procedure = tmp_path / "odd.md"
    procedure.write_text(ODD, "utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "one.txt").write_text(invoice("N-1").replace("VAT 19 %", "Something else"), "utf-8")
    (inbox / "empty.txt").write_text("", "utf-8")
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    async with await Workspace.create(tmp_path / "odd", clock=clock) as workspace:
        made = await workspace.new_worksheet("odd", procedure)
        await made.add(inbox)
        clock.advance(60)
        yield made


async def cells(sheet: Worksheet) -> list[CellView]:
    return [cell async for row in sheet.rows() for cell in row.cells]


async def told(sheet: Worksheet) -> dict[str, set[str]]:
    """The states by step; every cell is looked at on the way."""
    found: dict[str, set[str]] = {}
    for cell in await cells(sheet):
        name = f"{cell.case_name} · {cell.step_name}: {cell.state}"
        assert cell.since, f"{name} has no since"
        assert cell.age_s is not None, f"{name} has no age"
        assert cell.age_s >= 0, f"{name} is of the future"
        if cell.state != "value":
            assert cell.reason, f"{name} has no reason"
        found.setdefault(cell.step_id, set()).add(cell.state)
    return found


async def test_every_cell_says_why_and_since_when_on_every_way(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    before = await told(sheet)
    assert set().union(*before.values()) == {"idle"}
    await sheet.run()
    clock.advance(DAY_S)
    after = await told(sheet)
    assert after["invoice-number"] >= {"value", "absent"}
    assert after["policy"] == {"waiting"}
    assert after["checked-by"] == {"waiting"}
    assert after["remark"] == {"waiting"}
    assert "set_aside" in after["ratio"]
    assert "waiting" in after["half"]
    assert "skipped" in after["twice"]
    assert "absent" in after["nothing"]
    assert after["after-the-person"] == {"waiting"}
    await sheet.run()
    assert await told(sheet) == after
    await sheet.reject("one", "net", note="wrong")
    await told(sheet)
    await sheet.run()
    await told(sheet)
    await sheet.undo("one", "net")
    await sheet.retry(reason="division")
    await told(sheet)
    await sheet.run()
    await sheet.past.revert("last")
    await told(sheet)
    await sheet.past.revert("1")
    await told(sheet)


async def test_a_wait_tells_for_how_long(sheet: Worksheet, clock: FrozenClock) -> None:
    await sheet.run()
    clock.advance(3 * DAY_S)
    waiting = next(c for c in await cells(sheet) if c.step_id == "checked-by")
    assert waiting.age_s == 3 * DAY_S
    await sheet.run()
    again = next(c for c in await cells(sheet) if c.step_id == "checked-by")
    assert again.age_s == 3 * DAY_S


async def test_a_clock_that_was_set_back_makes_no_age_below_nothing(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await sheet.run()
    clock.advance(-DAY_S)
    await told(sheet)
    await sheet.run()
    await told(sheet)


async def test_cells_are_queued_and_running_only_while_a_run_lives(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    store = sheet._house.store
    run = RunRecord(uuid7(), sheet._record.id, "running", "2026-03-01T09:01:00.000Z")
    await store.runs.start(run)
    (case, *_) = await sheet.cases()
    clock.advance(2)
    await store.runs.beat(run.id, {(case.id, "invoice-number"): "2026-03-01T09:01:01.000Z"})
    live = {(c.case_id, c.step_id): c for c in await cells(sheet)}
    assert live[case.id, "invoice-number"].state == "running"
    assert live[case.id, "net"].state == "queued"
    await told(sheet)
    clock.advance(LEASE_S + 1)
    gone = {(c.case_id, c.step_id): c for c in await cells(sheet)}
    assert gone[case.id, "invoice-number"].state == "idle"
    assert "went away while it worked on this" in gone[case.id, "invoice-number"].reason
    assert gone[case.id, "net"].state == "idle"
    await told(sheet)
    await sheet.run()
    assert all(c.state not in ("running", "queued", "idle") for c in await cells(sheet))


async def test_a_decision_that_helps_brings_a_case_back(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    path = sheet.procedure_path
    text = path.read_text("utf-8")
    path.write_text(
        text + "\n## Ratio again\n- type: number\n\n`{Net} / ({Net} - {Net})`\n", "utf-8"
    )
    await sheet.run()
    (case, *_) = [case for case in await sheet.cases() if case.name == "one"]
    assert case.set_aside
    await sheet.correct("one", "invoice-number", "N-2")
    assert (await sheet._pages.pick("one")).set_aside  # it helps none of the two
    await sheet.correct("one", "ratio", "1")
    assert not (await sheet._pages.pick("one")).set_aside


async def test_what_was_set_aside_comes_back_by_its_reason(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await sheet.run()
    (group,) = [g for g in await sheet.aside() if g.step_id == "ratio"]
    assert (group.words, group.code) == ("division by zero", "rule.division")
    assert group.cases == ("one",)
    assert await sheet.aside(steps=["half"]) == ()
    assert await sheet.retry(reason="division by zero", who="ann") == 1
    cell = next(c for c in await cells(sheet) if (c.case_name, c.step_id) == ("one", "ratio"))
    assert (cell.state, cell.reason) == ("idle", "brought back by ann: the next run tries it again")
