from __future__ import annotations

from casework.base.hashing import digest, sha256_text
from casework.store.store import Store
from casework.types.values import Json
from tests.store.build import add_case, outcome, recorded, stored, write

OLD, NEW, NEWEST = sha256_text("old"), sha256_text("new"), sha256_text("newest")


def mark(meaning: str, seed: str = "a") -> str:
    return digest({"meaning": meaning, "inputs": {"documents": sha256_text(seed)}})


async def test_meanings_are_remembered_by_their_digest(store: Store) -> None:
    told: dict[str, dict[str, Json]] = {OLD: {"name": "Total", "type": {"name": "money"}}, NEW: {}}
    await store.runs.remember_meanings(told)
    await store.runs.remember_meanings(told)
    assert await store.meanings.read([OLD, NEW, NEWEST]) == told


async def test_results_under_an_old_meaning_count_for_one_called_the_same(store: Store) -> None:
    case = await add_case(store)
    written = recorded(meaning=OLD)
    await store.cells.commit(write(case, "total", written))
    assert await store.cells.recorded(mark(NEW)) is None
    assert await store.meanings.same(OLD, NEW, who="Ada") == 1
    assert await store.cells.recorded(mark(NEW)) == stored(written)
    assert await store.cells.known([mark(NEW), mark(NEW, "b")]) == {mark(NEW)}
    ((old, new, who, at, *undone),) = await store.meanings.called_same()
    assert (old, new, who, undone) == (OLD, NEW, "Ada", ["", ""])
    assert at


async def test_a_result_that_comes_later_under_the_old_meaning_counts_too(store: Store) -> None:
    case = await add_case(store)
    await store.meanings.same(OLD, NEW, who="Ada")
    await store.meanings.same(NEW, NEWEST, who="Ada")
    written = recorded(meaning=OLD)
    await store.cells.commit(write(case, "total", written))
    for meaning in (NEW, NEWEST):
        assert await store.cells.recorded(mark(meaning)) == stored(written)


async def test_sameness_is_followed_along_a_chain_in_whatever_order_it_was_said(
    store: Store,
) -> None:
    case = await add_case(store)
    written = recorded(meaning=OLD)
    await store.cells.commit(write(case, "total", written))
    await store.meanings.same(NEW, NEWEST, who="Ada")
    assert await store.cells.recorded(mark(NEWEST)) is None
    await store.meanings.same(OLD, NEW, who="Ben")
    assert await store.cells.recorded(mark(NEWEST)) == stored(written)


async def test_sameness_goes_one_way_until_the_other_is_said(store: Store) -> None:
    case = await add_case(store)
    await store.meanings.same(OLD, NEW, who="Ada")
    written = recorded(meaning=NEW)
    await store.cells.commit(write(case, "total", written))
    assert await store.cells.recorded(mark(OLD)) is None
    await store.meanings.same(NEW, OLD, who="Ada")
    assert await store.cells.recorded(mark(OLD)) == stored(written)
    assert await store.meanings.same(NEW, OLD, who="Ada") == 0


async def test_a_result_of_its_own_goes_before_one_that_is_called_the_same(store: Store) -> None:
    case = await add_case(store)
    await store.meanings.same(OLD, NEW, who="Ada")
    own = recorded(outcome("own"), meaning=NEW)
    await store.cells.commit(write(case, "total", own))
    await store.cells.commit(write(case, "total", recorded(outcome("old"), meaning=OLD)))
    assert await store.cells.recorded(mark(NEW)) == stored(own)


async def test_what_was_called_the_same_can_be_taken_back_and_other_pairs_still_hold(
    store: Store,
) -> None:
    case = await add_case(store)
    written = recorded(meaning=OLD)
    await store.cells.commit(write(case, "total", written))
    await store.meanings.same(OLD, NEW, who="Ada")
    await store.meanings.same(NEW, NEWEST, who="Ada")
    await store.meanings.same(OLD, NEWEST, who="Ben")
    assert await store.meanings.alike() == {NEW: {OLD}, NEWEST: {OLD, NEW}}
    assert await store.meanings.not_same(OLD, NEW, who="Cy")
    assert await store.cells.recorded(mark(NEW)) is None
    assert await store.cells.recorded(mark(NEWEST)) == stored(written)
    assert await store.meanings.alike() == {NEWEST: {OLD, NEW}}
    told = {(old, new): undone for old, new, _, _, undone, _ in await store.meanings.called_same()}
    assert told == {(OLD, NEW): "Cy", (NEW, NEWEST): "", (OLD, NEWEST): ""}
    assert not await store.meanings.not_same(OLD, NEW, who="Cy")
    assert await store.meanings.same(OLD, NEW, who="Ada") == 1
    assert await store.cells.recorded(mark(NEW)) == stored(written)


async def test_taking_back_a_link_breaks_the_chain_that_went_over_it(store: Store) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded(meaning=OLD)))
    await store.meanings.same(OLD, NEW, who="Ada")
    await store.meanings.same(NEW, NEWEST, who="Ada")
    assert await store.cells.recorded(mark(NEWEST)) is not None
    await store.meanings.not_same(NEW, NEWEST, who="Ada")
    assert await store.cells.recorded(mark(NEWEST)) is None
    assert await store.cells.recorded(mark(NEW)) is not None
