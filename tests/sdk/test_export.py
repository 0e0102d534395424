"""Texts in exports: none is taken for a formula by a spreadsheet."""

from __future__ import annotations

import pytest

from casework.sdk.export import neutral


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_may_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


def test_other_text_stays_as_it_is() -> None:
    assert neutral("Total = 5") == "Total = 5"
