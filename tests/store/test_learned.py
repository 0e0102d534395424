"""Learned versions in the store: kept whole, put to work one at a time, gone with their bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import ConflictError, NotFoundError, StoreError
from casework.base.ids import uuid7
from casework.store.blobs import BlobFolder
from casework.store.store import Store
from casework.types.label import Label
from casework.types.learned import Gate, Stored, Version, with_learned, without_learned
from tests.store.build import AT, add_case, add_document

GATE = Gate(True, 24, 20, 0.75, 0.875, 4, 1, "Better on 3 of 24 cells.")
LEARNT = Stored(b"arrays", {"calibration": {"weights": {"chance": 1.5}, "bias": 0.25}})


async def worksheet(store: Store) -> str:
    return (await add_case(store)).worksheet_id


async def learn(
    store: Store,
    sheet: str,
    number: int = 1,
    *,
    path: str = "total",
    audience: str = "",
    stored: Stored = LEARNT,
) -> Version:
    version = Version(
        uuid7(), sheet, path, number, "offered", "casework", stored.sha256, GATE, AT, audience,
        {"verdict": 20, "imported": 4}, (0.5, 0.75, 0.9), Label(frozenset({"abc"})),
        has_model=bool(stored.arrays),
    )  # fmt: skip
    await store.learned.add(version, stored)
    return version


async def states(store: Store, sheet: str) -> dict[int, str]:
    return {one.number: one.state for one in await store.learned.of_worksheet(sheet)}


async def test_a_version_comes_back_with_all_that_it_is_made_of(store: Store) -> None:
    sheet = await worksheet(store)
    version = await learn(store, sheet, audience="board|legal")
    assert await store.learned.get(version.id) == version
    assert await store.learned.load(version.id) == LEARNT
    assert await store.learned.of_worksheet(sheet) == [version]
    assert await store.learned.live(sheet) == []


async def test_a_version_without_arrays_scores_nothing(store: Store) -> None:
    sheet = await worksheet(store)
    stored = Stored(b"", {"calibration": None})
    version = await learn(store, sheet, stored=stored)
    assert not (await store.learned.get(version.id)).has_model
    assert await store.learned.load(version.id) == stored


async def test_numbers_count_within_a_path_and_audience(store: Store) -> None:
    sheet = await worksheet(store)
    await learn(store, sheet, 1)
    await learn(store, sheet, 2)
    await learn(store, sheet, 1, audience="legal")
    numbers = store.learned.next_number
    assert await numbers(sheet, "total", "") == 3
    assert await numbers(sheet, "total", "legal") == 2
    assert await numbers(sheet, "net", "") == 1


async def test_a_number_is_given_once(store: Store) -> None:
    sheet = await worksheet(store)
    await learn(store, sheet)
    with pytest.raises(ConflictError) as told:
        await learn(store, sheet)
    assert told.value.code == "learned.number_taken"


async def test_one_version_of_a_path_and_audience_is_at_work(store: Store) -> None:
    sheet = await worksheet(store)
    first, second = await learn(store, sheet, 1), await learn(store, sheet, 2)
    other, legal = await learn(store, sheet, path="net"), await learn(store, sheet, audience="l")
    await store.learned.pin(sheet, [first.id, other.id, legal.id], "Ada", AT)
    await store.learned.pin(sheet, [second.id], "Ben", AT)
    live = {one.id for one in await store.learned.live(sheet)}
    assert live == {second.id, other.id, legal.id}
    retired = await store.learned.get(first.id)
    assert (retired.state, retired.decided_by) == ("retired", "Ben")
    assert retired.reason == "version 2 took its place"
    await store.learned.pin(sheet, [first.id], "Ben", AT)  # and back again
    assert (await store.learned.get(second.id)).state == "retired"
    assert (await store.learned.get(first.id)).reason == ""


async def test_what_was_refused_is_not_put_to_work_nor_what_comes_with_it(store: Store) -> None:
    sheet = await worksheet(store)
    good, bad = await learn(store, sheet, 1), await learn(store, sheet, 1, path="net")
    await store.learned.set_state(bad.id, "refused", "Ada", AT, "worse on 3 cells")
    with pytest.raises(ConflictError, match="worse on 3 cells"):
        await store.learned.pin(sheet, [good.id, bad.id], "Ada", AT)
    assert await store.learned.live(sheet) == []
    told = await store.learned.get(bad.id)
    assert (told.state, told.decided_by, told.reason) == ("refused", "Ada", "worse on 3 cells")


async def test_versions_belong_to_their_worksheet(store: Store) -> None:
    sheet, other = await worksheet(store), await store.worksheets.add("other", "p.md")
    version = await learn(store, sheet)
    assert await store.learned.of_worksheet(other.id) == []
    with pytest.raises(NotFoundError):
        await store.learned.pin(other.id, [version.id], "Ada", AT)


async def test_a_deleted_version_leaves_no_bytes(store: Store) -> None:
    sheet = await worksheet(store)
    version = await learn(store, sheet)
    await store.learned.delete(version.id)
    assert list(store.blobs.all()) == []
    for ask in (store.learned.get, store.learned.load, store.learned.delete):
        with pytest.raises(NotFoundError):
            await ask(version.id)


async def test_bytes_that_somebody_else_has_too_stay(store: Store) -> None:
    sheet = await worksheet(store)
    first, second = await learn(store, sheet, 1), await learn(store, sheet, 2)
    await store.learned.delete(first.id)
    assert await store.learned.load(second.id) == LEARNT
    other = store.blobs.put(b"of nobody")
    await store.learned.delete(second.id)
    assert list(store.blobs.all()) == [other]


async def test_bytes_of_a_document_stay(store: Store) -> None:
    document = await add_document(store)
    data = store.blobs.get(document.sha256)
    version = await learn(store, await worksheet(store), stored=Stored(data, {}))
    await store.learned.delete(version.id)
    assert store.blobs.get(document.sha256) == data


async def test_what_was_tampered_with_is_refused_and_named(store: Store) -> None:
    sheet = await worksheet(store)
    version = await learn(store, sheet, 3)
    assert isinstance(store.blobs, BlobFolder)
    (name,) = store.blobs.all()
    store.blobs.path_of(name).write_bytes(b"array")
    with pytest.raises(StoreError, match="Version 3 of total is damaged") as told:
        await store.learned.load(version.id)
    assert told.value.code == "learned.damaged"
    assert "casework learn" in told.value.fix
    store.blobs.remove(name)
    with pytest.raises(StoreError, match="arrays of version 3 of total are gone"):
        await store.learned.load(version.id)


async def test_facts_that_were_changed_are_noticed(store: Store) -> None:
    sheet = await worksheet(store)
    version = await learn(store, sheet)
    await store.database.write(
        lambda tx: tx.execute(
            "UPDATE learned_versions SET facts = '{}' WHERE id = ?", (version.id,)
        )
    )
    with pytest.raises(StoreError, match="damaged"):
        await store.learned.load(version.id)


def test_a_method_version_names_what_was_learned_and_can_be_read_without_it() -> None:
    version = Version("id", "sheet", "total", 3, "live", "casework", "f" * 64, GATE, AT)
    legal = replace(version, number=2, audience="legal team; board")
    told = with_learned("4.abc", f"{version.mark},{legal.mark}")
    assert without_learned(told) == ("4.abc", (version.mark, legal.mark))
    assert with_learned("4.abc", "") == "4.abc"
    assert without_learned("4.abc") == ("4.abc", ())
