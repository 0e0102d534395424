"""Figures of statements: the row that a field names, in the column of its period, scaled."""

from __future__ import annotations

import pytest

from casework.documents.tables.headings import timing_of
from casework.extraction.answers import Answer, Wanted
from casework.extraction.asked import asked_of, matches
from casework.extraction.extract import answer
from casework.types.values import Json, TypeName, ValueType
from tests.extraction.typeset import ready

INCOME = """
Income statement
(in thousands of euros, except per share data)

\tNote\t2024\t2023
Revenue\t3\t12,040\t11,250
Cost of sales\t4\t(8,010)\t(7,900)
Other income\t\t–\t35
Net income\t\t1,204\t(310)
Earnings per share\t\t2.31\t(0.59)
Operating margin\t\t11.5%\t9.8%
"""

BILANZ = """
Bilanz (in TEUR)

\t31.12.2024\t31.12.2023
Sachanlagen\t7.316\t16
Forderungen aus Lieferungen\t1.200\t980
Bilanzsumme\t8.516\t996
"""

SEGMENTS = """
Segments for the year ended 31 December 2024
€ million

\tPaper\tServices\tGroup
External revenue\t120\t80\t200
Segment result\t12\t(8)\t4
"""


def ask(name: str, kind: TypeName, *pages: str, instruction: str = "") -> Answer:
    found = [ready(page, name=f"{at}.pdf") for at, page in enumerate(pages, 1)]
    return answer(found, Wanted("figure", name, instruction, ValueType(kind)))


def value(found: Answer) -> Json:
    assert len(found.picks) == 1, found
    told = found.picks[0].value
    return told["amount"] if isinstance(told, dict) else told


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("Revenue 2024", "money", "12040000.00"),
        ("Revenue 2023", "money", "11250000.00"),
        ("Revenue FY23", "number", "11250000"),
        ("Net income in fiscal year 2023", "money", "-310000.00"),
        ("Cost of sales 2024", "money", "-8010000.00"),
        ("Other income 2024", "money", "0.00"),
        ("Earnings per share 2024", "money", "2.31"),
        ("Operating margin 2023", "percent", "9.8"),
    ],
)
def test_the_figure_of_the_period_is_taken_and_scaled(
    name: str, kind: TypeName, wanted: str
) -> None:
    assert value(ask(name, kind, INCOME)) == wanted


def test_the_period_may_stand_in_the_instruction() -> None:
    assert value(ask("Revenue", "money", INCOME, instruction="For 2023.")) == "11250000.00"


def test_without_a_period_the_latest_counts() -> None:
    assert value(ask("Net income", "money", INCOME)) == "1204000.00"


def test_a_period_that_the_row_has_not_is_not_found_and_says_which_it_has() -> None:
    found = ask("Revenue 2020", "money", INCOME)
    assert found.absence == "not_found"
    assert "2024, 2023" in found.reason


def test_the_currency_of_the_heading_is_that_of_the_value() -> None:
    (pick,) = ask("Revenue 2024", "money", INCOME).picks
    assert pick.value == {"amount": "12040000.00", "currency": "EUR"}
    assert (pick.text, str(pick.scale)) == ("12,040", "1000")


def test_row_and_column_are_further_places_of_the_value() -> None:
    (pick,) = ask("Revenue 2023", "money", INCOME).picks
    assert [part.asked for part in pick.parts] == ["Revenue", "2023"]


def test_a_balance_at_a_day_is_that_of_its_year() -> None:
    assert value(ask("Sachanlagen 2023", "money", BILANZ)) == "16000.00"
    assert value(ask("Bilanzsumme 31.12.2024", "money", BILANZ)) == "8516000.00"


def test_a_column_may_be_named_beside_the_row() -> None:
    assert value(ask("Segment result Services 2024", "money", SEGMENTS)) == "-8000000.00"
    assert value(ask("External revenue Group 2024", "money", SEGMENTS)) == "200000000.00"


def test_a_question_in_another_language_finds_the_row_by_the_lexicon() -> None:
    german = INCOME.replace("Revenue", "Umsatzerlöse")
    assert value(ask("Revenue 2023", "money", german)) == "11250000.00"


def test_two_documents_that_state_other_figures_are_in_conflict() -> None:
    found = ask("Revenue 2024", "money", INCOME, INCOME.replace("12,040", "12,900"))
    assert found.absence == "conflict"
    assert {each.text for each in found.runners_up} == {"12,040", "12,900"}


def test_an_invoice_is_no_statement() -> None:
    bill = "Item\tQuantity\tAmount\nPaper\t2\t240.00\nInk\t4\t10.00\nTotal due\t\tEUR 250.00"
    assert value(ask("Total due", "money", bill)) == "250.00"


@pytest.mark.parametrize(
    ("asked", "column", "same"),
    [
        ("2023", "2023", True),
        ("2023", "31.12.2023", True),
        ("2023", "Q3 2023", False),
        ("2023", "2022", False),
        ("Q3 2023", "2023", False),
        ("fiscal year 2024", "Year ended 31 March 2024", True),
        ("2023/24", "2023/24", True),
        ("31 December 2023", "2023", True),
        ("31 March 2023", "2023", False),
        ("H1 2024", "Six months ended 30 June 2024", True),
    ],
)
def test_a_column_has_the_period_that_is_asked_for(asked: str, column: str, same: bool) -> None:
    one, other = timing_of((asked,)), timing_of((column,))
    assert one is not None
    assert other is not None
    assert matches(one, other) is same


def test_periods_and_units_are_no_words_of_a_row() -> None:
    asked = asked_of(Wanted("x", "Net income in fiscal 2022, in thousands", "", ValueType("money")))
    assert asked.words == {"net", "income"}
    assert asked.timing is not None
    assert asked.timing.end is not None
    assert asked.timing.end.year == 2022
