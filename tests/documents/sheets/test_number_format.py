"""Numbers and dates by the format codes of spreadsheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.sheets.number_format import is_date, shown_date, shown_number


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.19, "0%", "19%"),
        (0.1934, "0.00%", "19.34%"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (-3, "$#,##0", "-$3"),
        (0, '#,##0;-#,##0;"-"', "-"),
        (1234567, "#,##0,", "1,235"),
        (1234567, '0.0,,"m"', "1.2m"),
        (5, "00000", "00005"),
        (5, "#.##", "5"),
        (1.005, "0.00", "1.01"),
        (-0.001, "0.00", "0.00"),
        (42, '"No. "0', "No. 42"),
        (5, ";;;", ""),
    ],
)
def test_a_number_is_shown_by_its_code(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


@pytest.mark.parametrize("code", ["General", "# ?/?", "000-0000", "[>=100]0;0.0", "@"])
def test_a_code_that_is_not_understood_gives_nothing(code: str) -> None:
    assert shown_number(12.5, code) is None


@pytest.mark.parametrize(
    ("serial", "code", "shown"),
    [
        (45352, "dd.mm.yyyy", "2024-03-01"),
        (45352.5, "m/d/yy h:mm", "2024-03-01 12:00"),
        (45352, "mmm yyyy", "Mar 2024"),
        (45352, "yyyy", "2024"),
        (45352, "[$-407]d. mmmm", "1. March"),
        (0.5, "h:mm", "12:00"),
        (1.5, "[h]:mm", "36:00"),
        (59, "d/m/yyyy", "1900-02-28"),
        (61, "d/m/yyyy", "1900-03-01"),
    ],
)
def test_a_date_is_shown_so_that_nobody_can_misread_it(
    serial: float, code: str, shown: str
) -> None:
    assert is_date(code)
    assert shown_date(serial, code) == shown


def test_days_can_be_counted_from_1904() -> None:
    assert shown_date(0, "yyyy-mm-dd", from_1904=True) == "1904-01-01"


@given(st.floats(), st.text('#0?,.%;"\\_-()[]$€EeymdhsG+ @/', max_size=40))
def test_no_code_makes_the_reader_fall(value: float, code: str) -> None:
    shown_number(value, code)
    if is_date(code):
        shown_date(value, code)
