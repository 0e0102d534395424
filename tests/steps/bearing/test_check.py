"""Every invention is marked, and good sentences are mostly let through."""

from __future__ import annotations

import pytest

from casework.steps.bearing.check import problem_of
from tests.steps.bearing import agreement, loan, water
from tests.steps.bearing.claim import ground, told
from tests.steps.bearing.sentences import GOOD, INVENTED, Labelled

_MOST_WRONGLY_MARKED = 0.2


@pytest.mark.parametrize("labelled", INVENTED, ids=lambda one: one[0])
def test_an_invention_is_marked_with_a_reason(labelled: Labelled) -> None:
    assert told(*labelled)


@pytest.mark.parametrize("labelled", water.INVENTED, ids=lambda one: one[0])
def test_an_invention_about_a_claim_is_marked(labelled: tuple[str, str]) -> None:
    assert water.told(*labelled)


@pytest.mark.parametrize("labelled", loan.INVENTED, ids=lambda one: one[0])
def test_an_invention_about_a_loan_is_marked(labelled: tuple[str, str]) -> None:
    assert loan.told(*labelled)


@pytest.mark.parametrize("labelled", agreement.INVENTED, ids=lambda one: one[0])
def test_an_invention_about_an_agreement_is_marked(labelled: Labelled) -> None:
    assert agreement.told(*labelled)


def test_few_good_sentences_are_marked() -> None:
    good = [
        *((labelled[0], told(*labelled)) for labelled in GOOD),
        *((labelled[0], water.told(*labelled)) for labelled in water.GOOD),
        *((labelled[0], agreement.told(*labelled)) for labelled in agreement.GOOD),
        *((labelled[0], loan.told(*labelled)) for labelled in loan.GOOD),
    ]
    marked = [sentence for sentence, problem in good if problem]
    assert len(good) >= 130
    assert len(marked) / len(good) < _MOST_WRONGLY_MARKED, marked


@pytest.mark.parametrize(
    ("sentence", "cells", "words"),
    [
        ("The net amount is EUR 500.00.", "net", "stands in nothing"),
        ("The VAT is EUR 12,300.00.", "net vat", "is not “VAT”"),
        ("The sums do not agree.", "sums-agree", "Sums agree is yes"),
        ("The tax number is stated.", "tax-number-stated", "Tax number stated is no"),
        ("There is no receipt.", "receipt", "does not say that there is none"),
        ("The net amount is EUR 12,300.00.", "", "rests on nothing"),
        ("It is.", "net", "nothing that could be checked"),
        ("Net. " * 300, "net", "too long"),
        ("Desks: amount EUR 300.00.", "lines", "another row"),
    ],
)
def test_the_reason_says_what_is_wrong(sentence: str, cells: str, words: str) -> None:
    assert words in told(sentence, cells)


@pytest.mark.parametrize(
    ("sentence", "quotes", "words"),
    [
        ("The tenant may sublet the flat.", "roof", "do not stand together"),
        ("The landlord may charge interest of 5 %.", "interest", "leaves out “If”"),
        ("The lease says “the rent is EUR 900.00”.", "rent", "letter by letter"),
    ],
)
def test_a_passage_is_not_turned_round(sentence: str, quotes: str, words: str) -> None:
    assert words in told(sentence, "", quotes)


def test_words_of_the_title_name_the_case_and_claim_nothing() -> None:
    sentence = "The invoice states a net amount of EUR 12,300.00."
    assert problem_of(sentence, ground("net", topics="Supplier invoice check")) == ""
    assert "“invoice”" in problem_of(sentence, ground("net", topics="Leases"))
