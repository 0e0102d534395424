"""Past decisions are matched to cases and steps, sought in the documents, and kept as examples."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

import casework
from casework.base.errors import DocumentError, NotFoundError, UsageError
from casework.sdk.importing.view import write_report
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice

HEADINGS = ("File", "Invoice number", "Net", "VAT", "Gross", "Clerk")


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    """Three invoices under the procedure of the other tests."""
    (tmp_path / "steps.md").write_text(PROCEDURE)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, net, vat, total in (
        ("one", "100.00", "19.00", "119.00"),
        ("two", "200.00", "38.00", "238.00"),
        ("three", "50.00", "9.50", "59.50"),
    ):
        text = invoice(f"R-{name}-7", net=net, vat=vat, total=total)
        (inbox / f"{name}.txt").write_text(text)
    made = await workspace.new_worksheet("bills", tmp_path / "steps.md")
    await made.add(inbox)
    return made


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a CSV file of past decisions."""

    def written(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
        path = tmp_path / "old.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=";").writerows([headings, *rows])
        return path

    return written


ONE = ("one.txt", "R-one-7", "100,00", "19,00", "119,00", "Ann")
TWO = ("TWO.PDF", "R-two-7", "200,00", "38,00", "238,00", "Ann")


async def test_a_look_tells_all_and_keeps_nothing(sheet: Worksheet, write: Write) -> None:
    view = await sheet.past_decisions.look(write(ONE, TWO))
    assert (view.rows, view.cases, view.matched_by, view.source) == (2, 2, "File", "old.csv")
    assert {one.heading: one.step_id for one in view.columns.mapped} == {
        "Invoice number": "invoice-number",
        "Net": "net",
        "VAT": "vat",
        "Gross": "total-due",
    }
    assert (view.columns.left, view.columns.asked, view.columns.steps_without) == (
        ("Clerk",),
        (),
        (),
    )
    assert (view.values, view.located, view.unlocated, view.absences) == (8, 8, 0, 0)
    assert (view.issues, view.done) == ((), False)
    assert await sheet.past_decisions.all() == []


async def test_what_is_taken_is_kept_with_its_place_row_and_trust(
    sheet: Worksheet, write: Write
) -> None:
    view = await sheet.past_decisions.take(write(ONE))
    assert view.done
    found = {one.step_id: one for one in await sheet.past_decisions.all()}
    total = found["total-due"]
    assert total.value == {"amount": "119.00", "currency": "EUR"}
    assert (total.source, total.weight, total.written) == ("old.csv · row 2", 0.5, "119,00")
    ((sha256, page, start, end),) = total.places
    (case,) = [one for one in await sheet.cases() if one.name == "one"]
    assert (total.case_id, sha256, page) == (case.id, case.documents[0].sha256, 1)
    pages = (await sheet._house.parsing.read(sha256)).pages
    assert pages[0].text[start:end] == "EUR 119.00"


async def test_taking_a_file_again_replaces_what_it_said(sheet: Worksheet, write: Write) -> None:
    await sheet.past_decisions.take(write(ONE, TWO))
    await sheet.past_decisions.take(write((*ONE[:4], "", "")))
    found = {one.step_id: one.value for one in await sheet.past_decisions.all()}
    assert set(found) == {"invoice-number", "net", "vat"}


async def test_an_empty_cell_says_nothing_unless_it_is_told_to_mean_an_absence(
    sheet: Worksheet, write: Write
) -> None:
    path = write(("one", "", "100,00", "n/a", "119,00", ""))
    assert (await sheet.past_decisions.look(path)).absences == 0
    view = await sheet.past_decisions.take(path, empty="absent")
    assert (view.values, view.absences) == (2, 2)
    kept = {one.step_id: (one.absence, one.weight) for one in await sheet.past_decisions.all()}
    assert kept["vat"] == ("not_found", 0.5)


async def test_a_value_that_the_document_does_not_state_is_listed_and_teaches_nothing(
    sheet: Worksheet, write: Write
) -> None:
    view = await sheet.past_decisions.take(write(("one", "X-99", "100,00", "19,00", "911,00", "")))
    assert [(i.kind, i.row, i.column, i.step, i.case, i.written) for i in view.issues] == [
        ("not_located", 2, "Invoice number", "invoice-number", "one", "X-99"),
        ("not_located", 2, "Gross", "total-due", "one", "911,00"),
    ]
    assert (view.values, view.located) == (4, 2)
    weights = {one.step_id: one.weight for one in await sheet.past_decisions.all()}
    assert weights == {"invoice-number": 0.0, "net": 0.5, "vat": 0.5, "total-due": 0.0}


async def test_rows_without_a_case_doubles_and_unreadable_cells_are_listed(
    sheet: Worksheet, write: Write
) -> None:
    nobody = ("nine.txt", "R-9", "1,00", "1,00", "2,00", "")
    bad = ("three", "R-three-7", "fifty", "9,50", "59,50", "")
    view = await sheet.past_decisions.look(
        write(ONE, nobody, ONE, bad, ("", "R-1", "", "", "", ""))
    )
    assert [(issue.kind, issue.row) for issue in view.issues] == [
        ("no_case", 3),
        ("duplicate", 4),
        ("unreadable", 5),
        ("no_case", 6),
    ]
    assert view.issues[2].column == "Net"
    assert view.counts == {"no_case": 2, "duplicate": 1, "unreadable": 1}


@pytest.mark.parametrize("long", ["9" * 10_000_000, "1 " * 500_000, "9" * 32_767])
async def test_a_cell_of_very_many_letters_is_listed_and_stops_nothing(
    sheet: Worksheet, write: Write, long: str
) -> None:
    view = await sheet.past_decisions.take(write((*ONE[:2], long, *ONE[3:]), TWO))
    (issue,) = view.issues
    assert (issue.kind in ("unreadable", "not_located"), issue.row) == (True, 2)
    assert len(issue.written) <= 500
    assert view.located == 7


async def test_of_equal_values_the_place_at_the_label_is_taken(
    workspace: Workspace, tmp_path: Path, write: Write
) -> None:
    (tmp_path / "steps.md").write_text("# Bills\n\n## Total due\n- type: money\n")
    text = "BILL\n\nDeposit: EUR 50.00\nPaper: EUR 50.00\nTotal due: EUR 50.00\n"
    (tmp_path / "bill.txt").write_text(text)
    sheet = await workspace.new_worksheet("bills", tmp_path / "steps.md")
    await sheet.add(tmp_path / "bill.txt")
    await sheet.past_decisions.take(write(("bill", "50"), headings=("File", "Total due")))
    (one,) = await sheet.past_decisions.all()
    document = await workspace._house.parsing.read(one.places[0][0])
    _, page, start, _ = one.places[0]
    before = document.pages[page - 1].text[:start]
    assert before.rstrip().endswith("Total due:")


async def test_an_ambiguous_date_is_what_the_document_states(
    workspace: Workspace, tmp_path: Path, write: Write
) -> None:
    (tmp_path / "steps.md").write_text("# Bills\n\n## Date\n- type: date\n")
    for name, day in (("one", "4 March 2026"), ("two", "9 September 2026")):
        (tmp_path / f"{name}.txt").write_text(f"BILL {name}\n\nDate: {day}\nThank you.\n")
    sheet = await workspace.new_worksheet("bills", tmp_path / "steps.md")
    await sheet.add(tmp_path / "one.txt", tmp_path / "two.txt")
    rows = (("one", "03/04/2026"), ("two", "05/06/2026"))
    view = await sheet.past_decisions.take(write(*rows, headings=("File", "Date")))
    (kept,) = await sheet.past_decisions.all()
    assert kept.value == "2026-03-04"
    assert [(issue.kind, issue.row) for issue in view.issues] == [("two_readings", 3)]
    assert "the documents state neither" in view.issues[0].reason


async def test_a_field_with_many_values_has_a_place_for_each_that_is_found(
    workspace: Workspace, tmp_path: Path, write: Write
) -> None:
    (tmp_path / "steps.md").write_text("# Deals\n\n## Parties\n- many: yes\nAll parties.\n")
    (tmp_path / "deal.txt").write_text("AGREEMENT\n\nbetween Alder Ltd and Birch Inc.\n")
    sheet = await workspace.new_worksheet("deals", tmp_path / "steps.md")
    await sheet.add(tmp_path / "deal.txt")
    path = write(("deal", "Alder Ltd; Birch Inc; Nobody GmbH"), headings=("File", "Parties"))
    view = await sheet.past_decisions.take(path)
    (kept,) = await sheet.past_decisions.all()
    assert kept.value == ["Alder Ltd", "Birch Inc", "Nobody GmbH"]
    assert (len(kept.places), kept.weight) == (2, 0.5)
    assert [(one.kind, one.reason) for one in view.issues] == [
        ("partly_located", "The documents do not state Nobody GmbH.")
    ]


async def test_a_verdict_on_a_cell_stands_and_is_told(sheet: Worksheet, write: Write) -> None:
    await sheet.run()
    await sheet.correct("one", "net", "EUR 100.00")
    view = await sheet.past_decisions.look(write(ONE))
    assert [(issue.kind, issue.step) for issue in view.issues] == [("decided", "net")]
    await sheet.undo("one", "net")
    assert (await sheet.past_decisions.look(write(ONE))).issues == ()


async def test_columns_that_are_not_clear_must_be_said_before_a_file_is_taken(
    sheet: Worksheet, write: Write
) -> None:
    path = write(
        ("one", "100", "119", "119"), headings=("File", "Net", "Grand total", "Total amount")
    )
    view = await sheet.past_decisions.look(path)
    assert {one.heading for one in view.columns.asked} == {"Grand total", "Total amount"}
    with pytest.raises(UsageError, match="--map"):
        await sheet.past_decisions.take(path)
    taken = await sheet.past_decisions.take(path, maps=["Total amount=Total due"])
    assert {one.step_id for one in taken.columns.mapped} == {"net", "total-due"}


async def test_cases_are_matched_by_the_column_that_a_person_names(
    sheet: Worksheet, write: Write
) -> None:
    rows = (("one", "two", "200,00"), ("two", "two", "3"))
    path = write(*rows, headings=("Copy of", "Case", "Net"))
    assert (await sheet.past_decisions.look(path)).matched_by == "Copy of"
    view = await sheet.past_decisions.look(path, match="case")
    assert (view.matched_by, view.cases, view.located) == ("Case", 1, 1)


async def test_of_several_sheets_one_is_named_and_forgotten_with_its_file(
    sheet: Worksheet, tmp_path: Path
) -> None:
    path = tmp_path / "old.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, total in (("2023", 119), ("2024", 238)):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["File", "Total due"])
            page.write_row(1, 0, ["one" if total == 119 else "two", total])
    past = sheet.past_decisions
    with pytest.raises(UsageError, match="several sheets: 2023 and 2024"):
        await past.look(path)
    with pytest.raises(UsageError, match="no sheet '2025'"):
        await past.look(path, sheet="2025")
    await past.take(path, sheet="2023")
    await past.take(path, sheet="2024")
    assert [one.source for one in await past.all()] == [
        "old.xlsx, sheet 2023 · row 2",
        "old.xlsx, sheet 2024 · row 2",
    ]
    assert await past.forget("old.xlsx") == 2
    with pytest.raises(NotFoundError, match=r"No decisions came from a file 'old.xlsx'"):
        await past.forget("old.xlsx")


async def test_the_trust_of_an_import_is_a_setting(
    workspace: Workspace, sheet: Worksheet, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_LEARN_IMPORTED_TRUST", "0.2")
    async with await Workspace.open(workspace.folder) as again:
        view = await (await again.worksheet("bills")).past_decisions.take(write(ONE))
    assert view.trust == 0.2
    assert {one.weight for one in await sheet.past_decisions.all()} == {0.2}


async def test_a_file_without_rows_or_that_is_none_is_refused(
    sheet: Worksheet, tmp_path: Path, write: Write
) -> None:
    with pytest.raises(UsageError, match="no rows under headings"):
        await sheet.past_decisions.look(write())
    with pytest.raises(UsageError, match="No column fits a step"):
        await sheet.past_decisions.look(write(("one", "x"), headings=("File", "Zzz")))
    (tmp_path / "old.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(DocumentError):
        await sheet.past_decisions.look(tmp_path / "old.xlsx")
    with pytest.raises(NotFoundError):
        await sheet.past_decisions.look(tmp_path / "gone.xlsx")
    with pytest.raises(UsageError, match="cannot stand for"):
        await sheet.past_decisions.look(write(ONE), empty="zero")  # type: ignore[arg-type]


async def test_progress_is_told_row_by_row(sheet: Worksheet, write: Write) -> None:
    told: list[tuple[int, int, str]] = []
    await sheet.past_decisions.look(
        write(ONE, TWO), on_row=lambda done, total, name: told.append((done, total, name))
    )
    assert told == [(1, 2, "one"), (2, 2, "two")]


async def test_a_report_lists_every_issue_and_holds_no_formula(
    sheet: Worksheet, write: Write, tmp_path: Path
) -> None:
    view = await sheet.past_decisions.look(write(ONE, ("two", "", "=1+cmd", "", "", "")))
    rows = list(csv.reader(write_report(view, tmp_path / "report.csv").open(encoding="utf-8")))
    assert rows[0] == ["kind", "row", "column", "step", "case", "written", "reason"]
    assert rows[1][:5] == ["unreadable", "3", "Net", "net", "two"]
    assert rows[1][5] == "'=1+cmd"
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(view, tmp_path / "no" / "report.csv")


def test_the_sync_face_has_the_door_too(tmp_path: Path, write: Write) -> None:
    (tmp_path / "steps.md").write_text(PROCEDURE)
    (tmp_path / "one.txt").write_text(invoice("R-one-7"))
    with casework.create(tmp_path / "sync") as workspace:
        sheet = workspace.new_worksheet("bills", tmp_path / "steps.md")
        sheet.add(tmp_path / "one.txt")
        assert sheet.past_decisions.take(write(ONE)).located == 4
        assert len(sheet.past_decisions.all()) == 4
        assert sheet.past_decisions.forget("old.csv") == 4


async def test_cases_that_are_hidden_from_a_person_are_neither_told_nor_changed(
    workspace: Workspace, sheet: Worksheet, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sheet.past_decisions.take(write(ONE, TWO))
    (two,) = [case for case in await sheet.cases() if case.name == "two"]
    readers = workspace._house.store.readers
    await readers.set([two.documents[0].sha256], frozenset({"board"}), who="ann")
    monkeypatch.setenv("CASEWORK_PERSON_GROUPS", "clerks")
    async with await Workspace.open(workspace.folder) as again:
        past = (await again.worksheet("bills")).past_decisions
        view = await past.take(write(ONE, TWO))
        assert [(issue.kind, issue.row) for issue in view.issues] == [("no_case", 3)]
        assert {one.case_id for one in await past.all()} != {two.id}
        assert len(await past.all()) == 4
        assert await past.forget("old.csv") == 4
        with pytest.raises(NotFoundError):
            await past.forget("old.csv")
    assert {one.case_id for one in await sheet.past_decisions.all()} == {two.id}


async def test_what_is_taken_teaches_the_steps_of_its_columns(
    workspace: Workspace, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "steps.md").write_text("# Notes\n\n## Handler\nWho handles it on our side\n")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    first = ("Karl Maier", "Lena Huber", "Max Vogel", "Nora Frank", "Otto Seidel", "Paula Ernst")
    second = ("Anna Berg", "Boris Klein", "Clara Stein", "David Wolff", "Emma Lang", "Felix Rau")
    for at, names in enumerate(zip(first, second, strict=True)):
        text = f"FILE NOTE\n\nZqx: {names[0]}\n\nVrb: {names[1]}\n\nWpl: Hamburg\n"
        (inbox / f"{at}.txt").write_text(text)
    sheet = await workspace.new_worksheet("notes", tmp_path / "steps.md")
    await sheet.add(inbox)
    rows = [(f"{at}.txt", name) for at, name in enumerate(second)]
    taken = await sheet.past_decisions.take(write(*rows, headings=("File", "Handler")))
    assert taken.located == 6
    (version,) = await sheet.learning.fit()
    assert dict(version.examples) == {"imported": 6}
    assert version.gate.after > version.gate.before
    assert await sheet.past_decisions.forget("old.csv") == 6
    assert (await sheet.learning.state()).steps[0].count == 0
