"""A grid whose steps have tables: rows count among what waits, and a change in a row is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.sheet.views import Condition, SheetQuery
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.test_nested import ACME, PROCEDURE


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    """Two orders; a person has to agree to each of their lines."""
    (tmp_path / "orders.md").write_text(PROCEDURE, "utf-8")
    made = await workspace.new_worksheet("Orders", tmp_path / "orders.md")
    for name, text in (("acme", ACME), ("bolt", ACME.replace("120.00", "20.00"))):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        await made.add(tmp_path / f"{name}.csv", cases="file")
    await made.run()
    return made


async def test_cells_in_tables_wait_with_their_case(sheet: Worksheet) -> None:
    rows = [row async for row in sheet.rows()]
    assert all(row.needs > sum(bool(cell.needs) for cell in row.cells) for row in rows)
    assert await sheet.sheet.waiting_ids() == [row.case.id for row in rows]
    assert await sheet.sheet.waiting_count() == sum(row.needs for row in rows)
    needs = SheetQuery((Condition("", "state", "is", "needs"),))
    assert len(await sheet.sheet.ids(needs)) == 2


async def test_a_decision_on_a_row_is_a_change_of_its_case(sheet: Worksheet) -> None:
    first = (await sheet.sheet.ids())[0]
    before, seq = await sheet.sheet.waiting_count(), await sheet.sheet.seq()
    await sheet.correct("acme/Lines/1", "Agreed", "yes")
    assert (await sheet.sheet.changes(seq)).case_ids == frozenset({first})
    assert await sheet.sheet.waiting_count() == before - 1


async def test_windows_bring_the_rows_of_tables(sheet: Worksheet) -> None:
    await sheet.sheet.heads()
    window = await sheet.sheet.window(SheetQuery(sort="net"), count=10)
    assert [row.case.name for row in window.rows] == ["bolt", "acme"]
    assert [len(row.nested[0].rows) for row in window.rows] == [3, 3]
