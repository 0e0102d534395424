"""Cases by what people call them, and pages of them."""

from __future__ import annotations

from casework.store.store import Store
from tests.store.build import add_case, add_document


async def test_a_case_is_found_by_name_number_and_beginning(store: Store) -> None:
    first = await add_case(store, "alder")
    await add_case(store, "Ülme 1")
    await add_case(store, "Ülme 2")
    sheet = first.worksheet_id
    assert await store.finding.exact(sheet, "alder") == first.id
    assert await store.finding.exact(sheet, "Alder") == first.id
    assert await store.finding.exact(sheet, "ald") == ""
    assert await store.finding.at(sheet, 1) == first.id
    assert await store.finding.at(sheet, 4) == ""
    assert await store.finding.at(sheet, 0) == ""
    assert await store.finding.beginning(sheet, "ALD") == [(first.id, "Alder")]
    assert [name for _, name in await store.finding.beginning(sheet, "ülm")] == ["Ülme 1", "Ülme 2"]


async def test_signs_of_patterns_in_a_name_are_letters_like_others(store: Store) -> None:
    case = await add_case(store, "100%!_a")
    await add_case(store, "1000 b")
    found = await store.finding.beginning(case.worksheet_id, "100%!_")
    assert found == [(case.id, "100%!_A")]


async def test_pages_come_in_the_order_of_the_cases(store: Store) -> None:
    cases = [await add_case(store, key) for key in ("a", "b", "c")]
    sheet = cases[0].worksheet_id
    assert await store.finding.page(sheet, skip=0, limit=2) == [cases[0].id, cases[1].id]
    assert await store.finding.page(sheet, skip=2, limit=2) == [cases[2].id]
    assert await store.finding.names(sheet, 2) == ["A", "B"]


async def test_documents_of_several_cases_are_counted_once(store: Store) -> None:
    a, b = await add_case(store, "a"), await add_case(store, "b")
    document = await add_document(store)
    await store.cases.add_document(a.id, document)
    await store.cases.add_document(b.id, document)
    assert await store.finding.counts(a.worksheet_id) == (2, 1)
