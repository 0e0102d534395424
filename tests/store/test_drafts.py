"""What drafts leave behind: pins, what they used, and results in memory and in no cell."""

from __future__ import annotations

import pytest

from casework.base.errors import NotFoundError
from casework.store.drafts import DRAFT, DraftSpent
from casework.store.store import Store
from casework.types.case import CellWrite, Outcome, Recorded


async def test_cases_stay_pinned_in_their_order(store: Store) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    cases = [await store.cases.add(sheet.id, name, name) for name in ("a", "b", "c")]
    assert await store.drafts.pinned(sheet.id) == []
    await store.drafts.pin(sheet.id, [cases[2].id, cases[0].id], "Ada")
    assert await store.drafts.pinned(sheet.id) == [cases[2].id, cases[0].id]
    await store.drafts.pin(sheet.id, [cases[1].id], "Ben")
    assert await store.drafts.pinned(sheet.id) == [cases[1].id]
    with pytest.raises(NotFoundError):
        await store.drafts.pin(sheet.id, ["nothing"], "Ben")
    assert await store.drafts.pinned(sheet.id) == [cases[1].id]


async def test_what_drafts_used_is_summed_by_worksheet_and_day(store: Store) -> None:
    one = await store.worksheets.add("One", "one.md")
    two = await store.worksheets.add("Two", "two.md")
    assert await store.drafts.used(one.id, "2026-01-02") == DraftSpent()
    await store.drafts.use(one.id, "2026-01-02", 2, 0.125)
    await store.drafts.use(one.id, "2026-01-02", 1, 0.25)
    await store.drafts.use(two.id, "2026-01-02", 1, 1.0)
    assert await store.drafts.used(one.id, "2026-01-02") == DraftSpent(3, 0.375)
    assert await store.drafts.used(one.id, "2026-01-03") == DraftSpent()


async def test_what_a_draft_found_is_in_memory_and_in_no_cell_and_no_history(
    store: Store,
) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    case = await store.cases.add(sheet.id, "a", "a")
    outcome = Outcome("value", value="yes")
    at = "2026-01-02T03:04:05Z"
    recorded = Recorded("o-1", "f" * 64, 0, "m" * 64, {}, outcome, DRAFT + "x", at)
    write = CellWrite(sheet.id, case.id, "covered", "value", "", at, None, recorded)
    await store.drafts.remember(write)
    found = await store.cells.recorded("f" * 64, worksheet_id=sheet.id)
    assert found is not None
    assert found.outcome.value == "yes"
    assert await store.cells.of_case(case.id) == {}
    assert await store.past.of_case(case.id) == {}
