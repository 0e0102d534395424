"""Renaming a step: heading and references change, the step stays the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import CaseworkError, ConflictError, NotFoundError, UsageError
from casework.procedures.compile import compile_procedure
from casework.procedures.edit import find_step, written_id
from casework.procedures.markdown import parse
from casework.procedures.meaning import meaning_of
from casework.procedures.rename import rename
from casework.types.procedure import Method
from tests.procedures.texts import INVOICE, PROCEDURES, lines_of


def test_heading_references_and_id_change_and_nothing_else() -> None:
    renamed = rename(INVOICE, "Total due", "Amount due")
    assert renamed == INVOICE.replace("## Total due\n", "## Amount due\n- id: total-due\n").replace(
        "{Total due}", "{Amount due}"
    )


def test_renaming_back_gives_the_same_text_again() -> None:
    assert rename(rename(INVOICE, "Net", "Sum without tax"), "Sum without tax", "Net") == INVOICE


def test_a_change_of_case_needs_no_id() -> None:
    assert "- id:" not in rename(INVOICE, "Total due", "TOTAL due")


def test_a_name_that_its_slug_cannot_tell_is_kept_whole() -> None:
    text = "## Prüfung & Zahlung\nText\n"
    renamed = rename(text, "Prüfung & Zahlung", "Check")
    assert renamed == "## Check\n- id: Prüfung & Zahlung\nText\n"
    assert rename(renamed, "Check", "Prüfung & Zahlung") == text


def test_an_id_that_stands_there_stays_under_a_third_name() -> None:
    twice = rename(rename(INVOICE, "Net", "One"), "One", "Two")
    assert "## Two\n- id: net\n- type: money" in twice


def test_references_in_any_spelling_and_over_line_ends_are_renamed() -> None:
    text = "## Total due\n\n## B\n- when: {total  DUE} > 5\nRead {Total\ndue}, not \\{Total due}.\n"
    renamed = rename(text, "Total due", "Sum")
    assert "- when: {Sum} > 5\nRead {Sum}\n, not \\{Total due}." in renamed


def test_what_is_no_reference_is_not_renamed() -> None:
    rest = "Read {}.\n```\n{{Net}}\n```\nThe Net.\n"
    text = '## Net\n\n## B\n- when: {Net} == "{Net}"\n' + rest.format("{Net}")
    assert rename(text, "Net", "Sum") == (
        '## Sum\n- id: net\n\n## B\n- when: {Sum} == "{Net}"\n' + rest.format("{Sum}")
    )


def test_closing_marks_and_spaces_of_the_heading_are_kept() -> None:
    assert rename("##   Net   ##  \nx", "net", "A ## B").startswith("##   A ## B   ##  \n")


def test_a_name_that_is_taken_or_cannot_be_one_is_refused() -> None:
    with pytest.raises(ConflictError, match="already, in line 10"):
        rename(INVOICE, "Net", "vat")
    for name in ("", "  ", "a {b}", "##", "`x`"):
        with pytest.raises(UsageError):
            rename(INVOICE, "Net", name)
    with pytest.raises(NotFoundError, match="Did you mean 'Supplier'"):
        rename(INVOICE, "Suplier", "Seller")


def test_a_heading_that_was_changed_by_hand_is_made_good() -> None:
    by_hand = INVOICE.replace("## Total due", "## Amount due")
    wanted = rename(INVOICE, "Total due", "Amount due")
    assert rename(by_hand, "Total due", "Amount due", before=INVOICE) == wanted
    assert rename(INVOICE, "Total due", "Amount due", before=INVOICE) == wanted
    everywhere = by_hand.replace("{Total due}", "{Amount due}")
    assert rename(everywhere, "total-due", "Amount due", before=INVOICE) == wanted


def test_a_step_that_was_always_there_is_not_taken_for_a_renamed_one() -> None:
    without = INVOICE.replace("## Total due\n", "")
    with pytest.raises(NotFoundError):
        rename(without, "Total due", "Net", before=INVOICE)


def test_a_rename_changes_the_meaning_of_no_step() -> None:
    before, method = compile_procedure(INVOICE), Method("any", "1")
    for old, new in (("Net", "Sum"), ("Supplier", "Seller"), ("Sums agree", "Add up")):
        after = compile_procedure(rename(INVOICE, old, new))
        for step in before.steps:
            same = after.step(step.id)
            assert meaning_of(step, before, method) == meaning_of(same, after, method)


@given(PROCEDURES, st.integers(0, 20), st.sampled_from(["Other", "net ", "Ää & Öö", "Total  due"]))
def test_a_rename_keeps_the_id_and_touches_only_heading_id_and_references(
    text: str, place: int, new: str
) -> None:
    source = parse(text)
    step = source.steps[place % len(source.steps)]
    try:
        renamed = rename(text, step.name, new)
    except CaseworkError:
        return
    step = find_step(source, step.name)
    after = find_step(parse(renamed), new)
    assert written_id(after) == written_id(step)
    own = {lines_of(text)[step.heading], lines_of(renamed)[after.heading]}

    def others(lines: list[str]) -> list[str]:
        """The lines that hold no reference, no id and not the heading."""
        signs = ("{", "}", "id:", "runs on")
        return [x for x in lines if x not in own and not any(sign in x for sign in signs)]

    stays, kept = others(lines_of(text)), others(lines_of(renamed))
    assert [line.strip("\r\n") for line in stays if line.strip()] == [
        line.strip("\r\n") for line in kept if line.strip()
    ]
