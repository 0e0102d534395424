"""Law 3: what a person says is a layer above the machine, and it says something."""

from __future__ import annotations

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import ConflictError, UsageError
from casework.review.decide import Decision, decide
from casework.types.case import Cell
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
