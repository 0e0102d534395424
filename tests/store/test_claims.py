from __future__ import annotations

from casework.store.store import Store
from tests.store.build import add_case

NOON, LATER, EVENING = "2026-01-02T12:00:00.000Z", "2026-01-02T12:10:00.000Z", "2026-01-02T18"


async def _claim(store: Store, case: str, session: str, *, now: str = NOON) -> bool:
    return await store.claims.claim(
        case, "total", who="Ada", session=session, until=LATER if now < LATER else EVENING, now=now
    )


async def test_a_cell_is_claimed_once_until_its_time_is_over(store: Store) -> None:
    case = await add_case(store)
    assert await _claim(store, case.id, "one")
    assert await _claim(store, case.id, "one")
    assert not await _claim(store, case.id, "two")
    assert await _claim(store, case.id, "two", now=LATER)
    assert not await _claim(store, case.id, "one", now=LATER)


async def test_others_see_what_is_claimed_and_what_was_given_back(store: Store) -> None:
    case = await add_case(store)
    await _claim(store, case.id, "one")
    assert await store.claims.of_others("two", now=NOON) == {(case.id, "total")}
    assert await store.claims.of_others("one", now=NOON) == set()
    assert await store.claims.of_others("two", now=LATER) == set()
    await store.claims.let_go(case.id, "total", session="two")
    assert await store.claims.of_others("two", now=NOON)
    await store.claims.let_go(case.id, "total", session="one")
    assert await store.claims.of_others("two", now=NOON) == set()


async def test_the_end_of_a_session_gives_all_its_cells_back(store: Store) -> None:
    case, other = await add_case(store), await add_case(store, "two")
    for one in (case, other):
        await _claim(store, one.id, "one")
    await store.claims.end("one", now=NOON)
    assert await store.claims.of_others("two", now=NOON) == set()


async def test_what_does_not_exist_cannot_be_claimed(store: Store) -> None:
    assert not await _claim(store, "nobody", "one")
