"""Cells are read in the habits of their column."""

from __future__ import annotations

import pytest

from casework.base.errors import ValueReadError
from casework.documents.sheets.records import RecordRow, Records
from casework.sdk.importing.values import ColumnHabits, is_empty, read_cell
from casework.types.values import Json, ValueType
from casework.values.habits import Habits

MONEY, DATE = ValueType("money"), ValueType("date")


def _habits(heading: str, *texts: str, other: tuple[str, ...] = (), typed: bool = False) -> Habits:
    rows = [RecordRow(at, {0: text}) for at, text in enumerate(texts)]
    rows += [RecordRow(at, {1: text}) for at, text in enumerate(other)]
    records = Records("", {0: heading, 1: "Other"}, tuple(rows))
    return ColumnHabits(records).of(0, typed=typed)


def _money(amount: str, currency: str | None = None) -> Json:
    return {"amount": amount, "currency": currency}


def test_a_column_of_commas_reads_points_as_thousands() -> None:
    habits = _habits("Summe", "1.234", "12,50", "7,25")
    assert read_cell("1.234", MONEY, habits) == (_money("1234.00"),)


def test_a_number_of_the_workbook_has_a_decimal_point_whatever_else_is_in_the_column() -> None:
    habits = _habits("Summe", "12,50", "7,25", typed=True)
    assert read_cell("1.234", MONEY, habits) == (_money("1.234"),)


def test_the_heading_names_the_currency_of_amounts_without_one() -> None:
    habits = _habits("Total (EUR)", "12.50")
    assert read_cell("12.50", MONEY, habits) == (_money("12.50", "EUR"),)
    assert read_cell("USD 12.50", MONEY, habits) == (_money("12.50", "USD"),)
    assert read_cell("12.50", MONEY, _habits("Total", "USD 3.00", "12.50")) == (_money("12.50"),)


def test_days_are_read_as_the_column_writes_them_and_else_as_the_sheet_does() -> None:
    own = _habits("Date", "25/12/2024", "03/04/2024")
    assert read_cell("03/04/2024", DATE, own) == ("2024-04-03",)
    assert read_cell("(03/04/2024)", DATE, own) == ("2024-04-03",)
    sheet = _habits("Date", "03/04/2024", other=("12/25/2024",))
    assert read_cell("03/04/2024", DATE, sheet) == ("2024-03-04",)


def test_an_amount_that_may_mean_two_things_gives_both_where_nothing_tells() -> None:
    told = read_cell("1.234", MONEY, _habits("Total", "1.234"))
    assert len(told) == 2
    assert _money("1.234") in told
    assert _money("1234.00") in told


def test_where_nothing_tells_all_that_a_cell_may_say_is_given() -> None:
    habits = _habits("Date", "03/04/2024")
    assert set(read_cell("03/04/2024", DATE, habits)) == {"2024-04-03", "2024-03-04"}


def test_values_are_read_as_casework_itself_writes_them() -> None:
    habits = _habits("Total", "12,50", "7,25")
    told = '{"amount": "1.234", "currency": "EUR"}'
    assert read_cell(told, MONEY, habits) == (_money("1.234", "EUR"),)
    with pytest.raises(ValueReadError):
        read_cell('{"amount": ', MONEY, habits)


@pytest.mark.parametrize(("mark", "value"), [("x", True), ("1", True), ("0", False), ("no", False)])
def test_a_tick_is_a_yes(mark: str, value: bool) -> None:
    assert read_cell(mark, ValueType("yes/no"), _habits("Paid", "x")) == (value,)


def test_a_cell_that_is_no_value_of_the_type_is_refused() -> None:
    with pytest.raises(ValueReadError):
        read_cell("soon", DATE, _habits("Date", "soon"))


@pytest.mark.parametrize("text", ["", "  ", "-", "–", "N/A", "#N/A", "null"])
def test_what_people_write_for_nothing_is_empty(text: str) -> None:
    assert is_empty(text)
    assert not is_empty("0")
