"""Tables fit the terminal, whatever its width, and say everything in shapes and words."""

from __future__ import annotations

import dataclasses

import pytest
from rich.cells import cell_len

from casework.cli.fold import fold
from casework.cli.grid import spread, table_lines
from casework.sdk.views import RowView, TableView
from casework.types.proof import Proof
from tests.cli.views import NET, SUPPLIER, case, cell, citation, quoted, table


def drawn(view: TableView, width: int) -> list[str]:
    """The lines of a table."""
    fit = spread(view, width)
    assert fit is not None
    return [line.plain for line in table_lines(view, fit)]


def wide(columns: int) -> TableView:
    """A table of many columns with long values."""
    steps = tuple(
        dataclasses.replace(SUPPLIER, id=f"s{n}", name=f"Step {n}") for n in range(columns)
    )
    cells = tuple(quoted(step, f"value {step.name} " * 6) for step in steps)
    base = table()
    return dataclasses.replace(base, columns=steps, rows=(RowView(case("one"), cells),))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("columns", [1, 4, 9, 15])
def test_no_line_is_wider_than_the_terminal(width: int, columns: int) -> None:
    view = wide(columns)
    fit = spread(view, width)
    if fit is None:
        assert columns * 12 > width * 2, "it gave up although a few tables would have done"
        return
    assert all(cell_len(line.plain) <= width for line in table_lines(view, fit))


@pytest.mark.parametrize("width", [80, 120])
def test_every_column_stands_in_exactly_one_table_and_each_repeats_the_case(width: int) -> None:
    view = wide(9)
    fit = spread(view, width)
    assert fit is not None
    assert [place for group in fit.tables for place, _ in group] == list(range(9))
    assert sum(line.startswith("Case") for line in drawn(view, width)) == len(fit.tables)


def test_a_terminal_that_is_too_narrow_for_columns_is_told_so() -> None:
    assert spread(wide(15), 50) is None


def test_numbers_stand_right_and_texts_left() -> None:
    view = table("a", "b")
    rows = tuple(
        dataclasses.replace(row, cells=(row.cells[0], quoted(NET, shown), *row.cells[2:]))
        for row, shown in zip(view.rows, ("EUR 1.00", "EUR 1,000.00"), strict=True)
    )
    lines = drawn(dataclasses.replace(view, rows=rows), 120)
    told = ("EUR 1.00", "EUR 1,000.00")
    ends = [line.index(text) + len(text) for line in lines for text in told if text in line]
    assert len(ends) == 2
    assert ends[0] == ends[1]


def test_a_cell_that_wants_a_person_says_so_with_a_sign_and_a_word() -> None:
    text = "\n".join(drawn(table("a"), 200))
    assert "⌕ not found" in text
    assert "! look: 3 pages read" in text


def test_a_value_is_followed_by_the_place_that_proves_it() -> None:
    native = Proof("quoted", (citation("12", place="Costs!B7"), citation("12", page=4)))
    view = table("a")
    cells = (cell(SUPPLIER, "EUR 12.00", proof=native), *view.rows[0].cells[1:])
    rows = (dataclasses.replace(view.rows[0], cells=cells),)
    text = "\n".join(drawn(dataclasses.replace(view, rows=rows), 120))
    assert "p.\u00a01" in text
    assert "Costs!B7 and 1 more" in text


def test_long_values_are_cut_with_a_sign_that_they_are() -> None:
    view = table("a")
    long = quoted(SUPPLIER, "word " * 200)
    rows = (dataclasses.replace(view.rows[0], cells=(long, *view.rows[0].cells[1:])),)
    lines = drawn(dataclasses.replace(view, rows=rows), 100)
    assert len(lines) < 10
    assert any("…" in line for line in lines)


def test_wide_letters_are_counted_by_the_columns_they_take() -> None:
    assert all(cell_len(line) <= 10 for line in fold("請求書番号の合計金額を確認する", 10, 9))
    view = table("株式会社山田製作所")
    assert all(cell_len(line) <= 80 for line in drawn(view, 80))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("bei-spiel-499-credit", 12, ["bei-spiel-", "499-credit"]),
        ("aaaaaaaaaaaa", 5, ["aaaaa", "aaaaa", "aa"]),
        ("", 5, []),
        ("one two three four", 5, ["one", "two", "thre…"]),
    ],
)
def test_text_is_folded_at_words_then_joints_then_anywhere(
    text: str, width: int, lines: list[str]
) -> None:
    assert fold(text, width, 3) == lines
