"""The audit stream: what may be drawn, what was, and what people read in it."""

from __future__ import annotations

from dataclasses import replace

from casework.base.ids import uuid7
from casework.store.store import Store
from casework.types.case import CaseRecord, Recorded
from casework.types.label import Label
from casework.types.past_decision import PastDecision
from casework.types.proof import Reading
from casework.types.trust import Audit, Earlier
from tests.store.build import AT, MEANING, add_case, outcome, recorded, verdict, write

LATER = "2026-01-03T00:00:00.000Z"
LABEL = Label(frozenset({"learned:v1", "model:x"}))


def sure(confidence: float | None = 0.8, *, meaning: str = MEANING) -> Recorded:
    """A result with a confidence."""
    told = replace(
        outcome(), confidence=confidence, signals={"novelty": 0.25}, label=LABEL, spans=()
    )
    return recorded(told, meaning=meaning)


async def answered(
    store: Store, key: str, found: Recorded | None, step: str = "total"
) -> CaseRecord:
    """A case that was answered, with this result."""
    case = await add_case(store, key)
    if found is not None:
        await store.cells.commit(write(case, step, found))
    await store.cases.set_times(case.id, AT, "")
    return case


async def test_a_case_is_drawn_once_and_stays_as_it_was_drawn(store: Store) -> None:
    one = await answered(store, "one", sure())
    two = await answered(store, "two", sure())
    await store.audits.draw([two.id, one.id], 0.5, {two.id}, AT)
    await store.audits.draw([one.id], 0.1, {one.id}, LATER)
    found = await store.audits.of_worksheet(one.worksheet_id)
    assert list(found.items()) == [(two.id, Audit(0.5, True, AT)), (one.id, Audit(0.5, False, AT))]


async def test_only_answered_cases_that_nobody_has_judged_may_be_drawn(store: Store) -> None:
    good = await answered(store, "good", sure())
    await answered(store, "unmeasured", sure(None))
    await answered(store, "of another meaning", sure(meaning="other"))
    await answered(store, "empty", None)
    judged = await answered(store, "judged", sure())
    await store.verdicts.add(verdict(judged, "total", "adopted", "1"))
    beside = await answered(store, "judged beside", sure())
    await store.verdicts.add(verdict(beside, "remark", "corrected", "1"))
    aside = await answered(store, "aside", sure())
    await store.cases.set_aside(aside.id, "broken")
    drawn = await answered(store, "drawn", sure())
    await store.audits.draw([drawn.id], 0.5, set(), AT)
    unanswered = await add_case(store, "unanswered")
    await store.cells.commit(write(unanswered, "total", sure()))
    sheet = good.worksheet_id
    assert await store.audits.drawable(sheet, {"total"}, {MEANING}) == [good.id, beside.id]


async def test_what_was_decided_before_casework_is_not_drawn_and_told_where_it_was(
    store: Store,
) -> None:
    case = await answered(store, "one", sure())
    other = await answered(store, "two", sure())
    taught = PastDecision(
        uuid7(), case.id, "total", "1", "", "1", (), "old.xlsx, row 2", 0.5, "", AT
    )
    beside = replace(taught, id=uuid7(), case_id=other.id, step_id="remark")
    await store.past_decisions.add(case.worksheet_id, [taught, beside])
    sheet = case.worksheet_id
    assert await store.audits.drawable(sheet, {"total"}, {MEANING}) == [other.id]
    assert await store.audits.imported(sheet) == frozenset()
    await store.audits.draw([case.id, other.id], 0.5, set(), AT)
    assert await store.audits.imported(sheet) == {(case.id, "total"), (other.id, "remark")}


async def test_verdicts_of_the_stream_come_with_what_they_were_given_on(store: Store) -> None:
    case = await answered(store, "one", found := sure())
    other = await answered(store, "not drawn", sure())
    await store.audits.draw([case.id], 0.5, set(), AT)
    given = replace(
        verdict(case, "total", "corrected", "12.31"), against=found.id, stream="audit", blind=True
    )
    await store.verdicts.add(given)
    await store.verdicts.add(verdict(case, "total", "undone"))
    await store.verdicts.add(verdict(other, "total", "accepted", "12.30"))
    first, second = await store.audits.judged(case.worksheet_id)
    assert (first.id, first.kind, first.value) == (given.id, "corrected", "12.31")
    assert (first.stream, first.blind, first.meaning) == ("audit", True, MEANING)
    assert (first.machine_value, first.machine_absence) == ("12.30", "")
    assert (first.confidence, first.signals) == (0.8, {"novelty": 0.25})
    assert first.versions == {"v1"}
    assert (second.kind, second.blind, second.meaning, second.confidence) == (
        "undone",
        False,
        "",
        None,
    )


async def test_cells_of_the_stream_tell_whether_somebody_has_decided(store: Store) -> None:
    case = await answered(store, "one", found := sure())
    await store.cells.commit(write(case, "net", sure(None)))
    await store.audits.draw([case.id], 0.5, set(), AT)
    told = {cell.step_id: cell for cell in await store.audits.cells(case.worksheet_id)}
    assert (told["total"].confidence, told["total"].decided) == (0.8, False)
    assert told["total"].meaning == MEANING
    assert told["total"].versions == frozenset({"v1"})
    assert told["net"].confidence is None
    await store.verdicts.add(replace(verdict(case, "total", "accepted"), against=found.id))
    told = {cell.step_id: cell for cell in await store.audits.cells(case.worksheet_id)}
    assert told["total"].decided


async def test_confidences_and_signals_are_those_under_the_meanings_asked_for(
    store: Store,
) -> None:
    case = await answered(store, "one", sure(0.8))
    other = await answered(store, "two", sure(0.4, meaning="other"))
    torn = replace(outcome(), kind="absent", value=None, absence="conflict", confidence=0.9)
    await answered(store, "torn", recorded(torn, meaning="torn", seed="c"))
    sheet = case.worksheet_id
    assert [one[2] for one in await store.audits.confidences(sheet, {"torn"})] == [0.0]
    assert await store.audits.confidences(sheet, {MEANING}) == [(case.id, "total", 0.8)]
    assert await store.audits.confidences(sheet, {"other"}) == [(other.id, "total", 0.4)]
    assert await store.audits.signals(sheet, {MEANING}, "") == [(case.id, AT, {"novelty": 0.25})]
    assert await store.audits.signals(sheet, {MEANING}, AT) == []


async def test_a_conflict_in_a_drawn_document_is_nothing_that_might_pass(store: Store) -> None:
    torn = replace(outcome(), kind="absent", value=None, absence="conflict", confidence=0.9)
    case = await answered(store, "torn", recorded(torn, meaning=MEANING, seed="c"))
    await store.audits.draw([case.id], 0.5, set(), AT)
    told = {cell.step_id: cell for cell in await store.audits.cells(case.worksheet_id)}
    assert told["total"].confidence is None


async def test_readers_that_passed_a_cell_on_are_told_as_far_as_they_were_measured(
    store: Store,
) -> None:
    readings = (
        Reading("embedded", "12.00", "", agrees=False, confidence=0.7),
        Reading("house:small", None, "not_found", agrees=False),
        Reading("house:big", "12.30", "", agrees=True),
    )
    found = sure(None)
    proof = replace(found.outcome.proof, readings=readings)
    found = replace(found, outcome=replace(found.outcome, proof=proof))
    case = await answered(store, "one", found)
    sheet = case.worksheet_id
    assert await store.audits.drawable(sheet, {"total"}, {MEANING}) == [case.id]
    await store.audits.draw([case.id], 0.5, set(), AT)
    (cell,) = [one for one in await store.audits.cells(sheet) if one.step_id == "total"]
    assert cell.confidence == 0.7
    await store.verdicts.add(replace(verdict(case, "total", "accepted"), against=found.id))
    (judged,) = await store.audits.judged(sheet)
    assert judged.confidence is None
    assert judged.earlier == (Earlier("12.00", "", 0.7),)
