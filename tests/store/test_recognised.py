"""Recognised pages are remembered by bytes and engine."""

from __future__ import annotations

from casework.store.store import Store


async def test_pages_are_known_to_the_engine_that_read_them(store: Store) -> None:
    await store.recognised.keep("ab", 1, "one", "first")
    await store.recognised.keep("ab", 2, "one", "second")
    await store.recognised.keep("ab", 1, "other", "by another")
    await store.recognised.keep("cd", 1, "one", "elsewhere")
    assert await store.recognised.known("ab", "one") == {1: "first", 2: "second"}
    assert await store.recognised.known("ab", "other") == {1: "by another"}
    assert await store.recognised.known("ef", "one") == {}


async def test_the_last_reading_of_a_page_stands(store: Store) -> None:
    await store.recognised.keep("ab", 1, "one", "first")
    await store.recognised.keep("ab", 1, "one", "better")
    assert await store.recognised.known("ab", "one") == {1: "better"}
