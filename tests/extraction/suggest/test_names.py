"""Fields proposed from documents of several languages have names of one."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.extraction.concepts import lexicon
from casework.extraction.meaning import meaning
from casework.extraction.prepared import Prepared, prepare
from casework.extraction.suggest.kinds import type_of_concept
from casework.extraction.suggest.names import heading_in, language_of_cases, name_of
from casework.extraction.suggest.propose import propose
from casework.types.values import ValueType

GERMAN = """RECHNUNG

Rechnungsnummer: R-{n}
Rechnungsdatum: {d}.03.2026
Kunde: Metallbau {n}
Gesamtbetrag: {n}19,00 EUR
"""
ENGLISH = """INVOICE

Invoice number: R-{n}
Invoice date: {d} March 2026
Customer: Quill {n} Ltd
Total: EUR {n}19.00
"""
FRENCH = """FACTURE

Numéro de facture: R-{n}
Date de facture: {d}.03.2026
Client: Atelier {n}
Total TTC: {n}19,00 EUR
"""


def _cases(folder: Path, *texts: str) -> list[list[Prepared]]:
    cases: list[list[Prepared]] = []
    for number, text in enumerate(texts, 1):
        path = folder / f"{number}.txt"
        path.write_text(text.format(n=number, d=number + 10), "utf-8")
        cases.append([prepare(open_document(path, path.name, Limits()).document, path.name)])
    return cases


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        ((GERMAN, GERMAN, GERMAN, ENGLISH, FRENCH), {"Rechnungsnummer", "Kunde", "Gesamtbetrag"}),
        ((ENGLISH, ENGLISH, ENGLISH, GERMAN, GERMAN), {"Invoice number", "Customer", "Total"}),
        ((FRENCH, FRENCH, FRENCH, GERMAN), {"Numéro de facture", "Client", "Total TTC"}),
    ],
)
def test_names_are_of_the_language_of_most_and_labels_of_all_are_one_field(
    tmp_path: Path, texts: tuple[str, ...], names: set[str]
) -> None:
    found = propose(_cases(tmp_path, *texts))
    by_name = {one.name: one for one in found}
    assert names <= set(by_name)
    assert all(by_name[name].found == len(texts) for name in names)
    others = {"Rechnungsnummer", "Invoice number", "Numéro de facture"} - names
    assert not others & set(by_name)


def test_where_the_files_leave_it_open_the_language_that_was_told_decides(tmp_path: Path) -> None:
    cases = _cases(tmp_path, GERMAN, ENGLISH, GERMAN, ENGLISH)
    assert language_of_cases(cases, "de") == "de"
    assert language_of_cases(cases, "en") == "en"
    assert language_of_cases(cases, "fr") in ("de", "en")
    assert language_of_cases(_cases(tmp_path, GERMAN, GERMAN, ENGLISH), "en") == "de"
    assert language_of_cases([], "es") == "es"


def test_a_field_without_a_label_in_the_language_has_the_word_of_the_language() -> None:
    concept = lexicon().by_name["order_number"]
    name = name_of(concept, type_of_concept(concept), Counter({"Order number": 3}), "de")
    assert name == "Bestellnummer"
    kept = name_of(concept, type_of_concept(concept), Counter({"Order number": 3}), "fi")
    assert kept == "Order number"


def test_headings_of_columns_follow() -> None:
    assert heading_in(Counter({"Quantity": 5, "Menge": 2}), "de") == "Menge"
    assert heading_in(Counter({"Quantity": 5}), "de") == "Menge"
    assert heading_in(Counter({"Zorblatt": 5}), "de") == "Zorblatt"


def test_a_word_that_bad_spacing_broke_is_mended() -> None:
    concept = lexicon().by_name["total"]
    written = Counter({"Br uttosumme": 9})
    assert name_of(concept, ValueType("money"), written, "de") == "Bruttosumme"


def test_every_name_means_what_it_names() -> None:
    path = resources.files("casework.extraction.suggest") / "names.json"
    for name, called in json.loads(path.read_text("utf-8"))["concepts"].items():
        concept = lexicon().by_name[name]
        for told in called.values():
            meant = meaning(told, "", type_of_concept(concept), lexicon()).main
            assert concept in meant, (name, told)
