"""What headings say of a cell: its period, its scale, the labels of its row."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.documents.tables.headings import Headings, note_in, timing_of
from casework.types.table import Table, TableCell


def table(*rows: list[str], heads: int = 1, note: str = "", title: str = "") -> Table:
    """A table of these texts; an empty text is no cell."""
    cells = tuple(
        TableCell(row, column, text, 1)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    )
    return Table(cells, len(rows), max(map(len, rows)), heads, 1, title, note)


def cell(headings: Headings, row: int, column: int) -> TableCell:
    return next(each for each in headings.rows[row] if each.column == column)


@pytest.mark.parametrize(
    ("path", "start", "end"),
    [
        (["2024"], "2024-01-01", "2024-12-31"),
        (["FY23"], "2023-01-01", "2023-12-31"),
        (["2025E"], "2025-01-01", "2025-12-31"),
        (["2024", "Q3"], "2024-07-01", "2024-09-30"),
        (["Year ended December 31,", "2024"], "2024-01-01", "2024-12-31"),
        (["Year ended 31 March", "2024"], "2023-04-01", "2024-03-31"),
        (["Nine months ended 30 September", "2024"], "2024-01-01", "2024-09-30"),
        (["9M 2024"], "2024-01-01", "2024-09-30"),
        (["Exercice clos le 31 décembre 2024"], "2024-01-01", "2024-12-31"),
        (["1.1.-31.12.2024"], "2024-01-01", "2024-12-31"),
        (["31.12.2024", "TEUR"], None, "2024-12-31"),
        (["As at 31 December", "2023"], None, "2023-12-31"),
        (["2024 (restated)"], "2024-01-01", "2024-12-31"),
    ],
)
def test_a_path_of_headings_names_a_period(path: list[str], start: str | None, end: str) -> None:
    timing = timing_of(path)
    assert timing is not None
    assert timing.end == dt.date.fromisoformat(end)
    assert timing.start == (dt.date.fromisoformat(start) if start else None)


@pytest.mark.parametrize("path", [["Note"], ["Change %"], ["Europe"], []])
def test_other_headings_name_none(path: list[str]) -> None:
    assert timing_of(path) is None


def test_the_prior_year_is_the_year_before_the_column_to_its_left() -> None:
    headings = Headings(table(["", "2024", "Vorjahr"], ["Umsatz", "12", "11"]))
    assert headings.timings()[2].end == dt.date(2023, 12, 31)


def test_the_nearest_scale_holds() -> None:
    headings = Headings(
        table(
            ["", "2024 €m", "2023"],
            ["Revenue", "12", "11"],
            ["Headcount cost (EUR)", "5", "4"],
            ["Cash in EUR thousand", "7", "6"],
            note="in thousands of euros",
        )
    )
    assert headings.sized(cell(headings, 1, 1)).scale.power == 6
    assert headings.sized(cell(headings, 1, 2)).scale.power == 3
    assert headings.sized(cell(headings, 3, 1)).scale.power == 3
    assert headings.sized(cell(headings, 1, 2)).scale.currency == "EUR"
    assert headings.sized(cell(headings, 1, 2)).told_by == "in thousands of euros"


def test_figures_per_share_ratios_and_head_counts_are_not_scaled() -> None:
    headings = Headings(
        table(
            ["", "2024"],
            ["Net income", "1,204"],
            ["Earnings per share", "2.31"],
            ["Operating margin", "11.5%"],
            ["Average number of employees", "412"],
            note="(in millions of dollars, except per share data)",
        )
    )
    scales = [headings.sized(cell(headings, row, 1)).scale for row in range(1, 5)]
    assert [scale.power for scale in scales] == [6, 0, 0, 0]
    assert [scale.percent for scale in scales] == [False, False, True, False]
    assert scales[1].currency == "USD"


def test_columns_per_share_and_of_head_counts_are_not_scaled() -> None:
    headings = Headings(
        table(
            ["", "Revenue", "EPS", "Employees", "Employees (thousands)"],
            ["2024", "1,204", "2.31", "412", "3"],
            note="$ in millions",
        )
    )
    scales = [headings.sized(cell(headings, 1, column)).scale for column in range(1, 5)]
    assert [scale.power for scale in scales] == [6, 0, 0, 3]
    assert scales[1].currency == "USD"


def test_the_scale_of_one_column_does_not_hold_for_others_but_those_of_periods() -> None:
    pieces = Headings(
        table(["Item", "Pieces", "EUR thousand"], ["Pump", "3", "120"], note="EUR thousand")
    )
    assert [pieces.sized(cell(pieces, 1, at)).scale.power for at in (1, 2)] == [0, 3]
    years = Headings(table(["", "2024 (€m)", "2023"], ["Revenue", "12", "11"], note="2024 (€m)"))
    assert [years.sized(cell(years, 1, at)).scale.power for at in (1, 2)] == [6, 6]


def test_labels_sections_and_kinds_of_rows() -> None:
    headings = Headings(
        table(
            ["", "Note", "2024"],
            ["Current assets", "", ""],
            ["Inventories", "4", "12"],
            ["Total current assets", "", "12"],
            ["", "", "12"],
        )
    )
    assert [headings.kind(row) for row in range(5)] == [
        "heading", "section", "figures", "total", "total",
    ]  # fmt: skip
    assert headings.label(2) == "Inventories"
    assert headings.sections(2) == ("Current assets",)


def test_the_note_is_the_text_that_states_a_scale() -> None:
    assert note_in(["Balance sheet", "€ million", "2024"]) == "€ million"
    assert note_in(["Balance sheet", "2024"]) == ""
