"""Line items are read from tables of every format; undeclared columns keep what is theirs."""

from __future__ import annotations

import pytest

from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.extraction.extract import Answer, Wanted, answer, prepare
from casework.types.values import Field, Json, TypeName, ValueType
from tests.extraction.typeset import ready

CSV = (
    "Item,Quantity,Unit price,Amount\nPaper A4,2,120.00,240.00\nInk,4,2.50,10.00\nTotal,,,250.00\n"
)
MARKDOWN = """# Order

| Item | Quantity | Unit price | Amount |
|---|---|---|---|
| Paper A4 | 2 | 120.00 | 240.00 |
| Ink | 4 | 2.50 | 10.00 |
"""
HTML = """<table><tr><th>Item</th><th>Quantity</th><th>Unit price</th><th>Amount</th></tr>
<tr><td>Paper A4</td><td>2</td><td>120.00</td><td>240.00</td></tr>
<tr><td>Ink</td><td>4</td><td>2.50</td><td>10.00</td></tr></table>"""
PAGE = """
Artikel\tMenge\tEinzelpreis\tGesamtbetrag
Papier A4\t2 Stk\t120,00 €\t240,00 €
Tinte\t4 Stk\t2,50 €\t10,00 €
Summe netto\t\t\t250,00 €
"""


def wanted(*fields: tuple[str, TypeName]) -> Wanted:
    kind = ValueType("table", fields=tuple(Field(n, ValueType(t)) for n, t in fields))
    return Wanted("lines", "Lines", "All lines", kind)


def of_file(name: str, text: str, *fields: tuple[str, TypeName]) -> Answer:
    document = parse(text.encode(), name, Limits()).document
    return answer([prepare(document, name)], wanted(*fields))


def rows(found: Answer) -> list[dict[str, Json]]:
    (pick,) = found.picks
    assert isinstance(pick.value, list)
    return [row for row in pick.value if isinstance(row, dict)]


def amounts(found: Answer, name: str) -> list[Json]:
    return [
        value["amount"] if isinstance(value := row.get(name), dict) else value
        for row in rows(found)
    ]


@pytest.mark.parametrize(("name", "text"), [("o.csv", CSV), ("o.md", MARKDOWN), ("o.html", HTML)])
def test_a_column_that_nobody_wants_owns_its_words(name: str, text: str) -> None:
    found = of_file(name, text, ("Item", "text"), ("Quantity", "number"), ("Amount", "money"))
    assert [row["Item"] for row in rows(found)] == ["Paper A4", "Ink"]
    assert [row["Quantity"] for row in rows(found)] == ["2", "4"]
    assert amounts(found, "Amount") == ["240.00", "10.00"]


def test_two_columns_are_enough_and_headings_of_another_language_too() -> None:
    found = answer([ready(PAGE)], wanted(("Description", "text"), ("Amount", "money")))
    assert [row["Description"] for row in rows(found)] == ["Papier A4", "Tinte"]
    assert amounts(found, "Amount") == ["240.00", "10.00"]


def test_the_sum_below_the_rows_is_no_row() -> None:
    found = answer([ready(PAGE)], wanted(("Item", "text"), ("Amount", "money")))
    assert len(rows(found)) == 2


def test_each_cell_has_a_place_of_its_own() -> None:
    page = ready(PAGE)
    found = answer([page], wanted(("Item", "text"), ("Amount", "money")))
    (pick,) = found.picks
    text = page.document.pages[0].text
    assert [(part.asked, text[part.start : part.end]) for part in pick.parts] == [
        ("Item, row 1", "Papier A4"),
        ("Amount, row 1", "240,00 €"),
        ("Item, row 2", "Tinte"),
        ("Amount, row 2", "10,00 €"),
    ]


def test_rows_over_two_pages_are_one_table() -> None:
    head = "Item\tQuantity\tAmount"
    first = "\n".join([head, *(f"Article {at}\t{at}\t{at}0.00" for at in range(1, 9))])
    second = "\n".join([head, *(f"Article {at}\t{at}\t{at}0.00" for at in range(9, 13))])
    found = answer(
        [ready(first, second)],
        wanted(("Item", "text"), ("Quantity", "number"), ("Amount", "money")),
    )
    assert [row["Quantity"] for row in rows(found)] == [str(at) for at in range(1, 13)]
    assert {part.page for part in found.picks[0].parts} == {1, 2}


def test_amounts_are_scaled_as_their_heading_says() -> None:
    text = "Segment,Revenue (EUR thousand),Employees\nPaper,120,14\nInk,80,9\n"
    found = of_file("s.csv", text, ("Segment", "text"), ("Revenue", "money"))
    assert [row["Revenue"] for row in rows(found)] == [
        {"amount": "120000.00", "currency": "EUR"},
        {"amount": "80000.00", "currency": "EUR"},
    ]


def test_a_table_without_the_wanted_columns_is_not_taken() -> None:
    found = of_file("o.csv", CSV, ("Diagnosis", "text"), ("Policy number", "text"))
    assert found.absence == "not_found"
