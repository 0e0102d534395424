from __future__ import annotations

from dataclasses import replace

from casework.store.store import Store
from casework.types.assignment import Assignment
from tests.store.build import AT, add_case, verdict

NOON = "2026-01-02T12:00:00.000Z"


def _given(case_id: str, whose: str = "Grace", note: str = "") -> Assignment:
    return Assignment(case_id, "total", "assigned", whose, "Ada", note, AT)


async def _sheet(store: Store, case_id: str) -> str:
    return (await store.cases.get(case_id)).worksheet_id


async def test_an_assignment_holds_until_its_cell_is_decided_on(store: Store) -> None:
    case = await add_case(store)
    sheet = await _sheet(store, case.id)
    await store.assignments.give(sheet, [_given(case.id, note="have a look")])
    assert await store.assignments.open(sheet) == {
        (case.id, "total"): _given(case.id, note="have a look")
    }
    await store.verdicts.add(verdict(case, "total", "corrected"))
    assert await store.assignments.open(sheet) == {}
    await store.verdicts.add(verdict(case, "total", "undone"))
    assert len(await store.assignments.open(sheet)) == 1


async def test_a_decided_cell_can_be_sent_back_and_the_last_assignment_holds(store: Store) -> None:
    case = await add_case(store)
    sheet = await _sheet(store, case.id)
    await store.verdicts.add(verdict(case, "total", "corrected"))
    await store.assignments.give(sheet, [_given(case.id)])
    back = replace(_given(case.id, "Ada"), kind="sent_back", who="Grace", at=NOON)
    await store.assignments.give(sheet, [back])
    assert list((await store.assignments.open(sheet)).values()) == [back]
    assert await store.assignments.of_cell(case.id, "total") == [_given(case.id), back]


async def test_what_was_taken_back_holds_no_more_and_the_revision_tells(store: Store) -> None:
    case = await add_case(store)
    sheet = await _sheet(store, case.id)
    before = await store.assignments.revision()
    await store.assignments.give(sheet, [_given(case.id)])
    given = await store.assignments.revision()
    assert await store.assignments.end([(case.id, "total")], NOON) == 1
    assert await store.assignments.end([(case.id, "total")], NOON) == 0
    assert await store.assignments.open(sheet) == {}
    assert len({before, given, await store.assignments.revision()}) == 3
