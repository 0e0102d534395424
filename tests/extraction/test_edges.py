"""What stands next to a candidate: where a name or an address begins and ends."""

from __future__ import annotations

import numpy as np

from casework.extraction.edges import EDGES, edges
from casework.types.values import ValueType
from tests.extraction.typeset import ready

PAGE = """
Nordlicht Werkzeuge GmbH
14 Hafen Street,
Quarter North
20457 Hamburg
"""


def _of(page: str) -> dict[str, dict[str, float]]:
    prepared = ready(page)
    candidates = prepared.pool("address", ValueType("text")).candidates
    found = edges(candidates, prepared.around.lines, np.arange(len(candidates)))
    assert found.shape == (len(candidates), len(EDGES))
    return {
        text: dict(zip(EDGES, row, strict=True))
        for text, row in zip(candidates.texts, found.tolist(), strict=True)
    }


def test_the_lines_above_and_below_are_seen() -> None:
    street = _of(PAGE)["14 Hafen Street"]
    assert street["above_there"] == 1.0
    assert street["above_form"] == 1.0
    assert street["below_there"] == 1.0
    assert street["below_form"] == 0.0
    assert street["comma_after"] == 1.0


def test_nothing_stands_above_the_first_line_nor_below_the_last() -> None:
    found = _of(PAGE)
    assert found["Nordlicht Werkzeuge GmbH"]["above_there"] == 0.0
    assert found["20457 Hamburg"]["below_there"] == 0.0


def test_lines_are_counted_and_the_worst_is_told() -> None:
    found = _of(PAGE)
    whole = next(each for text, each in found.items() if text.startswith("14") and "20457" in text)
    assert whole["three_lines"] == 1.0
    assert whole["one_line"] == 0.0
    assert whole["worst_fits"] < whole["last_fits"]


def test_without_candidates_there_is_no_row() -> None:
    prepared = ready(PAGE)
    candidates = prepared.pool("address", ValueType("text")).candidates
    none = edges(candidates, prepared.around.lines, np.zeros(0, np.int64))
    assert none.shape == (0, len(EDGES))
