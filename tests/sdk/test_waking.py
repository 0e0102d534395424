"""After a decision what rules say of it is worked out by itself; models are asked by runs alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.errors import LeaseHeldError
from casework.base.ids import uuid7
from casework.sdk.waking import wake, waking
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

PROCEDURE = """# Bills

## Net
- type: money

## Paid
- type: money
- by: person

## Open
- type: money
`{Net} - {Paid}`

## Settled
- type: yes/no
`{Open} == 0`
"""


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    path, inbox = tmp_path / "bills.md", tmp_path / "inbox"
    path.write_text(PROCEDURE, "utf-8")
    inbox.mkdir()
    for number in range(2):
        (inbox / f"{number}.txt").write_text(invoice(f"A-{number}", total="120.00"), "utf-8")
    made = await workspace.new_worksheet("bills", path)
    await made.add(inbox)
    await made.run()
    return made


async def _shown(sheet: Worksheet, case: str, step: str) -> str:
    return (await sheet.cell(case, step)).cell.shown


async def _until(sheet: Worksheet, case: str, step: str, shown: str) -> None:
    async with asyncio.timeout(60):
        while await _shown(sheet, case, step) != shown:
            await asyncio.sleep(0.05)


async def test_a_decision_wakes_the_rules_that_rest_on_it_and_nothing_else(
    workspace: Workspace, sheet: Worksheet
) -> None:
    async with waking(workspace):
        await sheet.correct("0", "Paid", "EUR 40.00", who="Ada")
        await _until(sheet, "0", "Settled", "no")
        assert await _shown(sheet, "0", "Open") == "EUR 60.00"
        assert await _shown(sheet, "1", "Open") == ""
        await sheet.correct("0", "Paid", "EUR 100.00", who="Ada")
        await _until(sheet, "0", "Settled", "yes")
    runs = await workspace._house.store.runs.latest(sheet.id)
    assert [run.woken for run in runs] == [True, True, False]
    assert [run.run.woken for run in await sheet.past.runs()] == [False]
    assert len(await sheet.past.runs(woken=True)) == 3


async def test_nothing_goes_on_without_a_studio_nor_where_nobody_decided(
    workspace: Workspace, sheet: Worksheet
) -> None:
    await sheet.correct("0", "Paid", "EUR 40.00", who="Ada")
    async with waking(workspace):
        assert await _shown(sheet, "0", "Open") == ""
    house = workspace._house
    assert await wake(house, sheet._record, sheet._following, []) is None


async def test_it_waits_for_somebody_elses_run(workspace: Workspace, sheet: Worksheet) -> None:
    store = workspace._house.store
    held = (await store.runs.latest(sheet.id, 1))[0]
    other = replace(held, id=uuid7(), state="running", ended_at="")
    await store.runs.start(other)
    async with waking(workspace):
        await sheet.correct("0", "Paid", "EUR 40.00", who="Ada")
        ids = [(await sheet.cell("0", "Paid")).cell.case_id]
        with pytest.raises(LeaseHeldError):
            await wake(workspace._house, sheet._record, sheet._following, ids)
        await store.runs.end(replace(other, state="finished", ended_at=held.ended_at))
        await _until(sheet, "0", "Settled", "no")
