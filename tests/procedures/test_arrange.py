"""Steps are added, moved and taken out, and no line of the others changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import UsageError
from casework.procedures.arrange import add_step, move_step, remove_step
from casework.procedures.markdown import parse

TEXT = "# Check\nFor all.\n\n## One\nFirst.\n\n## Two\n- type: money\n\n## Three\nThird.\n"
NAMES = ("One", "Two", "Three")


def names(text: str) -> list[str]:
    return [step.name for step in parse(text).steps]


def blocks(text: str) -> dict[str, str]:
    source = parse(text)
    return {step.name: source.lines_of(step.heading, step.last).strip() for step in source.steps}


def test_a_step_is_added_behind_another_or_at_the_end() -> None:
    assert names(add_step(TEXT, "New", after="One")) == ["One", "New", "Two", "Three"]
    assert add_step(TEXT, "New") == f"{TEXT}\n## New\n"
    assert add_step("", "New") == "## New\n"
    assert add_step("# Check\r\n", "New") == "# Check\r\n\r\n## New\r\n"


@pytest.mark.parametrize("name", ["", "{a}", "a `b`", "x ##"])
def test_what_is_no_heading_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        add_step(TEXT, name)


def test_a_step_that_is_added_and_taken_out_leaves_the_text_as_it_was() -> None:
    assert remove_step(add_step(TEXT, "New", after="Two"), "New") == TEXT


def test_steps_of_rows_move_below_their_table_alone() -> None:
    table = "## Lines\n- type: table: What, Amount (money)\n"
    text = f"# T\n\n{table}\n### A\nx\n\n### B\ny\n\n## End\nz\n"
    moved = move_step(text, "Lines.B")
    assert [step.name for step in parse(moved).steps[0].nested] == ["B", "A"]
    with pytest.raises(UsageError, match="beside each other"):
        move_step(text, "Lines.B", after="End")


@given(
    st.sampled_from(NAMES),
    st.sampled_from(("", *NAMES)),
    st.sampled_from(("\n", "\r\n")),
    st.booleans(),
)
def test_moving_changes_the_order_and_no_step(
    step: str, after: str, ending: str, ends: bool
) -> None:
    text = TEXT.replace("\n", ending)
    text = text if ends else text.removesuffix(ending)
    moved = move_step(text, step, after=after)
    assert blocks(moved) == blocks(text)
    assert parse(moved).preamble == parse(text).preamble
    order = [name for name in NAMES if name != step]
    place = order.index(after) + 1 if after and after != step else 0
    expected = list(NAMES) if after == step else [*order[:place], step, *order[place:]]
    assert names(moved) == expected
