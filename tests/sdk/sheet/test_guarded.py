"""What a person may not read is found by no filter and counted as nothing but hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.sheet.views import Condition, SheetQuery
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from tests.sdk.conftest import invoice

NORTH, SOUTH, SHARED = "N-4711", "S-1147", "A-1"


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    """An invoice of north's, one of south's, and one for everybody."""
    made = await workspace.new_worksheet("Invoices", procedure)
    for number, net, readers in (
        (NORTH, "471.00", ["north"]), (SOUTH, "114.00", ["south"]), (SHARED, "100.00", []),
    ):  # fmt: skip
        file = tmp_path / f"{number}.txt"
        file.write_text(invoice(number, net=net), "utf-8")
        await made.add(file, cases="file", readers=readers)
    await made.run()
    await made.sheet.heads()
    return made


async def _as_north(workspace: Workspace) -> Worksheet:
    acting = workspace.acting_as(Person("n", "Nora", "reviewer", groups=frozenset({"north"})))
    return await acting.worksheet("Invoices")


def _value(relation: str, value: str) -> SheetQuery:
    return SheetQuery((Condition("net", "value", relation, value),))  # type: ignore[arg-type]


async def test_filters_and_search_find_only_what_is_open(
    sheet: Worksheet, workspace: Workspace
) -> None:
    north = await _as_north(workspace)
    assert len(await sheet.sheet.ids(_value("at least", "110"))) == 2
    assert len(await north.sheet.ids(_value("at least", "110"))) == 1
    assert await north.sheet.ids(SheetQuery(search=SOUTH)) == []
    assert len(await north.sheet.ids(SheetQuery(search=NORTH))) == 1
    assert await north.sheet.ids(SheetQuery(search="114")) == []
    hidden = SheetQuery((Condition("", "state", "is", "hidden"),))
    assert len(await north.sheet.ids(hidden)) == 1
    assert await sheet.sheet.ids(hidden) == []


async def test_an_order_by_value_does_not_tell_a_hidden_one(
    sheet: Worksheet, workspace: Workspace
) -> None:
    north = await _as_north(workspace)
    rows = (await north.sheet.window(SheetQuery(sort="net"))).rows
    assert [row.cells[1].shown for row in rows] == ["EUR 100.00", "EUR 471.00", ""]
    assert rows[-1].cells[1].hidden
    names = (await north.sheet.window(SheetQuery(sort="name"))).rows
    assert [row.case.name for row in names][:2] == [SHARED, NORTH]


async def test_hidden_cells_are_counted_as_the_rest(sheet: Worksheet, workspace: Workspace) -> None:
    north = await _as_north(workspace)
    heads = {head.step.id: head for head in await north.sheet.heads()}
    assert heads["net"].tones["rest"] == 1
    assert sum(heads["net"].tones.values()) == 3
    seen = {head.step.id: head for head in await sheet.sheet.heads()}
    assert seen["net"].tones["rest"] == 0
    waiting = await north.sheet.waiting_ids()
    assert set(waiting) <= set(await sheet.sheet.waiting_ids())


async def test_a_document_that_is_closed_is_hidden_at_once(
    sheet: Worksheet, workspace: Workspace
) -> None:
    north = await _as_north(workspace)
    assert len(await north.sheet.ids(SheetQuery(search=SHARED))) == 1
    await sheet.documents.set_readers(f"{SHARED}.txt", readers=["south"])
    assert await north.sheet.ids(SheetQuery(search=SHARED)) == []
    assert len(await sheet.sheet.ids(SheetQuery(search=SHARED))) == 1
