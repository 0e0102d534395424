"""Cells and spans as Arrow tables: their columns have types of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.frame import CELL_COLUMNS, SPAN_COLUMNS, columns
from casework.sdk.workspace import Workspace

PROCEDURE = """# Order

## Total
- type: money

## Rate
- type: percent

## Weight
- type: quantity

## Supplier

## Pieces
- type: number

## Sums
- type: number
- many: yes
"""
TEXT = """Order

Total: EUR 1,250.50
Rate: 19 %
Weight: 24 kg
Supplier: Alder Ltd
Pieces: 7
"""
_TYPES = {"text": "Utf8", "whole": "Int64", "number": "Float64"}


async def test_a_column_has_its_type_whatever_it_holds(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "order.md").write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("orders", tmp_path / "order.md")
    for _ in ("empty", "filled"):
        cells, spans = await sheet.frame(), await sheet.spans()
        for table, kinds in ((cells, CELL_COLUMNS), (spans, SPAN_COLUMNS)):
            found = {name: str(table.schema.field(name).type) for name in table.column_names}
            wrong = [name for name, kind in kinds.items() if _TYPES[kind] not in found[name]]
            assert not wrong, found
        assert (await sheet.frame(wide=True)).num_columns == 7
        (tmp_path / "order.txt").write_text(TEXT, "utf-8")
        await sheet.add(tmp_path / "order.txt")
        await sheet.run()


async def test_numbers_stand_beside_the_values_with_their_units(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "order.md").write_text(PROCEDURE, "utf-8")
    (tmp_path / "order.txt").write_text(TEXT, "utf-8")
    sheet = await workspace.new_worksheet("orders", tmp_path / "order.md")
    await sheet.add(tmp_path / "order.txt")
    await sheet.run()
    table = columns(await sheet.frame())
    read = dict(zip(table["step"], zip(table["number"], table["unit"], strict=True), strict=True))
    assert read["Total"] == (1250.5, "EUR")
    assert read["Rate"] == (19.0, "%")
    assert read["Weight"] == (24.0, "kg")
    assert read["Pieces"] == (7.0, None)
    assert read["Supplier"] == (None, None)
    assert read["Sums"] == (None, None)


async def test_pandas_takes_the_columns_without_pyarrow(
    workspace: Workspace, tmp_path: Path
) -> None:
    pandas = pytest.importorskip("pandas")
    (tmp_path / "order.md").write_text(PROCEDURE, "utf-8")
    (tmp_path / "order.txt").write_text(TEXT, "utf-8")
    sheet = await workspace.new_worksheet("orders", tmp_path / "order.md")
    await sheet.add(tmp_path / "order.txt")
    await sheet.run()
    frame = pandas.DataFrame(columns(await sheet.frame()))
    assert frame.loc[frame["step"] == "Total", "number"].sum() == 1250.5
