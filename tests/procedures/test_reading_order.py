"""The key `readers`: read, refused with line and fix, compared, set and taken out."""

from __future__ import annotations

import pytest

from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.difference import compare
from casework.procedures.edit import set_key


def procedure(keys: str) -> str:
    return f"# P\n\n## Total\n{keys}The total.\n"


@pytest.mark.parametrize(
    ("keys", "readers"),
    [
        ("- readers: embedded, small, default\n", ("embedded", "small", "default")),
        ("- readers: `Embedded`, house:big-2\n", ("embedded", "house:big-2")),
        ("- readers: small, best\n", ("small", "best")),
        ("", ()),
    ],
)
def test_readers_are_named_in_their_order(keys: str, readers: tuple[str, ...]) -> None:
    assert compile_procedure(procedure(keys)).steps[0].readers == readers


@pytest.mark.parametrize(
    ("keys", "code", "line", "fix"),
    [
        ("- readers: small\n", "bad_value", 4, "Write model: small"),
        ("- readers: default\n", "bad_value", 4, "Take the line out"),
        ("- readers: small, embedded\n", "bad_value", 4, "Put it first: embedded, small."),
        ("- readers: best, best\n", "bad_value", 4, "Name it once."),
        ("- readers: embedded, smal\n", "bad_value", 4, "Did you mean small?"),
        ("- readers: embedded, vision\n", "bad_value", 4, "provider:model"),
        ("- readers:\n", "key_empty", 4, "Write a value"),
        ("- readers: embedded, best\n- model: best\n", "key_not_for", 5, "Keep one"),
        ("- readers: embedded, best\n- second: yes\n", "key_not_for", 5, "Keep one"),
        ("- type: table: a, b\n- readers: embedded, best\n", "key_not_for", 5, "- model: small"),
        ("- type: document\n- readers: embedded, best\n", "key_not_for", 5, "- model: small"),
        ("- by: person\n- readers: embedded, best\n", "key_not_for", 5, "by: document"),
    ],
)
def test_an_order_that_cannot_be_meant_is_told_with_line_and_fix(
    keys: str, code: str, line: int, fix: str
) -> None:
    (mistake,) = check(procedure(keys))
    assert (mistake.code, mistake.line) == (f"procedure.{code}", line)
    assert fix in mistake.fix


def test_a_third_reader_beside_an_order_is_told() -> None:
    codes = [one.line for one in check(procedure("- readers: embedded, best\n- third: small\n"))]
    assert 5 in codes


def test_a_changed_order_is_told_in_words_and_reruns() -> None:
    old, new = (
        compile_procedure(procedure(f"- readers: {told}\n"))
        for told in ("embedded, best", "embedded, small, best")
    )
    (change,) = compare(old, new)
    assert change.words == (
        "Total: the order of readers was embedded, best and is embedded, small, best."
    )
    assert change.reruns


def test_the_key_is_set_and_taken_out_without_touching_another_line() -> None:
    text = procedure("- type: money\n")
    edited = set_key(text, "Total", "readers", "embedded, default")
    assert edited == procedure("- type: money\n- readers: embedded, default\n")
    assert set_key(edited, "Total", "readers", "") == text
