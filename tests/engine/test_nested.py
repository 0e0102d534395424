"""Rows of tables as cases of a nested worksheet: they stream, keep who they are, and are read as
one column; what is missing of them makes a result provisional."""

from __future__ import annotations

import asyncio

import pytest

from casework.base.errors import InvalidAnswerError, ModelUnavailableError
from casework.engine.engine import Scope
from casework.store.rows import Rows
from casework.types.case import Outcome
from casework.types.needs import StepTask
from casework.types.rows import RowsWrite
from casework.types.values import Json
from tests.engine.desk import Desk, value

ORDER = """# Order

## Supplier

## Lines
- type: table: Item, Amount (number)

### Check
- by: model

Does {Amount} fit {Item} of {Supplier}?

## Net
- type: number
- by: model

Add {Lines.Amount}.

## All
- by: model

Whether all {Lines.Check} are well.
"""


class Table:
    """What the step of a table finds, which a test may change."""

    def __init__(self, *rows: tuple[str, str | None]) -> None:
        self.rows = list(rows)

    async def __call__(self, task: StepTask) -> Outcome:
        rows: list[Json] = [{"Item": item, "Amount": amount} for item, amount in self.rows]
        return value(rows)


@pytest.fixture
async def table(desk: Desk) -> Table:
    desk.text = ORDER
    found = Table(("pump", "10"), ("valve", "20"), ("hose", "30"))
    desk.steps.work["lines"] = found
    await desk.cases("a")
    return found


async def test_each_row_runs_its_steps_and_the_case_reads_them_as_one_column(
    desk: Desk, table: Table
) -> None:
    record = await desk.run()
    assert record.state == "finished"
    assert await desk.column("a", "lines.item") == ["pump", "valve", "hose"]
    assert await desk.column("a", "lines.check") == [
        f"check({amount}, {item}, supplier(a.txt))"
        for item, amount in (("pump", "10"), ("valve", "20"), ("hose", "30"))
    ]
    assert await desk.shown("a", "net") == "net(['10', '20', '30'])"
    assert record.counts == {"value": 7}
    assert (await desk.plan()).empty
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls


async def test_the_plan_says_that_rows_are_not_known_before_their_table_ran(
    desk: Desk, table: Table
) -> None:
    plan = await desk.plan()
    assert plan.unmade == ("Lines",)
    assert {group.step_id for group in plan.groups} == {"supplier", "lines", "net", "all"}


async def test_the_plan_of_an_edit_of_a_row_step_names_exactly_the_cells_that_then_run(
    desk: Desk, table: Table
) -> None:
    await desk.run()
    desk.text = ORDER.replace("Does {Amount} fit", "Would {Amount} fit")
    plan = await desk.plan()
    assert [(g.step_id, g.step_name, g.why, g.cells, g.certain) for g in plan.groups] == [
        ("lines.check", "Lines › Check", "instruction_changed", 3, True),
        ("all", "All", "input_changed", 1, False),
    ]
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls + 3


async def test_only_changed_rows_run_again_and_rows_keep_who_they_are(
    desk: Desk, table: Table
) -> None:
    await desk.run()
    before = {row.fields["item"]: row.id for row in await desk.rows("a", "lines")}
    table.rows = [("hose", "30"), ("pump", "11"), ("seal", "5")]
    desk.steps.version = "1"
    await desk.run(Scope(steps=("lines",), force=True))
    calls = desk.steps.count
    await desk.run()
    rows = await desk.rows("a", "lines")
    after = {row.fields["item"]: row.id for row in rows}
    assert (after["pump"], after["hose"]) == (before["pump"], before["hose"])
    assert after["seal"] not in before.values()
    assert [row.position for row in rows] == [1, 2, 3]
    ran = {key for key in desk.steps.calls if key[1] == "check"}
    assert (before["valve"], "check") in ran
    assert desk.steps.calls[before["hose"], "check"] == 1
    assert desk.steps.calls[before["pump"], "check"] == 2
    assert desk.steps.count == calls + 4
    assert await desk.shown("a", "net") == "net(['30', '11', '5'])"


async def test_a_row_that_is_gone_is_retired_and_comes_back_with_its_verdicts(
    desk: Desk, table: Table
) -> None:
    await desk.run()
    valve = (await desk.rows("a", "lines"))[1]
    await desk.decide_on_row(valve, "lines.check", "corrected", "well")
    gone = table.rows.pop(1)
    await desk.run(Scope(force=True))
    assert valve.id not in [row.id for row in await desk.rows("a", "lines")]
    table.rows.append(gone)
    await desk.run(Scope(force=True))
    assert (await desk.rows("a", "lines"))[2].id == valve.id
    assert (await desk.column("a", "lines.check"))[2] == "well"


async def test_another_order_of_rows_runs_no_row_again(desk: Desk, table: Table) -> None:
    await desk.run()
    table.rows.reverse()
    await desk.run(Scope(steps=("lines",), force=True))
    calls = desk.steps.count
    await desk.run()
    assert await desk.shown("a", "net") == "net(['30', '20', '10'])"
    assert desk.steps.count == calls + 2
    assert all(count == 1 for (_, step), count in desk.steps.calls.items() if step == "check")


async def test_a_correction_in_a_row_wakes_what_reads_it_and_nothing_else(
    desk: Desk, table: Table
) -> None:
    await desk.run()
    valve = (await desk.rows("a", "lines"))[1]
    await desk.decide_on_row(valve, "lines.check", "corrected", "no")
    plan = await desk.plan()
    assert [(g.step_id, g.why, g.detail) for g in plan.groups] == [
        ("all", "input_changed", "Lines.Check")
    ]
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls + 1
    assert "'no'" in str(await desk.shown("a", "all"))


async def test_a_person_corrects_a_column_of_the_table_in_one_row(desk: Desk, table: Table) -> None:
    await desk.run()
    valve = (await desk.rows("a", "lines"))[1]
    await desk.decide_on_row(valve, "lines.amount", "corrected", "21")
    await desk.run()
    assert await desk.shown("a", "net") == "net(['10', '21', '30'])"
    assert desk.steps.calls[valve.id, "check"] == 2


async def test_an_equal_value_in_a_row_stops_the_wave(desk: Desk, table: Table) -> None:
    async def same(task: StepTask) -> Outcome:
        return value("well")

    desk.steps.work["check"] = same
    await desk.run()
    desk.text = ORDER.replace("Does {Amount} fit", "Would {Amount} fit")
    await desk.run()
    assert desk.steps.calls["a", "all"] == 1


async def test_what_some_rows_lack_makes_the_result_provisional_until_it_comes(
    desk: Desk, table: Table
) -> None:
    broken = True

    async def checks(task: StepTask) -> Outcome:
        if broken and task.inputs["item"].read.value == "valve":
            raise ModelUnavailableError("The endpoint is down.")
        return value("well")

    desk.steps.work["check"] = checks
    await desk.run()
    whole = await desk.cell("a", "all")
    assert (whole.state, whole.provisional) == ("value", "2 of 3 rows")
    assert not (await desk.cell("a", "net")).provisional
    broken = False
    await desk.run()
    whole = await desk.cell("a", "all")
    assert (whole.state, whole.provisional) == ("value", "")
    assert desk.steps.calls["a", "all"] == 2


async def test_what_rests_on_something_provisional_is_provisional_and_is_cleared_without_a_call(
    desk: Desk, table: Table
) -> None:
    desk.text = ORDER + "\n## Decision\n- by: model\n\nDecide by {All}.\n"
    broken = True

    async def checks(task: StepTask) -> Outcome:
        if broken and task.inputs["item"].read.value == "valve":
            raise ModelUnavailableError("The endpoint is down.")
        return value("well")

    async def all_well(task: StepTask) -> Outcome:
        return value(True)

    desk.steps.work |= {"check": checks, "all": all_well}
    await desk.run()
    assert (await desk.cell("a", "decision")).provisional == "All: 2 of 3 rows"
    broken = False
    await desk.run()
    assert (await desk.cell("a", "decision")).provisional == ""
    assert desk.steps.calls["a", "decision"] == 1


async def test_a_row_without_a_value_is_missing_and_one_that_does_not_apply_is_not(
    desk: Desk, table: Table
) -> None:
    table.rows[1] = ("valve", None)
    desk.text = ORDER.replace(
        "### Check\n- by: model\n", '### Check\n- by: model\n- when: `{Item} != "hose"`\n'
    )
    original = desk.steps.applies

    async def applies(task: StepTask) -> Outcome | None:
        if task.step.id == "check" and task.inputs["item"].read.value == "hose":
            return Outcome("skipped", reason="not for hoses")
        return await original(task)

    desk.steps.applies = applies  # type: ignore[method-assign]
    await desk.run()
    net = await desk.cell("a", "net")
    assert net.provisional == "2 of 3 rows"
    assert await desk.shown("a", "net") == "net(['10', '30'])"
    assert (await desk.cell("a", "all")).provisional == ""


async def test_a_column_without_any_answer_makes_its_readers_wait(desk: Desk, table: Table) -> None:
    async def down(task: StepTask) -> Outcome:
        raise ModelUnavailableError("The endpoint is down.")

    desk.steps.work["check"] = down
    await desk.run()
    whole = await desk.cell("a", "all")
    assert (whole.state, whole.waiting_for) == ("waiting", "input")
    assert "Lines.Check, which has no answer yet for any of its 3 rows" in whole.reason


async def test_a_row_that_fails_spoils_no_other_and_is_set_aside_by_itself(
    desk: Desk, table: Table
) -> None:
    async def checks(task: StepTask) -> Outcome:
        if task.inputs["item"].read.value == "valve":
            raise InvalidAnswerError("The answer is not JSON.")
        return value("well")

    desk.steps.work["check"] = checks
    for _ in range(3):
        await desk.run()
    assert await desk.column("a", "lines.check") == ["well", None, "well"]
    valve = (await desk.rows("a", "lines"))[1]
    cell = (await desk.store.cells.of_case(valve.id))["check"]
    assert (cell.state, cell.tries) == ("set_aside", 2)
    (case,) = [c async for c in desk.store.cases.stream(desk.worksheet_id)]
    assert not case.set_aside
    assert await desk.store.cells.bring_back([case.id]) == 1


async def test_a_table_without_rows_gives_empty_columns(desk: Desk, table: Table) -> None:
    table.rows = []
    await desk.run()
    assert await desk.shown("a", "net") == "net([])"
    assert (await desk.plan()).empty


async def test_a_table_that_is_not_there_makes_its_columns_absent_too(
    desk: Desk, table: Table
) -> None:
    await desk.run()

    async def none(task: StepTask) -> Outcome:
        return Outcome("absent", absence="not_found", reason="no table")

    desk.steps.work["lines"] = none
    await desk.run(Scope(force=True))
    assert await desk.rows("a", "lines") == []
    assert await desk.shown("a", "net") == "net(None)"
    assert (await desk.plan()).empty


async def test_a_person_who_corrects_the_table_changes_its_rows(desk: Desk, table: Table) -> None:
    await desk.run()
    before = await desk.rows("a", "lines")
    corrected: list[Json] = [
        {"Item": "valve", "Amount": "20"},
        {"Item": "pump", "Amount": "12"},
    ]
    await desk.decide("a", "lines", "corrected", corrected)
    plan = await desk.plan()
    assert not plan.empty
    assert plan.unmade == ("Lines",)
    await desk.run()
    after = await desk.rows("a", "lines")
    assert [row.id for row in after] == [before[1].id, before[0].id]
    assert await desk.shown("a", "net") == "net(['20', '12'])"


async def test_rows_go_on_while_others_wait_for_their_turn(desk: Desk, table: Table) -> None:
    reached = asyncio.Event()

    async def checks(task: StepTask) -> Outcome:
        if task.inputs["item"].read.value == "pump":
            await reached.wait()
        else:
            reached.set()
        return value("well")

    desk.steps.work["check"] = checks
    await asyncio.wait_for(desk.run(), 30)
    assert await desk.column("a", "lines.check") == ["well"] * 3


class _Killed(Exception):
    """Stands for the end of the process."""


class _Dies(Rows):
    async def put(self, write: RowsWrite) -> None:
        raise _Killed


async def test_a_kill_between_the_table_and_its_rows_loses_nothing(
    desk: Desk, table: Table
) -> None:
    whole = desk.store.rows
    desk.store.rows = _Dies(desk.store.database)
    with pytest.raises(_Killed):
        await desk.run()
    desk.store.rows = whole
    assert (await desk.cell("a", "lines")).state == "value"
    assert (await desk.plan()).unmade == ("Lines",)
    await desk.run()
    assert await desk.shown("a", "net") == "net(['10', '20', '30'])"
    assert desk.steps.calls["a", "lines"] == 1


async def test_tables_stand_in_tables(desk: Desk) -> None:
    desk.text = (
        "# T\n\n## Orders\n- type: table: Number\n\n"
        "### Lines\n- type: table: Amount (number)\n- by: model\n\nThe lines of {Number}.\n\n"
        "#### Share\n- by: model\n\n{Amount} of {Total} in {Number}.\n\n"
        "## Total\n- by: model\n\n{Orders.Lines.Amount}\n\n"
        "## Shares\n- by: model\n\n{Orders.Lines.Share}\n"
    )

    async def orders(task: StepTask) -> Outcome:
        return value([{"Number": "A"}, {"Number": "B"}])

    async def lines(task: StepTask) -> Outcome:
        number = task.inputs["number"].read.value
        return value([{"Amount": f"{number}{at}"} for at in (1, 2)])

    desk.steps.work |= {"orders": orders, "lines": lines}
    await desk.cases("a", "b")
    record = await desk.run()
    assert record.state == "finished"
    total = "total(['A1', 'A2', 'B1', 'B2'])"
    assert await desk.shown("a", "total") == total
    assert await desk.column("b", "orders.lines.share") == [
        f"share({number}{at}, {total}, {number})" for number in "AB" for at in (1, 2)
    ]
    assert (await desk.plan()).empty
    last = (await desk.rows("a", "orders", "lines"))[3]
    await desk.decide_on_row(last, "orders.lines.amount", "corrected", "B3")
    plan = await desk.plan()
    assert {(g.step_id, g.cells, g.certain) for g in plan.groups} == {
        ("orders.lines.share", 4, False),
        ("total", 1, True),
        ("shares", 1, False),
    }
    await desk.run()
    assert await desk.shown("a", "total") == "total(['A1', 'A2', 'B1', 'B3'])"


async def test_a_run_of_one_row_step_makes_rows_and_leaves_the_rest(
    desk: Desk, table: Table
) -> None:
    await desk.run(Scope(steps=("supplier", "lines")))
    await desk.run(Scope(steps=("lines.check",)))
    assert all(await desk.column("a", "lines.check"))
    assert (await desk.cell("a", "net")).state == "idle"


async def test_a_chain_of_thousands_of_steps_runs(desk: Desk) -> None:
    count = 2_000
    steps = "".join(f"## S{i}\n- by: model\nRead {{S{i - 1}}}.\n" for i in range(1, count))
    desk.text = f"## S0\nx\n{steps}"

    async def one(task: StepTask) -> Outcome:
        return value("1")

    desk.steps.work = {f"s{i}": one for i in range(count)}
    await desk.cases("a")
    program = desk.program
    record = await desk.engine.run(desk.worksheet_id, program)
    assert record.counts == {"value": count}
    plan = await desk.engine.plan(desk.worksheet_id, "test", program)
    assert plan.empty
