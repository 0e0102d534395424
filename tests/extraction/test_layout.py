"""Rows, cells and features from the boxes of words."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.extraction.candidates.ids import ids
from casework.extraction.candidates.texts import trimmed
from casework.extraction.features import NAMES
from casework.extraction.layout import cells, lay_out
from casework.extraction.looks import line_score
from casework.extraction.meaning import meaning
from casework.extraction.score import scored
from casework.types.values import ValueType
from tests.extraction.typeset import document, ready


def test_cells_are_cut_at_wide_gaps_and_also_kept_whole() -> None:
    layout = lay_out(document("Name\tAnn Lee\nCity\tBonn"))
    found = {layout.text(int(layout.order[a]), int(layout.order[b - 1])) for a, b in cells(layout)}
    assert {"Name", "Ann Lee", "City", "Bonn"} <= found


def test_words_of_one_height_on_one_level_are_one_row() -> None:
    layout = lay_out(document("one\ttwo\nthree"))
    assert len(set(layout.row.tolist())) == 2


def test_features_are_one_row_a_candidate_and_finite() -> None:
    page = ready("Total:\t12.50\nDate:\t1 May 2024")
    kind = ValueType("money")
    found = scored(page, meaning("Total", "", kind, page.lexicon))
    assert found.matrix.shape == (len(found.candidates), len(NAMES))
    assert np.isfinite(found.matrix).all()
    assert found.candidates.texts[int(found.scores.argmax())] == "12.50"


def test_lines_of_addresses_score_above_other_lines() -> None:
    for line in ("12 Mill Street,", "80331 München, Deutschland", "28 rue de Rivoli, 75001 Paris"):
        assert line_score(line) > 0, line
    for line in ("Tel: +49 89 123456", "Total 12.30", "www.example.com", "(519537-X)"):
        assert line_score(line) < 0, line


def test_numbers_of_things_are_found_whole() -> None:
    layout = lay_out(document("Policy AB-12/345.6 and claim 2024-0007"))
    texts = {each.value for each in ids(layout)}
    assert {"AB-12/345.6", "2024-0007"} <= texts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_trimming_stays_within_the_span(text: str) -> None:
    start, end = trimmed(text, 0, len(text))
    assert 0 <= start <= end <= len(text)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="Total:Date 0123456789.,-/€\n\t", max_size=120))
def test_any_text_can_be_prepared_and_asked(text: str) -> None:
    page = ready(text)
    for kind in ("money", "date", "text"):
        wanted = meaning("Total", "", ValueType(kind), page.lexicon)
        if page.layout.pages:
            found = scored(page, wanted)
            assert np.isfinite(found.scores).all()
