"""What a field asks for, from its words."""

from __future__ import annotations

from casework.extraction.concepts import lexicon
from casework.extraction.meaning import Intent, meaning
from casework.types.values import TypeName, ValueType


def meant(name: str, instruction: str = "", kind: TypeName = "text") -> Intent:
    return meaning(name, instruction, ValueType(kind), lexicon())


def test_a_name_in_any_language_means_the_same_concept() -> None:
    for name in ("Due date", "Fälligkeitsdatum", "date d'échéance", "Fecha de vencimiento"):
        assert meant(name, kind="date").means("due_date"), name


def test_the_name_decides_over_the_description() -> None:
    intent = meant("net", "Total without tax", "money")
    assert intent.means("net")
    assert not intent.means("total")


def test_a_list_in_the_description_names_several_labels() -> None:
    intent = meant("contract_num", "Contract, order or invoice number")
    assert intent.means("contract_number")
    assert intent.means("order_number")
    assert intent.means("invoice_number")
    assert intent.shape == "id"


def test_a_field_that_no_label_is_known_for_is_looked_for_by_its_name() -> None:
    intent = meant("Hydration index", kind="number")
    assert not intent.main
    assert ("hydration index", 1.0) in intent.phrases


def test_a_quoted_label_in_the_instruction_is_a_label() -> None:
    assert ("klasse b", 1.0) in meant("Share", "Stands at 'Klasse B'", "percent").phrases


def test_the_ends_of_a_period_are_told_apart() -> None:
    assert meant("flight_from", "First date of the flight", "date").edge == "first"
    assert meant("flight_to", "Last date of the flight", "date").edge == "last"


def test_a_concept_of_another_type_is_not_meant() -> None:
    assert not meant("Total", kind="date").means("total")


def test_a_total_before_payments_is_not_what_is_left_to_pay() -> None:
    left = lexicon().by_name["amount_due"].index
    plain = meant("Total due", "The total including tax.", "money")
    before = meant("Total due", "The total including tax, before payments made.", "money")
    assert before.weight[left] < plain.weight[left]


def test_a_length_of_time_is_looked_for_as_one_whatever_its_type() -> None:
    assert meant("Notice period", kind="quantity").shape == "duration"
    assert meant("Notice period", kind="text").shape == "duration"
    assert meant("Floor area", kind="quantity").shape == "quantity"
