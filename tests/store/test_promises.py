"""A promise holds until another takes its place or it is taken back."""

from __future__ import annotations

import pytest

from casework.base.errors import NotFoundError
from casework.store.store import Store
from casework.types.trust import WHOLE, PromiseMade
from tests.store.build import AT

LATER = "2026-01-03T00:00:00.000Z"


async def test_the_newest_promise_of_a_path_holds(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    first, other = (
        PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT),
        PromiseMade("net", 0.02, 0.1, "Ada", AT),
    )
    newer = PromiseMade(WHOLE, 0.01, 0.05, "Grace", LATER)
    for promise in (first, other, newer):
        await store.promises.make(sheet.id, promise)
    assert await store.promises.of_worksheet(sheet.id) == {WHOLE: newer, "net": other}
    assert await store.promises.ever(sheet.id) == [first, other, newer]


async def test_a_promise_that_was_taken_back_is_gone_and_told(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    made = PromiseMade("net", 0.05, 0.1, "Ada", AT)
    await store.promises.make(sheet.id, made)
    await store.promises.withdraw(sheet.id, "net", "Grace", LATER)
    assert await store.promises.of_worksheet(sheet.id) == {}
    assert [one.who for one in await store.promises.ever(sheet.id)] == ["Ada", "Grace"]
    await store.promises.make(sheet.id, made)
    assert await store.promises.of_worksheet(sheet.id) == {"net": made}


async def test_promises_are_of_one_worksheet(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    other = await store.worksheets.add("Claims", "claims.md")
    await store.promises.make(sheet.id, PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT))
    assert await store.promises.of_worksheet(other.id) == {}
    with pytest.raises(NotFoundError):
        await store.promises.make("nothing", PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT))
