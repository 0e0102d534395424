"""The clause that is asked for, however its document marks sections."""

from __future__ import annotations

import pytest

from casework.extraction.extract import Wanted, answer
from casework.types.values import ValueType
from tests.extraction.typeset import ready

BODY = "Either party may terminate this deed on two weeks' notice."


def clause(text: str) -> str:
    told = "The clause that says how a party may end the agreement, word for word."
    found = answer([ready(text)], Wanted("t", "Termination clause", told, ValueType()))
    assert len(found.picks) == 1, found.reason
    return " ".join(str(found.picks[0].value).split())


@pytest.mark.parametrize(
    "text",
    [
        f"4 Fees\n\n4.1 Fees are due.\n\n5 Termination\n\n5.1 {BODY}\n\n6 Law\n\n6.1 It is old.",
        f"ARTICLE 1 - FEES\n\nNone.\n\nARTICLE 2 - TERMINATION\n\n{BODY}\n\nARTICLE 3 - LAW\n\n-",
        f"Fees\n\nNone are due at all.\n\nEnding this agreement\n\n{BODY}\n\nLaw\n\nIt is old.",
        f"1. Fees are due monthly and are not paid back.\n\n2. {BODY}\n\n3. The old law applies.",
    ],
)
def test_it_is_the_text_without_number_and_without_a_heading_of_its_own_line(text: str) -> None:
    assert clause(text) == BODY


def test_a_heading_that_opens_the_paragraph_belongs_to_it() -> None:
    text = f"Fees. None are due.\n\nEnding the engagement. {BODY}\n\nLaw. The old law applies."
    assert clause(text) == f"Ending the engagement. {BODY}"


def test_paragraphs_about_what_follows_the_end_are_left_out() -> None:
    text = f"9. Termination\n\n9.1 {BODY}\n\n9.2 Keys are then returned.\n\n10. Law\n\n10.1 Old."
    assert clause(text) == BODY


def test_a_line_that_begins_with_a_figure_is_no_heading() -> None:
    text = (
        "3 Kündigung\n\nJede Partei kann mit einer Frist von\n14 Tagen kündigen.\n\n4 Recht\n\nAlt."
    )
    assert clause(text) == "Jede Partei kann mit einer Frist von 14 Tagen kündigen."
