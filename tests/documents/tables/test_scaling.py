"""By what figures in a page are multiplied, as the headings of their table say."""

from __future__ import annotations

from decimal import Decimal

from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.documents.tables.scaling import Scaling
from casework.values.habits import NO_HABITS

MIXED = "| Item | Pieces | EUR thousand |\n|---|---|---|\n| Pump | 3 | 120 |\n| Seal | 4 | 80 |\n"


def scale_of(text: str, words: str) -> Decimal | None:
    """The scale of the figures in these words of a small document."""
    document = parse(text.encode(), "list.md", Limits()).document
    start = document.pages[0].text.index(words)
    return Scaling(document, NO_HABITS).of((1, start, start + len(words)))


def test_a_figure_has_the_scale_over_its_column() -> None:
    assert scale_of(MIXED, "80") == 1000
    assert scale_of(MIXED, "4") == 1


def test_a_label_and_a_heading_have_no_scale() -> None:
    assert scale_of(MIXED, "Pump") == 1
    assert scale_of(MIXED, "EUR thousand") == 1


def test_figures_of_several_scales_have_none_together() -> None:
    assert scale_of(MIXED, "4\t80") is None


def test_where_no_text_names_a_scale_there_is_none() -> None:
    assert scale_of(MIXED.replace("EUR thousand", "Amount in EUR"), "80") == 1


def test_a_page_that_the_document_does_not_have_has_no_scale() -> None:
    document = parse(MIXED.encode(), "list.md", Limits()).document
    assert Scaling(document, NO_HABITS).of((9, 0, 4)) == 1
