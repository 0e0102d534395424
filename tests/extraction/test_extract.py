"""The door: fields of small documents are filled, or said to be empty."""

from __future__ import annotations

import pytest

from casework.extraction.extract import Answer, Prepared, Wanted, answer
from casework.extraction.version import extractor_version
from casework.types.values import Field, Json, TypeName, ValueType
from tests.extraction.typeset import document, ready

INVOICE = """
Northwind Paper Ltd
12 Mill Lane
London SW1A 1AA

Invoice number:\tNP-2025-117
Invoice date:\t3 May 2025
Due date:\t2 June 2025
Bill to:\tAlder Books Limited

Description\tQuantity\tUnit price\tAmount
Copy paper A4\t10\t4.50\t45.00
Envelopes C5\t4\t2.50\t10.00

Subtotal\t\t\t55.00
VAT 20 %\t\t\t11.00
Total due\t\t\tGBP 66.00
Discount:\tnone
"""

RECHNUNG = """
Musterfirma GmbH
Hauptstraße 5
80331 München

Rechnungsnummer:\tR-4711
Rechnungsdatum:\t05.03.2024
Fälligkeitsdatum:\t04.04.2024

Nettobetrag\t100,00 €
Umsatzsteuer 19 %\t19,00 €
Gesamtbetrag\t119,00 €
"""

AGREEMENT = """
CONSULTING AGREEMENT

This Agreement is entered into as of March 3, 2021 by and between Birch Harbor, Inc.,
a Delaware corporation (the "Client"), and Quarry Systems LLC (the "Consultant").

1. Services. The Consultant shall advise the Client.

2. Term. This Agreement shall continue for a period of two (2) years from its date.

3. Termination. Either party may terminate this Agreement upon thirty (30) days written
notice to the other party.

4. Governing Law. This Agreement shall be governed by the laws of the State of Oregon,
without regard to conflicts of laws.
"""


def ask(
    what: str,
    kind: TypeName = "text",
    *documents: Prepared,
    instruction: str = "",
    many: bool = False,
    options: tuple[str, ...] = (),
) -> Answer:
    wanted = Wanted(what, what, instruction, ValueType(kind, many=many, options=options))
    return answer(documents, wanted)


def value(found: Answer) -> Json:
    assert len(found.picks) == 1, found
    return found.picks[0].value


def test_the_fields_of_an_english_invoice_are_found_beside_their_labels() -> None:
    page = ready(INVOICE)
    assert value(ask("Invoice number", "text", page)) == "NP-2025-117"
    assert value(ask("Invoice date", "date", page)) == "2025-05-03"
    assert value(ask("Due date", "date", page)) == "2025-06-02"
    assert value(ask("Customer", "text", page)) == "Alder Books Limited"
    total = value(ask("Total", "money", page, instruction="The amount payable, including tax."))
    assert total == {"amount": "66.00", "currency": "GBP"}


def test_the_nearest_label_decides_between_net_tax_and_total() -> None:
    page = ready(RECHNUNG)
    amounts = [value(ask(name, "money", page)) for name in ("Net", "VAT", "Total")]
    assert [each["amount"] for each in amounts if isinstance(each, dict)] == [
        "100.00",
        "19.00",
        "119.00",
    ]


def test_a_question_in_english_is_answered_from_a_german_page() -> None:
    page = ready(RECHNUNG)
    assert value(ask("Invoice number", "text", page)) == "R-4711"
    assert value(ask("Due date", "date", page)) == "2024-04-04"
    assert value(ask("Supplier", "text", page)) == "Musterfirma GmbH"


def test_a_question_in_german_is_answered_from_an_english_page() -> None:
    page = ready(INVOICE)
    assert value(ask("Fälligkeitsdatum", "date", page)) == "2025-06-02"
    assert value(ask("Rechnungsnummer", "text", page)) == "NP-2025-117"


def test_every_pick_is_a_piece_of_the_text_of_its_page() -> None:
    source = document(INVOICE)
    page = ready(INVOICE)
    for name, kind in (("Total", "money"), ("Due date", "date"), ("Address", "text")):
        for pick in ask(name, kind, page).picks:  # type: ignore[arg-type]
            text = source.pages[pick.page - 1].text
            assert text[pick.start : pick.end] == pick.text


def test_an_address_runs_over_its_lines() -> None:
    found = value(
        ask("Address", "text", ready(INVOICE), instruction="Postal address of the supplier")
    )
    assert found == "12 Mill Lane London SW1A 1AA"


def test_what_a_document_does_not_have_is_not_found_and_says_where_it_was_looked_for() -> None:
    found = ask("Policy number", "text", ready(AGREEMENT, name="agreement.pdf"))
    assert found.picks == ()
    assert found.absence == "not_found"
    assert "Policy number" in found.reason
    assert "agreement.pdf, page 1" in found.reason
    assert found.searched[0].pages == (1,)


@pytest.mark.parametrize("name", ["Patient name", "Landlord", "Employer", "Property address"])
def test_a_name_or_address_without_its_label_is_not_guessed(name: str) -> None:
    assert ask(name, "text", ready(INVOICE)).absence == "not_found"


def test_a_document_that_says_none_at_the_label_states_the_absence() -> None:
    found = ask("Discount", "money", ready(INVOICE))
    assert found.picks == ()
    assert found.absence == "stated_absent"
    assert found.runners_up[0].text == "none"


def test_a_document_without_text_is_unreadable() -> None:
    found = ask("Total", "money", ready())
    assert found.absence == "unreadable"


def test_sentences_of_an_agreement_state_its_fields() -> None:
    page = ready(AGREEMENT)
    assert value(ask("Governing law", "text", page)) == "Oregon"
    assert value(ask("Effective date", "date", page)) == "2021-03-03"
    assert value(ask("Term", "text", page, instruction="How long it lasts")) == "2 years"


def test_parties_are_many() -> None:
    found = ask("Parties", "text", ready(AGREEMENT), many=True)
    assert {pick.value for pick in found.picks} == {"Birch Harbor, Inc.", "Quarry Systems LLC"}


def test_a_clause_is_the_whole_section_without_its_number() -> None:
    found = ask(
        "Termination", "text", ready(AGREEMENT), instruction="The termination clause itself"
    )
    text = str(value(found))
    assert text.startswith("Termination. Either party")
    assert text.endswith("notice to the other party.")


def test_the_best_of_several_documents_wins() -> None:
    found = ask(
        "Governing law", "text", ready(INVOICE, name="i.pdf"), ready(AGREEMENT, name="a.pdf")
    )
    assert found.picks[0].document_name == "a.pdf"


def test_documents_that_state_different_values_are_in_conflict() -> None:
    one = ready("Policy number: AB-1001\nInsured: Ann Lee", name="one.pdf")
    other = ready("Policy number: CD-2002\nInsured: Ann Lee", name="two.pdf")
    found = ask("Policy number", "text", one, other)
    assert found.absence == "conflict"
    assert {each.text for each in found.runners_up} == {"AB-1001", "CD-2002"}
    assert value(ask("Insured", "text", one, other)) == "Ann Lee"


@pytest.mark.parametrize(("told", "wanted"), [("yes", True), ("no", False)])
def test_yes_and_no_are_read_at_their_label(told: str, wanted: bool) -> None:
    page = ready(f"Police report:\t{told}\nDate:\t1 May 2024")
    assert value(ask("Police report", "yes/no", page)) is wanted


def test_a_choice_is_one_of_its_stated_words() -> None:
    page = ready("Type of loss:\tWater damage\nPaid by:\tCard")
    found = ask("Type of loss", "choice", page, options=("fire", "water damage", "theft"))
    assert value(found) == "water damage"


def test_a_table_is_read_by_its_header() -> None:
    kind = ValueType(
        "table",
        fields=(
            Field("description", ValueType("text")),
            Field("quantity", ValueType("number")),
            Field("unit price", ValueType("money")),
            Field("amount", ValueType("money")),
        ),
    )
    found = answer([ready(INVOICE)], Wanted("lines", "Lines", "Line items", kind))
    rows = found.picks[0].value
    assert isinstance(rows, list)
    assert [row["description"] for row in rows if isinstance(row, dict)] == [
        "Copy paper A4",
        "Envelopes C5",
    ]
    assert [row["quantity"] for row in rows if isinstance(row, dict)] == ["10", "4"]


def test_a_record_fills_each_of_its_fields() -> None:
    kind = ValueType(
        "record",
        fields=(Field("Invoice number", ValueType()), Field("Due date", ValueType("date"))),
    )
    found = answer([ready(INVOICE)], Wanted("head", "Head", "", kind))
    assert value(found) == {"Invoice number": "NP-2025-117", "Due date": "2025-06-02"}


def test_the_method_version_names_the_code_and_the_data() -> None:
    code, data = extractor_version().split(".")
    assert code.isdigit()
    assert len(data) == 12
