from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import NotFoundError
from casework.base.ids import uuid7
from casework.store.store import Store
from casework.types.case import CaseRecord
from casework.types.values import Json
from casework.types.verdict import SecondReading, Verdict
from tests.store.build import AT, add_case, verdict


def reading(case: CaseRecord, first: Verdict, *, seconds: float | None = None) -> SecondReading:
    value: Json = {"amount": "1", "currency": None}
    return SecondReading(uuid7(), case.id, first.step_id, first.id, value, "", "Grace", AT, seconds)


async def test_second_readings_are_kept_in_order_and_whole(store: Store) -> None:
    case = await add_case(store)
    await store.verdicts.add(first := verdict(case, "total", "accepted", "1"))
    given = [
        reading(case, first, seconds=3.25),
        replace(reading(case, first), value=None, absence="not_found"),
    ]
    for one in given:
        await store.second_readings.add(one)
    other = await store.worksheets.add("Claims", "claims.md")
    assert await store.second_readings.of_worksheet(case.worksheet_id) == given
    assert await store.second_readings.of_worksheet(other.id) == []


async def test_a_second_reading_is_no_verdict(store: Store) -> None:
    case = await add_case(store)
    await store.verdicts.add(first := verdict(case, "total", "accepted", "1"))
    await store.second_readings.add(reading(case, first))
    assert (await store.cells.of_case(case.id))["total"].human == first
    assert await store.verdicts.of_cell(case.id, "total") == [first]


async def test_a_second_reading_that_was_taken_back_is_gone(store: Store) -> None:
    case = await add_case(store)
    await store.verdicts.add(first := verdict(case, "total", "accepted", "1"))
    await store.second_readings.add(kept := reading(case, first))
    await store.second_readings.add(back := reading(case, first))
    await store.second_readings.take_back(back.id)
    assert await store.second_readings.of_worksheet(case.worksheet_id) == [kept]


async def test_a_second_reading_needs_a_case(store: Store) -> None:
    case = await add_case(store)
    told = replace(reading(case, verdict(case, "total", "accepted")), case_id="nobody")
    with pytest.raises(NotFoundError):
        await store.second_readings.add(told)
