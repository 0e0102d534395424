from __future__ import annotations

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import NotFoundError
from casework.base.hashing import sha256_text
from casework.store.records import ProcedureVersion
from casework.store.store import Store


async def test_versions_count_from_one_and_keep_their_text(
    store: Store, clock: FrozenClock
) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    assert await store.procedures.latest(sheet.id) is None
    first = await store.procedures.add(sheet.id, "# Claims\r\n", who="Ada", note="start")
    clock.advance(60)
    second = await store.procedures.add(sheet.id, "# Claims\n## Wert €\n", who="Ben")
    now = stamp(clock.now())
    assert second == ProcedureVersion(
        sheet.id, 2, sha256_text("# Claims\n## Wert €\n"), "# Claims\n## Wert €\n", "", "Ben", now
    )
    assert await store.procedures.latest(sheet.id) == second
    assert await store.procedures.version(sheet.id, 1) == first
    assert await store.procedures.all(sheet.id) == [first, second]
    assert first.text == "# Claims\r\n"


async def test_the_same_text_makes_no_new_version_until_another_came_between(store: Store) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    versions = [await store.procedures.add(sheet.id, text) for text in ("a", "a", "b", "a")]
    assert [version.version for version in versions] == [1, 1, 2, 3]


async def test_worksheets_count_their_versions_apart(store: Store) -> None:
    one = await store.worksheets.add("One", "one.md")
    two = await store.worksheets.add("Two", "two.md")
    await store.procedures.add(one.id, "a")
    assert (await store.procedures.add(two.id, "b")).version == 1


async def test_what_is_not_there_is_told(store: Store) -> None:
    sheet = await store.worksheets.add("One", "one.md")
    with pytest.raises(NotFoundError, match="version"):
        await store.procedures.version(sheet.id, 1)
    with pytest.raises(NotFoundError, match="worksheet"):
        await store.procedures.add("nothing", "a")
