"""A text as words and figures."""

from __future__ import annotations

import pytest

from casework.steps.bearing.items import items_of, spoken_in
from casework.steps.bearing.tongue import stem, tongues


def figures(text: str) -> list[tuple[str, str]]:
    found = items_of(text, spoken_in(text))
    return [(item.figure.type, item.text) for item in found if item.figure]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EUR 119.00 on 4 March 2026", [("money", "EUR 119.00"), ("date", "4 March 2026")]),
        ("€12.3k for 24 months", [("money", "€12.3k"), ("quantity", "24 months")]),
        ("INV-2024-001", []),
        ("19 % of 100", [("percent", "19 %"), ("number", "100")]),
        ("from 2025-01-01 to 2025-12-31", [("period", "from 2025-01-01 to 2025-12-31")]),
    ],
)
def test_figures_are_read_as_values(text: str, found: list[tuple[str, str]]) -> None:
    assert figures(text) == found


def test_a_contraction_is_a_denial() -> None:
    items = items_of("The sums don't agree.", spoken_in("The sums don't agree."))
    assert [item.text for item in items if item.weight == "negation"] == ["n't"]


def test_number_12_is_no_denial() -> None:
    items = items_of("Invoice no. 12", tongues()[0])
    assert [item.weight for item in items] == ["content", "content", "figure"]


def test_the_language_is_that_of_most_small_words() -> None:
    assert spoken_in("The cause of loss is war.").name == "en"
    assert spoken_in("Die Rechnung ist von der Firma.").name == "de"
    assert spoken_in("Net: EUR 5").name == "en"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("invoices", "invoiced", True),
        ("agrees", "agreed", True),
        ("insured", "insurer", False),
        ("paid", "payable", False),
        ("loss", "lose", False),
    ],
)
def test_stems_take_off_inflections_only(one: str, other: str, alike: bool) -> None:
    assert (stem(one, "en") == stem(other, "en")) is alike
