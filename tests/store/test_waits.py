"""What waits, read from its front and counted without being read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.store.looks import ENDS_VALUES, CaseLook, IndexState
from casework.store.store import Store
from casework.store.waits import Wait, WaitsFor, WaitSum
from tests.store.build import add_case


def _wait(row: str, path: str, urgency: int, *, since: str = "2026-01-02", apart: str = "") -> Wait:
    return Wait(row, path, "", "not_found", "why", since, urgency, urgency % 7, 0.5, 1, apart)


def _look(number: int, *waits: Wait, guarded: bool = False) -> CaseLook:
    return CaseLook(number, len(waits), "2026", ENDS_VALUES, guarded, (), "", waits)


@pytest.fixture
async def ids(store: Store) -> list[str]:
    """Three cases with four cells that wait; the last case is not for everybody."""
    return [(await add_case(store, key)).id for key in ("one", "two", "three")]


@pytest.fixture
async def sheet(store: Store, ids: list[str]) -> IndexState:
    one, two, three = ids
    state = await store.looks.state((await store.worksheets.all())[0].id)
    looks = [
        _look(1, _wait(one, "net", 10), _wait(one, "lines.pieces", 90, since="2026-01-01")),
        _look(2, _wait(two, "net", 50, apart="Ada")),
        _look(3, _wait(three, "net", 70), guarded=True),
    ]
    after = replace(state, basis="b", seq=1, holder="us")
    assert await store.looks.put(state, after, looks)
    return after


async def _urgencies(
    store: Store, sheet: IndexState, wanted: WaitsFor, limit: int = 9
) -> list[str]:
    found = await store.waits.first(sheet.sheet, "urgency", wanted, limit)
    return [f"{one.case_name.lower()} {one.path}" for one in found]


async def test_the_front_is_read_in_order_and_by_what_is_asked_for(
    store: Store, sheet: IndexState, ids: list[str]
) -> None:
    every = ["one lines.pieces", "three net", "two net", "one net"]
    assert await _urgencies(store, sheet, WaitsFor()) == every
    assert await _urgencies(store, sheet, WaitsFor(), 2) == every[:2]
    assert await _urgencies(store, sheet, WaitsFor(frozenset({"net"}))) == every[1:]
    assert await _urgencies(store, sheet, WaitsFor(who="Ada")) == [every[0], every[1], every[3]]
    assert await _urgencies(store, sheet, WaitsFor(but=ids[:1])) == every[1:3]
    assert await _urgencies(store, sheet, WaitsFor(open_only=True)) == [every[0], *every[2:]]
    oldest = await store.waits.first(sheet.sheet, "age", WaitsFor(), 1)
    assert (oldest[0].since, oldest[0].path) == ("2026-01-01", "lines.pieces")


async def test_sums_follow_every_change(store: Store, sheet: IndexState, ids: list[str]) -> None:
    waits = store.waits
    told = {(one.path, one.apart, one.guarded): one.cells for one in await waits.sums(sheet.sheet)}
    assert told == {
        ("net", "", False): 1,
        ("lines.pieces", "", False): 1,
        ("net", "Ada", False): 1,
        ("net", "", True): 1,
    }
    assert await waits.sums_of(sheet.sheet, ids[1:2]) == [
        WaitSum("net", "not_found", "Ada", False, 1)
    ]
    assert await waits.cases_among(sheet.sheet, [ids[2], "nobody"]) == [ids[2]]
    assert await waits.oldest(sheet.sheet) == "2026-01-01"
    later = replace(sheet, seq=2)
    assert await store.looks.put(sheet, later, [_look(1), _look(2, _wait(ids[1], "net", 5))], [3])
    assert [(one.path, one.cells) for one in await waits.sums(sheet.sheet)] == [("net", 1)]
    assert [one.case_id for one in await waits.of_cases(sheet.sheet, ids)] == [ids[1]]
    assert await waits.oldest_of_marks(sheet.sheet) == {("net", "not_found"): "2026-01-02"}


async def test_steps_that_are_gone_take_what_waits_with_them(
    store: Store, sheet: IndexState
) -> None:
    assert await store.looks.begin(sheet, replace(sheet, basis="c"), ["net"])
    assert {one.path for one in await store.waits.sums(sheet.sheet)} == {"net"}
    assert "one lines.pieces" not in await _urgencies(store, sheet, WaitsFor())
