"""The lexicon: well formed, and the longest label wins."""

from __future__ import annotations

import pytest

from casework.extraction.concepts import Lexicon, build, lexicon
from casework.extraction.tokens import tokens
from casework.types.values import TYPE_NAMES


def named(text: str, known: Lexicon) -> list[set[str]]:
    found = known.matches(tokens(text))
    return [{known.concepts[index].name for index, _ in match.concepts} for match in found]


def test_the_longest_label_wins() -> None:
    assert named("Total excl. of GST", lexicon()) == [{"net"}]
    assert named("Total sales (inclusive of GST)", lexicon()) == [{"total"}]
    assert "subtotal" in named("Sub-Total", lexicon())[0]


def test_abbreviations_and_accents_do_not_matter() -> None:
    assert "invoice_number" in named("Inv. No", lexicon())[0]
    assert "due_date" in named("Fälligkeitsdatum", lexicon())[0]
    assert "due_date" in named("FALLIGKEITSDATUM", lexicon())[0]


def test_a_letter_that_a_scan_misread_does_not_matter() -> None:
    assert "advertiser" in named("Advertlser", lexicon())[0]


def test_words_that_stand_apart_make_no_label() -> None:
    known = lexicon()
    together = known.matches(["due", "date"], [True, False])
    apart = known.matches(["due", "date"], [True, True])
    assert len(together) == 1
    assert len(apart) == 2


def test_every_concept_is_well_formed() -> None:
    known = lexicon()
    for concept in known.concepts:
        assert concept.types <= set(TYPE_NAMES), concept.name
        assert set(concept.near) <= set(known.by_name), concept.name


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_usual_concepts_have_a_name_in_the_language(language: str) -> None:
    examples = {
        "en": "invoice number, due date, total, governing law, policy number, address",
        "de": "rechnungsnummer, fälligkeitsdatum, gesamtbetrag, anwendbares recht, "
        "versicherungsnummer, anschrift",
        "fr": "numéro de facture, date d'échéance, total ttc, droit applicable, "
        "numéro de police, adresse",
        "es": "número de factura, fecha de vencimiento, importe total, ley aplicable, "
        "número de póliza, dirección",
    }
    wanted = ["invoice_number", "due_date", "total", "governing_law", "policy_number", "address"]
    for phrase, concept in zip(examples[language].split(", "), wanted, strict=True):
        assert concept in set().union(*named(phrase, lexicon())), phrase


def test_a_phrase_may_offer_choices() -> None:
    known = build([{"concepts": {"a": {"types": ["text"], "en": ["red( deep|) blue"]}}}])
    assert named("red blue", known) == [{"a"}]
    assert named("red deep blue", known) == [{"a"}]
