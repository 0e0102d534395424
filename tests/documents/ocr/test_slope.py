"""How much a page is askew."""

from __future__ import annotations

import math

import pytest
from PIL import Image

from casework.documents.ocr.slope import slope_of
from tests.documents.ocr.pictures import LINES, written


@pytest.mark.parametrize("degrees", [-5, -2, -0.5, 0.5, 2, 5])
def test_the_slope_of_a_turned_page_is_found(degrees: float) -> None:
    page = written(LINES * 3).rotate(-degrees, expand=True, fillcolor="white").convert("L")
    assert slope_of(page) == pytest.approx(math.tan(math.radians(degrees)), abs=0.003)


def test_a_straight_page_and_a_blank_one_have_none() -> None:
    assert abs(slope_of(written(LINES * 3).convert("L"))) < 0.002
    assert slope_of(Image.new("L", (800, 1000), "white")) == 0.0
