"""Views with names: kept, overwritten, dropped."""

from __future__ import annotations

import pytest

from casework.base.errors import NotFoundError
from casework.store.store import Store


async def test_a_view_is_kept_under_its_name_and_written_over(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    views = store.saved_views
    first = await views.keep(sheet.id, "Open", {"search": "a"}, hidden=(), who="Ada")
    again = await views.keep(sheet.id, "Open", {"search": "b"}, hidden=["net"], who="Grace")
    assert first == again
    (kept,) = await views.of_worksheet(sheet.id)
    assert (kept.query, kept.hidden, kept.who) == ({"search": "b"}, ("net",), "Grace")


async def test_a_dropped_view_is_gone(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    other = await store.worksheets.add("Orders", "orders.md")
    id = await store.saved_views.keep(sheet.id, "Open", {}, hidden=(), who="Ada")
    with pytest.raises(NotFoundError):
        await store.saved_views.drop(other.id, id)
    await store.saved_views.drop(sheet.id, id)
    assert await store.saved_views.of_worksheet(sheet.id) == []
