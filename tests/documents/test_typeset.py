"""Text and grids become pages: nothing is lost, nothing leaves the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import DocumentError
from casework.documents.reading import Limits, Source
from casework.documents.typeset import Grid, GridCell, Text, typeset

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
    pages = typeset([*(Text(text, "t") for text in texts), grid], _SOURCE)
    expected = " ".join([*texts, *(text for cells in rows for text in cells)]).split()
    assert " ".join(page.text for page in pages).split() == expected
    for page in pages:
        for word in page.words:
            assert 0 <= word.box.x0 < word.box.x1 <= page.width_pt
            assert 0 <= word.box.y0 < word.box.y1 <= page.height_pt


def test_long_text_flows_over_pages() -> None:
    pages = typeset([Text(f"line {index}", f"line {index}") for index in range(200)], _SOURCE)
    assert len(pages) > 1
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert pages[1].lines[0].box.y0 == pages[0].lines[0].box.y0


def test_a_wide_grid_makes_wide_pages_so_that_rows_stay_whole() -> None:
    grid = Grid([[GridCell(column, f"value {column}", str(column)) for column in range(30)]])
    page = typeset([grid], _SOURCE)[0]
    assert page.width_pt > 1000
    assert len({line.box.y0 for line in page.lines}) == 1
    assert page.text.count("\t") == 29


def test_a_cell_taller_than_a_page_continues_on_the_next() -> None:
    text = " ".join(f"word{index}" for index in range(2000))
    pages = typeset([Grid([[GridCell(0, text, "A1"), GridCell(1, "side", "B1")]])], _SOURCE)
    assert len(pages) > 1
    shown = [word for page in pages for word in page.text.split()]
    assert sorted(shown) == sorted([*text.split(), "side"])


def test_more_pages_than_allowed_are_refused() -> None:
    source = Source(b"", "x", Limits(pages=2))
    with pytest.raises(DocumentError) as refused:
        typeset([Text(f"line {index}") for index in range(500)], source)
    assert refused.value.state == "too_large"
