"""Options of a choice in the words of documents."""

from __future__ import annotations

import pytest

from casework.extraction.candidates.options import other_words
from casework.extraction.extract import Answer, Wanted, answer
from casework.types.values import ValueType
from tests.extraction.typeset import ready

CAUSES = ("water", "fire", "storm", "theft", "glass", "other")


def cause(text: str) -> Answer:
    kind = ValueType("choice", options=CAUSES)
    return answer([ready(text)], Wanted("c", "Cause of loss", "", kind))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("Schadenursache\tOrkan", "storm"),
        ("Ursache:\tEinbruchdiebstahl", "theft"),
        ("Cause du sinistre :\tDégât des eaux", "water"),
        ("Causa del siniestro:\tIncendio", "fire"),
        ("Schadenart:\tGlasbruch", "glass"),
    ],
)
def test_an_option_is_known_in_another_language(text: str, option: str) -> None:
    found = cause(text)
    assert [pick.value for pick in found.picks] == [option]


def test_the_citation_is_the_word_of_the_document() -> None:
    assert cause("Schadenursache\tOrkan").picks[0].text == "Orkan"


def test_a_word_that_is_an_option_itself_means_only_that_option() -> None:
    words = other_words(("fire", "Brand"))
    assert "brand" not in words
    assert "feuer" not in words


def test_options_that_no_list_has_have_no_other_words() -> None:
    assert other_words(("tier one", "tier two")) == {}
