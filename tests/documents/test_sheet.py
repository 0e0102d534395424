"""Workbooks: shown values, several tables on a sheet, what is hidden, what was never calculated."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from casework.types.document import Document
from tests.documents.samples import document, places, read, xlsx

Book = Any
"""A workbook of xlsxwriter, which ships no types."""


def _book(fill: Any) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book)
    return target.getvalue()


def _replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == part:
                assert old in content
                content = content.replace(old, new)
            made.writestr(entry.filename, content)
    return target.getvalue()


def _all_places(found: Document) -> dict[str, str]:
    return {place: text for page in found.pages for place, text in places(page).items()}


def test_values_are_shown_as_the_file_shows_them() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("P")
        for row, (value, code) in enumerate(
            [
                (0.19, "0%"),
                (1234.5, "#,##0.00 [$€-407]"),
                (-20, "#,##0;(#,##0)"),
                (45352, "dd.mm.yyyy"),
                (45352, "mmm yyyy"),
                (1234567, "#,##0,"),
                (0.1 + 0.2, "General"),
                (42, '"No. "0'),
            ]
        ):
            sheet.write(row, 0, value, book.add_format({"num_format": code}))
        sheet.write_boolean(8, 0, True)
        sheet.write_rich_string(9, 0, "a ", book.add_format({"bold": True}), "bold", " word")

    seen = _all_places(document(_book(fill), "p.xlsx"))
    shown = [seen[f"P!A{row}"] for row in range(1, 11)]
    assert shown == [
        *("19%", "1,234.50 €", "(20)", "2024-03-01", "Mar 2024", "1,235", "0.3", "No. 42"),
        *("TRUE", "a bold word"),
    ]


def test_tables_that_empty_rows_and_columns_part_are_tables_of_their_own() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("Costs")
        sheet.write_column("A1", ["Profit and loss", "in thousands of euros"])
        sheet.merge_range("B4:C4", "2024")
        sheet.write_row("B5", ["H1", "H2"])
        sheet.write_row("A6", ["Revenue", 100, 200])
        sheet.write_row("A7", ["Costs", 50, 60])
        sheet.write_row("F5", ["Owner", "Share"])
        sheet.write_row("F6", ["Ann", 0.5])
        sheet.write_row("F7", ["Bob", 0.5])
        sheet.write_row("A10", ["Item", "Price"])
        sheet.write_row("A11", ["Pen", 1.5])

    found = document(_book(fill), "costs.xlsx")
    first, right, below = found.tables
    assert first.title == "Profit and loss · in thousands of euros"
    assert first.note == "in thousands of euros"
    assert (first.rows, first.columns, first.header_rows, first.header_columns) == (4, 3, 2, 1)
    value = first.at(3, 2)
    assert value is not None
    assert first.header_path(value) == ("2024", "H2")
    assert [cell.text for cell in right.cells][:2] == ["Owner", "Share"]
    assert (below.rows, below.columns, below.header_rows) == (2, 2, 1)
    page = found.pages[value.page - 1]
    (start, end) = value.words[0]
    words = [page.text[word.start : word.end] for word in page.words[start:end]]
    assert words == ["60"]


def test_sections_without_headings_of_their_own_belong_to_the_table_above() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_row("A1", ["", "2024", "2023"])
        sheet.write_row("A2", ["Assets", 10, 9])
        sheet.write_row("A4", ["Debts", 4, 3])
        sheet.write_row("A5", ["Equity", 6, 6])

    (table,) = document(_book(fill), "s.xlsx").tables
    assert [cell.text for cell in table.cells if cell.column == 0] == ["Assets", "Debts", "Equity"]


def test_an_empty_column_that_gives_air_does_not_part_a_table() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_row("A1", ["Item", "", "2024", "", "2023"])
        sheet.write_row("A2", ["Rent", "", 10, "", 9])
        sheet.write_row("A3", ["Heat", "", 4, "", 3])

    (table,) = document(_book(fill), "s.xlsx").tables
    assert (table.columns, len(table.cells)) == (5, 9)


def test_what_is_hidden_is_read_and_said_to_be_hidden() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("Open")
        sheet.write_column("A1", ["one", "two", "three"])
        sheet.write("D1", "far")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("D:E", None, None, {"hidden": True})
        hidden = book.add_worksheet("Secret")
        hidden.write("A1", "margin")
        hidden.hide()

    found = document(_book(fill), "h.xlsx")
    assert [page.label for page in found.pages] == ["Open", "Secret (hidden sheet)"]
    assert _all_places(found)["Secret!A1"] == "margin"
    assert _all_places(found)["Open!A2"] == "two"
    assert list(found.notes) == [
        "Hidden rows of sheet Open were read: 2.",
        "Hidden columns of sheet Open were read: D.",
        "Sheet Secret is hidden in the file. It was read.",
    ]


def test_a_number_that_its_format_hides_is_remarked_on() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write("A1", "shown")
        sheet.write("A2", 99, book.add_format({"num_format": ";;;"}))

    found = document(_book(fill), "s.xlsx")
    assert "99" not in found.pages[0].text
    assert "hidden by its number format at S!A2: 99" in found.pages[0].remarks[0].detail


def test_formulas_that_were_never_calculated_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = 5, "=A1*2"
    target = io.BytesIO()
    book.save(target)
    found = document(target.getvalue(), "f.xlsx")
    assert "never calculated" in found.notes[0]
    assert "Sheet!A2" in found.notes[0]


def test_formulas_that_are_all_zero_in_a_file_of_a_program_are_told() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write("A1", 5)
        sheet.write_formula("A2", "=A1*2")

    assert "have the value 0" in document(_book(fill), "f.xlsx").notes[0]


def test_comments_text_boxes_and_titles_of_charts_are_read_with_their_places() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_row("A1", [1, 2])
        sheet.write_comment("B1", "checked by Ann")
        sheet.insert_textbox("D2", "A box of text")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=S!$A$1:$B$1"})
        chart.set_title({"name": "Sales by region"})
        sheet.insert_chart("D9", chart)

    seen = _all_places(document(_book(fill), "c.xlsx"))
    assert seen["S!B1, comment"].endswith("checked by Ann")
    assert seen["S!D2, text box"] == "[text box at D2] A box of text"
    assert seen["S!D9, chart"] == "[chart at D9] Sales by region"


def test_a_table_of_excel_says_its_headings_and_its_name() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        columns = [{"header": "Name"}, {"header": "Town"}]
        data = [["Ann", "Bonn"], ["Bob", "Ulm"]]
        sheet.add_table("B3:C5", {"name": "People", "columns": columns, "data": data})

    (table,) = document(_book(fill), "t.xlsx").tables
    assert (table.title, table.header_rows, table.rows) == ("People", 1, 3)


def test_a_stray_cell_at_the_far_end_of_a_sheet_costs_nothing() -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("S")
        sheet.write("A1", "first")
        sheet.write(1_048_575, 16_383, "last")

    found = document(_book(fill), "far.xlsx")
    assert len(found.pages) == 1
    assert _all_places(found)["S!XFD1048576"] == "last"


def test_a_sheet_that_breaks_off_is_read_up_to_there_and_says_so() -> None:
    data = _replaced(xlsx(), "xl/worksheets/sheet1.xml", b'<c r="B5"', b'<c r="B5"<<<')
    found = document(data, "costs.xlsx")
    assert _all_places(found)["Costs!B3"] == "Item"
    assert any("sheet1.xml" in note for note in found.notes)


def test_entities_in_a_sheet_are_not_put_in() -> None:
    part = "xl/worksheets/sheet1.xml"
    data = _replaced(xlsx(), part, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "lol">]><worksheet')
    found = document(data, "costs.xlsx")
    assert "Item" not in " ".join(page.text for page in found.pages)
    assert any("sheet1.xml" in note for note in found.notes)


def test_a_workbook_without_shared_texts_or_styles_is_read_as_far_as_it_goes() -> None:
    data = _replaced(xlsx(), "[Content_Types].xml", b"<", b"<")
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for entry in source.infolist():
            if entry.filename not in ("xl/styles.xml", "xl/sharedStrings.xml"):
                made.writestr(entry.filename, source.read(entry))
    assert _all_places(document(target.getvalue(), "x.xlsx"))["Costs!C4"] == "12.5"


def test_a_workbook_under_a_wrong_name_is_read_and_says_so() -> None:
    found = document(xlsx(), "report.pdf.docx")
    assert (found.state, found.reader) == ("read", "sheet")
    assert "it is a spreadsheet" in found.notes[0]


_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>
<style:style style:name="off"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Costs"><table:table-column table:number-columns-repeated="16384"/>
<table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><text:p>Item
</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2"><text:p>Share
</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>
<table:table-row table:visibility="collapse"><table:table-cell><text:p>Pen</text:p>
<office:annotation><dc:creator>Ann</dc:creator><text:p>cheap</text:p></office:annotation>
</table:table-cell><table:table-cell office:value="0.19" office:value-type="percentage"><text:p>19 %
</text:p></table:table-cell><table:table-cell office:value="2.5" office:value-type="float"/>
</table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell><text:p>End</text:p></table:table-cell></table:table-row>
</table:table><table:table table:name="Old" table:style-name="off"><table:table-row>
<table:table-cell table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def _ods(content: str = _ODS) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    return target.getvalue()


def test_a_sheet_of_libreoffice_is_read_as_it_is_shown() -> None:
    found = document(_ods(), "costs.ods")
    seen = _all_places(found)
    assert (seen["Costs!A2"], seen["Costs!B2"], seen["Costs!C2"]) == ("Pen", "19 %", "2.5")
    assert seen["Costs!A1048003"] == "End"
    assert seen["Costs!A2, comment"] == "[comment at A2] Ann: cheap"
    assert seen["Old!C1"] == "x"
    assert [page.label for page in found.pages] == ["Costs", "Old (hidden sheet)"]
    assert "Hidden rows of sheet Costs were read: 2." in found.notes
    assert found.tables[0].header_rows == 1


def test_rows_that_repeat_without_end_are_refused_and_not_filled_in() -> None:
    row = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
    row += 'table:number-columns-repeated="16000"><text:p>7</text:p></table:table-cell>'
    begin, _, end = _ODS.partition("<table:table-row>")
    content = f"{begin}{row}</table:table-row>{_ODS[_ODS.index('</table:table-header-rows>') :]}"
    assert end
    assert document(_ods(content), "bomb.ods").state in ("too_large", "read", "empty")


def test_a_flat_sheet_of_libreoffice_is_read_too() -> None:
    flat = _ODS.replace(
        "<office:document-content",
        '<?xml version="1.0"?>\n<office:document office:mimetype="application/vnd.oasis.'
        'opendocument.spreadsheet"',
    ).replace("</office:document-content", "</office:document")
    found = document(flat.encode(), "costs.fods")
    assert _all_places(found)["Costs!B2"] == "19 %"


def test_the_files_of_a_workbook_do_not_become_members() -> None:
    assert read(xlsx(), "costs.xlsx").members == ()


@pytest.mark.parametrize("cut", [2000, -30])
def test_a_truncated_workbook_is_refused_with_a_reason(cut: int) -> None:
    found = document(xlsx()[:cut], "cut.xlsx")
    assert found.state == "broken"
    assert found.reason


@pytest.mark.parametrize("part", ["content.xml", "encrypted-package"])
def test_a_sheet_of_libreoffice_under_a_password_says_so(part: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr(part, bytes(range(256)))
        made.writestr("META-INF/manifest.xml", "<m:file><m:encryption-data/></m:file>")
    assert document(target.getvalue(), "a.ods").state == "password"
