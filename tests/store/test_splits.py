"""Splits of files: one transaction each, nothing deleted, cases that come back."""

from __future__ import annotations

import pytest

from casework.base.errors import NotFoundError
from casework.store.splits import SplitFile
from casework.store.store import Store
from casework.types.case import CaseDocument
from casework.types.split import PlacedPart, SplitRecord
from tests.store.build import add_document


async def _pile(store: Store) -> tuple[str, str, str]:
    """A worksheet, a document of it, and the case that has all of it."""
    sheet = (await store.worksheets.add("bills", "bills.md")).id
    member = await add_document(store, "pile", "pile.pdf")
    case = await store.cases.add(sheet, "pile", "pile", documents=[member])
    return sheet, member.sha256, case.id


def _split(place: tuple[str, str, str], *parts: PlacedPart) -> SplitRecord:
    return SplitRecord(*place, "cut" if parts else "whole", "cases", parts, "Ann")


async def _cases(store: Store, sheet: str) -> dict[str, list[tuple[int, int]]]:
    return {
        case.key: [(d.first_page, d.last_page) for d in case.documents]
        async for case in store.cases.stream(sheet)
    }


async def test_parts_become_cases_and_the_case_of_the_whole_is_kept_aside(store: Store) -> None:
    place = await _pile(store)
    sheet, sha256, home = place
    parts = (PlacedPart(1, 2, "pile.pdf 1-2", ("invoice",)), PlacedPart(3, 3, "pile.pdf 3"))
    done = await store.splits.apply(_split(place, *parts), ["pile 1-2", "pile 3"])
    assert all(part.case_id for part in done.parts)
    assert await _cases(store, sheet) == {"pile 1-2": [(1, 2)], "pile 3": [(3, 3)]}
    assert await store.splits.held(sheet, sha256, home) == list(done.parts)
    assert await store.splits.history(sheet, sha256) == [done]
    assert await store.cases.count(sheet) == 2
    assert await store.finding.exact(sheet, "pile") == ""
    assert (await store.cases.get(home)).documents == ()


async def test_the_whole_comes_home_under_its_name_and_key(store: Store) -> None:
    place = await _pile(store)
    sheet, sha256, home = place
    await store.splits.apply(
        _split(place, PlacedPart(1, 1, "a"), PlacedPart(2, 2, "b")), ["a", "b"]
    )
    await store.splits.apply(_split(place), [])
    (case,) = [one async for one in store.cases.stream(sheet)]
    assert (case.id, case.key, case.documents[0].name) == (home, "pile", "pile.pdf")
    assert await store.splits.held(sheet, sha256, home) == []


async def test_a_case_comes_back_when_its_part_does(store: Store) -> None:
    place = await _pile(store)
    sheet = place[0]
    first = await store.splits.apply(
        _split(place, PlacedPart(1, 1, "a"), PlacedPart(2, 2, "b")), ["a", "b"]
    )
    await store.splits.apply(_split(place, PlacedPart(1, 2, "ab")), ["ab"])
    assert set(await _cases(store, sheet)) == {"ab"}
    await store.splits.apply(_split(place, *first.parts), ["a", "b"])
    back = [one.id async for one in store.cases.stream(sheet)]
    assert back == [part.case_id for part in first.parts]


async def test_one_case_may_hold_several_parts_of_a_file(store: Store) -> None:
    place = await _pile(store)
    sheet, _, home = place
    parts = (PlacedPart(1, 1, "a", (), home), PlacedPart(2, 4, "b", (), home))
    await store.splits.apply(_split(place, *parts), ["", ""])
    assert await _cases(store, sheet) == {"pile": [(1, 1), (2, 4)]}


async def test_a_key_that_is_taken_gets_a_number(store: Store) -> None:
    place = await _pile(store)
    sheet = place[0]
    await store.cases.add(sheet, "pile 1", "pile 1")
    await store.splits.apply(
        _split(place, PlacedPart(1, 1, "a"), PlacedPart(2, 2, "b")), ["pile 1", "pile 2"]
    )
    assert set(await _cases(store, sheet)) == {"pile 1", "pile 1 (2)", "pile 2"}


async def test_a_split_that_fails_changes_nothing(store: Store) -> None:
    place = await _pile(store)
    sheet = place[0]
    wrong = _split(place, PlacedPart(1, 1, "a", (), "no such case"))
    with pytest.raises(NotFoundError):
        await store.splits.apply(wrong, ["a"])
    assert await _cases(store, sheet) == {"pile": [(0, 0)]}
    assert await store.splits.history(sheet, place[1]) == []


async def test_a_split_file_is_found_by_how_its_name_or_digest_begins(store: Store) -> None:
    place = await _pile(store)
    sheet, sha256, home = place
    await store.splits.apply(_split(place, PlacedPart(1, 1, "a")), ["a"])
    found = [SplitFile(sha256, home, "pile.pdf")]
    assert await store.splits.named(sheet, "pile.pdf") == found
    assert await store.splits.named(sheet, "pile") == found
    assert await store.splits.named(sheet, sha256[:8]) == found
    assert await store.splits.named(sheet, "%") == []


async def test_one_file_in_two_cases_is_split_in_each_by_itself(store: Store) -> None:
    one = await _pile(store)
    sheet, sha256, home = one
    member = CaseDocument(sha256, "other.pdf")
    second = (await store.cases.add(sheet, "second", "second", documents=[member])).id
    mine = await store.splits.apply(
        _split(one, PlacedPart(1, 1, "a"), PlacedPart(2, 2, "b")), ["a", "b"]
    )
    theirs = await store.splits.apply(_split((sheet, sha256, second), PlacedPart(1, 2, "c")), ["c"])
    assert await _cases(store, sheet) == {"a": [(1, 1)], "b": [(2, 2)], "c": [(1, 2)]}
    assert await store.splits.held(sheet, sha256, home) == list(mine.parts)
    assert await store.splits.held(sheet, sha256, second) == list(theirs.parts)
    await store.splits.apply(_split((sheet, sha256, second)), [])
    assert await _cases(store, sheet) == {"a": [(1, 1)], "b": [(2, 2)], "second": [(0, 0)]}
    assert (await store.cases.get(second)).documents[0].name == "other.pdf"
