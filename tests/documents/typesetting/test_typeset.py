"""Text and grids become pages: nothing is lost, nothing leaves the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import DocumentError
from casework.documents.lazy_words import LazyWords
from casework.documents.reading import Limits, Source
from casework.documents.typesetting.flow import Grid, GridCell, Hidden, NewPage, Text
from casework.documents.typesetting.stated import Region
from casework.documents.typesetting.typeset import typeset
from casework.types.document import Remark

_SOURCE = Source(b"", "x", Limits())
_WORDS = st.lists(st.text("abcäß漢1.", min_size=1, max_size=30), max_size=30).map(" ".join)
_ROWS = st.lists(st.lists(_WORDS, max_size=5), max_size=8)


@given(st.lists(_WORDS, max_size=6), _ROWS)
def test_every_word_is_set_in_order_and_inside_its_page(
    texts: list[str], rows: list[list[str]]
) -> None:
    grid = Grid(
        [
            [GridCell(column, text, f"{row}:{column}") for column, text in enumerate(cells)]
            for row, cells in enumerate(rows)
        ]
    )
    pages = typeset([*(Text(text, "t") for text in texts), grid], _SOURCE).pages
    expected = " ".join([*texts, *(text for cells in rows for text in cells)]).split()
    assert " ".join(page.text for page in pages).split() == expected
    for page in pages:
        for word in page.words:
            assert 0 <= word.box.x0 < word.box.x1 <= page.width_pt
            assert 0 <= word.box.y0 < word.box.y1 <= page.height_pt


def test_long_text_flows_over_pages() -> None:
    flow = [Text(f"line {index}", f"line {index}") for index in range(200)]
    pages = typeset(flow, _SOURCE).pages
    assert len(pages) > 1
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert pages[1].lines[0].box.y0 == pages[0].lines[0].box.y0


def test_a_wide_grid_makes_wide_pages_so_that_rows_stay_whole() -> None:
    grid = Grid([[GridCell(column, f"value {column}", str(column)) for column in range(30)]])
    page = typeset([grid], _SOURCE).pages[0]
    assert page.width_pt > 1000
    assert len({line.box.y0 for line in page.lines}) == 1
    assert page.text.count("\t") == 29


def test_columns_that_no_page_can_hold_come_below_each_other() -> None:
    rows = [
        [GridCell(column, f"value {row} {column}") for column in range(1000)] for row in range(2)
    ]
    made = typeset([Grid(rows)], _SOURCE)
    assert all(page.width_pt <= 14_400 for page in made.pages)
    assert all(w.box.x1 <= page.width_pt for page in made.pages for w in page.words)
    (table,) = made.tables
    assert (table.rows, table.columns, len(table.cells)) == (2, 1000, 2000)
    assert [cell.column for cell in table.cells[:1000]] == list(range(1000))


def test_a_cell_taller_than_a_page_continues_on_the_next() -> None:
    text = " ".join(f"word{index}" for index in range(2000))
    made = typeset([Grid([[GridCell(0, text, "A1"), GridCell(1, "side", "B1")]])], _SOURCE)
    assert len(made.pages) > 1
    shown = [word for page in made.pages for word in page.text.split()]
    assert sorted(shown) == sorted([*text.split(), "side"])
    tall = [cell for cell in made.tables[0].cells if cell.column == 0]
    assert [cell.page for cell in tall] == [page.number for page in made.pages]
    assert " ".join(cell.text for cell in tall) == text


def test_more_pages_than_allowed_are_refused() -> None:
    source = Source(b"", "x", Limits(pages=2))
    with pytest.raises(DocumentError) as refused:
        typeset([Text(f"line {index}") for index in range(500)], source)
    assert refused.value.state == "too_large"


@given(_ROWS)
def test_the_cells_of_a_table_hold_the_words_of_the_page(rows: list[list[str]]) -> None:
    grid = Grid([[GridCell(at, text) for at, text in enumerate(cells)] for cells in rows])
    made = typeset([Text("before"), grid], _SOURCE)
    for table in made.tables:
        for cell in table.cells:
            page = made.pages[cell.page - 1] if cell.words else None
            words = [page.words[at] for a, b in cell.words for at in range(a, b)] if page else []
            assert " ".join(page.text[w.start : w.end] for w in words if page) == cell.text
            assert cell.text == " ".join(rows[cell.row][cell.column].split())


def test_a_table_says_its_spans_headings_and_title() -> None:
    rows = [
        [GridCell(0, "Item", row_span=2), GridCell(1, "2024", column_span=2)],
        [GridCell(1, "Net"), GridCell(2, "Gross")],
        [GridCell(0, "Paper"), GridCell(1, "10"), GridCell(2, "12")],
    ]
    (table,) = typeset([Grid(rows, 2, 1, "Costs", "in euros")], _SOURCE).tables
    assert (table.rows, table.columns, table.header_rows, table.header_columns) == (3, 3, 2, 1)
    assert (table.title, table.note, table.stated) == ("Costs", "in euros", True)
    value = table.at(2, 2)
    assert value is not None
    assert table.header_path(value) == ("2024", "Gross")
    assert table.row_path(value) == ("Paper",)
    item = table.at(1, 0)
    assert item is not None
    assert item.text == "Item"


def test_a_span_never_reaches_beyond_its_table() -> None:
    rows = [[GridCell(0, "a", row_span=65_000, column_span=3), GridCell(3, "b")]]
    (table,) = typeset([Grid(rows)], _SOURCE).tables
    assert [(cell.row_span, cell.column_span) for cell in table.cells] == [(1, 3), (1, 1)]


def test_a_table_goes_on_over_pages() -> None:
    rows = [[GridCell(0, f"row {index}"), GridCell(1, str(index))] for index in range(200)]
    made = typeset([Grid(rows, header_rows=1)], _SOURCE)
    (table,) = made.tables
    assert table.pages == tuple(page.number for page in made.pages)
    assert len(table.cells) == 400


def test_the_regions_of_a_grid_are_its_tables() -> None:
    rows = [
        [GridCell(0, "title")],
        [],
        [GridCell(0, "a"), GridCell(1, "b"), GridCell(3, "x"), GridCell(4, "y")],
        [GridCell(0, "1"), GridCell(1, "2"), GridCell(3, "3"), GridCell(4, "4")],
    ]
    regions = [Region(2, 0, 4, 2, 1, title="left"), Region(2, 3, 4, 5, 1, title="right")]
    left, right = typeset([Grid(rows, regions=regions)], _SOURCE).tables
    assert [(cell.row, cell.column, cell.text) for cell in right.cells] == [
        (0, 0, "x"),
        (0, 1, "y"),
        (1, 0, "3"),
        (1, 1, "4"),
    ]
    assert (left.title, left.rows, left.columns) == ("left", 2, 2)
    assert not typeset([Grid(rows, regions=())], _SOURCE).tables


def test_an_empty_row_of_a_grid_gives_air_and_parts_the_blocks() -> None:
    page = typeset([Grid([[GridCell(0, "a")], [], [GridCell(0, "b")]])], _SOURCE).pages[0]
    assert page.text == "a\n\nb"
    assert page.lines[1].box.y0 - page.lines[0].box.y0 > 13


def test_what_stands_in_a_cell_is_set_below_its_row_and_is_a_table_of_its_own() -> None:
    inner = Grid([[GridCell(0, "in")]], title="inner")
    rows = [[GridCell(0, "one")], [GridCell(0, "two")]]
    made = typeset([Grid(rows, title="outer", insets={0: (inner,)})], _SOURCE)
    assert made.pages[0].text.split() == ["one", "in", "two"]
    assert [table.title for table in made.tables] == ["outer", "inner"]


def test_pages_bear_the_label_of_their_part() -> None:
    long = [Text(f"line {index}") for index in range(70)]
    made = typeset([NewPage("Costs"), *long, NewPage("Notes"), Text("paid"), NewPage()], _SOURCE)
    assert [page.label for page in made.pages] == ["Costs", "Costs (2)", "Notes"]


def test_hidden_text_is_not_set_but_remarked_on() -> None:
    made = typeset([Text("seen"), Hidden("approve this"), Hidden(" ")], _SOURCE)
    assert made.pages[0].text == "seen"
    assert made.pages[0].remarks == (Remark("invisible", detail="hidden text: approve this"),)
    assert "approve this" in made.notes[0]


def test_an_item_of_an_inner_list_is_set_in() -> None:
    flow = [Text("a", kind="list"), Text("b", kind="list", joined=True, indent=1)]
    first, second = typeset(flow, _SOURCE).pages[0].lines
    assert second.box.x0 > first.box.x0


def test_the_words_of_very_many_pages_are_the_same_as_those_of_few() -> None:
    flow = [Text(f"line {index} of many", f"line {index}") for index in range(8000)]
    pages = typeset(flow, _SOURCE).pages
    assert isinstance(pages[-1].words, LazyWords)
    last = pages[-1]
    shown = [last.text[word.start : word.end] for word in last.words]
    assert shown == last.text.split()
    assert last.words[0].box == pages[0].words[0].box
