"""Tables are found by the places of their words, on one page and over several."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.reading import Limits, Source
from casework.documents.tables.find import found_tables, tables_of
from casework.documents.tables.headings import Headings
from casework.documents.typesetting.flow import Grid, GridCell
from casework.documents.typesetting.typeset import typeset
from casework.types.document import Box, Document, Page
from casework.types.table import Table, TableCell
from tests.documents.pages import document, page

ITEMS = """
Invoice 4711                                   12 May 2025

Pos  Description             Qty    Unit price      Amount
1    Copy paper A4            10          4.50       45.00
     80 g, white
2    Envelopes C5, window      4          2.50       10.00
3    Delivery                  1         12.00       12.00
                                      Subtotal       67.00

Please pay within thirty days without any deduction.
"""

STATEMENT = """
Income statement
(in thousands of euros)
                                    2024            2023
                                Q1      Q2      Q1      Q2
Revenue                      1,200   1,310   1,100   1,150
Cost of sales                 (800)   (850)   (790)   (805)
Gross profit                   400     460     310     345
"""

FIRST = (
    """
Balance sheet
                                  Note     2024     2023
Assets
Goodwill                             4    1,666    8,257
Property, plant and equipment        5    7,316       16
Carried forward                           8,982    8,273
"""
    + "\n" * 58
    + "                         12\n"
)

SECOND = """
Balance sheet (continued)
                                  Note     2024     2023
Brought forward                           8,982    8,273
Inventories                                 290      890
Cash                                 7       18        –
Total assets                              9,290    9,163
"""

SIDES = """
Assets              2024    2023   Liabilities         2024    2023
Goodwill              44   9,866   Share capital         33      39
Equipment             71     425   Retained earnings  4,471      84
Inventories          641  32,671   Borrowings           383   1,306
Total assets       5,788   6,000
"""

PROSE = """
The parties agree that all        either party may end this
notices under this agreement      agreement by giving notice of
shall be made in writing and      at least thirty days to the
sent to the address that is       other party, and in that case
stated on its first page and      all sums that are due become
shall be deemed received on       payable at once together with
the third day after posting       the interest that has accrued
"""

LIST = """
1.  The tenant pays the rent on the first day of a month.
2.  The landlord keeps the roof and the walls in order.
3.  Pets may be kept with the written consent of both.
4.  Keys are handed over on the day on which it begins.
"""


def only(text: str, *further: str) -> Table:
    (table,) = tables_of(document(text, *further))
    return table


def grid(table: Table) -> list[list[str]]:
    """The texts by row and column; parts of a cell on two pages are joined."""
    found = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        found[cell.row][cell.column] = f"{found[cell.row][cell.column]} {cell.text}".strip()
    return found


def words_of(table: Table, number: int) -> list[int]:
    return [
        index
        for cell in table.cells
        if cell.page == number
        for run in cell.words
        for index in range(*run)
    ]


def test_a_table_without_lines_is_found_between_other_text() -> None:
    table = only(ITEMS)
    assert table.header_rows == 1
    assert grid(table)[0] == ["Pos", "Description", "Qty", "Unit price", "Amount"]
    assert [row[4] for row in grid(table)[1:]] == ["45.00", "10.00", "12.00", "67.00"]


def test_a_line_of_text_alone_goes_on_the_row_above() -> None:
    assert grid(only(ITEMS))[1][1] == "Copy paper A4 80 g, white"


def test_figures_belong_to_their_heading_whatever_edge_they_share() -> None:
    text = """
Item           Price          Stock
Paper        1,204.50      17
Ink              3.00    2048
"""
    assert grid(only(text)) == [
        ["Item", "Price", "Stock"],
        ["Paper", "1,204.50", "17"],
        ["Ink", "3.00", "2048"],
    ]


def test_a_heading_over_several_columns_is_the_outer_part_of_their_path() -> None:
    table = only(STATEMENT)
    headings = Headings(table)
    assert headings.path(1) == ("2024", "Q1")
    assert headings.path(4) == ("2023", "Q2")
    assert table.header_path(table.at(2, 3) or table.cells[0]) == ("2023", "Q1")


def test_title_and_the_note_of_the_scale_stand_above() -> None:
    table = only(STATEMENT)
    assert table.title == "Income statement (in thousands of euros)"
    assert table.note == "(in thousands of euros)"


def test_the_cells_of_a_table_know_their_words() -> None:
    (source,) = document(STATEMENT).pages
    for cell in only(STATEMENT).cells:
        words = [source.words[at] for run in cell.words for at in range(*run)]
        assert " ".join(source.text[word.start : word.end] for word in words) == cell.text


def test_a_table_goes_on_over_the_page_without_its_headings_and_carried_sums() -> None:
    table = only(FIRST, SECOND)
    assert table.pages == (1, 2)
    assert [row[0] for row in grid(table)[1:]] == [
        "Assets",
        "Goodwill",
        "Property, plant and equipment",
        "Inventories",
        "Cash",
        "Total assets",
    ]
    assert grid(table)[5] == ["Cash", "7", "18", "–"]


def test_the_same_headings_under_another_title_begin_another_table() -> None:
    other = SECOND.replace("Balance sheet (continued)", "Cash flow statement")
    assert len(tables_of(document(FIRST, other))) == 2


def test_headings_again_on_the_same_page_begin_another_table() -> None:
    again = FIRST.replace("Carried forward", "Total          ").replace("   12\n", "\n")
    assert len(tables_of(document(again + again.replace("Balance", "Second balance")))) == 2


def test_two_tables_beside_each_other_are_two() -> None:
    left, right = tables_of(document(SIDES))
    assert grid(left)[0] == ["Assets", "2024", "2023"]
    assert [row[0] for row in grid(right)[1:]] == [
        "Share capital",
        "Retained earnings",
        "Borrowings",
    ]


def test_kinds_of_rows_are_told() -> None:
    headings = Headings(only(FIRST, SECOND))
    kinds = [headings.kind(row) for row in range(headings.table.rows)]
    assert kinds[:3] == ["heading", "section", "figures"]
    assert kinds[-1] == "total"


def test_a_column_with_one_figure_stays_a_column() -> None:
    text = """
Item           Note    2024    2023
Sales                   100      90
Costs                    70      65
Leases            9      12      11
Profit                   18      14
"""
    table = only(text)
    assert [row[1] for row in grid(table)] == ["Note", "", "", "9", ""]


@pytest.mark.parametrize("text", [PROSE, LIST, "", "One line."])
def test_running_text_and_lists_are_no_tables(text: str) -> None:
    assert tables_of(document(text)) == ()


def test_an_upright_word_at_the_margin_is_in_no_cell() -> None:
    source = page(1, ITEMS)
    stamp = source.words[0]._replace(box=Box(2.0, 20.0, 9.0, 90.0))
    words = (stamp, *source.words[1:])
    changed = Page(1, 595.0, 842.0, source.text, words, source.lines)
    (table,) = tables_of(document(changed))
    assert 0 not in words_of(table, 1)


def test_stated_tables_come_first_and_no_word_is_in_a_second_table() -> None:
    source = document(ITEMS)
    cells = (TableCell(0, 0, "Pos", 1, ((5, 6),)), TableCell(0, 1, "Description", 1, ((6, 7),)))
    stated = Table(cells, rows=1, columns=2, stated=True)
    with_stated = replace(source, tables=(stated,))
    assert [table.stated for table in tables_of(with_stated)] == [True]


def test_a_stated_table_takes_scale_and_title_from_the_lines_above_it() -> None:
    rows = [["", "31.12.2024", "31.12.2023"], ["", "TEUR", "TEUR"], ["Umsatz", "1.200", "980"]]
    made = typeset([Grid(_cells(rows))], Source(b"", "x", Limits()))
    stated = Document("ab" * 32, "x", "x", "1", "read", pages=made.pages, tables=made.tables)
    (table,) = tables_of(stated)
    assert table.header_rows == 2
    headings = Headings(table)
    assert headings.sized(table.at(2, 1) or table.cells[0]).scale.factor == 1000
    timing = headings.timing(1)
    assert timing is not None
    assert timing.end == dt.date(2024, 12, 31)


_LABELS = st.lists(
    st.text("abcdefgh", min_size=3, max_size=9), min_size=3, max_size=12, unique=True
)
_FIGURES = st.integers(100, 99_999)


@given(_LABELS, st.integers(2, 5), st.data())
def test_a_found_grid_says_what_the_stated_one_says(
    labels: list[str], columns: int, data: st.DataObject
) -> None:
    rows = [["Label", *(f"Head {at}" for at in range(columns))]]
    rows += [[label, *(f"{data.draw(_FIGURES):,}.50" for _ in range(columns))] for label in labels]
    made = typeset([Grid(_cells(rows), header_rows=1)], Source(b"", "x", Limits()))
    (found,) = found_tables(made.pages)
    (stated,) = made.tables
    assert grid(found) == grid(stated) == rows
    assert found.header_rows == stated.header_rows


@given(st.lists(st.tuples(_FIGURES, _FIGURES), min_size=6, max_size=30), st.integers(2, 28))
def test_joining_pages_loses_no_word_of_a_row(rows: list[tuple[int, int]], cut: int) -> None:
    cut = min(cut, len(rows) - 2)
    lines = [f"Row {at:<20}{one:>12,}{two:>12,}" for at, (one, two) in enumerate(rows)]
    head = f"{'Label':<24}{'2024':>12}{'2023':>12}"
    source = document("\n".join([head, *lines[:cut]]), "\n".join([head, *lines[cut:]]))
    (table,) = tables_of(source)
    assert table.rows == len(rows) + 1
    figures = [row[1:] for row in grid(table)[1:]]
    assert figures == [[f"{one:,}", f"{two:,}"] for one, two in rows]


@given(
    st.lists(
        st.lists(st.text("ab1 2.,-(%)", max_size=12), min_size=1, max_size=6),
        min_size=1,
        max_size=14,
    ),
    st.integers(1, 3),
)
def test_every_word_is_in_at_most_one_cell(rows: list[list[str]], pages: int) -> None:
    text = "\n".join("".join(f"{cell:<16}" for cell in row) for row in rows)
    source = document(*[text] * pages)
    for each in source.pages:
        used = [at for table in tables_of(source) for at in words_of(table, each.number)]
        assert len(used) == len(set(used))
        assert all(0 <= at < len(each.words) for at in used)


def _cells(rows: list[list[str]]) -> list[list[GridCell]]:
    return [[GridCell(column, text) for column, text in enumerate(row) if text] for row in rows]
