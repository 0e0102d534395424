"""Files of records become rows under headings, with what their cells hold."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from casework.base.errors import DocumentError
from casework.documents.reading import Limits, Source
from casework.documents.sheets.records import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Records,
    read_records,
    records_json,
    records_of,
)

Book = Any
"""A workbook of xlsxwriter, which ships no types."""


def _read(data: bytes, name: str) -> list[Records]:
    return read_records(Source(data, name, Limits()))


def _book(fill: Callable[[Book], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book)
    return target.getvalue()


def _bills(book: Book) -> None:
    sheet = book.add_worksheet("Bills")
    sheet.write("A1", "History of 2024")
    sheet.write("A3", "File")
    sheet.merge_range("B3:C3", "Invoice")
    sheet.write("D3", "Total")
    sheet.write("B4", "No")
    sheet.write("C4", "Date")
    day = book.add_format({"num_format": "dd/mm"})
    euro = book.add_format({"num_format": '#,##0.00 "€"'})
    thousands = book.add_format({"num_format": "#,##0"})
    sheet.write_row("A5", ["a.pdf", "R-1"])
    sheet.write_datetime("C5", datetime.datetime(2024, 3, 2), day)  # noqa: DTZ001
    sheet.write_number("D5", 1234.5, euro)
    sheet.write_row("A6", ["b.pdf", "R-2", "04/05/2024"])
    sheet.write_formula("D6", "=1234+0.25", thousands, 1234.25)


def test_headings_over_several_columns_belong_to_each_of_them() -> None:
    (found,) = _read(_book(_bills), "bills.xlsx")
    assert found.name == "Bills"
    assert found.headings == {0: "File", 1: "Invoice No", 2: "Invoice Date", 3: "Total"}
    assert [row.number for row in found.rows] == [5, 6]


def test_dates_are_whole_and_numbers_exact_whatever_the_sheet_shows_of_them() -> None:
    (found,) = _read(_book(_bills), "bills.xlsx")
    first, second = found.rows
    assert first.texts == {0: "a.pdf", 1: "R-1", 2: "2024-03-02", 3: "1,234.50 €"}
    assert second.texts[3] == "1234.25"
    assert (3 in second.typed, 2 in second.typed) == (True, False)


def test_every_sheet_is_read_and_a_hidden_one_is_said_to_be() -> None:
    def fill(book: Book) -> None:
        for name in ("one", "two"):
            sheet = book.add_worksheet(name)
            sheet.write_column("A1", ["File", f"{name}.pdf"])
            sheet.write_column("B1", ["Total", 3])
        sheet.hide()
        book.add_worksheet("empty")

    found = _read(_book(fill), "bills.xlsx")
    assert [(one.name, one.hidden, len(one.rows)) for one in found] == [
        ("one", False, 1),
        ("two", True, 1),
    ]


_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Alt"><table:table-row>
<table:table-cell><text:p>Datei</text:p></table:table-cell>
<table:table-cell><text:p>Datum</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>a.pdf</text:p>
</table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-03-02">
<text:p>02.03.</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
_MANIFEST = """<manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


def _ods(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name, text in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", text.replace("\n<", "<"))
    return target.getvalue()


def test_a_sheet_of_libreoffice_gives_its_dates_whole() -> None:
    (found,) = _read(_ods(content=_ODS, **{"META-INF__manifest": _MANIFEST}), "alt.ods")
    assert found.headings == {0: "Datei", 1: "Datum"}
    assert found.rows[0].texts == {0: "a.pdf", 1: "2024-03-02"}


def test_a_file_is_what_its_content_says_whatever_its_name() -> None:
    (found,) = _read(b"File;Total\na.pdf;3\n", "bills.xls")
    assert found.rows[0].texts == {0: "a.pdf", 1: "3"}
    (book,) = _read(_book(_bills), "bills.csv")
    assert book.name == "Bills"


def test_where_only_what_the_cells_show_can_be_read_that_is_taken() -> None:
    (found,) = _read(_ods(content=_ODS), "alt.ods")
    assert found.rows[0].texts == {0: "a.pdf", 1: "02.03."}


def test_delimited_text_is_read_in_its_own_delimiter_and_encoding() -> None:
    data = "Datei;Käufer;Summe\na.pdf;Müller & Söhne;1.234,50\n\nb.pdf;Weiß;\n".encode("cp1252")
    (found,) = _read(data, "alt.csv")
    assert list(found.headings.values()) == ["Datei", "Käufer", "Summe"]
    assert [(row.number, row.texts) for row in found.rows] == [
        (2, {0: "a.pdf", 1: "Müller & Söhne", 2: "1.234,50"}),
        (4, {0: "b.pdf", 1: "Weiß"}),
    ]
    (tabs,) = _read(b"a\tb\n1\t2\n", "alt.tsv")
    assert tabs.rows[0].texts == {0: "1", 1: "2"}


def test_json_lines_keep_the_digits_and_flatten_what_is_inside() -> None:
    lines = (
        '{"id": "1", "values": {"total": 12.50, "vat": null, "names": ["A", "B"]}}\n'
        '{"id": "2", "values": {"total": {"amount": "3", "currency": "EUR"}}}\n'
    )
    (found,) = _read(lines.encode(), "gold.jsonl")
    assert list(found.headings.values()) == ["id", "values.total", "values.vat", "values.names"]
    first, second = found.rows
    assert first.texts == {0: "1", 1: "12.50", 3: "A\nB"}
    assert first.typed == {1}
    assert json.loads(second.texts[1]) == {"amount": "3", "currency": "EUR"}


@pytest.mark.parametrize(
    "text", ['[{"a": "1"}, {"a": "2"}]', '{"rows": [{"a": "1"}, {"a": "2"}], "made": "x"}']
)
def test_a_list_of_objects_is_found_alone_or_inside_an_object(text: str) -> None:
    (found,) = _read(text.encode(), "rows.json")
    assert [row.texts for row in found.rows] == [{0: "1"}, {0: "2"}]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.json", b"[1, 2]", "record 1, is no object"),
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "line 2 is no JSON"),
        ("a.xlsx", b"PK\x03\x04 broken", "is damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0 broken", "The workbook is damaged"),
        ("a.csv", bytes(range(256)) * 40, "no text and no workbook"),
    ],
)
def test_a_file_that_is_none_of_it_is_refused(name: str, data: bytes, told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        _read(data, name)
    assert told in str(caught.value)


def test_a_file_without_rows_has_no_records() -> None:
    assert _read(b"", "empty.csv") == []
    assert _read(b"<table><tr><td>no workbook</td></tr></table>", "page.xls") == []
    assert _read(b"File,Total\n", "heads.csv") == []
    assert _read(_book(lambda book: book.add_worksheet()), "empty.xlsx") == []


def test_records_go_over_the_pipe_and_come_back_the_same() -> None:
    found = _read(_book(_bills), "bills.xlsx")
    assert records_of(json.loads(json.dumps(records_json(found)))) == found


@pytest.mark.parametrize(
    "value", ["[" * 60 + "]" * 60, "[" * 900 + "]" * 900, '{"a":' * 60 + "1" + "}" * 60]
)
def test_json_that_is_nested_without_end_is_refused_with_the_record(value: str) -> None:
    with pytest.raises(DocumentError, match="record 1, is nested too deep"):
        _read(f'[{{"File": "a", "Total": {value}}}]'.encode(), "deep.json")


@pytest.mark.parametrize("name", ["wide.csv", "wide.json"])
def test_more_columns_than_a_workbook_has_are_refused(name: str) -> None:
    names = [f"c{number}" for number in range(MOST_COLUMNS + 1)]
    line = ",".join(names)
    text = f"{line}\n{line}\n" if name.endswith("csv") else json.dumps([dict.fromkeys(names, 1)])
    with pytest.raises(DocumentError, match="16,384 columns"):
        _read(text.encode(), name)


@pytest.mark.parametrize("name", ["long.csv", "long.json"])
def test_a_cell_is_cut_where_it_is_longer_than_a_workbook_lets_it_be(name: str) -> None:
    long = "9" * 1_000_000
    text = f"File,Total\na,{long}\n" if name.endswith("csv") else f'[{{"File": "a", "T": {long}}}]'
    (found,) = _read(text.encode(), name)
    assert len(found.rows[0].texts[1]) == LONGEST_CELL + 1


def test_half_a_letter_is_told_as_one_that_is_not_known() -> None:
    (found,) = _read(rb'[{"File": "\ud800", "\udfff": "x"}]', "half.json")
    assert (found.headings, found.rows[0].texts) == ({0: "File", 1: "?"}, {0: "?", 1: "x"})
