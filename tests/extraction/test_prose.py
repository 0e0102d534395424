"""Sentences that state dates, lengths of time and laws, in wording of many agreements."""

from __future__ import annotations

import pytest

from casework.extraction.extract import Answer, Wanted, answer
from casework.types.values import Json, TypeName, ValueType
from tests.extraction.typeset import ready


def ask(text: str, name: str, kind: TypeName = "text", instruction: str = "") -> Answer:
    return answer([ready(text)], Wanted(name, name, instruction, ValueType(kind)))


def value(found: Answer) -> Json:
    assert len(found.picks) == 1, found.reason
    return found.picks[0].value


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("This Deed is governed by the law of Queensland.", "Queensland"),
        ("The laws of Alberta and its federal laws shall govern this deed.", "Alberta"),
        ("The law of Ireland applies to this contract.", "Ireland"),
        (
            "Auf dieses Verhältnis ist österreichisches Recht anzuwenden.",
            "österreichisches Recht",
        ),
        ("Es gilt deutsches Recht.", "deutsches Recht"),
        ("Le présent contrat est soumis au droit suisse.", "suisse"),
        ("Este contrato se regirá por la legislación mexicana.", "mexicana"),
    ],
)
def test_the_governing_law_is_read_from_its_sentence(text: str, law: str) -> None:
    assert value(ask(text, "Governing law")) == law


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("The term of this Licence is eighteen (18) months.", "18", "month"),
        ("It continues for an initial term of 2 years.", "2", "year"),
        ("Der Vertrag wird auf die Dauer von drei Jahren fest abgeschlossen.", "3", "year"),
        ("Le contrat est conclu pour une durée ferme de six mois.", "6", "month"),
        ("El contrato tendrá una duración de cinco años.", "5", "year"),
    ],
)
def test_the_term_is_a_quantity_of_time(text: str, amount: str, unit: str) -> None:
    assert value(ask(text, "Term", "quantity")) == {"amount": amount, "unit": unit}


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("Either side may end it on not less than sixty (60) days' written notice.", "60", "day"),
        ("You may cancel at any time by giving us two weeks' notice in writing.", "2", "week"),
        ("A party ends it by giving notice at least 90 days before a year ends.", "90", "day"),
        ("Er ist mit einer Frist von sechs Wochen zum Quartalsende kündbar.", "6", "week"),
        ("Die Kündigungsfrist beträgt vier Monate.", "4", "month"),
        ("Chaque partie peut y mettre fin avec un préavis d'un mois.", "1", "month"),
        ("Podrá resolverse con una antelación mínima de treinta días.", "30", "day"),
    ],
)  # fmt: skip
def test_the_notice_period_is_read_from_its_sentence(text: str, amount: str, unit: str) -> None:
    assert value(ask(text, "Notice period", "quantity")) == {"amount": amount, "unit": unit}


def test_days_to_remedy_a_breach_are_no_notice_period() -> None:
    text = "A party may terminate if a breach is not remedied within thirty days after notice."
    assert ask(text, "Notice period", "quantity").picks == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "THIS DEED is made on 3 March 2022 between A and B.\n\nIt takes effect on 1 May 2022.",
            "2022-05-01",
        ),
        (
            "Dieser Vertrag wird am 3. März 2022 geschlossen. Er tritt am 1. Mai 2022 in Kraft.",
            "2022-05-01",
        ),
        ("Fait le 3 mars 2022. Le contrat prend effet le 1er mai 2022.", "2022-05-01"),
        (
            "Work begins on 1 May 2022, and this agreement applies from that day.\n\n3 March 2022",
            "2022-05-01",
        ),
    ],
)
def test_the_date_of_effect_is_not_the_date_of_the_agreement(text: str, day: str) -> None:
    assert value(ask(text, "Effective date", "date")) == day


def test_a_date_that_may_be_absent_is_not_replaced_by_another() -> None:
    text = "Agreement date: 27 November 2023\n\nSketches are due on 31 January 2024."
    assert value(ask(text, "Agreement date", "date")) == "2023-11-27"
    told = "The date from which it applies. Absent if the agreement names no such date."
    assert ask(text, "Effective date", "date", told).picks == ()


@pytest.mark.parametrize(
    "text",
    [
        "Versicherungsbeginn\t01.10.2023\nVersicherungsablauf\t30.09.2024",
        "Versicherungsdauer:\t01.10.2023 – 30.09.2024",
        "Das Fahrzeug ist vom 01.10.2023 bis 30.09.2024 versichert.\n"
        "Versicherungsschutz besteht vom 01.10.2023 bis zum 30.09.2024.",
    ],
)
def test_a_policy_begins_and_ends_under_german_labels_and_in_a_period(text: str) -> None:
    assert value(ask(text, "Policy start", "date")) == "2023-10-01"
    assert value(ask(text, "Policy end", "date")) == "2024-09-30"


def test_an_invoice_is_dated_by_its_title_line() -> None:
    text = "Stand: 01.02.2018\n\nHandelsrechnung Nr. 4711 vom 05.03.2020\n\nLieferdatum 04.03.2020"
    assert value(ask(text, "Invoice date", "date")) == "2020-03-05"
