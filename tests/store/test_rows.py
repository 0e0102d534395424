"""Rows of tables in the store: cases of nested worksheets, which come and go, none deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import LeaseHeldError
from casework.store.store import Store
from casework.types.case import CaseRecord
from casework.types.rows import RowsWrite, RowWrite
from tests.store.build import AT, add_case, recorded, verdict, write

LATER = "2026-01-03T00:00:00.000Z"


def rows_of(sheet: str, case: CaseRecord, *items: str, at: str = AT) -> RowsWrite:
    """Rows that hold one text each, which is their id too."""
    rows = tuple(
        RowWrite(f"row-{item}", f"{case.name}/Lines/{place}", {"item": item})
        for place, item in enumerate(items, 1)
    )
    return RowsWrite(sheet, case.id, "lines", f"digest of {items}", "proof", at, rows)


async def made(store: Store) -> tuple[CaseRecord, str]:
    case = await add_case(store)
    sheets = await store.rows.make_sheets(case.worksheet_id, ["lines"], AT)
    return case, sheets["lines"]


async def test_nested_worksheets_are_made_once_and_kept_apart(store: Store) -> None:
    case, sheet = await made(store)
    deep = await store.rows.make_sheets(case.worksheet_id, ["lines.parts", "lines"], AT)
    assert deep["lines"] == sheet
    assert set(deep) == {"lines", "lines.parts"}
    assert await store.rows.sheets(case.worksheet_id) == deep
    assert [one.id for one in await store.worksheets.all()] == [case.worksheet_id]
    assert await store.rows.sheets(sheet) == {"parts": deep["lines.parts"]}


async def test_rows_are_read_in_their_order_with_their_case(store: Store) -> None:
    case, sheet = await made(store)
    await store.rows.put(rows_of(sheet, case, "pump", "valve"))
    (rows,) = (await store.rows.of(sheet, [case.id])).values()
    assert [(row.fields["item"], row.position) for row in rows] == [("pump", 1), ("valve", 2)]
    assert rows[0].parent == case.id
    assert rows[0].source == "proof"
    made_from = await store.rows.made_from([case.id])
    assert made_from == {(case.id, "lines"): "digest of ('pump', 'valve')"}
    assert [c.id async for c in store.cases.stream(case.worksheet_id)] == [case.id]


async def test_a_row_that_is_gone_is_retired_and_comes_back_with_its_cells(store: Store) -> None:
    case, sheet = await made(store)
    await store.rows.put(rows_of(sheet, case, "pump", "valve"))
    valve = (await store.rows.of(sheet, [case.id]))[case.id][1]
    await store.cells.commit(write(valve, "check", recorded()))
    await store.verdicts.add(verdict(valve, "check", "accepted", "12.30"))
    await store.rows.put(rows_of(sheet, case, "pump", at=LATER))
    assert [r.id for r in (await store.rows.of(sheet, [case.id]))[case.id]] == ["row-pump"]
    ever = await store.rows.ever_of(sheet, case.id)
    assert [(row.id, row.retired_at) for row in ever] == [("row-pump", ""), ("row-valve", LATER)]
    await store.rows.put(rows_of(sheet, case, "valve", "pump"))
    rows = (await store.rows.of(sheet, [case.id]))[case.id]
    assert [row.id for row in rows] == ["row-valve", "row-pump"]
    cells = await store.cells.of_rows(case.id, sheet)
    assert cells["row-valve"]["check"].human is not None
    assert "row-pump" not in cells


async def test_writing_the_same_rows_again_changes_nothing(store: Store) -> None:
    case, sheet = await made(store)
    await store.rows.put(rows_of(sheet, case, "pump", "valve"))
    before = await store.rows.ever_of(sheet, case.id)
    await store.rows.put(rows_of(sheet, case, "pump", "valve"))
    assert await store.rows.ever_of(sheet, case.id) == before


async def test_a_run_that_lost_its_worksheet_makes_no_rows(store: Store) -> None:
    case, sheet = await made(store)
    rows = rows_of(sheet, case, "pump")
    lost = RowsWrite(
        rows.worksheet_id, rows.parent_id, "lines", rows.digest, "", AT, rows.rows, "gone"
    )
    with pytest.raises(LeaseHeldError):
        await store.rows.put(lost)
    assert await store.rows.of(sheet, [case.id]) == {}


async def test_a_family_is_a_case_with_all_its_rows(store: Store) -> None:
    case, sheet = await made(store)
    other = await add_case(store, "two")
    await store.rows.put(rows_of(sheet, case, "pump", "valve"))
    sheets = await store.rows.make_sheets(case.worksheet_id, ["lines.parts"], AT)
    inner = RowsWrite(
        sheets["lines.parts"], "row-pump", "parts", "d", "", AT, (RowWrite("row-deep", "x"),)
    )
    await store.rows.put(inner)
    assert set(await store.rows.family([case.id])) == {
        case.id, "row-pump", "row-valve", "row-deep",
    }  # fmt: skip
    assert await store.rows.family([other.id]) == [other.id]


async def test_what_is_missing_of_a_cells_inputs_is_kept_beside_it(store: Store) -> None:
    case = await add_case(store)
    told = replace(write(case, "sum", recorded()), lacking="7 of 9 rows")
    await store.cells.commit(told)
    cell = (await store.cells.of_case(case.id))["sum"]
    assert cell.provisional == "7 of 9 rows"
    effective = cell.effective()
    assert effective is not None
    assert effective.provisional == "7 of 9 rows"
    await store.verdicts.add(verdict(case, "sum", "accepted", "12.30"))
    assert (await store.cells.of_case(case.id))["sum"].provisional == ""
