"""Whoever changes a cell, the log tells of it, in the order of the commits."""

from __future__ import annotations

from casework.store.cell_log import Changed
from casework.store.store import Store
from casework.types.case import CaseRecord
from tests.store.build import add_case, add_document, recorded, verdict, write
from tests.store.conftest import Reopen


async def _changed(store: Store, case: CaseRecord, since: int) -> list[Changed]:
    log = store.cell_log
    return await log.cases(case.worksheet_id, since, await log.newest())


async def test_a_new_cell_and_a_verdict_on_it_are_told(store: Store) -> None:
    await add_document(store)
    case, other = await add_case(store), await add_case(store, "two")
    before = await store.cell_log.newest()
    await store.cells.commit(write(case, "total", recorded()))
    assert [one.id for one in await _changed(store, case, before)] == [case.id]
    assert not (await _changed(store, case, before))[0].itself
    between = await store.cell_log.newest()
    assert between > before
    await store.verdicts.add(verdict(other, "total", "corrected", "1.00"))
    assert [one.id for one in await _changed(store, case, between)] == [other.id]


async def test_what_another_process_writes_is_told(store: Store, reopen: Reopen) -> None:
    case = await add_case(store)
    before = await store.cell_log.newest()
    await (await reopen()).verdicts.add(verdict(case, "total", "corrected", "1.00"))
    assert [one.id for one in await _changed(store, case, before)] == [case.id]


async def test_cases_that_came_are_told_apart_from_changed_cells(store: Store) -> None:
    case = await add_case(store)
    log, sheet = store.cell_log, case.worksheet_id
    before = await log.newest()
    await store.verdicts.add(verdict(case, "total", "corrected", "1.00"))
    assert not await log.cases_came(sheet, before)
    await add_case(store, "two")
    assert await log.cases_came(sheet, before)
    changed = await _changed(store, case, before)
    assert [one.itself for one in changed] == [False, True]


async def test_a_change_in_one_worksheet_is_none_in_another(store: Store) -> None:
    case = await add_case(store)
    other = await store.worksheets.add("Orders", "orders.md")
    before = await store.cell_log.newest()
    await store.verdicts.add(verdict(case, "total", "corrected", "1.00"))
    assert await store.cell_log.cases(other.id, before, await store.cell_log.newest()) == []


async def test_a_rewritten_label_is_told_for_every_cell_that_uses_the_outcome(
    store: Store,
) -> None:
    document = await add_document(store)
    case = await add_case(store)
    made = recorded()
    await store.cells.commit(write(case, "total", made))
    before = await store.cell_log.newest()
    await store.cells.relabel(made.id, made.outcome)
    assert [one.id for one in await _changed(store, case, before)] == [case.id]
    assert document.sha256


async def test_the_newest_row_stays_however_much_is_let_go(store: Store) -> None:
    case = await add_case(store)
    for value in ("1.00", "2.00", "3.00"):
        await store.verdicts.add(verdict(case, "total", "corrected", value))
    log = store.cell_log
    newest = await log.newest()
    await log.trim(0)
    assert await log.newest() == newest
    assert not await log.reaches(0)
    assert await log.reaches(newest - 1)
    await store.verdicts.add(verdict(case, "total", "corrected", "4.00"))
    assert await log.newest() == newest + 1
