"""The main job from the outside: files in, proven values out, without a model."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from casework.base.errors import (
    ConflictError,
    NotFoundError,
    ProcedureError,
    UsageError,
    ValueReadError,
)
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice


async def _sheet(workspace: Workspace, procedure: Path, inbox: Path, **texts: str) -> Worksheet:
    inbox.mkdir(exist_ok=True)
    for name, text in texts.items():
        (inbox / f"{name}.txt").write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(inbox)
    return sheet


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await _sheet(
        workspace,
        procedure,
        tmp_path / "inbox",
        a=invoice("A-1"),
        b=invoice("B-2", total="120.00"),
    )
    await made.run()
    return made


async def test_every_value_has_the_place_that_proves_it(sheet: Worksheet, tmp_path: Path) -> None:
    table = await sheet.table()
    shown = {(cell.case_name, cell.step_id): cell.shown for row in table.rows for cell in row.cells}
    assert shown["a", "invoice-number"] == "A-1"
    assert shown["a", "total-due"] == "EUR 119.00"
    assert shown["a", "sums-agree"] == "yes"
    assert shown["b", "decision"] == "query"
    report = await sheet.cell("a", "Total due", pictures=tmp_path / "pictures")
    (citation,) = report.citations
    assert (citation.grade, citation.support) == ("exact", "yes")
    assert "119.00" in citation.quote
    assert "Total due" in citation.before
    assert Path(citation.picture).read_bytes().startswith(b"\x89PNG")


async def test_a_derived_value_leads_to_its_inputs(sheet: Worksheet) -> None:
    report = await sheet.cell("b", "Sums agree")
    assert report.cell.proof_word == "derived"
    assert [cell.step_name for cell in report.inputs] == ["Net", "VAT", "Total due"]
    assert report.cell.needs


async def test_a_second_run_does_nothing_and_an_edited_rule_touches_one_column(
    sheet: Worksheet,
) -> None:
    assert (await sheet.plan()).empty
    path = sheet.procedure_path
    path.write_text(path.read_text("utf-8").replace('"pay" if', '"pay" if yes and'), "utf-8")
    plan = await sheet.plan()
    assert [(group.step_name, group.cells) for group in plan.groups] == [("Decision", 2)]
    assert plan.new_version
    assert plan.changes
    await sheet.run()
    assert (await sheet.plan()).empty


async def test_a_rename_runs_nothing_again(sheet: Worksheet) -> None:
    await sheet.rename_step("Total due", "Amount due")
    plan = await sheet.plan()
    assert plan.count() == 0
    await sheet.run()
    report = await sheet.cell("a", "Amount due")
    assert report.cell.shown == "EUR 119.00"


async def test_a_heading_changed_by_hand_is_asked_about_and_never_guessed(
    sheet: Worksheet,
) -> None:
    path = sheet.procedure_path
    text = path.read_text("utf-8")
    path.write_text(text.replace("## Decision", "## Verdict"), "utf-8")
    plan = await sheet.plan()
    assert any("Verdict" in change and "Decision" in change for change in plan.changes)
    with pytest.raises(ConflictError, match="Verdict"):
        await sheet.run()
    await sheet.rename_step("Decision", "Verdict")
    await sheet.run()
    assert (await sheet.cell("a", "Verdict")).cell.shown == "pay"


async def test_a_correction_stands_and_what_follows_is_computed_anew(sheet: Worksheet) -> None:
    view = await sheet.correct("b", "Total due", "119,00 EUR", note="misprint", who="ann")
    assert view.shown == "EUR 119.00"
    assert view.proof_word == "person"
    await sheet.run()
    assert (await sheet.cell("b", "Decision")).cell.shown == "pay"
    report = await sheet.cell("b", "Total due")
    assert [item.by for item in report.history][-1] == "ann"
    undone = await sheet.undo("b", "Total due")
    assert undone.shown == "EUR 120.00"


async def test_a_correction_that_is_no_amount_is_refused_with_an_example(sheet: Worksheet) -> None:
    with pytest.raises(ValueReadError, match=r"money|amount") as caught:
        await sheet.correct("a", "Total due", "a lot")
    assert "a lot" in str(caught.value)


async def test_a_value_can_be_said_not_to_be_there(sheet: Worksheet) -> None:
    view = await sheet.correct("a", "VAT", absent="stated_absent")
    assert view.absence == "stated_absent"
    await sheet.run()
    assert (await sheet.cell("a", "Sums agree")).cell.absence == "not_applicable"


async def test_an_accepted_cell_no_longer_needs_a_person(sheet: Worksheet) -> None:
    before = {cell.step_name for cell in await sheet.waiting_for_people() if cell.case_name == "b"}
    assert "Sums agree" in before
    await sheet.accept("b", "Sums agree")
    after = {cell.step_name for cell in await sheet.waiting_for_people() if cell.case_name == "b"}
    assert "Sums agree" not in after


async def test_the_same_bytes_twice_are_told(sheet: Worksheet, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "inbox" / "a.txt", tmp_path / "copy-of-a.txt")
    added = await sheet.add(tmp_path / "copy-of-a.txt")
    assert added.cases == ()
    (left,) = added.left_out
    assert left.same_as == "a"
    assert "same bytes" in left.left_out


async def test_folders_are_cases_and_a_late_file_joins_by_its_key(
    workspace: Workspace, tmp_path: Path
) -> None:
    procedure = tmp_path / "claim.md"
    procedure.write_text(
        "# Claim\n\n## Amount claimed\n- type: money\n- from: claim form\n\n"
        "## Receipt total\n- type: money\n- from: receipt\n",
        "utf-8",
    )
    inbox = tmp_path / "claims"
    for key in ("CLM-2026-001", "CLM-2026-002"):
        (inbox / key).mkdir(parents=True)
        (inbox / key / "claim-form.txt").write_text(
            f"Claim form {key}\n\nAmount claimed: EUR 80.00\n", "utf-8"
        )
    sheet = await workspace.new_worksheet("claims", procedure)
    added = await sheet.add(inbox)
    assert added.grouping == "folder"
    assert [case.name for case in added.cases] == ["CLM-2026-001", "CLM-2026-002"]
    await sheet.run()
    waiting = (await sheet.cell("CLM-2026-001", "Receipt total")).cell
    assert (waiting.state, waiting.waiting_for) == ("waiting", "document")
    late = tmp_path / "receipt.txt"
    late.write_text("Receipt\n\nFor claim CLM-2026-001\nTotal: EUR 80.00\n", "utf-8")
    joined = await sheet.add(late)
    assert [(case.name, case.new) for case in joined.cases] == [("CLM-2026-001", False)]
    plan = await sheet.plan()
    assert [(group.step_name, group.cells) for group in plan.groups] == [("Receipt total", 1)]
    await sheet.run()
    assert (await sheet.cell("CLM-2026-001", "Receipt total")).cell.shown == "EUR 80.00"


async def test_a_document_can_be_moved_to_another_case(sheet: Worksheet) -> None:
    await sheet.move("a.txt", case="a", to="b")
    cases = {case.name: [d.name for d in case.documents] for case in await sheet.cases()}
    assert cases == {"a": [], "b": ["b.txt", "a.txt"]}


async def test_mail_brings_its_attachments_into_the_case(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    mail = tmp_path / "order.eml"
    mail.write_bytes(
        b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Invoice C-3\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nPlease see attached.\r\n"
        b"--x\r\nContent-Type: text/plain; name=invoice.txt\r\n"
        b"Content-Disposition: attachment; filename=invoice.txt\r\n\r\n"
        + invoice("C-3").replace("\n", "\r\n").encode()
        + b"\r\n--x--\r\n"
    )
    sheet = await workspace.new_worksheet("mail", procedure)
    added = await sheet.add(mail)
    assert [file.name for file in added.files] == ["order.eml", "invoice.txt"]
    await sheet.run()
    assert (await sheet.cell("order", "Total due")).cell.shown == "EUR 119.00"


async def test_files_that_cannot_be_read_have_a_reason_and_spoil_nothing(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "good.txt").write_text(invoice("G-1"), "utf-8")
    (inbox / "empty.pdf").write_bytes(b"")
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    sheet = await workspace.new_worksheet("odd", procedure)
    added = await sheet.add(inbox)
    reasons = {file.name: file.reason for file in added.files}
    assert reasons["good.txt"] == ""
    assert reasons["empty.pdf"]
    assert reasons["broken.pdf"]
    record = await sheet.run()
    assert record.state == "finished"
    assert (await sheet.cell("good", "Decision")).cell.shown == "pay"
    assert (await sheet.cell("broken", "Net")).cell.absence == "unreadable"


async def test_exports_hold_the_values_and_neutralise_formulas(
    workspace: Workspace, tmp_path: Path
) -> None:
    procedure = tmp_path / "p.md"
    procedure.write_text("# P\n\n## Subject\n- by: person\n\n## Total\n- type: money\n", "utf-8")
    sheet = await _sheet(workspace, procedure, tmp_path / "inbox", x="Total: EUR 12.50\n")
    await sheet.run()
    await sheet.correct("x", "Subject", '=HYPERLINK("http://example.com")')
    for ending in ("csv", "xlsx", "json", "parquet"):
        path = await sheet.export(tmp_path / f"out.{ending}")
        assert path.stat().st_size > 0
    (row,) = csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8-sig"))
    assert row["Subject"].startswith("'=")
    assert row["Total (EUR)"] == "12.50"
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    cell = told["cases"][0]["cells"]["total"]
    assert cell["value"] == {"amount": "12.50", "currency": "EUR"}
    assert cell["proof"]["citations"][0]["quote"]


async def test_an_unknown_format_is_refused_with_what_there_is(sheet: Worksheet) -> None:
    with pytest.raises(UsageError, match="csv, xlsx, json, parquet"):
        await sheet.export("out.docx")


async def test_cells_and_spans_come_as_arrow_frames(sheet: Worksheet) -> None:
    polars = pytest.importorskip("polars")
    cells = polars.DataFrame(await sheet.frame())
    assert cells.height == 12
    assert set(cells["proof"].to_list()) == {"quoted", "derived"}
    assert polars.DataFrame(await sheet.frame(wide=True)).columns[0] == "case"
    assert polars.DataFrame(await sheet.spans()).height > 0


async def test_a_copied_workspace_opens_elsewhere_with_everything_in_it(
    workspace: Workspace, sheet: Worksheet, tmp_path: Path
) -> None:
    await workspace.close()
    shutil.copytree(workspace.folder, tmp_path / "elsewhere")
    async with await Workspace.open(tmp_path / "elsewhere") as copy:
        other = await copy.worksheet()
        assert (await other.plan()).empty
        assert (await other.cell("a", "Total due")).cell.shown == "EUR 119.00"


async def test_names_that_are_not_there_come_with_the_nearest(sheet: Worksheet) -> None:
    with pytest.raises(NotFoundError, match="Total due"):
        await sheet.cell("a", "Totl due")
    with pytest.raises(NotFoundError, match="There is 'a', 'b'"):
        await sheet.cell("zebra", "Net")


async def test_a_procedure_with_mistakes_makes_no_worksheet(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "bad.md"
    path.write_text(PROCEDURE.replace("{Net}", "{Nett}"), "utf-8")
    with pytest.raises(ProcedureError, match="Net"):
        await workspace.new_worksheet("bad", path)
    assert await workspace.worksheets() == []


async def test_rules_that_mix_units_are_told_before_any_run(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "units.md"
    path.write_text(
        "# U\n\n## Net\n- type: money\n\n## Due\n- type: date\n\n## Odd\n`{Net} + {Due}`\n", "utf-8"
    )
    with pytest.raises(ProcedureError, match="line 10"):
        await workspace.new_worksheet("units", path)


async def test_a_worksheet_shows_itself_in_a_notebook(sheet: Worksheet) -> None:
    html = await sheet.html()
    assert "<table" in html
    assert "EUR 119.00" in html
    assert "<script" not in html


async def test_kinds_of_documents_are_understood_in_other_languages_and_words(
    workspace: Workspace, tmp_path: Path
) -> None:
    procedure = tmp_path / "p.md"
    procedure.write_text(
        "# P\n\n## Total due\n- type: money\n- from: Rechnung\n\n"
        "## Deductible\n- type: money\n- from: police\n",
        "utf-8",
    )
    sheet = await _sheet(workspace, procedure, tmp_path / "inbox", invoice=invoice("K-1"))
    await sheet.run()
    assert (await sheet.cell("invoice", "Total due")).cell.shown == "EUR 119.00"
    assert (await sheet.cell("invoice", "Deductible")).cell.waiting_for == "document"


async def test_what_is_found_in_one_worksheet_is_not_taken_over_by_another(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    first = await _sheet(workspace, procedure, tmp_path / "inbox", a=invoice("A-1"))
    await first.run()
    second = await workspace.new_worksheet("again", procedure)
    await second.add(tmp_path / "inbox")
    assert (await second.plan()).remembered == 0


async def test_a_text_too_long_for_excel_is_cut_and_says_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    procedure = tmp_path / "p.md"
    procedure.write_text("# P\n\n## Story\n- by: person\n", "utf-8")
    sheet = await _sheet(workspace, procedure, tmp_path / "inbox", x="Once upon a time.\n")
    await sheet.correct("x", "Story", "a" * 40_000)
    book = openpyxl.load_workbook(await sheet.export(tmp_path / "out.xlsx"))
    told = str(book["Values"]["B2"].value)
    assert len(told) <= 32_767
    assert "cut: 40,000 letters" in told


async def test_a_corrected_amount_without_a_currency_keeps_that_of_the_cell(
    sheet: Worksheet,
) -> None:
    view = await sheet.correct("b", "Total due", "119")
    assert view.shown == "EUR 119.00"


async def test_an_option_stated_by_a_word_of_another_language_is_proved(
    workspace: Workspace, tmp_path: Path
) -> None:
    procedure = tmp_path / "p.md"
    procedure.write_text("# P\n\n## Cause of loss\n- type: choice: water, storm, theft\n", "utf-8")
    sheet = await _sheet(workspace, procedure, tmp_path / "inbox", x="Schadenursache: Sturm\n")
    await sheet.run()
    report = await sheet.cell("x", "Cause of loss")
    assert (report.cell.shown, report.cell.needs) == ("storm", "")
    assert report.citations[0].quote == "Sturm"
