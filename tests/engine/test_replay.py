"""Recorded outcomes worked out again: equal, differing, or not to be had, with the reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from casework.engine.past_inputs import Past, PastInputs
from casework.engine.replay import Replay, Replayed, Then, difference, grades
from casework.types.case import Outcome
from casework.types.needs import Blocked, StepTask
from casework.types.proof import Citation, Claim, Proof
from tests.engine.desk import Desk, value

Again = Callable[[], Awaitable[dict[str, Replayed]]]


def past(desk: Desk) -> PastInputs:
    """Where what was is kept."""
    store = desk.store
    levels = {desk.worksheet_id: desk.procedure}
    return PastInputs(Past(store.cases, store.cells, store.verdicts, store.rows, levels, {}))


@pytest.fixture
async def again(desk: Desk) -> Again:
    """Run a case of one document once; then work out what that run recorded."""
    await desk.cases("a")
    run = await desk.run()

    async def replay() -> dict[str, Replayed]:
        meanings = {column.mark: column.meaning for column in desk.program.columns}
        again = Replay(past(desk), desk.steps, Then(meanings, desk.today))
        told = {}
        async for batch in desk.store.replays.of_run(run.id):
            for found in batch:
                case = await desk.store.cases.get(found.case_id)
                told[found.step_id] = await again.cell(case, found.step_id, found.recorded)
        return told

    return replay


async def test_what_is_worked_out_as_before_is_equal(again: Again) -> None:
    told = await again()
    assert {step: one.result for step, one in told.items()} == {
        "net": "equal", "vat": "equal", "total": "equal",
    }  # fmt: skip


async def test_another_value_is_told_and_others_are_compared_on_their_own(
    desk: Desk, again: Again
) -> None:
    async def other(task: StepTask) -> Outcome:
        return value("something else")

    desk.steps.work["net"] = other
    told = await again()
    assert (told["net"].result, told["net"].reason) == ("differs", "another value")
    assert told["total"].result == "equal"


async def test_inputs_are_those_of_then_also_after_they_changed(desk: Desk, again: Again) -> None:
    await desk.decide("a", "net", "corrected", "mine")
    await desk.run()
    assert (await again())["total"].result == "equal"


async def test_documents_that_came_later_are_left_out(desk: Desk, again: Again) -> None:
    (case,) = await desk.cases()
    await desk.document(case.id, "late.txt")
    assert {one.result for one in (await again()).values()} == {"equal"}


async def test_a_document_that_was_moved_away_cannot_be_read_again(
    desk: Desk, again: Again
) -> None:
    (case,) = await desk.cases()
    other = await desk.store.cases.add(desk.worksheet_id, "b", "b")
    await desk.store.cases.move_document(case.documents[0].sha256, case.id, other.id)
    told = await again()
    assert told["net"].result == "not_replayable"
    assert "no longer in the case" in told["net"].reason
    assert told["total"].result == "equal"


async def test_a_newer_method_is_told_with_both_versions(desk: Desk, again: Again) -> None:
    meanings = {column.mark: column.meaning for column in desk.program.columns}
    desk.steps.version = "2"
    replay = Replay(past(desk), desk.steps, Then(meanings, desk.today))
    (case,) = await desk.cases()
    recorded = (await desk.cell("a", "net")).machine
    assert recorded is not None
    told = await replay.cell(case, "net", recorded)
    assert told.result == "not_replayable"
    assert "function 1" in told.reason
    assert "function 2" in told.reason


async def test_code_that_is_not_here_is_told(desk: Desk, again: Again) -> None:
    desk.steps.waits["net"] = Blocked("person", "its code is not here")
    assert (await again())["net"].reason == "its code is not here"


async def test_a_failure_of_the_case_is_equal_when_it_fails_again(desk: Desk) -> None:
    async def fails(task: StepTask) -> Outcome:
        raise ValueError("torn")

    desk.steps.work["net"] = fails
    await desk.cases("a")
    run = await desk.run()
    replay = Replay(past(desk), desk.steps, Then({}, desk.today))
    async for batch in desk.store.replays.of_run(run.id):
        for found in batch:
            case = await desk.store.cases.get(found.case_id)
            assert (await replay.cell(case, found.step_id, found.recorded)).result == "equal"


def test_a_weaker_proof_of_the_same_value_differs() -> None:
    def quoted(grade: str) -> Outcome:
        place = Citation("d", "d", 1, 0, 1, "x", (), grade, "yes")  # type: ignore[arg-type]
        return Outcome("value", "x", proof=Proof("quoted", (place,)))

    assert difference(quoted("exact"), quoted("exact")) == ""
    assert "proved otherwise" in difference(quoted("exact"), quoted("fuzzy"))
    claims = Proof("reasoned", claims=(Claim("a"), Claim("b", holds=False)))
    assert grades(claims) == "reasoned: claim holds, claim hangs"
    assert "failed" in difference(quoted("exact"), Outcome("failed", code="rule.failed"))
