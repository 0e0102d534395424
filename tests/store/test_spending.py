"""Sums of what calls used."""

from __future__ import annotations

from dataclasses import replace

from casework.store.store import Store
from casework.types.spending import Spent
from casework.types.usage import Usage
from tests.store.build import add_case, outcome, recorded, write

EARLY, LATE = "2026-01-01T10:00", "2026-01-02T10:15"


async def test_what_was_added_is_in_the_next_sums(store: Store) -> None:
    store.spending.add(
        {("s1", "a", EARLY): Spent(1, 10, 0.5), ("s2", "a", LATE): Spent(1, 20, 0.1)}
    )
    store.spending.add({("s1", "a", LATE): Spent(2, 30, 0.25, 1)})
    sheet, models = await store.spending.now("s1", LATE)
    assert sheet == Spent(3, 40, 0.75, 1)
    assert models == {"a": Spent(3, 50, 0.1 + 0.25, 1)}
    assert await store.spending.now("none", "2027-01-01T00:00") == (Spent(), {})


async def test_failed_tries_count_to_their_cell_and_case(store: Store) -> None:
    case = await add_case(store)
    failed = replace(
        outcome(), kind="failed", value=None, reason="no", usage=Usage(2, 30, 5, 0, None)
    )
    await store.cells.commit(write(case, "net", recorded(failed, seed="a")))
    await store.cells.commit(write(case, "net", recorded(outcome(), seed="b")))
    await store.cells.commit(write(case, "vat", recorded(outcome(), seed="c")))
    cell = await store.spending.of_cell(case.id, "net")
    assert cell == Spent(3, 455, 0.001, 2)
    assert (await store.spending.of_case(case.id)).calls == 4
