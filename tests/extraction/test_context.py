"""Words around candidates as numbers: the same surroundings give the same ones."""

from __future__ import annotations

import numpy as np

from casework.extraction.context import SIZE, SLOTS, contexts
from casework.extraction.layout import Ints
from casework.types.values import ValueType
from tests.extraction.typeset import ready

PAGE = """
Order\t4711
Net:\t120.00
VAT:\t22.80
Total:\t142.80
"""


def _of(*pages: str) -> tuple[list[str], Ints]:
    prepared = ready(*pages)
    pool = prepared.pool("money", ValueType("money"))
    found = contexts(pool.candidates, prepared.around, np.arange(len(pool.candidates)))
    return list(pool.candidates.texts), found


def test_there_is_one_number_a_slot_and_candidate() -> None:
    texts, found = _of(PAGE)
    assert found.shape == (len(texts), SLOTS)
    assert found.min() >= 0
    assert found.max() < SIZE


def test_other_figures_at_the_same_place_look_the_same() -> None:
    texts, found = _of(PAGE)
    others, again = _of(PAGE.replace("142.80", "999.10").replace("120.00", "976.30"))
    assert len(texts) == len(others)
    assert np.array_equal(found, again)


def test_another_label_changes_what_is_seen() -> None:
    texts, found = _of(PAGE)
    _, other = _of(PAGE.replace("Total:", "Owed:"))
    at = texts.index("142.80")
    assert (found[at] != other[at]).sum() >= 3
    assert np.array_equal(found[texts.index("120.00")], other[texts.index("120.00")])


def test_no_candidates_have_no_surroundings() -> None:
    texts, found = _of("nothing to see")
    assert texts == []
    assert found.shape == (0, SLOTS)
