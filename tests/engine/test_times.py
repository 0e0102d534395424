"""When a case was first answered and since when it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.engine.times import answered_at
from casework.store.database import Transaction
from casework.types.case import CaseRecord, Cell, Outcome
from casework.types.event import CaseWorked
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Step
from tests.engine.desk import Desk, value


async def _times(desk: Desk, key: str = "a") -> CaseRecord:
    case = await desk.store.cases.by_key(desk.worksheet_id, key)
    assert case is not None
    return case


async def test_a_case_is_answered_when_its_last_cell_settles(desk: Desk) -> None:
    await desk.cases("a")
    assert (await _times(desk)).answered_at == ""
    await desk.run()
    cell = await desk.cell("a", "total")
    case = await _times(desk)
    assert case.answered_at == cell.since
    assert case.decided_at >= case.answered_at
    worked = [event.case for event in desk.events if isinstance(event, CaseWorked)]
    assert [one.answered_at for one in worked] == [case.answered_at]


async def test_a_cell_that_waits_for_the_world_keeps_the_case_unanswered(desk: Desk) -> None:
    desk.steps.waits["vat"] = Blocked("model", "needs a model")
    await desk.cases("a")
    await desk.run()
    assert (await _times(desk)).answered_at == ""
    del desk.steps.waits["vat"]
    desk.clock.advance(60)
    await desk.run()
    assert (await _times(desk)).answered_at != ""


async def test_what_only_a_person_can_fill_does_not_keep_the_answer_back(desk: Desk) -> None:
    desk.steps.waits["vat"] = Blocked("person", "waits for Ada")
    await desk.cases("a")
    await desk.run()
    cell = await desk.cell("a", "net")
    assert (await desk.cell("a", "total")).waiting_for == "input"
    assert (await _times(desk)).answered_at == cell.since


async def test_a_failure_that_will_be_tried_again_is_no_answer(desk: Desk) -> None:
    async def fails(task: StepTask) -> Outcome:
        raise ValueError("torn")

    desk.steps.work["vat"] = fails
    await desk.cases("a")
    await desk.run()
    assert (await _times(desk)).answered_at == ""
    await desk.run()
    assert (await desk.cell("a", "vat")).state == "set_aside"
    assert (await _times(desk)).answered_at != ""


async def test_the_first_answer_stays_when_a_later_document_changes_it(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    await desk.run()
    first = await _times(desk)
    desk.clock.advance(3600)
    await desk.document(case.id, "late.txt")
    await desk.run()
    again = await _times(desk)
    assert again.answered_at == first.answered_at
    assert (await desk.cell("a", "net")).since > first.answered_at


async def test_a_case_whose_times_were_not_written_gets_them_with_the_next_run(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    await desk.run()
    before = await _times(desk)

    async def forget(tx: Transaction) -> None:
        await tx.execute(
            "UPDATE cases SET answered_at = '', decided_at = '' WHERE id = ?", (case.id,)
        )

    await desk.store.database.write(forget)
    desk.clock.advance(3600)
    calls = desk.steps.count
    await desk.run()
    assert (await _times(desk)).answered_at == before.answered_at
    assert desk.steps.count == calls


async def test_a_case_is_decided_only_while_nobody_is_needed(desk: Desk) -> None:
    wanted = [True]

    def wants(steps: Sequence[Step], cells: Mapping[str, Cell]) -> bool:
        return wanted[0]

    engine = desk.engine
    engine._wants_person = wants
    (case,) = await desk.cases("a")
    await engine.run(desk.worksheet_id, desk.program)
    assert (await _times(desk)).decided_at == ""
    wanted[0] = False
    await desk.document(case.id, "late.txt")
    await engine.run(desk.worksheet_id, desk.program)
    assert (await _times(desk)).decided_at != ""


def test_a_case_without_any_cell_is_not_answered(desk: Desk) -> None:
    steps = [column.step for column in desk.program.columns]
    assert answered_at(steps, {}) == ""
    waiting = {
        step.id: Cell("c", step.id, "waiting", "waits", "2026", waiting_for="person")
        for step in steps
    }
    assert answered_at(steps, waiting) == ""
    assert value("x").kind == "value"
