"""Columns find their steps by name, meaning or likeness; what is not clear is asked."""

from __future__ import annotations

import pytest

from casework.base.errors import CaseworkError, UsageError
from casework.procedures.compile import compile_procedure
from casework.sdk.importing.columns import Columns, learnable, map_columns, pick_column
from casework.types.procedure import Procedure

TEXT = """# Bills

## Seller
The company that issued the bill.

## Bill date
- type: date

## Total due
- type: money

## Net
- type: money

## Lines
- type: table: Item, Amount (money)

## Twice
- type: money
`{Net} * 2`
"""


@pytest.fixture(scope="module")
def procedure() -> Procedure:
    return compile_procedure(TEXT)


def _map(procedure: Procedure, headings: str, *said: str, key: int | None = 0) -> Columns:
    names = dict(enumerate(headings.split(",")))
    return map_columns(names, procedure, said, key)


def _found(columns: Columns) -> dict[str, str]:
    return {one.heading: one.step_id for one in columns.mapped}


def test_only_steps_that_one_value_of_a_document_fills_learn(procedure: Procedure) -> None:
    assert [step.id for step in learnable(procedure)] == ["seller", "bill-date", "total-due", "net"]


def test_the_same_name_in_any_writing_is_the_step(procedure: Procedure) -> None:
    columns = _map(procedure, "File,SELLER,bill_date,values.Total due")
    assert _found(columns) == {
        "SELLER": "seller",
        "bill_date": "bill-date",
        "values.Total due": "total-due",
    }
    assert {one.how for one in columns.mapped} == {"the same name"}
    assert (columns.steps_without, columns.left) == (("Net",), ())


def test_what_the_lexicon_knows_as_one_thing_is_one_in_other_languages_too(
    procedure: Procedure,
) -> None:
    columns = _map(procedure, "Datei,Lieferant,Rechnungsdatum,Nettobetrag,Bearbeiter")
    assert _found(columns) == {
        "Lieferant": "seller",
        "Rechnungsdatum": "bill-date",
        "Nettobetrag": "net",
    }
    assert columns.left == ("Bearbeiter",)
    assert columns.steps_without == ("Total due",)


def test_a_similar_name_is_taken_where_no_other_comes_near(procedure: Procedure) -> None:
    (one,) = _map(procedure, "File,Totl due").mapped
    assert (one.step_id, one.how) == ("total-due", "a similar name")


def test_two_columns_that_may_be_of_one_step_are_asked_for(procedure: Procedure) -> None:
    columns = _map(procedure, "File,Supplier,Vendor,Net")
    assert _found(columns) == {"Net": "net"}
    assert [(one.heading, one.steps) for one in columns.asked] == [
        ("Supplier", ("Seller",)),
        ("Vendor", ("Seller",)),
    ]
    assert "Seller" not in columns.steps_without


def test_a_column_of_the_very_name_needs_no_question(procedure: Procedure) -> None:
    columns = _map(procedure, "File,Seller,Vendor")
    assert (_found(columns), columns.asked, columns.left) == (
        {"Seller": "seller"},
        (),
        ("Vendor",),
    )


def test_what_a_person_says_holds(procedure: Procedure) -> None:
    columns = _map(procedure, "File,Supplier,Vendor,Net", "vendor=Seller", "Net=")
    assert _found(columns) == {"Vendor": "seller"}
    assert columns.mapped[0].how == "as you said"
    assert (columns.asked, columns.left) == ((), ("Supplier", "Net"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("Vendor",), "does not say which step"),
        (("Nothing=Seller",), "no column 'Nothing'"),
        (("Vendor=Colour",), "no step 'Colour'"),
        (("Vendor=Twice",), "Twice learns nothing"),
        (("Vendor=Seller", "Net=Seller"), "Two columns are said"),
    ],
)
def test_what_a_person_says_wrongly_is_refused(
    procedure: Procedure, said: tuple[str, ...], told: str
) -> None:
    with pytest.raises(CaseworkError) as caught:
        _map(procedure, "File,Vendor,Net", *said)
    assert told in str(caught.value)


def test_the_column_that_names_the_case_is_of_no_step(procedure: Procedure) -> None:
    assert _found(_map(procedure, "Seller,Net", key=0)) == {"Net": "net"}


def test_a_column_is_picked_by_its_heading_or_the_end_of_it() -> None:
    headings = {0: "Invoice No", 1: "Invoice Date", 2: "values.total"}
    assert pick_column(headings, "invoice  no") == 0
    assert pick_column(headings, "total") == 2
    for wrong in ("Invoice", "", "Sum"):
        with pytest.raises(UsageError, match="has no column"):
            pick_column(headings, wrong)
