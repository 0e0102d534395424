"""What changed between two versions, and what looks like a rename."""

from __future__ import annotations

import pytest

from casework.procedures.compile import compile_procedure
from casework.procedures.difference import ambiguous_renames, compare
from casework.procedures.rename import rename
from tests.procedures.texts import INVOICE


def changes(after: str, before: str = INVOICE) -> list[tuple[str, str, bool]]:
    found = compare(compile_procedure(before), compile_procedure(after))
    return [(change.kind, change.words, change.reruns) for change in found]


def test_the_same_text_has_no_changes() -> None:
    assert changes(INVOICE) == []


def test_other_line_breaks_are_no_change() -> None:
    assert changes(INVOICE.replace("issued the invoice, not", "issued  the\ninvoice,   not")) == []


def test_a_rename_is_one_change_that_reruns_nothing() -> None:
    assert changes(rename(INVOICE, "Total due", "Amount due")) == [
        ("renamed", "Total due is now called Amount due.", False)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words", "reruns"),
    [
        ("not the one billed", "or its agent", "Supplier: the instruction changed.", True),
        (
            "{Net} + {VAT} ==",
            "{Net} ==",
            "Sums agree: the rule was `{Net} + {VAT} == {Total due}` and is "
            "`{Net} == {Total due}`.",
            True,
        ),
        (
            "## VAT\n- type: money",
            "## VAT\n- type: money: EUR",
            "VAT: the type was money and is money: EUR.",
            True,
        ),
        (
            "- review: always",
            "- review: never",
            "Decision: the review was always and is never.",
            False,
        ),
        (
            "- review: always\n",
            "- review: always\n- owner: Anna\n",
            "Decision: the owner is new: Anna.",
            False,
        ),
        (
            "## VAT\n",
            "## VAT\n- when: {Net} > 0\n",
            "VAT: the condition is new: `{Net} > 0`.",
            True,
        ),
        (
            "## VAT\n",
            "## VAT\n- from: mail\n",
            "VAT: the kind of documents it reads is new: mail.",
            True,
        ),
        ("Norton", "Weston", "The text above the steps changed; it speaks to 5 of 6 steps.", True),
    ],
)
def test_a_change_is_told_in_words(old: str, new: str, words: str, reruns: bool) -> None:
    assert [change[1:] for change in changes(INVOICE.replace(old, new))] == [(words, reruns)]


def test_new_and_gone_steps_are_told() -> None:
    text = INVOICE.replace("## Supplier\n", "## Date\n- type: date\n\n## Supplier\n")
    assert changes(text) == [("added", "Date is new: date, filled by document.", True)]
    assert changes(INVOICE, text) == [
        ("removed", "Date is gone; its cells are kept and no longer shown.", False)
    ]


def test_another_order_is_told_and_reruns_nothing() -> None:
    text = "## A\nx\n\n## B\ny\n"
    assert changes("## B\ny\n\n## A\nx\n", text) == [
        ("moved", "The steps stand in another order.", False)
    ]


def test_a_heading_that_changed_without_an_id_is_reported_and_not_guessed() -> None:
    after = INVOICE.replace("Total due", "Amount due")
    old, new = compile_procedure(INVOICE), compile_procedure(after)
    (found,) = ambiguous_renames(old, new)
    assert (found.old_name, found.new_name) == ("Total due", "Amount due")
    assert "same step?" in found.words
    assert 'casework procedure rename "Total due" "Amount due"' in found.words
    assert {change.kind for change in compare(old, new)} >= {"added", "removed"}


def test_several_renames_are_paired_by_what_the_steps_say() -> None:
    old = compile_procedure("## One\nThe name of the seller.\n\n## Two\nThe day of delivery.\n")
    new = compile_procedure("## Day\nThe day of delivery.\n\n## Seller\nThe name of the seller.\n")
    assert [(r.old_name, r.new_name) for r in ambiguous_renames(old, new)] == [
        ("One", "Seller"),
        ("Two", "Day"),
    ]


def test_steps_that_have_nothing_in_common_are_no_rename() -> None:
    old = compile_procedure("## One\nThe name of the seller.\n\n## Two\nThe day of delivery.\n")
    new = compile_procedure("## Zip\n- type: number\n")
    assert ambiguous_renames(old, new) == ()


def test_a_rename_with_an_id_is_not_reported() -> None:
    after = compile_procedure(rename(INVOICE, "Total due", "Amount due"))
    assert ambiguous_renames(compile_procedure(INVOICE), after) == ()
