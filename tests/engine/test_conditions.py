"""Steps with a condition: when it is asked, what its failures do, and what a forced run does."""

from __future__ import annotations

from casework.base.errors import RuleError
from casework.engine.engine import Scope
from casework.types.case import Outcome
from casework.types.needs import Blocked, StepTask
from tests.engine.desk import Desk, value

REGION = '# T\n\n## Region\n- type: choice: EU, UK\n\n## Duty\n{}- when: `{{Region}} == "UK"`\n'


def asked(desk: Desk) -> None:
    """Let the condition be what it says, and the region be UK until a person says otherwise."""

    async def region(task: StepTask) -> Outcome:
        return value("UK")

    async def applies(task: StepTask) -> Outcome | None:
        holds = task.inputs["region"].read.value == "UK"
        return None if holds else Outcome("skipped", reason="skipped: it is not so")

    desk.steps.work["region"] = region
    desk.steps.applies = applies  # type: ignore[method-assign]


async def test_a_step_that_waits_is_skipped_once_its_condition_no_longer_holds(desk: Desk) -> None:
    desk.text = REGION.format("- from: customs form\n")
    asked(desk)
    await desk.cases("a")
    await desk.run()
    assert (await desk.cell("a", "duty")).waiting_for == "document"
    assert (await desk.plan()).empty
    await desk.decide("a", "region", "corrected", "EU")
    assert [group.step_id for group in (await desk.plan()).groups] == ["duty"]
    await desk.run()
    assert (await desk.cell("a", "duty")).state == "skipped"
    assert (await desk.plan()).empty


async def test_a_step_that_lacks_a_model_is_skipped_once_its_condition_no_longer_holds(
    desk: Desk,
) -> None:
    desk.text = REGION.format("")
    asked(desk)
    desk.steps.waits["duty"] = Blocked("model", "needs a model")
    await desk.cases("a")
    await desk.run()
    assert (await desk.cell("a", "duty")).waiting_for == "model"
    assert (await desk.plan()).empty
    await desk.decide("a", "region", "corrected", "EU")
    await desk.run()
    assert (await desk.cell("a", "duty")).state == "skipped"


async def test_a_condition_that_fails_is_not_tried_again_with_the_same_inputs(desk: Desk) -> None:
    desk.text = REGION.format("")
    tried = 0

    async def fails(task: StepTask) -> Outcome | None:
        nonlocal tried
        tried += 1
        raise RuleError("the condition cannot be read")

    desk.steps.applies = fails  # type: ignore[method-assign]
    await desk.cases("a")
    for _ in range(4):
        await desk.run()
    assert tried == 1
    assert (await desk.cell("a", "duty")).state == "set_aside"
    assert (await desk.plan()).empty


async def test_a_condition_that_breaks_spoils_one_cell_and_not_the_run(desk: Desk) -> None:
    desk.text = REGION.format("")

    async def breaks(task: StepTask) -> Outcome | None:
        raise ZeroDivisionError("oops")

    desk.steps.applies = breaks  # type: ignore[method-assign]
    await desk.cases("a", "b")
    assert (await desk.run()).state == "finished"
    cell = await desk.cell("b", "duty")
    assert cell.state == "failed"
    assert "ZeroDivisionError" in cell.reason


async def test_a_forced_run_asks_a_step_that_reads_only_what_its_condition_reads(
    desk: Desk,
) -> None:
    desk.text = REGION.format("- by: model\n") + "\nWhat follows from {Region}?\n"
    asked(desk)
    await desk.cases("a")
    await desk.run()
    await desk.run(Scope(steps=("duty",), force=True))
    assert desk.steps.calls["a", "duty"] == 2
