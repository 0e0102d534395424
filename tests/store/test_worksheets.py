from __future__ import annotations

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import ConflictError, NotFoundError
from casework.store.store import Store


async def test_a_worksheet_is_found_by_name_slug_and_id(store: Store, clock: FrozenClock) -> None:
    made = await store.worksheets.add("Supplier invoices", "invoices.md", grouping="folder")
    assert (made.slug, made.name, made.procedure_file, made.grouping, made.created_at) == (
        "supplier-invoices", "Supplier invoices", "invoices.md", "folder", stamp(clock.now()),
    )  # fmt: skip
    for name in ("Supplier invoices", "supplier-invoices", made.id):
        assert await store.worksheets.get(name) == made


async def test_worksheets_are_listed_oldest_first(store: Store) -> None:
    made = [await store.worksheets.add(name, "p.md") for name in ("b", "c", "a")]
    assert await store.worksheets.all() == made


async def test_two_names_that_look_alike_are_not_both_taken(store: Store) -> None:
    await store.worksheets.add("Invoices", "a.md")
    with pytest.raises(ConflictError, match="Choose another"):
        await store.worksheets.add("invoices!", "b.md")


async def test_an_unknown_worksheet_is_told_with_those_there_are(store: Store) -> None:
    with pytest.raises(NotFoundError, match="none yet"):
        await store.worksheets.get("claims")
    await store.worksheets.add("Invoices", "a.md")
    with pytest.raises(NotFoundError, match="Invoices"):
        await store.worksheets.get("claims")


async def test_the_grouping_can_be_changed(store: Store) -> None:
    made = await store.worksheets.add("Invoices", "a.md")
    await store.worksheets.set_grouping(made.id, "thread")
    assert (await store.worksheets.get(made.id)).grouping == "thread"
    with pytest.raises(NotFoundError):
        await store.worksheets.set_grouping("nothing", "file")
