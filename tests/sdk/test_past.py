"""Looking back at a worksheet, and putting runs back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.sdk.views import CellView, TableView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

HOUR_S = 3600


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC))


@pytest.fixture
async def sheet(tmp_path: Path, procedure: Path, clock: FrozenClock) -> AsyncIterator[Worksheet]:
    """Two invoices that were run once; an hour passed since."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, net in (("one", "100.00"), ("two", "50.00")):
        (inbox / f"{name}.txt").write_text(invoice(name, net=net), "utf-8")
    async with await Workspace.create(tmp_path / "past", clock=clock) as workspace:
        made = await workspace.new_worksheet("invoices", procedure)
        await made.add(inbox)
        await made.run()
        clock.advance(HOUR_S)
        yield made


def cell(table: TableView, case: str, step: str) -> CellView:
    row = next(row for row in table.rows if row.case.name == case)
    return next(cell for cell in row.cells if cell.step_id == step)


def edit(sheet: Worksheet, old: str, new: str) -> None:
    path = sheet.procedure_path
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


async def other_decision(sheet: Worksheet, clock: FrozenClock) -> None:
    """A second run under another rule, an hour ago."""
    edit(sheet, '`"pay" if {Sums agree} else "query"`', '`"query" if {Sums agree} else "pay"`')
    await sheet.run()
    clock.advance(HOUR_S)


async def test_the_table_as_it_was_shows_values_and_procedure_of_then(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    assert cell(await sheet.table(), "one", "decision").shown == "query"
    then = await sheet.past.table("1")
    assert cell(then, "one", "decision").shown == "pay"
    assert then.as_of == "after run 1, 2026-03-01 09:00"
    assert then.worksheet.procedure_version == 1
    rule = next(step.rule for step in then.columns if step.id == "decision")
    assert rule is not None
    assert "pay" in rule.source[:8]
    assert (await sheet.table()).as_of == ""


async def test_a_verdict_counts_from_when_it_was_given(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await sheet.correct("one", "net", "EUR 7.00", who="ann", note="read on paper")
    clock.advance(HOUR_S)
    await sheet.run()
    before = cell(await sheet.past.table("1"), "one", "net")
    assert (before.shown, before.verdict) == ("EUR 100.00", None)
    after = cell(await sheet.past.table("2"), "one", "net")
    assert after.shown == "EUR 7.00"
    assert after.verdict is not None
    assert after.verdict.note == "read on paper"
    assert cell(await sheet.past.table("2026-03-01 09:59"), "one", "net").verdict is None
    assert cell(await sheet.past.table("2026-03-01 10:30"), "one", "net").verdict is not None
    assert cell(await sheet.past.table("2026-03-01 10:30"), "one", "decision").shown == "pay"


async def test_cases_that_came_later_are_not_in_the_past(
    sheet: Worksheet, clock: FrozenClock, tmp_path: Path
) -> None:
    (tmp_path / "three.txt").write_text(invoice("three"), "utf-8")
    await sheet.add(tmp_path / "three.txt")
    clock.advance(HOUR_S)
    await sheet.run()
    assert [row.case.name for row in (await sheet.past.table("1")).rows] == ["one", "two"]
    assert len((await sheet.past.table("last")).rows) == 3


async def test_the_past_is_written_to_files_and_frames(
    sheet: Worksheet, clock: FrozenClock, tmp_path: Path
) -> None:
    await other_decision(sheet, clock)
    written = await sheet.past.export("1", tmp_path / "then.json")
    told = json.loads(written.read_text("utf-8"))
    assert json.dumps(told).count('"pay"') >= 1
    frame = await sheet.past.frame("1", wide=True)
    assert frame.num_rows == 2


async def test_a_moment_that_nobody_knows_is_refused_with_what_there_is(
    sheet: Worksheet,
) -> None:
    with pytest.raises(NotFoundError, match="There is no run '9'"):
        await sheet.past.table("9")
    with pytest.raises(UsageError, match="still to come"):
        await sheet.past.table("2099-01-01")
    with pytest.raises(UsageError, match="no date or time"):
        await sheet.past.table("2026-13-99")


async def test_the_history_of_a_cell_tells_runs_and_people_with_why(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    await sheet.reject("one", "decision", note="unclear", who="ann")
    clock.advance(HOUR_S)
    await sheet.undo("one", "decision", who="bob")
    clock.advance(HOUR_S)
    await sheet.redo("one", "decision", who="bob")
    told = await sheet.past.history("one", "decision")
    assert [(item.what, item.shown, item.by) for item in told] == [
        ("value", "pay", "casework"),
        ("value", "query", "casework"),
        ("rejected", "", "ann"),
        ("undone", "", "bob"),
        ("redone", "", "bob"),
    ]
    assert [item.why for item in told[:2]] == ["run 1", "run 2"]
    assert told[2].note == "unclear"
    assert (await sheet.cell("one", "decision")).history == told


async def test_a_decision_that_was_taken_back_holds_again(sheet: Worksheet) -> None:
    await sheet.correct("one", "net", "EUR 7.00")
    await sheet.undo("one", "net")
    again = await sheet.redo("one", "net")
    assert again.shown == "EUR 7.00"
    with pytest.raises(ConflictError, match="no decision that was taken back"):
        await sheet.redo("one", "net")


async def test_a_run_is_looked_at_before_it_is_put_back(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    dry = await sheet.past.revert("2", dry=True)
    assert {(c.case_name, c.step_id, c.now, c.then) for c in dry.going_back} == {
        ("one", "decision", "query", "pay"),
        ("two", "decision", "pay", "query"),
    }
    assert dry.version == 1
    assert cell(await sheet.table(), "one", "decision").shown == "query"
    done = await sheet.past.revert("2", who="ann")
    assert done.run_id
    assert cell(await sheet.table(), "one", "decision").shown == "pay"
    assert (await sheet.plan()).empty
    clock.advance(HOUR_S)
    await sheet.run()
    assert cell(await sheet.table(), "one", "decision").shown == "pay"
    last = (await sheet.past.history("one", "decision"))[-1]
    assert (last.what, last.by, last.why) == ("reverted", "ann", "run 3")


async def test_putting_back_is_put_back_in_turn(sheet: Worksheet, clock: FrozenClock) -> None:
    await other_decision(sheet, clock)
    await sheet.past.revert("2")
    clock.advance(HOUR_S)
    await sheet.past.revert("last")
    assert cell(await sheet.table(), "one", "decision").shown == "query"
    assert [item.run.reverts != "" for item in await sheet.past.runs()] == [
        True,
        True,
        False,
        False,
    ]


async def test_decisions_of_people_stay_when_a_run_is_put_back(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    await sheet.accept("one", "decision", who="ann")
    clock.advance(HOUR_S)
    await sheet.past.revert("2")
    kept = cell(await sheet.table(), "one", "decision")
    assert kept.shown == "query"
    assert kept.verdict is not None


async def test_the_older_procedure_is_written_back_as_a_new_version(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    done = await sheet.past.revert("2", procedure=True)
    assert done.procedure_written
    assert '`"pay" if {Sums agree}' in sheet.procedure_path.read_text("utf-8")
    clock.advance(HOUR_S)
    await sheet.run()
    assert (await sheet.view()).procedure_version == 3
    assert cell(await sheet.table(), "one", "decision").shown == "pay"


async def test_an_edit_of_the_procedure_is_not_overwritten(
    sheet: Worksheet, clock: FrozenClock
) -> None:
    await other_decision(sheet, clock)
    edit(sheet, "including tax", "including all taxes")
    with pytest.raises(ConflictError, match="was edited since the last run"):
        await sheet.past.revert("2", procedure=True)


async def test_many_cells_are_adopted_without_a_verdict_on_each(
    sheet: Worksheet, tmp_path: Path
) -> None:
    (tmp_path / "odd.txt").write_text("INVOICE\n\nTotal due: EUR 12.00\n", "utf-8")
    await sheet.add(tmp_path / "odd.txt")
    await sheet.run()
    dry = await sheet.bulk.accept(reason="not found", dry=True)
    assert dry.cells > 1
    assert cell(await sheet.table(), "odd", "net").verdict is None
    done = await sheet.bulk.accept(steps=["net"], reason="not found", who="ann", note="sampled")
    assert (done.cells, done.done) == (1, True)
    adopted = cell(await sheet.table(), "odd", "net")
    assert adopted.verdict is not None
    assert (adopted.verdict.kind, adopted.verdict.note, adopted.needs) == ("adopted", "sampled", "")
    assert adopted.verdict.shown_because
