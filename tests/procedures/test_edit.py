"""Edits of the text: what they change, and that they touch no other line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import CaseworkError, NotFoundError, UsageError
from casework.procedures.edit import find_step, key_of, set_instruction, set_key
from casework.procedures.markdown import KEYS, parse
from tests.procedures.texts import INVOICE, PROCEDURES, keeps


def test_a_key_is_changed_on_its_line() -> None:
    edited = set_key(INVOICE, "Net", "type", "number")
    assert edited == INVOICE.replace("## Net\n- type: money", "## Net\n- type: number")


def test_a_new_key_stands_below_the_others() -> None:
    edited = set_key(INVOICE, "decision", "owner", "Anna Berg")
    assert "- review: always\n- owner: Anna Berg\nPay when" in edited


def test_a_step_without_keys_gets_its_first_below_the_heading() -> None:
    assert "## Supplier\n- review: never\nThe company" in set_key(
        INVOICE, "Supplier", "review", "never"
    )


def test_an_empty_value_takes_the_key_out() -> None:
    edited = set_key(INVOICE, "Decision", "review", "")
    assert edited == INVOICE.replace("- review: always\n", "")
    assert set_key(INVOICE, "Supplier", "review", "") == INVOICE


def test_a_value_over_several_lines_becomes_one_line() -> None:
    text = "## A\n* type: choice: pay,\n  query\nText"
    assert set_key(text, "A", "type", "money") == "## A\n* type: money\nText"


def test_the_line_ends_of_the_file_are_kept() -> None:
    assert set_key("## A\r\nText", "A", "by", "person") == "## A\r\n- by: person\r\nText"
    assert set_key("## A", "A", "by", "person") == "## A\n- by: person"
    assert set_key("## A\n- by: person", "A", "by", "") == "## A"


def test_an_instruction_is_replaced_between_the_blank_lines_around_it() -> None:
    edited = set_instruction(INVOICE, "Total due", "What is to be paid.\n\nWith tax.")
    assert edited == INVOICE.replace(
        "The amount payable, including tax.", "What is to be paid.\n\nWith tax."
    )


def test_a_step_without_an_instruction_gets_one() -> None:
    edited = set_instruction(INVOICE, "Net", "Without tax.")
    assert edited == INVOICE.replace(
        "## Net\n- type: money\n\n", "## Net\n- type: money\nWithout tax.\n\n"
    )


def test_an_instruction_that_would_make_another_step_is_refused() -> None:
    for instruction in ("## New\nstep", "```\nnever closed"):
        with pytest.raises(UsageError, match="no longer be one step"):
            set_instruction(INVOICE, "Net", instruction)


def test_an_instruction_that_would_be_read_as_keys_is_refused() -> None:
    with pytest.raises(UsageError, match="read as keys"):
        set_instruction(INVOICE, "Supplier", "- type: money")


def test_an_unknown_step_or_key_is_told_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'Total due'"):
        set_key(INVOICE, "Totl due", "type", "money")
    with pytest.raises(UsageError, match="Did you mean review"):
        set_key(INVOICE, "Net", "reviews", "always")
    with pytest.raises(UsageError, match="several lines"):
        set_key(INVOICE, "Net", "owner", "a\nb")


@given(PROCEDURES, st.integers(0, 20), st.sampled_from(KEYS), st.sampled_from(["x", "a: b", ""]))
def test_setting_a_key_touches_only_its_own_lines(
    text: str, place: int, key: str, value: str
) -> None:
    steps = parse(text).steps
    name = steps[place % len(steps)].name
    try:
        edited = set_key(text, name, key, value)
    except CaseworkError:
        return
    step = find_step(parse(text), name)
    found = key_of(step, key)
    if found:
        same = [one for one in step.keys if one.name == key]
        last = found if value else same[-1]
        assert keeps(text, edited, found.first, last.end)
    elif not value:
        assert edited == text
    else:
        first = step.keys[0].first if step.keys else step.heading + 1
        end = step.keys[-1].end if step.keys else step.heading + 1
        assert keeps(text, edited, first, end)
    after = key_of(find_step(parse(edited), name), key)
    assert (after.value if after else "") == value


@given(PROCEDURES, st.integers(0, 20), st.sampled_from(["One.", "Two\nlines.", ""]))
def test_setting_an_instruction_touches_only_its_own_lines(
    text: str, place: int, instruction: str
) -> None:
    steps = parse(text).steps
    name = steps[place % len(steps)].name
    try:
        edited = set_instruction(text, name, instruction)
    except CaseworkError:
        return
    step = find_step(parse(text), name)
    assert keeps(text, edited, step.body, step.end)
    after = find_step(parse(edited), name)
    assert parse(edited).lines_of(after.body, after.end).strip() == instruction
    assert [key.value for key in after.keys] == [key.value for key in step.keys]
