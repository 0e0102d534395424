"""Drafts of steps that make rows of tables, work in them or read them: tried while somebody writes,
on rows that live nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.drafting.views import DraftSample, SampleCell, StepEdit
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import use_model

PROCEDURE = """# Order check

## Lines
- type: table: Description, Quantity (number), Amount (money)

### Large
- type: yes/no
`{Amount} > 150`

### Share
- type: percent
`{Amount} / {Net}`

## Net
- type: money
`sum({Lines.Amount})`

## Some large
`any({Lines.Large})`
"""
ACME = "Description,Quantity,Amount\nPump P-10,1,120.00\nValve V-2,4,200.00\nHose H-3,2,30.00\n"
BOLT = "Description,Quantity,Amount\nBolt B-1,100,20.00\n"
BY_MODEL = """# Order check

## Goods
- type: table: Item, Amount (money)
- by: model
List the goods of {Number}.

### Remark
- by: model
Say something about {Item}.

## Number

## Sum
- type: money
`sum({Goods.Amount})`
"""


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    (tmp_path / "order.md").write_text(PROCEDURE, "utf-8")
    made = await workspace.new_worksheet("orders", tmp_path / "order.md")
    for name, text in (("acme", ACME), ("bolt", BOLT)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        await made.add(tmp_path / f"{name}.csv", cases="file")
    await made.run()
    return made


async def edit_of(sheet: Worksheet, step: str, instruction: str = "", **keys: str) -> StepEdit:
    form = await sheet.drafting.form(step)
    text = instruction or form.instruction
    return StepEdit(form.name, text, {**form.keys, **keys}, form.step, over=form.sha256)


def told(sample: DraftSample) -> list[tuple[str, str, str, str, str]]:
    """Case, row, what is in force, the draft, and how the row stands."""
    return [
        (
            cell.case_name, cell.row, cell.old.shown,
            cell.new.shown if cell.new else "-", cell.kind,
        )
        for cell in sample.cells
    ]  # fmt: skip


async def unchanged(sheet: Worksheet, text: str = PROCEDURE) -> bool:
    """Whether nothing of a draft is in force, in a row, in the file, or left to be run."""
    assert sheet.procedure_path.read_text("utf-8") == text
    assert await sheet.changes.open() is None
    assert len(await sheet.runs()) == 1
    return (await sheet.plan()).empty


async def test_a_step_of_rows_is_tried_in_each_row_of_the_pinned_cases(sheet: Worksheet) -> None:
    seen: list[DraftSample] = []
    edit = await edit_of(sheet, "lines.large", "`{Amount} > 100`")
    found = await sheet.drafting.sample(edit, on_sample=seen.append)
    assert told(found) == [
        ("acme", "Lines 1", "no", "yes", "same"),
        ("acme", "Lines 2", "yes", "yes", "same"),
        ("acme", "Lines 3", "no", "no", "same"),
        ("bolt", "Lines 1", "no", "no", "same"),
    ]
    assert [cell.row_told for cell in found.cells] == [
        "Pump P-10", "Valve V-2", "Hose H-3", "Bolt B-1",
    ]  # fmt: skip
    assert (found.note, found.stopped, found.changed, found.calls) == ("", "", 1, 0)
    assert not seen[0].done
    assert seen[0].waiting == 4
    assert await unchanged(sheet)


async def test_a_step_that_reads_a_column_of_rows_is_tried(sheet: Worksheet) -> None:
    found = await sheet.drafting.sample(await edit_of(sheet, "net", "`max({Lines.Amount})`"))
    assert told(found) == [
        ("acme", "", "350.00", "200.00", "same"),
        ("bolt", "", "20.00", "20.00", "same"),
    ]
    found = await sheet.drafting.sample(await edit_of(sheet, "some-large", "`all({Lines.Large})`"))
    assert [cell.new.shown for cell in found.cells if cell.new] == ["no", "no"]
    new = StepEdit("Halves", "`[one / 2 for one in {Lines.Amount}]`", after="net")
    found = await sheet.drafting.sample(new)
    assert next(cell.new.shown for cell in found.cells if cell.new) == "60.00; 100.00; 15.00"
    assert await unchanged(sheet)


async def test_a_new_step_of_rows_is_tried(sheet: Worksheet) -> None:
    new = StepEdit("Dear", "`{Share} > 50`", {"type": "yes/no"}, after="lines.share")
    found = await sheet.drafting.sample(new)
    assert [cell.new.shown for cell in found.cells if cell.new] == ["no", "yes", "no", "yes"]
    assert found.changed == 4
    assert await unchanged(sheet)


async def test_a_table_stands_row_by_row_beside_the_one_in_force(sheet: Worksheet) -> None:
    wider = "table: Description, Quantity (number), Amount (money), Remark"
    found = await sheet.drafting.sample(await edit_of(sheet, "lines", type=wider))
    table = found.cells[0].table
    assert table is not None
    assert [(one.name, one.kind) for one in table.columns] == [
        ("Description", "same"), ("Quantity", "same"), ("Amount", "same"), ("Remark", "added"),
    ]  # fmt: skip
    assert [row.kind for row in table.rows] == ["same"] * 3
    assert [value.new for value in table.rows[1].values[:3]] == ["Valve V-2", "4", "200.00"]
    narrower = "table: Description, Amount (money)"
    found = await sheet.drafting.sample(await edit_of(sheet, "lines", type=narrower))
    table = found.cells[0].table
    assert table is not None
    assert ("Quantity", "gone") in [(one.name, one.kind) for one in table.columns]
    assert table.rows[0].values[-1].old == "1"
    assert await unchanged(sheet)


def goods(*rows: tuple[str, str]) -> Json:
    """A model's answer: a table of items with amounts."""
    told: list[Json] = [
        {"Item": item, "Amount": {"amount": amount, "currency": "EUR"}} for item, amount in rows
    ]
    claims: Json = [{"text": "so it is ordered", "cells": ["number"]}]
    return {"status": "answered", "value": told, "claims": claims, "note": ""}


def remark(words: str) -> Json:
    claims: Json = [{"text": words, "cells": ["item"]}]
    return {"status": "answered", "value": words, "claims": claims, "note": ""}


PUMP, VALVE, HOSE = ("Pump", "120.00"), ("Valve", "200.00"), ("Hose", "30.00")
RULES: Json = [
    {"match": "something about", "answer": remark("well")},
    {"match": "everything about", "answer": remark("fine")},
    {"match": "careful", "answer": goods(("Pump", "125.00"), HOSE, ("Gasket", "5.00"))},
    {"match": "List the goods", "answer": goods(PUMP, VALVE, HOSE)},
]


async def by_model(workspace: Workspace, folder: Path) -> Worksheet:
    (folder / "order.md").write_text(BY_MODEL, "utf-8")
    sheet = await workspace.new_worksheet("orders", folder / "order.md")
    (folder / "acme.csv").write_text("Number\nN-1\n", "utf-8")
    await sheet.add(folder / "acme.csv", cases="file")
    await sheet.run()
    return sheet


def rows_of(cell: SampleCell) -> list[tuple[str, list[tuple[str, str]]]]:
    assert cell.table is not None
    return [(row.kind, [(value.old, value.new) for value in row.values]) for row in cell.table.rows]


async def test_rows_that_a_model_makes_are_tried_with_what_is_made_of_them(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play(rules=RULES)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await by_model(workspace, tmp_path)
        before = server.stats().calls
        edit = await edit_of(sheet, "goods", "List the goods of {Number}. Be careful.")
        found = await sheet.drafting.sample(edit)
        (cell,) = found.cells
        assert (cell.old.shown, cell.new and cell.new.shown) == ("3 rows", "3 rows")
        assert not cell.same
        assert rows_of(cell) == [
            ("changed", [("Pump", "Pump"), ("EUR 120.00", "EUR 125.00")]),
            ("same", [("Hose", "Hose"), ("EUR 30.00", "EUR 30.00")]),
            ("added", [("", "Gasket"), ("", "EUR 5.00")]),
            ("gone", [("Valve", ""), ("EUR 200.00", "")]),
        ]
        assert server.stats().calls - before == found.calls == 1
        assert await unchanged(sheet, BY_MODEL)


async def test_rows_of_a_table_that_waits_for_a_run_are_made_in_the_draft_alone(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play(rules=RULES)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await by_model(workspace, tmp_path)
        edited = BY_MODEL.replace("List the goods of {Number}.", "List the goods, be careful.")
        edited = edited.replace("List the goods, be careful.", "Be careful with {Number}.")
        sheet.procedure_path.write_text(edited, "utf-8")
        before = server.stats().calls
        found = await sheet.drafting.sample(
            await edit_of(sheet, "goods.remark", "Say everything about {Item}.")
        )
        assert told(found) == [
            ("acme", "Goods 1", "well", "fine", "same"),
            ("acme", "Goods 2", "well", "fine", "same"),
            ("acme", "Goods 3", "", "fine", "added"),
            ("acme", "Goods 2", "well", "-", "gone"),
        ]
        assert [cell.row_told for cell in found.cells] == ["Pump", "Hose", "Gasket", "Valve"]
        assert found.changed == 4
        assert server.stats().calls - before == found.calls == 4
        (row,) = (await sheet.table()).rows
        names = [cell.shown for inner in row.nested[0].rows for cell in inner.cells]
        assert "Gasket" not in names
        again = await sheet.drafting.sample(
            await edit_of(sheet, "goods.remark", "Say everything about {Item}.")
        )
        assert told(again) == told(found)
        assert again.calls == 0
        spent = await sheet._house.store.drafts.used(sheet.id, sheet._house.today())
        assert spent.calls == 4


async def test_rows_wait_when_the_budget_for_drafts_is_used_up(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play(rules=RULES)
    async with await Workspace.create(tmp_path / "w", flags={"draft.calls": 2}) as workspace:
        sheet = await by_model(workspace, tmp_path)
        before = server.stats().calls
        edit = await edit_of(sheet, "goods.remark", "Say everything about {Item}.")
        found = await sheet.drafting.sample(edit)
        assert server.stats().calls - before == 2
        assert "2 of the 2 calls that draft.calls allows" in found.stopped
        assert (
            sum(cell.new is not None and cell.new.state == "waiting" for cell in found.cells) == 1
        )


async def test_a_verdict_on_a_row_stays_and_the_draft_says_so(sheet: Worksheet) -> None:
    await sheet.accept("acme/Lines/1", "Large")
    found = await sheet.drafting.sample(await edit_of(sheet, "lines.large", "`{Amount} > 100`"))
    assert found.cells[0].because == "no stays; shown as a conflict"


async def test_a_table_that_was_never_run_is_tried_too(
    sheet: Worksheet,
) -> None:
    text = PROCEDURE + (
        "\n## Parts\n- type: table: Description, Amount (money)\n\n### Double\n`{Amount} * 2`\n"
    )
    sheet.procedure_path.write_text(text, "utf-8")
    found = await sheet.drafting.sample(await edit_of(sheet, "parts.double", "`{Amount} * 3`"))
    assert told(found)[1:] == [
        ("acme", "Parts 2", "", "600.00", "added"),
        ("acme", "Parts 3", "", "90.00", "added"),
        ("bolt", "Parts 1", "", "60.00", "added"),
    ]
    sheets = await sheet._house.store.rows.sheets(sheet.id)
    assert list(sheets) == ["lines"]


async def test_a_form_names_what_may_be_written_from_where_the_step_stands(
    sheet: Worksheet,
) -> None:
    form = await sheet.drafting.form("lines.large")
    assert [one.name for one in form.names] == [
        "Description", "Quantity", "Amount", "Share", "Net", "Some large",
    ]  # fmt: skip
    assert [(one.path, one.name) for one in form.around] == [("lines", "Lines")]
    assert form.readers == ("Some large",)
    form = await sheet.drafting.form("net")
    assert [one.name for one in form.names] == [
        "Lines", "Lines.Description", "Lines.Quantity", "Lines.Amount", "Lines.Large",
        "Lines.Share", "Some large",
    ]  # fmt: skip
    assert form.readers == ("Lines.Share",)
    form = await sheet.drafting.form("lines")
    assert [one.path for one in form.inside] == ["lines.large", "lines.share"]
    form = await sheet.drafting.form(after="lines.share")
    assert "Amount" in [one.name for one in form.names]
    text = PROCEDURE + "\n## Parts\n- type: table: Code, Price (money)\n"
    sheet.procedure_path.write_text(text, "utf-8")
    named = {one.name: one.type for one in (await sheet.drafting.form("net")).names}
    assert named["Parts.Price"] == "money"


async def test_the_impact_counts_the_cells_of_rows(sheet: Worksheet) -> None:
    edit = await edit_of(sheet, "lines.large", "`{Amount} > 100`")
    impact = await sheet.drafting.impact(edit)
    assert impact.cells == 2 * 3 + 4 * 2
    assert impact.plan.count() <= impact.cells
