"""Rows of tables through the front door: run, seen, decided on, split and exported."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError
from casework.sdk.checking import check_procedure, shadowed, step_views
from casework.sdk.views import TableView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.documents.samples import pdf

PROCEDURE = """# Order check

## Lines
- type: table: Description, Quantity (number), Amount (money)

### Large
- type: yes/no
`{Amount} > 150`

### Share
- type: percent
`{Amount} / {Net}`

### Agreed
- type: yes/no
- by: person
Is this what we ordered?

## Net
- type: money
`sum({Lines.Amount})`

## All agreed
`all({Lines.Agreed})`
"""
ACME = "Description,Quantity,Amount\nPump P-10,1,120.00\nValve V-2,4,200.00\nHose H-3,2,30.00\n"
BUNDLE = """# Bundle

## Invoices
- type: table: Pages
- split: pages

### Total due
- type: money

## Sum
- type: money
`sum({Invoices.Total due})`
"""


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    (tmp_path / "order.md").write_text(PROCEDURE, "utf-8")
    (tmp_path / "acme.csv").write_text(ACME, "utf-8")
    made = await workspace.new_worksheet("orders", tmp_path / "order.md")
    await made.add(tmp_path / "acme.csv")
    await made.run()
    return made


async def test_rows_are_seen_below_their_case_each_column_with_its_place(sheet: Worksheet) -> None:
    (row,) = (await sheet.table()).rows
    (lines,) = row.nested
    assert [one.case.name for one in lines.rows] == [f"acme/Lines/{n}" for n in (1, 2, 3)]
    second = {cell.step_id: cell for cell in lines.rows[1].cells}
    assert second["description"].shown == "Valve V-2"
    assert [c.place for c in second["amount"].proof.citations] == ["row 3, column 3"]
    assert second["large"].shown == "yes"
    assert second["agreed"].waiting_for == "person"
    cells = {cell.step_id: cell for cell in row.cells}
    assert cells["net"].shown == "350.00"
    assert "any of its 3 rows" in cells["all-agreed"].reason
    assert (await sheet.plan()).empty
    assert not any(cell.flags for cell in row.every)


async def test_a_decision_on_a_row_wakes_what_reads_its_column(sheet: Worksheet) -> None:
    await sheet.correct("acme/Lines/2", "Agreed", "no")
    await sheet.correct("acme/Lines/1", "Agreed", "yes")
    assert [group.step_id for group in (await sheet.plan()).groups] == ["all-agreed"]
    await sheet.run()
    report = await sheet.cell("acme", "All agreed")
    assert (report.cell.shown, report.cell.provisional) == ("no", "2 of 3 rows")
    assert report.cell.flags == ("provisional",)
    assert report.cell.needs == ""
    (read,) = report.inputs
    assert (read.step_name, read.shown) == ("Lines.Agreed", "yes; no")
    await sheet.correct("acme/Lines/3", "Agreed", "yes")
    await sheet.run()
    report = await sheet.cell("acme", "All agreed")
    assert report.cell.provisional == ""
    assert report.cell.needs == "the rule says no"


async def test_a_column_of_the_table_is_corrected_in_one_row(sheet: Worksheet) -> None:
    await sheet.correct("acme/lines/Valve V-2".replace("Valve V-2", "2"), "Amount", "100")
    await sheet.run()
    assert (await sheet.cell("acme", "Net")).cell.shown == "250.00"
    report = await sheet.cell("acme/Lines/1", "Share")
    assert report.cell.shown == "48 %"
    assert [cell.step_name for cell in report.inputs] == ["Amount", "Net"]
    undone = await sheet.undo("acme/Lines/2", "Amount")
    assert undone.shown == "200.00"


async def test_the_last_decision_on_a_row_decides_its_case_and_an_undo_opens_it_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = "## Lines\n- type: table: Item, Amount (number)\n### Well\n- by: person\nIs it well?\n"
    (tmp_path / "checks.md").write_text(f"# Checks\n\n{text}", "utf-8")
    (tmp_path / "a.csv").write_text("Item,Amount\nPump,4\nValve,5\n", "utf-8")
    sheet = await workspace.new_worksheet("checks", tmp_path / "checks.md")
    await sheet.add(tmp_path / "a.csv")
    await sheet.run()
    for cell in await sheet.waiting_for_people():
        if cell.step_id != "well":
            await sheet.accept(cell.case_name, cell.step_name)
    await sheet.correct("a/Lines/1", "Well", "yes")
    assert not (await sheet.cases())[0].decided_at
    await sheet.correct("a/Lines/2", "Well", "no")
    assert (await sheet.cases())[0].decided_at
    await sheet.undo("a/Lines/1", "Well")
    assert not (await sheet.cases())[0].decided_at


async def test_the_history_of_a_cell_of_a_row_tells_what_runs_and_people_did(
    sheet: Worksheet,
) -> None:
    await sheet.correct("acme/Lines/2", "Amount", "100", who="ann")
    await sheet.run()
    amount = await sheet.past.history("acme/Lines/2", "Amount")
    assert [(one.what, one.shown) for one in amount] == [
        ("value", "200.00"), ("corrected", "100.00"),
    ]  # fmt: skip
    large = await sheet.past.history("acme/Lines/2", "Large")
    assert [(one.shown, one.why) for one in large] == [("yes", "run 1"), ("no", "run 2")]


def seen(table: TableView) -> list[dict[str, str]]:
    """What the rows of the first table of the first case show."""
    (lines,) = table.rows[0].nested
    return [{cell.step_id: cell.shown for cell in row.cells} for row in lines.rows]


async def test_a_run_over_rows_is_put_back_and_stays_so(sheet: Worksheet) -> None:
    before = seen(await sheet.table())
    text = sheet.procedure_path.read_text("utf-8")
    sheet.procedure_path.write_text(text.replace("> 150", "> 25"), "utf-8")
    await sheet.run()
    changed = seen(await sheet.table())
    assert [row["large"] for row in changed] == ["yes", "yes", "yes"]
    assert seen(await sheet.past.table("1")) == before
    assert seen(await sheet.past.table("2")) == changed
    look = await sheet.past.revert("2", dry=True)
    assert [(c.case_name, c.step_name, c.now, c.then) for c in look.cells] == [
        (f"acme/Lines/{n}", "Lines › Large", "yes", then)
        for n, then in ((1, "no"), (2, "yes"), (3, "no"))
    ]
    await sheet.past.revert("2")
    assert seen(await sheet.table()) == before
    assert (await sheet.plan()).empty
    await sheet.run()
    assert seen(await sheet.table()) == before
    await sheet.past.revert("3")
    assert seen(await sheet.table()) == changed


async def test_reverting_the_first_run_takes_the_rows_with_it_and_redoing_it_brings_them_back(
    sheet: Worksheet,
) -> None:
    before = seen(await sheet.table())
    ids = [row.case.id for row in (await sheet.table()).rows[0].nested[0].rows]
    await sheet.past.revert("1")
    assert seen(await sheet.table()) == []
    assert (await sheet.plan()).empty
    assert seen(await sheet.past.table("1")) == before
    await sheet.past.revert("2")
    assert seen(await sheet.table()) == before
    assert [row.case.id for row in (await sheet.table()).rows[0].nested[0].rows] == ids
    assert (await sheet.plan()).empty


async def test_a_row_that_is_not_there_is_told(sheet: Worksheet) -> None:
    with pytest.raises(NotFoundError, match=r"There is no case '9'|no row '9'"):
        await sheet.cell("acme/Lines/9", "Amount")
    with pytest.raises(NotFoundError, match="no table 'Rows'"):
        await sheet.row_tables.rows("acme", "Rows")


async def test_a_plan_and_a_run_can_be_limited_to_a_step_of_rows(sheet: Worksheet) -> None:
    plan = await sheet.plan(steps=["Lines.Large"], force=True)
    assert [(g.step_name, g.cells) for g in plan.groups] == [("Lines › Large", 3)]
    record = await sheet.run(steps=["Lines › Large"], force=True)
    assert record.counts == {"value": 3}


async def test_summaries_count_rows(sheet: Worksheet) -> None:
    summary = await sheet.summary()
    assert summary.states == {"value": 17, "waiting": 4}
    needing = [cell.case_name for cell in await sheet.waiting_for_people()]
    assert needing.count("acme/Lines/1") == 2


async def test_a_row_that_was_set_aside_is_brought_back_by_retry(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = "## Lines\n- type: table: Item, Amount (number)\n### Share\n`1 / {Amount}`\n"
    (tmp_path / "shares.md").write_text(f"# Shares\n\n{text}", "utf-8")
    (tmp_path / "a.csv").write_text("Item,Amount\nPump,4\nValve,0\n", "utf-8")
    sheet = await workspace.new_worksheet("shares", tmp_path / "shares.md")
    await sheet.add(tmp_path / "a.csv")
    await sheet.run()
    (group,) = await sheet.aside(cases=["a"])
    assert (group.step_name, group.cases) == ("Lines › Share", ("a/Lines/2",))
    await sheet.correct("a/Lines/2", "Amount", "2")
    await sheet.run()
    assert (await sheet.cell("a/Lines/2", "Share")).cell.shown == "0.5"
    assert await sheet.retry() == 0


async def test_rows_are_exported_as_a_file_and_a_sheet_of_their_own(
    sheet: Worksheet, tmp_path: Path
) -> None:
    await sheet.export(tmp_path / "out.csv")
    with (tmp_path / "out.lines.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[0][:4] == ["Case", "Description", "Quantity", "Amount"]
    assert rows[2][:4] == ["acme/Lines/2", "Valve V-2", "4", "200.00"]
    await sheet.export(tmp_path / "out.json")
    (case,) = json.loads((tmp_path / "out.json").read_text("utf-8"))["cases"]
    assert [row["cells"]["amount"]["shown"] for row in case["rows"]["lines"]] == [
        "120.00", "200.00", "30.00",
    ]  # fmt: skip
    await sheet.export(tmp_path / "out.xlsx")
    frame = await sheet.frame()
    assert frame.num_rows == 21
    assert "acme/Lines/3" in frame.column("case").to_pylist()


async def test_one_document_is_split_into_rows_that_read_their_own_pages(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "bundle.md").write_text(BUNDLE, "utf-8")
    pages = [
        ["INVOICE", "Acme Pumps Ltd", "Invoice number: A-4711", "Pump P-10"],
        ["Continued", "Total due: EUR 119.00"],
        ["INVOICE", "Birch GmbH", "Invoice number: B-17", "Total due: EUR 50.50"],
    ]
    placed = [[(72.0, 72.0 + 20 * at, line) for at, line in enumerate(page)] for page in pages]
    (tmp_path / "bundle.pdf").write_bytes(pdf(placed))
    sheet = await workspace.new_worksheet("bundle", tmp_path / "bundle.md")
    await sheet.add(tmp_path / "bundle.pdf")
    await sheet.run()
    (row,) = (await sheet.table()).rows
    rows = row.nested[0].rows
    assert [[cell.shown for cell in one.cells] for one in rows] == [
        ["1-2", "EUR 119.00"],
        ["3", "EUR 50.50"],
    ]
    assert [one.cells[1].proof.citations[0].page for one in rows] == [2, 3]
    assert row.cells[1].shown == "EUR 169.50"
    await sheet.correct("bundle/Invoices/1", "Pages", "1-3")
    plan = await sheet.plan()
    record = await sheet.run()
    assert plan.count() == 0
    assert record.counts == {"came to wait": 3}
    first = (await sheet.cell("bundle/Invoices/1", "Total due")).cell
    assert first.needs == "page 3 is also in row 2; correct Pages of this row"
    await sheet.correct("bundle/Invoices/2", "Pages", "9")
    await sheet.run()
    second = (await sheet.cell("bundle/Invoices/2", "Total due")).cell
    assert "bundle.pdf has 3 pages, and page 9 is asked for" in second.reason


def test_a_check_names_steps_of_rows_and_what_they_hide(tmp_path: Path) -> None:
    text = "## Amount\n- type: money\n" + PROCEDURE.partition("\n\n")[2]
    (tmp_path / "order.md").write_text(text, "utf-8")
    procedure = check_procedure(tmp_path / "order.md")
    views = {view.id: view for view in step_views(procedure)}
    assert views["lines.large"].name == "Lines › Large"
    assert views["lines.large"].reads == ("Amount",)
    assert views["net"].reads == ("Lines.Amount",)
    assert views["lines.amount"].by == "given"
    assert "Lines › Large reads {Amount} of its row, not that of the case." in shadowed(procedure)
