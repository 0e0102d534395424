"""Which rows and columns of a grid are headings, told by their texts."""

from __future__ import annotations

import pytest

from casework.documents.typesetting.grid_heads import Heads, heads


def _rows(text: str) -> list[list[tuple[int, str]]]:
    return [
        [(column, cell.strip()) for column, cell in enumerate(line.split("|")) if cell.strip()]
        for line in text.strip().split("\n")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Item | Net\nPen | 1.50\nInk | 12", Heads(1, 1)),
        (" | 2024 | 2023\nRent | 1,200 | 1,100\nHeat | (20) | 30", Heads(1, 1)),
        (" | Year | \n | 2024 | 2023\nRent | 1 | 2\nHeat | 3 | 4", Heads(2, 1)),
        ("1 | 2\n3 | 4", Heads(0, 0)),
        ("Name | Ann\nTown | Bonn\nCountry | DE", Heads(0, 0)),
        ("Rent | 1,200 EUR\nHeat | 90 EUR", Heads(0, 1)),
    ],
)
def test_words_above_and_beside_values_are_headings(text: str, found: Heads) -> None:
    assert heads(_rows(text)) == found


def test_where_there_are_no_values_it_is_said_from_outside() -> None:
    rows = _rows("Name | Town\nAnn | Bonn\nBob | Ulm")
    assert heads(rows).rows == 0
    assert heads(rows, first_is_head=True).rows == 1


def test_nothing_has_no_headings() -> None:
    assert heads([]) == Heads(0, 0)
