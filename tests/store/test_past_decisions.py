"""Imported decisions: one a cell, replaced by file, gone when their file is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import NotFoundError
from casework.base.ids import uuid7
from casework.store.store import Store
from casework.types.past_decision import PastDecision, source_of
from casework.types.values import Json
from tests.store.build import AT, SHA


def _decision(
    case: str, step: str, value: Json, *, file: str = "old.xlsx", row: int = 2
) -> PastDecision:
    places = ((SHA, 1, 3, 14),)
    return PastDecision(
        uuid7(),
        case,
        step,
        value,
        "",
        "12.30 €",
        places,
        source_of(file, f"row {row}"),
        0.5,
        "Ada",
        AT,
    )


async def _cases(store: Store) -> tuple[str, str, str]:
    sheet = (await store.worksheets.add("bills", "bills.md")).id
    one, two = [await store.cases.add(sheet, key, key) for key in ("one", "two")]
    return sheet, one.id, two.id


async def test_what_was_imported_is_read_back_exactly_and_in_order(store: Store) -> None:
    sheet, one, two = await _cases(store)
    money: Json = {"amount": "12.30", "currency": "EUR"}
    absent = replace(_decision(two, "vat", None), absence="not_found", places=(), written="")
    given = [_decision(one, "total", money), _decision(one, "names", ["Ann", "Bo\0b"]), absent]
    await store.past_decisions.add(sheet, given)
    assert await store.past_decisions.all(sheet) == given
    assert given[0].file == "old.xlsx"


async def test_the_same_file_replaces_what_it_said_before(store: Store) -> None:
    sheet, one, two = await _cases(store)
    past = store.past_decisions
    await past.add(sheet, [_decision(two, "total", "9", file="other.xlsx")])
    await past.replace(
        sheet, "old.xlsx", [_decision(one, "total", "1"), _decision(one, "vat", "2")]
    )
    await past.replace(sheet, "old.xlsx", [_decision(one, "total", "3")])
    kept = {(each.case_id, each.step_id): each.value for each in await past.all(sheet)}
    assert kept == {(two, "total"): "9", (one, "total"): "3"}


async def test_the_file_that_spoke_last_of_a_cell_holds(store: Store) -> None:
    sheet, one, _ = await _cases(store)
    past = store.past_decisions
    await past.replace(sheet, "old.xlsx", [_decision(one, "total", "1")])
    await past.replace(sheet, "new.xlsx", [_decision(one, "total", "2", file="new.xlsx")])
    assert [(each.value, each.file) for each in await past.all(sheet)] == [("2", "new.xlsx")]


async def test_only_what_has_a_weight_teaches(store: Store) -> None:
    sheet, one, two = await _cases(store)
    unknown = replace(_decision(two, "total", "5"), places=(), weight=0.0)
    await store.past_decisions.add(sheet, [_decision(one, "total", "1", row=7), unknown])
    (taught,) = await store.past_decisions.of_worksheet(sheet)
    assert (taught.case_id, taught.path, taught.value) == (one, "total", "1")
    assert (taught.source, taught.weight, taught.note) == ("imported", 0.5, "old.xlsx · row 7")
    assert taught.places == ((SHA, 1, 3, 14),)


async def test_a_file_is_forgotten_in_its_worksheet_alone(store: Store) -> None:
    sheet, one, two = await _cases(store)
    other = (await store.worksheets.add("claims", "claims.md")).id
    there = (await store.cases.add(other, "one", "one")).id
    past = store.past_decisions
    await past.add(
        sheet, [_decision(one, "total", "1"), _decision(two, "total", "2", file="b.csv")]
    )
    await past.add(other, [_decision(there, "total", "3")])
    assert await past.forget(sheet, "old.xlsx") == 1
    assert await past.forget(sheet, "old") == 0
    assert [each.value for each in await past.all(sheet)] == ["2"]
    assert [each.value for each in await past.all(other)] == ["3"]


async def test_a_decision_of_a_case_elsewhere_is_refused_and_nothing_is_written(
    store: Store,
) -> None:
    sheet, one, _ = await _cases(store)
    other = (await store.worksheets.add("claims", "claims.md")).id
    there = (await store.cases.add(other, "one", "one")).id
    past = store.past_decisions
    with pytest.raises(NotFoundError):
        await past.add(sheet, [_decision(one, "total", "1"), _decision(there, "total", "3")])
    assert await past.all(sheet) == []
