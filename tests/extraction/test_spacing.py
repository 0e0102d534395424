"""Text that is oddly spaced: labels in two pieces, figures of neighbouring columns."""

from __future__ import annotations

from casework.extraction.candidates.typed import columns_apart
from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted, answer
from casework.extraction.looks import WORDY, wordy_looks
from casework.extraction.tokens import tokens
from casework.types.values import ValueType
from tests.extraction.typeset import ready


def test_a_long_label_in_two_pieces_is_still_the_label() -> None:
    words = lexicon()
    found = words.matches(tokens("Br uttosumme"))
    assert [match.last - match.first for match in found] == [1]
    names = {words.concepts[index].name for index, _ in found[0].concepts}
    assert "total" in names


def test_pieces_that_stand_apart_are_not_joined() -> None:
    assert lexicon().matches(tokens("Br uttosumme"), [True, True]) == []


def test_figures_of_two_columns_are_not_one_amount() -> None:
    prepared = ready("USt. %\tUSt.-Betrag\n19\t163,16")
    text = prepared.layout.pages[0].text
    apart = columns_apart(prepared.layout, 0)
    assert len(apart) == len(text)
    wanted = Wanted("t", "VAT", "The total tax", ValueType("money"))
    picks = answer([prepared], wanted).picks
    assert [pick.text for pick in picks] == ["163,16"]


def test_an_amount_keeps_the_currency_that_stands_before_it() -> None:
    picks = answer(
        [ready("RECEIPT TOTAL EUR 960.00\nup to EUR 25,000.00 more")],
        Wanted("t", "Receipt total", "The total of the receipt", ValueType("money")),
    ).picks
    assert [pick.value for pick in picks] == [{"amount": "960.00", "currency": "EUR"}]


def test_dates_that_stand_right_behind_a_name_are_no_part_of_it() -> None:
    prepared = ready("Nonpartisan Friends of Trade 05/04/20 / 05/10/20")
    found = prepared.pool("name", ValueType("text")).candidates
    assert "Nonpartisan Friends of Trade" in found.texts


def test_a_plain_line_between_two_of_an_address_does_not_break_it() -> None:
    street, quarter, town = "14 Hafen Street,", "Quarter North", "20457 Hamburg"
    whole = wordy_looks(f"{street}\n{quarter}\n{town}")
    parts = wordy_looks(f"{street}\n{town}")
    fit = WORDY.index("lines_fit")
    assert whole[fit] > parts[fit]
    assert wordy_looks(f"{street}\nTel. 040 1234567\n{town}")[fit] < parts[fit]
