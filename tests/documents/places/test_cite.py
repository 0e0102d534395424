"""Quotes as citations: located, and compared with a value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.documents.places.cite import cite
from casework.documents.places.locate import Hint, Locator
from casework.types.values import Json, ValueType
from tests.documents.pages import document

MONEY, DATE = ValueType("money"), ValueType("date")


def eur(amount: str, currency: str | None = "EUR") -> Json:
    return {"amount": amount, "currency": currency}


def test_a_citation_has_place_text_and_support() -> None:
    locator = Locator(document("Invoice", "Total due:  EUR 12.50\nby 31.12.2026"))
    told = cite(locator, "invoice.pdf", "Total due: EUR 12.50", eur("12.50"), MONEY)
    assert told.solid
    assert (told.page, told.start, told.end, told.grade) == (2, 0, 21, "normalised")
    assert (told.quote, told.asked) == ("Total due:  EUR 12.50", "Total due: EUR 12.50")
    assert (told.document, told.document_name) == ("ab" * 32, "invoice.pdf")
    assert len(told.boxes) == 1
    assert told.place == "line 1"


def test_a_quote_that_is_found_nowhere_is_cited_as_asked() -> None:
    told = cite(Locator(document("Invoice")), "a.pdf", "EUR 12.50", eur("12.50"), MONEY)
    assert (told.grade, told.page, told.start, told.end, told.boxes) == ("none", 0, 0, 0, ())
    assert told.quote == "EUR 12.50"
    assert not told.solid


@pytest.mark.parametrize(("confidence", "support"), [(0.95, "yes"), (0.41, "cannot_tell")])
def test_words_that_were_poorly_recognised_bear_no_value_for_sure(
    confidence: float, support: str
) -> None:
    made = document("Total due: EUR 12.50")
    page = replace(made.pages[0], read_by="ocr", confidences=(0.99, 0.98, 0.97, confidence))
    told = cite(Locator(replace(made, pages=(page,))), "scan", "EUR 12.50", eur("12.50"), MONEY)
    assert (told.grade, told.support) == ("exact", support)


def test_of_places_that_are_as_good_the_one_nearest_to_the_hinted_page_is_taken() -> None:
    locator = Locator(document("EUR 5.00", "EUR 5.00", "eur 5.00"))
    hinted = cite(locator, "a", "EUR 5.00", eur("5.00"), MONEY, hint=Hint(page=2))
    assert hinted.page == 2
    worse = cite(locator, "a", "EUR 5.00", eur("5.00"), MONEY, hint=Hint(page=3))
    assert (worse.page, worse.grade) == (2, "exact")


TRIMMED = ["Balance -50.00 today", "Balance 50.00- today", "50.00 million", "Net loss (50.00)"]


@pytest.mark.parametrize("text", TRIMMED)
def test_a_sign_or_scale_that_the_quote_left_out_still_counts(text: str) -> None:
    told = cite(Locator(document(text)), "a", "50.00", eur("50.00"), MONEY)
    assert (told.grade, told.support) == ("exact", "no")


def test_a_number_that_brackets_repeat_or_list_is_not_negative() -> None:
    type = ValueType("number")
    for text in ("thirty (30)", "one hundred (100)", "see note (12)"):
        number = text.split("(")[1][:-1]
        assert cite(Locator(document(text)), "a", number, number, type).support == "yes", text


def test_words_that_were_left_out_do_not_make_a_date() -> None:
    text = "paid on 31 March 2024 and again on 5 December 2024 in full"
    told = cite(Locator(document(text)), "a", "paid on 31 ... December 2024", "2024-12-31", DATE)
    assert (told.quote, told.grade) == ("paid on 31 … December 2024", "fuzzy")
    assert told.support == "cannot_tell"


def test_a_value_on_the_other_side_of_a_page_break_is_borne() -> None:
    text = document("the tenant pays a rent", "of EUR 950.00 every month for the rooms upstairs")
    told = cite(Locator(text), "a", "pays a rent of EUR 950.00", eur("950.00"), MONEY)
    assert (told.page, told.grade, told.support) == (2, "normalised", "yes")
    assert [(s.page, len(s.boxes)) for s in told.stretches] == [(1, 1), (2, 1)]
    assert told.quote == "pays a rent\nof EUR 950.00"


def test_what_stands_beside_a_quote_makes_it_doubtful() -> None:
    number = ValueType("number")
    for text in ("about 50 items", "50 to 60 items", "between 40 and 50", "x 50½", "not 50"):
        assert cite(Locator(document(text)), "a", "50", "50", number).support == "cannot_tell", text
    choice = ValueType("choice", options=("approved", "rejected"))
    for text in ("was not approved", "[ ] approved", "approved: no"):
        told = cite(Locator(document(text)), "a", "approved", "approved", choice)
        assert told.support == "cannot_tell", text


def test_a_quote_in_another_form_is_compared_by_what_the_document_says() -> None:
    text = document("Der Betrag von 1.234,50 EUR am 03.04.2024 und 12,50 EUR")
    told = cite(Locator(text), "a", "1234.50 EUR", eur("1234.50"), MONEY)
    assert (told.quote, told.asked, told.grade) == ("1.234,50 EUR", "1234.50 EUR", "normalised")
    assert told.solid
