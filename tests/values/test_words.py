"""Yes and no, ticked boxes and choices in a text."""

from __future__ import annotations

import pytest

from casework.types.values import ValueType
from casework.values.read import readings
from casework.values.words import choice_readings

ANSWER = ValueType("yes/no")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("No.", False),
        ("ja", True),
        ("nein", False),
        ("Oui", True),
        ("sí", True),
        ("TRUE", True),
        ("n", False),
        ("[x]", True),
        ("[ ]", False),
        ("☒ Yes ☐ No", True),
        ("☐ Yes ☒ No", False),
        ("☑ ja ☐ nein", True),
    ],
)
def test_an_answer_is_read_in_words_and_boxes(text: str, value: bool) -> None:
    (reading,) = readings(text, ANSWER)
    assert reading.value is value
    assert reading.certain


def test_an_answer_inside_a_sentence_is_uncertain() -> None:
    (reading,) = readings("The tenant said yes to it", ANSWER)
    assert reading.value is True
    assert not reading.certain


def test_a_number_sign_is_not_a_no() -> None:
    assert readings("Invoice No. 12", ANSWER) == ()


def test_a_letter_in_brackets_numbers_a_list_and_ticks_nothing() -> None:
    assert readings("shall (x) cease and (y) return", ANSWER) == ()
    assert readings("(x)", ANSWER)[0].value is True


def test_an_option_counts_as_whole_words_and_the_longest_wins() -> None:
    type = ValueType("choice", options=("pay", "pay in part", "query"))
    told = readings("Do not prepay; PAY  in part", type)
    assert [(r.value, r.text) for r in told] == [("pay in part", "PAY  in part")]


def test_choices_are_one_reading_in_the_order_of_the_options() -> None:
    type = ValueType("choices", options=("query", "pay", "reject"))
    (reading,) = readings("pay, then query", type)
    assert reading.value == ["query", "pay"]


def test_a_type_without_options_finds_none() -> None:
    assert readings("anything", ValueType("choice")) == ()


def test_text_is_the_text_without_white_space_around_it() -> None:
    (reading,) = readings("  Norton Ltd \n", ValueType("text"))
    assert (reading.value, reading.start, reading.end) == ("Norton Ltd", 2, 12)
    assert readings("  ", ValueType("text")) == ()


def test_options_that_differ_by_a_decimal_point_are_two() -> None:
    found = choice_readings("15 items", ("1.5", "15"))
    assert [reading.value for reading in found] == ["15"]
