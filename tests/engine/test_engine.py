"""Laws 1, 2, 3, 5, 6 and 7, seen from outside."""

from __future__ import annotations

import asyncio

import pytest

from casework.base.errors import (
    InvalidAnswerError,
    LeaseHeldError,
    ModelAuthError,
    ModelUnavailableError,
    RuleError,
)
from casework.engine.engine import Scope
from casework.types.case import Outcome
from casework.types.needs import Blocked, StepTask
from casework.types.run import Progress
from tests.engine.desk import PROCEDURE, Desk, value


async def test_every_cell_gets_a_value_and_a_run_again_does_nothing(desk: Desk) -> None:
    await desk.cases("a", "b")
    record = await desk.run()
    assert record.state == "finished"
    assert record.counts == {"value": 6}
    assert await desk.shown("a", "total") == "total(net(a.txt), vat(a.txt))"
    calls = desk.steps.count
    assert (await desk.plan()).empty
    again = await desk.run()
    assert desk.steps.count == calls
    assert again.counts == {}


async def test_the_plan_of_an_edit_names_exactly_the_cells_that_then_run(desk: Desk) -> None:
    await desk.cases("a", "b", "c")
    await desk.run()
    desk.text = PROCEDURE.replace("Add {Net}", "Sum up {Net}")
    plan = await desk.plan()
    assert [(g.step_id, g.why, g.cells, g.certain) for g in plan.groups] == [
        ("total", "instruction_changed", 3, True)
    ]
    assert plan.groups[0].detail == "instruction"
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls + 3


async def test_an_input_that_comes_out_equal_stops_the_wave(desk: Desk) -> None:
    await desk.cases("a")

    async def same(task: StepTask) -> Outcome:
        return value("12")

    desk.steps.work["net"] = same
    await desk.run()
    desk.text = desk.text.replace("## Net\n", "## Net\nThe sum before tax.\n")
    plan = await desk.plan()
    certain = {(g.step_id, g.certain) for g in plan.groups}
    assert certain == {("net", True), ("total", False)}
    await desk.run()
    assert desk.steps.calls["a", "net"] == 2
    assert desk.steps.calls["a", "total"] == 1


async def test_going_back_to_an_old_wording_is_taken_from_memory(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    desk.text = PROCEDURE.replace("Add {Net}", "Sum up {Net}")
    await desk.run()
    desk.text = PROCEDURE
    plan = await desk.plan()
    assert plan.remembered == 1
    assert plan.calls == 0
    calls = desk.steps.count
    await desk.run()
    assert desk.steps.count == calls
    assert await desk.shown("a", "total") == "total(net(a.txt), vat(a.txt))"


async def test_the_same_bytes_in_two_cases_are_read_once(desk: Desk) -> None:
    cases = await desk.cases("a", "b")
    for case in cases:
        await desk.document(case.id, "same.txt")
    twins = []
    for key in ("x", "y"):
        twins.append(await desk.store.cases.add(desk.worksheet_id, key, key))
        await desk.document(twins[-1].id, "twin.txt")
    await desk.run()
    assert desk.steps.calls["x", "net"] + desk.steps.calls["y", "net"] == 1
    assert await desk.shown("x", "net") == await desk.shown("y", "net")


async def test_a_late_document_runs_only_what_reads_documents_of_its_kind(desk: Desk) -> None:
    desk.text = "# T\n\n## Net\n- from: receipt\n\n## VAT\n- from: policy\n"
    (case, *_) = await desk.cases("a")
    await desk.document(case.id, "p.txt", "policy")
    await desk.run()
    waiting = await desk.cell("a", "net")
    assert (waiting.state, waiting.waiting_for) == ("waiting", "document")
    assert "receipt" in waiting.reason
    await desk.document(case.id, "r.txt", "receipt")
    plan = await desk.plan()
    assert [(g.step_id, g.why) for g in plan.groups] == [("net", "woken")]
    await desk.run()
    assert await desk.shown("a", "net") == "net(r.txt)"
    assert desk.steps.calls["a", "vat"] == 1


async def test_a_step_without_a_model_waits_and_everything_else_goes_on(desk: Desk) -> None:
    await desk.cases("a")
    desk.steps.waits["vat"] = Blocked("model", "needs a model: set model.default")
    await desk.run()
    vat, total = await desk.cell("a", "vat"), await desk.cell("a", "total")
    assert (vat.state, vat.waiting_for) == ("waiting", "model")
    assert (total.state, total.waiting_for) == ("waiting", "input")
    assert "VAT" in total.reason
    assert await desk.shown("a", "net") == "net(a.txt)"
    plan = await desk.plan()
    assert plan.empty
    assert plan.waiting == {"model": 1, "input": 1}
    assert plan.blocked == ("VAT: needs a model: set model.default",)
    desk.steps.waits.clear()
    await desk.run()
    assert await desk.shown("a", "total") == "total(net(a.txt), vat(a.txt))"


async def test_what_a_person_says_stands_above_the_machine_and_feeds_what_follows(
    desk: Desk,
) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "corrected", "42")
    plan = await desk.plan()
    assert [(g.step_id, g.why, g.detail) for g in plan.groups] == [
        ("total", "input_changed", "Net")
    ]
    await desk.run()
    assert await desk.shown("a", "total") == "total(42, vat(a.txt))"
    assert desk.steps.calls["a", "net"] == 1


async def test_a_machine_value_that_disagrees_later_makes_a_conflict(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "corrected", "42")

    async def other(task: StepTask) -> Outcome:
        return value("43")

    desk.steps.work["net"] = other
    desk.steps.version = "2"
    plan = await desk.plan()
    assert plan.verified == 1
    await desk.run()
    cell = await desk.cell("a", "net")
    assert cell.conflict
    assert await desk.shown("a", "net") == "42"


async def test_an_accepted_value_is_no_conflict_until_it_changes(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "accepted")
    desk.steps.version = "2"
    await desk.run()
    assert not (await desk.cell("a", "net")).conflict


async def test_a_rejected_value_makes_what_reads_it_wait(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    await desk.decide("a", "net", "rejected")
    await desk.run()
    total = await desk.cell("a", "total")
    assert (total.state, total.waiting_for) == ("waiting", "input")


async def test_a_cell_that_fails_twice_is_set_aside_and_nobody_pays_again(desk: Desk) -> None:
    await desk.cases("a", "b")

    async def fails(task: StepTask) -> Outcome:
        if task.case.key == "a":
            raise InvalidAnswerError("The answer is not JSON.")
        return value("1")

    desk.steps.work["net"] = fails
    await desk.run()
    first = await desk.cell("a", "net")
    assert (first.state, first.tries) == ("failed", 1)
    assert await desk.shown("b", "total") is not None
    await desk.run()
    aside = await desk.cell("a", "net")
    assert (aside.state, aside.tries) == ("set_aside", 2)
    assert "not JSON" in aside.reason
    await desk.run()
    assert desk.steps.calls["a", "net"] == 2
    assert (await desk.plan()).waiting["set_aside"] == 1


async def test_two_cells_set_aside_set_the_case_aside_until_it_is_brought_back(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    healthy = False

    async def fails(task: StepTask) -> Outcome:
        if healthy:
            return value("1")
        raise InvalidAnswerError("not JSON")

    desk.steps.work = {"net": fails, "vat": fails}
    await desk.run()
    await desk.run()
    (case,) = [c async for c in desk.store.cases.stream(desk.worksheet_id)]
    assert case.set_aside
    healthy = True
    await desk.run()
    assert desk.steps.count == 4
    await desk.store.cells.bring_back([case.id])
    await desk.run()
    assert await desk.shown("a", "net") == "1"


async def test_a_rule_that_fails_is_set_aside_at_once_for_it_would_fail_again(desk: Desk) -> None:
    await desk.cases("a")

    async def fails(task: StepTask) -> Outcome:
        raise RuleError("The rule divides by zero.", code="rule.division")

    desk.steps.work["total"] = fails
    await desk.run()
    cell = await desk.cell("a", "total")
    assert (cell.state, cell.reason) == ("set_aside", "The rule divides by zero.")
    assert (await desk.plan()).empty
    await desk.run()
    assert desk.steps.calls["a", "total"] == 1
    await desk.decide("a", "net", "corrected", "7")
    await desk.run()
    assert desk.steps.calls["a", "total"] == 2


async def test_a_rule_that_met_a_limit_is_tried_a_second_time(desk: Desk) -> None:
    await desk.cases("a")

    async def slow(task: StepTask) -> Outcome:
        raise RuleError("The rule ran longer than 1 s and was stopped.", code="rule.limit")

    desk.steps.work["total"] = slow
    await desk.run()
    assert (await desk.cell("a", "total")).state == "failed"
    await desk.run()
    assert (await desk.cell("a", "total")).state == "set_aside"


async def test_an_outage_is_nobodys_fault_and_pauses_only_its_model(desk: Desk) -> None:
    keys = [f"case-{number}" for number in range(20)]
    await desk.cases(*keys)
    desk.in_flight = 1

    async def down(task: StepTask) -> Outcome:
        raise ModelUnavailableError("The endpoint is down.")

    desk.steps.work = {"net": down, "vat": down}
    await desk.run()
    cells = [await desk.cell(key, "net") for key in keys]
    assert {(c.state, c.waiting_for, c.tries) for c in cells} == {("waiting", "model", 0)}
    assert desk.steps.count == 5


async def test_a_refused_key_stops_asking_at_once(desk: Desk) -> None:
    await desk.cases(*(f"case-{number}" for number in range(10)))
    desk.in_flight = 1

    async def refused(task: StepTask) -> Outcome:
        raise ModelAuthError("The key is refused.")

    desk.steps.work = {"net": refused, "vat": refused}
    await desk.run()
    assert desk.steps.count == 1


async def test_an_unexpected_error_spoils_one_cell_and_is_told(desk: Desk) -> None:
    await desk.cases("a", "b")

    async def breaks(task: StepTask) -> Outcome:
        if task.case.key == "a":
            raise ZeroDivisionError("oops")
        return value("1")

    desk.steps.work["net"] = breaks
    record = await desk.run()
    assert record.state == "finished"
    cell = await desk.cell("a", "net")
    assert cell.state == "failed"
    assert "ZeroDivisionError" in cell.reason


async def test_a_condition_that_does_not_hold_skips_without_a_call(desk: Desk) -> None:
    desk.text = (
        "# T\n\n## Region\n- type: choice: EU, UK\n\n"
        '## Duty\n- when: `{Region} == "UK"`\n\n## After\n- by: model\n\nSee {Duty}.\n'
    )
    await desk.cases("a")

    async def region(task: StepTask) -> Outcome:
        return value("EU")

    desk.steps.work["region"] = region
    desk.steps.conditions["duty"] = False
    await desk.run()
    assert (await desk.cell("a", "duty")).state == "skipped"
    assert desk.steps.calls["a", "duty"] == 0
    assert (await desk.plan()).empty
    assert desk.steps.calls["a", "after"] == 1


async def test_rows_stream_without_a_barrier_between_columns(desk: Desk) -> None:
    await desk.cases("slow", "quick")
    finished = asyncio.Event()

    async def net(task: StepTask) -> Outcome:
        if task.case.key == "slow":
            await asyncio.wait_for(finished.wait(), 30)
        return value("1")

    async def total(task: StepTask) -> Outcome:
        if task.case.key == "quick":
            finished.set()
        return value("2")

    desk.steps.work = {"net": net, "total": total}
    record = await desk.run()
    assert record.counts == {"value": 6}


async def test_cancelling_keeps_what_is_committed_and_a_run_again_goes_on(desk: Desk) -> None:
    await desk.cases(*(f"case-{number}" for number in range(6)))
    reached = asyncio.Event()

    async def total(task: StepTask) -> Outcome:
        reached.set()
        await asyncio.sleep(3600)
        return value("never")

    desk.steps.work["total"] = total
    running = asyncio.create_task(desk.run())
    await asyncio.wait_for(reached.wait(), 30)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (latest, *_) = await desk.store.runs.latest(desk.worksheet_id)
    assert latest.state == "cancelled"
    done = desk.steps.calls["case-0", "net"]
    assert done == 1
    del desk.steps.work["total"]
    await desk.run()
    assert desk.steps.calls["case-0", "net"] == 1
    assert await desk.shown("case-5", "total") is not None


async def test_a_second_run_is_told_who_holds_the_worksheet(desk: Desk) -> None:
    await desk.cases("a")
    started, release = asyncio.Event(), asyncio.Event()

    async def net(task: StepTask) -> Outcome:
        started.set()
        await release.wait()
        return value("1")

    desk.steps.work["net"] = net
    running = asyncio.create_task(desk.run())
    await asyncio.wait_for(started.wait(), 30)
    with pytest.raises(LeaseHeldError, match=r"run|holds|held"):
        await desk.run()
    release.set()
    assert (await running).state == "finished"


async def test_a_scope_runs_only_the_cases_and_steps_asked_for(desk: Desk) -> None:
    a, _ = await desk.cases("a", "b")
    await desk.run(Scope(cases=(a.id,), steps=("net",)))
    assert dict(desk.steps.calls) == {("a", "net"): 1}


async def test_a_forced_run_asks_again_and_keeps_both_answers_in_the_history(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    await desk.run()
    await desk.run(Scope(steps=("net",), force=True))
    assert desk.steps.calls["a", "net"] == 2
    history = await desk.store.cells.history(case.id, "net")
    assert [recorded.attempt for recorded in history] == [0, 1]


async def test_labels_join_what_a_value_came_from(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    await desk.run()
    effective = (await desk.cell("a", "total")).effective()
    assert effective is not None
    assert case.documents[0].sha256 in effective.label.sources


async def test_progress_counts_up_to_its_total(desk: Desk) -> None:
    await desk.cases("a", "b")
    await desk.run()
    steps = [event for event in desk.events if isinstance(event, Progress)]
    assert [event.done for event in steps] == list(range(7))
    assert {event.total for event in steps} == {6}


async def test_progress_reaches_its_total_when_the_wave_stops_early(desk: Desk) -> None:
    await desk.cases("a")

    async def same(task: StepTask) -> Outcome:
        return value("12")

    desk.steps.work["net"] = same
    await desk.run()
    desk.text = desk.text.replace("## Net\n", "## Net\nThe sum before tax.\n")
    desk.events.clear()
    await desk.run()
    last = [event for event in desk.events if isinstance(event, Progress)][-1]
    assert (last.done, last.total) == (1, 1)


async def test_an_empty_worksheet_has_an_empty_plan_and_an_empty_run(desk: Desk) -> None:
    await desk.cases()
    assert (await desk.plan()).empty
    assert (await desk.run()).state == "finished"


async def test_today_is_an_input_only_of_rules_that_read_it(desk: Desk) -> None:
    desk.text = "# T\n\n## Due\n- type: date\n\n## Late\n- type: yes/no\n\n`{Due} < today`\n"
    await desk.cases("a")

    async def due(task: StepTask) -> Outcome:
        return value("2026-01-01")

    desk.steps.work["due"] = due
    await desk.run()
    desk.today = "2026-01-03"
    plan = await desk.plan()
    assert [(g.step_id, g.why) for g in plan.groups] == [("late", "input_changed")]


async def test_a_cell_set_aside_keeps_its_reason_while_its_inputs_come_and_go(desk: Desk) -> None:
    await desk.cases("a")

    async def fails(task: StepTask) -> Outcome:
        raise RuleError("division by zero")

    desk.steps.work["total"] = fails
    await desk.run()
    await desk.run()
    await desk.decide("a", "net", "rejected")
    await desk.run()
    await desk.decide("a", "net", "undone")
    await desk.run()
    cell = await desk.cell("a", "total")
    assert cell.state == "set_aside"
    assert "division by zero" in cell.reason
