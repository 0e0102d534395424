"""Law 4: location and support are two checks, and what fails them is not called proved."""

from __future__ import annotations

import pytest

from casework.steps.settle import Quote, prove, searched
from casework.types.values import Json, ValueType
from tests.steps.material import Shelf

MONEY, TEXT = ValueType("money"), ValueType("text")
LETTER = "Dear Sir,\n\nThe net amount is EUR 100.00.\nThe total due is EUR 119.00.\n"


def euros(amount: str) -> Json:
    return {"amount": amount, "currency": "EUR"}


async def test_a_quote_that_stands_there_and_bears_the_value_is_solid() -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    proof = prove(euros("119.00"), MONEY, [Quote("total due is EUR 119.00", "d1")], sources)
    (citation,) = proof.citations
    assert (proof.kind, proof.solid) == ("quoted", True)
    assert sources[0].document.pages[0].text[citation.start : citation.end] == citation.quote


async def test_a_quote_that_says_something_else_proves_nothing() -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    proof = prove(euros("119.00"), MONEY, [Quote("net amount is EUR 100.00", "d1")], sources)
    assert proof.kind == "unproved"
    assert proof.note == "the quote says something else: net amount is EUR 100.00"
    assert proof.citations[0].support == "no"


async def test_a_quote_that_stands_nowhere_proves_nothing() -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    proof = prove("Norton Ltd", TEXT, [Quote("Norton Ltd shall pay")], sources)
    assert (proof.kind, proof.solid) == ("unproved", False)
    assert proof.citations[0].page == 0


async def test_a_value_without_a_quote_is_unproved() -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    assert prove("x", TEXT, [], sources).kind == "unproved"


async def test_one_quote_in_two_that_stands_nowhere_is_told() -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    quotes = [Quote("total due is EUR 119.00"), Quote("payable by cheque in silver")]
    proof = prove(euros("119.00"), MONEY, quotes, sources)
    assert proof.kind == "quoted"
    assert not proof.solid
    assert proof.note == "not every quote stands in the document"


async def test_each_item_of_a_set_has_a_place_of_its_own() -> None:
    sources = await Shelf({"a.txt": "Parties: Alder Ltd and Birch GmbH.\n"}).sources()
    quotes = [Quote("Birch GmbH"), Quote("Alder Ltd")]
    proof = prove(["Alder Ltd", "Birch GmbH"], ValueType("text", many=True), quotes, sources)
    assert [citation.quote for citation in proof.citations] == ["Alder Ltd", "Birch GmbH"]
    assert proof.solid


async def test_an_item_that_no_quote_bears_keeps_a_set_from_being_solid() -> None:
    sources = await Shelf({"a.txt": "Parties: Alder Ltd and Birch GmbH.\n"}).sources()
    items: Json = ["Alder Ltd", "Cedar Inc"]
    proof = prove(items, ValueType("text", many=True), [Quote("Alder Ltd")], sources)
    assert not proof.solid


async def test_the_place_is_found_though_the_wrong_document_was_named() -> None:
    sources = await Shelf({"a.txt": "Nothing here.\n", "b.txt": LETTER}).sources()
    proof = prove(euros("119.00"), MONEY, [Quote("total due is EUR 119.00", "d1")], sources)
    assert proof.citations[0].document_name == "b.txt"


@pytest.mark.parametrize("number", ["d²", "d0", "d7", "d" + "9" * 5000, "d-1", "1", "d1; d2", "d"])
async def test_a_number_that_is_no_documents_hinders_nothing(number: str) -> None:
    sources = await Shelf({"a.txt": LETTER}).sources()
    proof = prove(euros("119.00"), MONEY, [Quote("total due is EUR 119.00", number)], sources)
    assert proof.solid


async def test_an_absence_names_the_pages_that_were_read() -> None:
    shelf = Shelf({"a.txt": LETTER})
    (looked,) = searched(await shelf.sources())
    assert (looked.document, looked.pages) == (shelf.members[0].sha256, (1,))


async def test_a_quote_that_stands_often_is_placed_beside_the_other_quotes() -> None:
    letter = "Net EUR 5.00\n\nFreight EUR 5.00\n\nTotal for the winter EUR 5.00\n"
    sources = await Shelf({"a.txt": letter}).sources()
    quotes = [Quote("EUR 5.00", "d1"), Quote("Total for the winter", "d1")]
    proof = prove(euros("5.00"), MONEY, quotes, sources)
    text = sources[0].document.pages[0].text
    assert proof.citations[0].start == text.rindex("EUR 5.00")
    assert [citation.alike for citation in proof.citations] == [3, 1]


REPORT = (
    "| EUR thousand | 2024 | 2023 |\n|---|---|---|\n| Revenue | 1,204 | 1,100 |\n"
    "| Employees | 52 | 49 |\n| Earnings per share | 1.10 | 0.90 |\n"
)


@pytest.mark.parametrize(
    ("quote", "amount", "support"),
    [
        ("1,204", "1204000.00", "yes"),
        ("Revenue | 1,204", "1204000.00", "yes"),
        ("1,204", "1204.00", "cannot_tell"),
        ("1,204", "1300000.00", "no"),
        ("1.10", "1.10", "yes"),
        ("1.10", "1100.00", "no"),
    ],
)
async def test_a_figure_of_a_table_is_read_by_the_scale_of_its_heading(
    quote: str, amount: str, support: str
) -> None:
    sources = await Shelf({"report.md": REPORT}).sources()
    (citation,) = prove(euros(amount), MONEY, [Quote(quote)], sources).citations
    assert (citation.page, citation.support) == (1, support)


async def test_a_figure_outside_of_the_table_has_not_its_scale() -> None:
    sources = await Shelf({"report.md": f"Dues are EUR 77 a year.\n\n{REPORT}"}).sources()
    (citation,) = prove(euros("77.00"), MONEY, [Quote("EUR 77")], sources).citations
    assert citation.support == "yes"


async def test_a_row_of_figures_of_several_scales_leaves_open_what_it_says() -> None:
    table = (
        "| Item | Pieces | EUR thousand |\n|---|---|---|\n| Pump | 3 | 120 |\n| Seal | 4 | 80 |\n"
    )
    sources = await Shelf({"list.md": table}).sources()
    (citation,) = prove(euros("80.00"), MONEY, [Quote("Seal | 4 | 80")], sources).citations
    assert citation.support == "cannot_tell"
