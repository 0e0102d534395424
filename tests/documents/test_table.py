"""CSV and TSV: delimiters, quotes, lines around the table, and files that are no good."""

from __future__ import annotations

from tests.documents.samples import document, places, words_of


def test_lines_before_and_behind_the_table_are_read_but_stand_outside() -> None:
    data = b"Report of March\nin EUR thousands\n\nName,Town,Net\nAnn,Bonn,1\nBob,Ulm,2\n\nEnd\n"
    found = document(data, "a.csv")
    (table,) = found.tables
    assert (table.rows, table.columns, table.header_rows) == (3, 3, 1)
    assert table.title == "Report of March · in EUR thousands"
    assert table.note == "in EUR thousands"
    seen = places(found.pages[0])
    assert (seen["row 1, column 1"], seen["row 6, column 3"]) == ("Report of March", "2")
    assert seen["row 8, column 1"] == "End"


def test_quoted_line_breaks_ragged_rows_and_marks_are_read() -> None:
    data = b'\xef\xbb\xbfName,Note\n"Ann","two\nlines"\nBob\nCy,a,b\x00,\n'
    found = document(data, "a.csv")
    seen = places(found.pages[0])
    assert seen["row 2, column 2"] == "two lines"
    assert seen["row 4, column 3"] == "b"
    assert found.tables[0].columns == 3


def test_decimal_commas_stay_whole_where_semicolons_part() -> None:
    (table,) = document(b"Name;Netto\nAnn;1.234,50\nBob;7,00\n", "a.csv").tables
    assert [cell.text for cell in table.cells][2:4] == ["Ann", "1.234,50"]
    assert table.header_columns == 1


def test_the_line_that_tells_excel_the_delimiter_is_followed() -> None:
    found = document(b"sep=|\na|b,c\n1|2,3\n", "a.csv")
    assert places(found.pages[0])["row 3, column 2"] == "2,3"


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    lines = ['1,"open', *(f"{number},x" for number in range(2, 2000))]
    found = document("\n".join(lines).encode(), "a.csv")
    assert sum(len(table.cells) for table in found.tables) == 2 * 1999
    assert '"open' in found.pages[0].text


def test_a_very_long_cell_is_read() -> None:
    text = "word " * 100_000
    found = document(f"a,b\n1,{text}\n".encode(), "a.csv")
    assert found.word_count == 100_003


def test_very_many_columns_are_read() -> None:
    row = ",".join(str(number) for number in range(20_000))
    found = document(f"{row}\n{row}\n".encode(), "wide.csv")
    assert found.state == "read"
    assert sum(len(words_of(page)) for page in found.pages) == 40_000
    assert all(page.width_pt <= 14_400 for page in found.pages)
