"""Law 3: what a person says is a layer above the machine, and it says something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import ConflictError, UsageError
from casework.review.decide import Decision, Shown, agrees, as_read_blind, decide
from casework.types.case import Cell, Outcome
from casework.types.values import Json, ValueType
from casework.types.verdict import VerdictKind
from tests.review.cells import CITED, STEP, absent, judged, valued


def test_accepting_takes_the_value_of_the_machine_and_names_the_outcome() -> None:
    verdict = decide(STEP, valued("12"), Decision("accepted", "ann"), FrozenClock())
    assert (verdict.value, verdict.against, verdict.who) == ("12", "outcome", "ann")


def test_accepting_an_absence_takes_the_absence() -> None:
    verdict = decide(STEP, absent("not_found"), Decision("accepted", "ann"), FrozenClock())
    assert (verdict.value, verdict.absence) == (None, "not_found")


def test_a_conflict_cannot_be_accepted_since_nobody_would_be_asked_again() -> None:
    with pytest.raises(ConflictError, match="which one holds"):
        decide(STEP, absent("conflict"), Decision("accepted", "ann"), FrozenClock())


@pytest.mark.parametrize("kind", ["accepted", "adopted"])
def test_a_cell_without_a_result_has_nothing_to_accept(kind: VerdictKind) -> None:
    with pytest.raises(ConflictError, match="nothing to accept: it is set aside"):
        decide(STEP, Cell("case", "net", "set_aside"), Decision(kind, "ann"), FrozenClock())


def test_a_correction_says_one_thing() -> None:
    clock = FrozenClock()
    with pytest.raises(UsageError, match="no value"):
        decide(STEP, valued("12"), Decision("corrected", "ann"), clock)
    both = Decision("corrected", "ann", value="13", absence="not_found")
    with pytest.raises(UsageError, match="one of the two"):
        decide(STEP, valued("12"), both, clock)
    assert (
        decide(STEP, valued("12"), Decision("corrected", "ann", value=False), clock).value is False
    )


def test_only_a_decision_can_be_taken_back() -> None:
    with pytest.raises(ConflictError, match="no decision"):
        decide(STEP, valued("12"), Decision("undone", "ann"), FrozenClock())


def test_an_accepted_value_keeps_its_proof_while_the_machine_says_the_same() -> None:
    accepted = judged(valued("12"), "accepted", "12")
    effective = accepted.effective()
    assert effective is not None
    assert effective.proof == CITED


def test_an_accepted_value_is_proved_by_the_person_once_the_machine_says_another() -> None:
    later = judged(valued("13", id="later"), "accepted", "12")
    effective = later.effective()
    assert effective is not None
    assert (effective.value, effective.proof.kind) == ("12", "person")
    assert later.conflict


def test_a_new_value_after_a_rejection_is_no_conflict() -> None:
    cell = judged(valued("13", id="later"), "rejected", None)
    assert not cell.conflict
    assert cell.effective() is None


def test_how_a_cell_came_before_a_person_is_kept() -> None:
    shown = Shown("picked at random", 0.25, "audit", blind=True, seconds=4.5)
    verdict = decide(STEP, valued("12"), Decision("accepted", "ann", shown=shown), FrozenClock())
    assert (verdict.shown_because, verdict.shown_probability) == ("picked at random", 0.25)
    assert (verdict.stream, verdict.blind, verdict.seconds) == ("audit", True, 4.5)


@pytest.mark.parametrize(
    ("found", "value", "absence", "same"),
    [
        ("12.0", "12", "", True),
        ("12", "13", "", False),
        ("12", None, "not_found", False),
        (None, "12", "", False),
        (None, None, "not_found", True),
        (None, None, "stated_absent", True),
        (None, None, "unreadable", False),
    ],
)
def test_what_was_read_is_compared_by_the_type_of_the_step(
    found: str | None, value: Json, absence: str, same: bool
) -> None:
    step = replace(STEP, type=ValueType("number"))
    cell = absent("not_found") if found is None else valued(found)
    assert cell.machine is not None
    assert agrees(step, cell.machine.outcome, value, absence) is same


def test_a_blind_reading_accepts_what_says_the_same_and_corrects_the_rest() -> None:
    machine = valued("Alder Ltd").machine
    assert machine is not None
    same = as_read_blind(STEP, machine.outcome, Decision("corrected", "ann", value="ALDER LTD."))
    assert (same.kind, same.value) == ("accepted", None)
    other = Decision("corrected", "ann", value="Birch Ltd")
    assert as_read_blind(STEP, machine.outcome, other) == other


def test_a_failure_agrees_with_nobody() -> None:
    assert not agrees(STEP, Outcome("failed", reason="it broke"), None, "not_found")
