"""What passes by a promise, what it asks a person to look at, and what it leaves to the proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.review.acceptance import Acceptance
from casework.review.queue import AUDIT, Grounds, accepted_by_bound, review_reason, wants_person
from casework.types.case import Cell
from casework.types.label import Label
from casework.types.procedure import Step
from casework.types.proof import Proof
from casework.types.values import ValueType
from tests.review.cells import STEP, absent, judged, valued

PASSING = Acceptance(0.91, frozenset({"meaning"}))
WEAK = Proof("unproved", note="no quote was given")
RULE = Step("check", "Check", ValueType("yes/no"), "rule", references=("net",))


def sure(confidence: float | None, proof: Proof = WEAK, **more: object) -> Cell:
    """A cell with a value of this confidence."""
    cell = valued("12", proof)
    assert cell.machine is not None
    outcome = replace(cell.machine.outcome, confidence=confidence, **more)  # type: ignore[arg-type]
    return replace(cell, machine=replace(cell.machine, outcome=outcome))


def test_a_value_at_or_above_the_threshold_passes_with_weak_proof() -> None:
    assert review_reason(STEP, sure(0.91), "", PASSING) == ""
    assert accepted_by_bound(STEP, sure(0.91), PASSING)
    assert review_reason(STEP, sure(0.91), "") == "unproved: no quote was given"


def test_a_value_below_the_threshold_is_looked_at_with_the_best_proof() -> None:
    cell = sure(0.62, valued("12").machine.outcome.proof)  # type: ignore[union-attr]
    assert review_reason(STEP, cell) == ""
    told = "unsure: 0.62, and values are accepted from 0.91"
    assert review_reason(STEP, cell, "", PASSING) == told
    assert not accepted_by_bound(STEP, cell, PASSING)


def test_two_confidences_that_are_near_are_told_with_enough_figures() -> None:
    close = replace(PASSING, threshold=0.9126)
    assert review_reason(STEP, sure(0.9121), "", close) == (
        "unsure: 0.9121, and values are accepted from 0.9126"
    )
    assert "0.90, and values are accepted from 0.91" in review_reason(STEP, sure(0.9), "", close)


def test_an_absence_passes_as_a_value_does() -> None:
    cell = absent("not_found")
    assert cell.machine is not None
    outcome = replace(cell.machine.outcome, confidence=0.95)
    cell = replace(cell, machine=replace(cell.machine, outcome=outcome))
    assert review_reason(STEP, cell, "", PASSING) == ""


@pytest.mark.parametrize(
    "acceptance",
    [
        None,
        replace(PASSING, threshold=None),
        replace(PASSING, suspended="5 of the last 9 were wrong"),
        replace(PASSING, marks=frozenset({"another meaning"})),
        replace(PASSING, versions=frozenset({"v2"})),
    ],
)
def test_without_a_certificate_that_holds_the_proof_decides(acceptance: Acceptance | None) -> None:
    assert review_reason(STEP, sure(0.99), "", acceptance) == "unproved: no quote was given"
    assert not accepted_by_bound(STEP, sure(0.99), acceptance)
    solid = valued("12").machine.outcome.proof  # type: ignore[union-attr]
    assert review_reason(STEP, sure(0.2, solid), "", acceptance) == ""


def test_what_was_not_measured_is_left_to_the_proof() -> None:
    assert review_reason(STEP, sure(None), "", PASSING) == "unproved: no quote was given"


def test_a_confidence_of_the_version_at_work_passes() -> None:
    acceptance = replace(PASSING, versions=frozenset({"v2"}))
    told = sure(0.95, label=Label(frozenset({"learned:v2"})))
    assert review_reason(STEP, told, "", acceptance) == ""


def test_conflicts_failures_and_what_is_always_reviewed_never_pass() -> None:
    torn = sure(0.99, kind="absent", value=None, absence="conflict", reason="two places")
    assert review_reason(STEP, torn, "", PASSING) == "conflict: two places"
    failed = Cell("case", "net", "failed", "it broke", machine=sure(0.99).machine)
    assert review_reason(STEP, failed, "", PASSING) == "it broke"
    always = replace(STEP, review="always")
    solid = valued("12").machine.outcome.proof  # type: ignore[union-attr]
    assert review_reason(always, sure(0.99, solid), "", PASSING) == "always reviewed"
    later = replace(judged(sure(0.99), "corrected", "13"), machine=valued("14", id="new").machine)
    assert "disagrees" in review_reason(STEP, later, "", PASSING)


def test_a_drawn_cell_is_read_first_however_sure_the_machine_is() -> None:
    drawn = replace(PASSING, drawn=frozenset({"case"}))
    assert review_reason(STEP, sure(0.99), "", drawn) == AUDIT
    assert not accepted_by_bound(STEP, sure(0.99), drawn)
    before = replace(drawn, threshold=None)
    assert review_reason(STEP, sure(0.99), "", before) == AUDIT
    assert review_reason(STEP, judged(sure(0.99), "accepted", "12"), "", drawn) == ""
    assert review_reason(STEP, sure(None), "", drawn) == "unproved: no quote was given"


def test_a_rule_passes_when_all_it_rests_on_passes() -> None:
    derived = replace(valued(True, Proof("derived", steps=("net",))), step_id="check")
    passing = {"net": PASSING}
    high = {"net": (STEP, sure(0.95)), "check": (RULE, derived)}
    low = {"net": (STEP, sure(0.5)), "check": (RULE, derived)}
    assert Grounds(high).of("check") == "rests on Net, which is not proved"
    assert Grounds(high, passing).of("check") == ""
    assert Grounds(low, passing).of("check") == "rests on Net, which is not sure enough"
    cells = {id: cell for id, (_, cell) in high.items()}
    assert not wants_person([STEP, RULE], cells, passing)
    assert wants_person([STEP, RULE], cells)
