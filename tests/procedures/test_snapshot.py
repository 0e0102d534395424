"""A procedure that was made of functions, written down and read again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from casework.base.errors import UsageError
from casework.procedures.compile import compile_procedure
from casework.procedures.snapshot import restore, snapshot

TEXT = """# Order

Amounts are in the currency of the order.

## Supplier
- from: invoice, mail

## Net
- type: money: EUR
- owner: Ann

## Lines
- type: table
    - what: text
    - amount: money

## Twice
`{Net} * 2`

## Decision
- type: choice: pay, query
- when: {Twice} > 10
- review: always
Pay when {Supplier} is known.
"""


def test_what_is_read_again_is_what_was_written_without_its_lines() -> None:
    procedure = compile_procedure(TEXT, "order.md")
    again = restore(snapshot(procedure))
    placeless = [
        replace(
            step,
            line=0,
            rule=step.rule and replace(step.rule, line=0),
            when=step.when and replace(step.when, line=0),
        )
        for step in procedure.steps
    ]
    assert list(again.steps) == placeless
    assert (again.name, again.preamble, again.order) == (
        procedure.name,
        procedure.preamble,
        procedure.order,
    )
    assert again.step("decision").when is not None
    assert snapshot(again) == snapshot(procedure)


def test_a_step_that_only_moved_makes_no_other_snapshot() -> None:
    moved = compile_procedure(TEXT.replace("# Order\n", "# Order\n\n\n"), "order.md")
    assert snapshot(moved) == snapshot(compile_procedure(TEXT, "order.md"))


def test_a_snapshot_of_a_newer_casework_is_refused() -> None:
    told = {**json.loads(snapshot(compile_procedure(TEXT, "order.md"))), "format": 2}
    with pytest.raises(UsageError, match="another version"):
        restore(json.dumps(told))
