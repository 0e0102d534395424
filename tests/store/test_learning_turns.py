from __future__ import annotations

from casework.store.store import Store
from tests.store.build import add_case

NOW, SOON, LATER = (
    "2026-03-01T10:00:00.000Z",
    "2026-03-01T10:00:30.000Z",
    "2026-03-01T10:01:00.000Z",
)


async def test_a_turn_is_one_holders_until_it_is_given_back(store: Store) -> None:
    sheet = (await add_case(store)).worksheet_id
    turns = store.learning_turns
    assert await turns.take(sheet, holder="one", now=NOW, until=SOON)
    assert not await turns.take(sheet, holder="two", now=NOW, until=SOON)
    await turns.give_back(sheet, holder="two")
    assert not await turns.take(sheet, holder="two", now=NOW, until=SOON)
    await turns.give_back(sheet, holder="one")
    assert await turns.take(sheet, holder="two", now=NOW, until=SOON)


async def test_a_holder_may_go_on_and_nobody_waits_for_one_who_has_gone(store: Store) -> None:
    sheet = (await add_case(store)).worksheet_id
    turns = store.learning_turns
    assert await turns.take(sheet, holder="one", now=NOW, until=SOON)
    assert await turns.take(sheet, holder="one", now=NOW, until=LATER)
    assert not await turns.take(sheet, holder="two", now=SOON, until=LATER)
    assert await turns.take(sheet, holder="two", now=LATER, until="2026-03-01T10:02:00.000Z")


async def test_each_worksheet_has_a_turn_of_its_own(store: Store) -> None:
    sheet = (await add_case(store)).worksheet_id
    other = await store.worksheets.add("Claims", "claims.md")
    assert await store.learning_turns.take(sheet, holder="one", now=NOW, until=SOON)
    assert await store.learning_turns.take(other.id, holder="two", now=NOW, until=SOON)
