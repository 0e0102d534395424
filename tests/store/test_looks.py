"""How cells look: found, ordered and added up by the database, and taken back without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.store.looked_for import Asked, LookedFor
from casework.store.looks import ENDS_VALUES, CaseLook, CellLook, IndexState
from casework.store.store import Store
from tests.store.build import add_case

_AMOUNTS = (("proved", 9.0), ("look", 10.0))


def _cell(step: str, mark: str, tone: str, shown: str, size: float | None = None) -> CellLook:
    needs = tone == "look"
    return CellLook(step, mark, tone, True, needs, shown, size, "why not", "ada", 0.5, 1_000)


def _look(number: int, *cells: CellLook, guarded: bool = False) -> CaseLook:
    needs = sum(cell.needs for cell in cells)
    words = "\n".join(("", *(cell.shown for cell in cells if cell.shown), ENDS_VALUES))
    return CaseLook(number, needs, "2026" if needs else "", words, guarded, cells, "kept")


@pytest.fixture
async def sheet(store: Store) -> IndexState:
    """Three cases: two amounts, and one without."""
    cases = [await add_case(store, key) for key in ("one", "two", "three")]
    state = await store.looks.state(cases[0].worksheet_id)
    nine, ten = (_cell("net", "quoted", tone, f"eur {n}", n) for tone, n in _AMOUNTS)
    first, last = (_cell("name", "quoted", "proved", letter) for letter in "ba")
    looks = [
        _look(1, nine, first),
        _look(2, ten, _cell("name", "failed", "wrong", "")),
        _look(3, _cell("net", "not_found", "look", ""), last, guarded=True),
    ]
    after = replace(state, basis="b", seq=1, holder="us")
    assert await store.looks.put(state, after, looks)
    return after


async def _found(store: Store, sheet: IndexState, *conditions: Asked, **more: object) -> list[int]:
    wanted = LookedFor(conditions, **more)  # type: ignore[arg-type]
    return list(await store.looks_found.order(sheet.sheet, wanted))


async def test_cells_are_found_by_mark_tone_size_and_words(store: Store, sheet: IndexState) -> None:
    steps = ("net", "name")
    assert await _found(store, sheet, Asked("net", "mark", "is", "look")) == [2, 3]
    assert await _found(store, sheet, Asked("net", "mark", "is not", "quoted")) == [3]
    assert await _found(store, sheet, Asked("", "mark", "is", "failed", steps)) == [2]
    assert await _found(store, sheet, Asked("", "mark", "is", "needs", steps)) == [2, 3]
    assert await _found(store, sheet, Asked("net", "size", "at least", 9.5)) == [2]
    assert await _found(store, sheet, Asked("net", "size", "is not", 9.0)) == [2, 3]
    assert await _found(store, sheet, Asked("", "shown", "contains", "eur", steps)) == [1, 2]
    assert await _found(store, sheet, Asked("net", "shown", "at least", "eur 1")) == [1, 2]
    assert await _found(store, sheet, Asked("", "cases", "is", "[1,3]", steps)) == [1, 3]
    assert await _found(store, sheet, search="ur 1") == [2]
    assert await _found(store, sheet, search="100%") == []


async def test_values_order_cases_and_what_is_missing_comes_last(
    store: Store, sheet: IndexState
) -> None:
    assert await _found(store, sheet, sort="net") == [1, 2, 3]
    assert await _found(store, sheet, sort="net", descending=True) == [2, 1, 3]
    assert await _found(store, sheet, sort="name") == [3, 1, 2]
    assert await _found(store, sheet, sort="name", descending=True) == [1, 3, 2]
    assert await _found(store, sheet, descending=True) == [3, 2, 1]
    only = await store.looks_found.order(sheet.sheet, LookedFor(sort="net"), [3, 1])
    assert list(only) == [1, 3]


async def test_money_is_ordered_by_currency_before_its_amount(
    store: Store, sheet: IndexState
) -> None:
    told = (("eur 9", 9.0), ("gbp 8", 8.0), ("7", 7.0), ("eur 12", 12.0), ("-6", -6.0), ("", None))
    for place in range(4, len(told) + 1):
        await add_case(store, f"more {place}")
    looks = [
        _look(number, _cell("net", "quoted", "proved", shown, size))
        for number, (shown, size) in enumerate(told, 1)
    ]
    assert await store.looks.put(sheet, replace(sheet, seq=2), looks)
    by_unit = {"sort": "net", "by_unit": True}
    assert await _found(store, sheet, **by_unit) == [1, 4, 2, 5, 3, 6]
    assert await _found(store, sheet, **by_unit, descending=True) == [4, 1, 2, 3, 5, 6]
    assert await _found(store, sheet, sort="net") == [5, 3, 2, 1, 4, 6]


async def test_sums_follow_every_change_and_leave_nothing_behind(
    store: Store, sheet: IndexState
) -> None:
    id = (await store.worksheets.all())[0].id
    told = {(one.step_id, one.tone): one.cells for one in await store.looks.sums(id)}
    assert told[("net", "look")] == 2
    changed = _look(2, _cell("net", "person", "verified", "eur 11", 11.0))
    assert await store.looks.put(sheet, replace(sheet, seq=2), [changed], gone=[3])
    told = {(one.step_id, one.tone): one.cells for one in await store.looks.sums(id) if one.cells}
    assert told == {("net", "proved"): 1, ("net", "verified"): 1, ("name", "proved"): 1}
    assert list(await store.looks_found.waiting(sheet.sheet)) == []


async def test_who_comes_second_writes_nothing(store: Store, sheet: IndexState) -> None:
    late = replace(sheet, seq=0)
    assert not await store.looks.put(late, replace(late, seq=5), [_look(1)])
    assert not await store.looks.begin(late, replace(late, basis="c"), ["net"])
    assert await _found(store, sheet, sort="net") == [1, 2, 3]


async def test_a_new_beginning_drops_steps_that_are_gone(store: Store, sheet: IndexState) -> None:
    assert await store.looks.begin(sheet, replace(sheet, basis="c", built_to=0), ["net"])
    assert await _found(store, sheet, Asked("name", "shown", "is", "a")) == []
    assert await _found(store, sheet, Asked("net", "shown", "is", "eur 9.0")) == [1]


async def test_guarded_cases_stand_apart(store: Store, sheet: IndexState) -> None:
    found = store.looks_found
    assert list(await found.guarded(sheet.sheet)) == [3]
    open_ones = await found.order(sheet.sheet, LookedFor(), open_only=True)
    assert list(open_ones) == [1, 2]
    assert (await found.needs(sheet.sheet, open_only=True))[0] == 1


async def test_cells_that_nobody_measured_or_decided_on_are_picked_by_chance_and_always_the_same(
    store: Store, sheet: IndexState
) -> None:
    cells = [
        CellLook("vat", "quoted", "proved", True, False, "1", 1.0, "", who, sure, None)
        for who, sure in (("", None), ("ada", None), ("", 0.5), ("", None))
    ]
    looks = [_look(number, cell) for number, cell in enumerate(cells, 11)]
    assert await store.looks.put(sheet, replace(sheet, seq=2), looks)
    found = list(await store.looks_found.unmeasured(sheet.sheet, "vat", 9))
    assert sorted(found) == [11, 14]
    assert list(await store.looks_found.unmeasured(sheet.sheet, "vat", 1)) == found[:1]
