"""What is part of a step's meaning, and what is not."""

from __future__ import annotations

import pytest

from casework.base.hashing import digest
from casework.procedures.compile import compile_procedure
from casework.procedures.meaning import meaning_of
from casework.procedures.rename import rename
from casework.types.procedure import Method
from tests.procedures.texts import INVOICE

METHOD = Method("embedded", "3")


def meanings(text: str, method: Method = METHOD) -> dict[str, str]:
    procedure = compile_procedure(text)
    return {step.id: digest(meaning_of(step, procedure, method)) for step in procedure.steps}


def changed(text: str, method: Method = METHOD) -> set[str]:
    before, after = meanings(INVOICE), meanings(text, method)
    return {id for id in before if before[id] != after[id]}


def test_a_meaning_can_be_read() -> None:
    procedure = compile_procedure(INVOICE)
    assert meaning_of(procedure.step("total-due"), procedure, METHOD) == {
        "name": "total due",
        "instruction": "The amount payable, including tax.",
        "preamble": 'Amounts are in the currency of the invoice. "We" are Norton Ltd.',
        "type": {"name": "money"},
        "by": "document",
        "method": "embedded",
        "method_version": "3",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the one billed.", "the one billed.   "),
        ("issued the invoice, not", "issued\nthe   invoice, not"),
        ("`{Net} + {VAT}", "`{Net}   +\n{VAT}"),
        ("{Sums agree} is yes", "{sums  AGREE} is yes"),
        ("- review: always", "- review: never\n- owner: Anna"),
        ("`{Net}", "Adds up.\n\n`{Net}"),
        ("\n", "\r\n"),
        ("# Supplier invoice check", "# Another title"),
        ("## Net\n", "## NET\n"),
        ("## Supplier\n", "## Supplier\n- by: document\n- type: text\n"),
    ],
)
def test_what_does_not_change_the_meaning(old: str, new: str) -> None:
    assert changed(INVOICE.replace(old, new)) == set()


@pytest.mark.parametrize("name", ["Supplier", "Net", "Total due", "Sums agree", "Decision"])
def test_a_rename_changes_nothing(name: str) -> None:
    assert changed(rename(INVOICE, name, "Quite another name")) == set()


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("the one billed", "its agent", {"supplier"}),
        ("{Net} + {VAT} ==", "{VAT} + {Net} ==", {"sums-agree"}),
        ("pay, query, reject", "pay, query", {"decision"}),
        ("## Net\n", "## Net\n- model: small\n", {"net"}),
        ("## Net\n", "## Net\n- from: mail\n", {"net"}),
        ("## Net\n", "## Net\n- when: {Supplier} is not missing\n", {"net"}),
        ("## Net\n- type: money", "## Net\n- type: money: EUR", {"net"}),
        ("{Supplier} is on", "{Net} is on", {"decision"}),
        (
            "Norton",
            "Weston",
            {"supplier", "net", "vat", "total-due", "decision"},
        ),
    ],
)
def test_what_changes_the_meaning_of_which_steps(old: str, new: str, ids: set[str]) -> None:
    assert changed(INVOICE.replace(old, new)) == ids


@pytest.mark.parametrize(
    "method",
    [
        Method("embedded", "4"),
        Method("other", "3"),
        Method("embedded", "3", model="small"),
        Method("embedded", "3", settings={"temperature": 1}),
    ],
)
def test_another_method_model_or_setting_is_another_meaning(method: Method) -> None:
    assert len(changed(INVOICE, method)) == 6


def test_what_limits_a_method_is_no_part_of_the_meaning() -> None:
    assert changed(INVOICE, Method("embedded", "3", resource="queue")) == set()
