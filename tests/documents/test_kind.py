"""Kinds of documents, by name, title and format."""

from __future__ import annotations

import pytest

from casework.documents.kind import canonical_kind, kinds_of
from casework.types.case import CaseDocument
from tests.documents.samples import document, mail, pdf, xlsx


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Rechnung", "invoice"),
        ("Rechnungen", "invoice"),
        ("bills", "invoice"),
        ("E-Mail", "mail"),
        ("policies", "policy"),
        ("Déclaration de sinistre", "claim form"),
        ("claim  form", "claim form"),
        ("contrato de alquiler", "lease"),
        ("spreadsheet", "table"),
        ("Site Diary", "site diary"),
    ],
)
def test_a_synonym_becomes_the_canonical_word(word: str, kind: str) -> None:
    assert canonical_kind(word) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Rechnung_2024-03.pdf", "invoice"),
        ("ClaimForm.docx", "claim form"),
        ("07 policy-extract.pdf", "policy"),
        ("Reçu taxi.jpg", "receipt"),
    ],
)
def test_the_name_of_a_file_tells(name: str, kind: str) -> None:
    assert kind in kinds_of(name, None)


def test_the_title_tells_when_the_name_does_not() -> None:
    found = document(pdf([[(72, 80, "TAX INVOICE"), (72, 120, "Order number: 5")]]), "scan.pdf")
    assert kinds_of("scan0001.pdf", found) == ("invoice",)


def test_the_format_tells() -> None:
    assert "mail" in kinds_of("x.eml", document(mail().as_bytes(), "x.eml"))
    assert "table" in kinds_of("x.xlsx", document(xlsx(), "x.xlsx"))


def test_the_folder_tells_when_nothing_else_does() -> None:
    assert kinds_of("scan.bin", None, "claims/receipts") == ("receipt",)
    assert kinds_of("invoice.bin", None, "claims/receipts") == ("invoice",)
    assert kinds_of("scan.bin", None) == ()


def test_a_lease_answers_to_agreement_and_contract_too() -> None:
    kinds = kinds_of("Mietvertrag.pdf", None)
    case_document = CaseDocument("0", "Mietvertrag.pdf", kinds=kinds)
    assert case_document.is_a(canonical_kind("lease"))
    assert case_document.is_a(canonical_kind("Vertrag"))
    assert not case_document.is_a("invoice")
