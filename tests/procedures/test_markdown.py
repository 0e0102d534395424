"""Reading the Markdown of a procedure, and giving it back byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.procedures.markdown import code_spans, lone_code_spans, parse, write
from tests.procedures.texts import ANY_TEXT, INVOICE


@given(ANY_TEXT)
def test_any_text_is_given_back_byte_for_byte(text: str) -> None:
    assert write(parse(text)) == text


@given(st.text(alphabet="#-*:` ~\r\n\tab{}\ufeff\x0b\x85\u2028", max_size=60))
def test_any_text_of_markdown_signs_is_given_back_byte_for_byte(text: str) -> None:
    assert write(parse(text)) == text


def test_the_title_the_preamble_and_the_steps_are_told_apart() -> None:
    source = parse(INVOICE)
    assert source.title == "Supplier invoice check"
    assert source.preamble.startswith("Amounts are in the currency")
    assert [step.name for step in source.steps][:3] == ["Supplier", "Net", "VAT"]


def test_positions_are_those_of_the_text() -> None:
    source = parse(INVOICE)
    lines = INVOICE.split("\n")
    for step in source.steps:
        assert lines[step.heading].endswith(step.name)
        for key in step.keys:
            assert lines[key.first].startswith(f"- {key.name}: {key.value}")


def test_text_before_the_title_speaks_to_every_step_too() -> None:
    assert parse("Above.\n# T\nBelow.\n## A\n").preamble == "Above.\n\nBelow."


def test_without_a_title_the_first_heading_is_a_step() -> None:
    source = parse("## A\nx\n## B\n")
    assert (source.title, [step.name for step in source.steps]) == ("", ["A", "B"])


def test_steps_have_the_level_of_the_first_heading_below_the_title() -> None:
    source = parse("# T\n### A\n#### Part of A\n### B\n")
    assert [step.name for step in source.steps] == ["A", "B"]
    assert "#### Part of A" in source.lines_of(source.steps[0].body, source.steps[0].end)


def test_a_heading_above_the_level_of_the_steps_is_noticed() -> None:
    assert parse("# T\n### A\n## Part\n### B\n").above == (2,)


def test_a_deeper_heading_with_a_key_list_is_noticed() -> None:
    assert parse("## A\n### Part\ntext\n### B\n- type: money\n").below == (3,)


@pytest.mark.parametrize("fence", ["```", "````", "~~~", "```python"])
def test_a_heading_inside_a_code_fence_is_code(fence: str) -> None:
    close = fence.replace("python", "")
    source = parse(f"## A\n{fence}\n## not a step\n``\n{close}\n## B\n")
    assert [step.name for step in source.steps] == ["A", "B"]
    assert source.open_fence == -1


def test_a_shorter_fence_does_not_close_a_longer_one() -> None:
    source = parse("## A\n````\n```\n## inside\n````\n## B\n")
    assert [step.name for step in source.steps] == ["A", "B"]


def test_a_fence_that_never_ends_is_noticed() -> None:
    assert parse("## A\n\n```\n## B\n").open_fence == 2


def test_code_between_three_backticks_on_one_line_is_no_fence() -> None:
    assert [step.name for step in parse("## A\n```x```\n## B\n").steps] == ["A", "B"]


def test_a_byte_order_mark_does_not_hide_the_title() -> None:
    assert parse("\ufeff# T\n## A\n").title == "T"


def test_windows_line_ends_are_read_like_any_other() -> None:
    source = parse("# T\r\n## A\r\n- type: money\r\nText\r\n")
    assert source.steps[0].keys[0].value == "money"
    assert source.lines_of(source.steps[0].body, source.steps[0].end) == "Text"


def test_closing_marks_of_a_heading_do_not_belong_to_its_name() -> None:
    assert [s.name for s in parse("## A ##\n## C# \n##\n").steps] == ["A", "C#", ""]


def test_a_blank_line_may_stand_above_the_key_list_and_in_it() -> None:
    (step,) = parse("## A\n\n- type: money\n\n- by: person\n\nText\n").steps
    assert [(key.name, key.value) for key in step.keys] == [("type", "money"), ("by", "person")]


def test_keys_may_be_written_with_capitals_and_other_bullets() -> None:
    (step,) = parse("## A\n* Type: money\n+ BY: person\n").steps
    assert [key.name for key in step.keys] == ["type", "by"]


def test_a_value_may_go_on_in_the_next_line_or_as_nested_bullets() -> None:
    (step,) = parse(
        "## A\n- type: choice: pay,\n  query\n- from:\n  - mail\n  - claim\n    form\nX"
    ).steps
    assert step.keys[0].value == "choice: pay, query"
    assert step.keys[1].items == ("mail", "claim form")
    assert (step.keys[1].first, step.keys[1].end, step.body) == (3, 7, 7)


@pytest.mark.parametrize(
    "bullets",
    [
        "- Pay: when all is well\n- Query: otherwise\n",
        "- the supplier: its full name\n",
        "- plain words\n",
        "1. first\n2. second\n",
        "- https://example.com\n",
    ],
)
def test_a_plain_list_in_an_instruction_is_not_eaten(bullets: str) -> None:
    (step,) = parse(f"## A\n{bullets}").steps
    assert step.keys == ()


def test_a_list_of_the_instruction_below_the_keys_is_not_eaten() -> None:
    (step,) = parse("## A\n- type: text\n- Pay when all is well.\n- Query: otherwise.\n").steps
    assert [key.name for key in step.keys] == ["type"]
    (step,) = parse("## A\n- type: text\n\n- note: a word of the instruction\n").steps
    assert [key.name for key in step.keys] == ["type"]


def test_a_misspelt_key_is_kept_as_a_key_so_that_it_can_be_told() -> None:
    (step,) = parse("## A\n- tpye: money\n- by: person\n- colour: red\n").steps
    assert [key.name for key in step.keys] == ["tpye", "by", "colour"]


def test_code_spans_may_go_over_lines_and_hold_backticks() -> None:
    spans = code_spans("a `one\ntwo` b ``x ` y`` c")
    assert [span.content for span in spans] == ["one\ntwo", "x ` y"]


def test_code_spans_do_not_reach_over_a_blank_line_nor_into_a_fence() -> None:
    assert code_spans("a ` b\n\nc ` d\n```\n`in a fence`\n```\n") == ()


def test_only_a_code_span_with_its_lines_to_itself_is_alone() -> None:
    spans = lone_code_spans("See `a` here.\n  `b`\n- `c`\n`d\n+ e`\n")
    assert [span.content for span in spans] == ["b", "d\n+ e"]
