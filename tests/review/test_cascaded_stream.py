"""Cells with several readers in the audit stream: a threshold is shown for what the first reader
says that is as sure, whoever answered the cell at the time."""

from __future__ import annotations

import pytest

from casework.review.acceptance import Acceptance, outvoted
from casework.review.bound import Audited, Checked, Promise, certify
from casework.review.queue import review_reason
from casework.review.stream import Answer, Covered, Readings, stream_of
from casework.types.case import Cell, Outcome, Recorded
from casework.types.procedure import Step
from casework.types.proof import Proof, Reading
from casework.types.trust import Audit, Earlier, Judged
from casework.types.values import ValueType

STEP = Step("total", "Total", ValueType("text"), "document")
COVERED = Covered({"total": frozenset({"m"})})


def same(step: str, one: Answer, other: Answer) -> bool:
    return one == other


def judged(kind: str = "accepted", **more: object) -> Judged:
    told: dict[str, object] = {
        "stream": "audit",
        "blind": True,
        "meaning": "m",
        "machine_value": "right",
        "earlier": (Earlier("wrong", "", 0.9),),
        **more,
    }
    return Judged("v", "case", "total", kind, "right", "", "ann", "t", **told)  # type: ignore[arg-type]


def checked(one: Judged) -> tuple[Checked, ...]:
    audits = {"case": Audit(0.1, False, "t")}
    documents = stream_of(Readings(audits, [one]), COVERED, same).documents
    return documents[0].audited.cells if documents else ()


def test_what_passes_at_a_threshold_is_what_the_first_reader_says_that_is_as_sure() -> None:
    first = Checked(0.8, wrong=True)
    cell = Checked(0.95, wrong=False, earlier=(first,))
    assert cell.at(0.9) is cell
    assert cell.at(0.8) is first
    assert cell.at(0.99) is None


def test_a_threshold_is_not_shown_by_answers_that_routing_would_replace() -> None:
    """Whoever is asked last was always right; whoever would answer at the threshold never."""
    wrong = Checked(0.7, wrong=True)
    stream = [Audited((Checked(0.99, wrong=False, earlier=(wrong,)),)) for _ in range(90)]
    certificate = certify(stream, [0.9, 0.6], Promise(0.05, 0.1))
    assert [level.certified for level in certificate.levels] == [True, False]
    assert certificate.threshold == 0.9


def test_a_reader_that_was_measured_is_audited_though_the_one_that_answered_was_not() -> None:
    assert checked(judged()) == (Checked(0.9, wrong=True),)
    right = judged(earlier=(Earlier("right", "", 0.9),))
    assert checked(right) == (Checked(0.9, wrong=False),)


def test_both_are_audited_where_both_were_measured() -> None:
    assert checked(judged(confidence=0.97)) == (
        Checked(0.97, wrong=False, earlier=(Checked(0.9, wrong=True),)),
    )


def test_a_rejection_speaks_against_every_reader() -> None:
    told = checked(judged("rejected", earlier=(Earlier("right", "", 0.9),), confidence=0.8))
    assert [told[0].wrong, told[0].earlier[0].wrong] == [True, True]


def test_an_answer_that_was_not_blind_speaks_only_against_a_reader() -> None:
    told = checked(judged(blind=False, confidence=0.97))
    assert told == (Checked(0.9, wrong=True),)


@pytest.mark.parametrize("absence", ["conflict", "unreadable", "failed"])
def test_what_is_always_passed_on_is_not_audited(absence: str) -> None:
    assert checked(judged(earlier=(Earlier(None, absence, 0.9),))) == ()


def cell(*readings: Reading, confidence: float | None) -> Cell:
    proof = Proof("derived", readings=readings)
    outcome = Outcome("value", value="right", proof=proof, confidence=confidence)
    recorded = Recorded("o", "f", 0, "m", {}, outcome, "r", "t")
    return Cell("case", "total", "value", machine=recorded)


def test_a_cell_does_not_pass_where_another_reader_is_as_sure_of_something_else() -> None:
    acceptance = Acceptance(0.9, frozenset({"m"}))
    other = Reading("embedded", "wrong", "", agrees=False, confidence=0.92)
    last = Reading("house:one", "right", "", agrees=True, confidence=0.97)
    found = cell(other, last, confidence=0.97)
    assert found.machine is not None
    assert not acceptance.passes(found.machine)
    assert outvoted(found.machine.outcome, 0.9) == "embedded"
    told = review_reason(STEP, found, acceptance=acceptance)
    assert told == "embedded is as sure of something else"


def test_a_cell_passes_where_the_other_reader_agrees_or_was_not_as_sure() -> None:
    acceptance = Acceptance(0.9, frozenset({"m"}))
    last = Reading("house:one", "right", "", agrees=True, confidence=0.97)
    for other in (
        Reading("embedded", "right", "", agrees=True, confidence=0.92),
        Reading("embedded", "wrong", "", agrees=False, confidence=0.5),
        Reading("embedded", "wrong", "", agrees=False),
    ):
        found = cell(other, last, confidence=0.97)
        assert found.machine is not None
        assert acceptance.passes(found.machine)


def test_a_case_is_audited_where_only_a_reader_that_passed_it_on_was_measured() -> None:
    acceptance = Acceptance(None, frozenset({"m"}), drawn=frozenset({"case"}))
    measured = Reading("embedded", "wrong", "", agrees=False, confidence=0.5)
    unmeasured = Reading("embedded", "wrong", "", agrees=False)
    assert acceptance.audits(cell(measured, confidence=None))
    assert not acceptance.audits(cell(unmeasured, confidence=None))


def test_a_cell_passes_by_a_reader_that_passed_it_on_and_says_the_same() -> None:
    acceptance = Acceptance(0.9, frozenset({"m"}))
    last = Reading("house:one", "right", "", agrees=True)
    sure = cell(
        Reading("embedded", "right", "", agrees=True, confidence=0.92), last, confidence=None
    )
    assert sure.machine is not None
    assert acceptance.passes(sure.machine)
    assert review_reason(STEP, sure, acceptance=acceptance) == ""


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (
            Reading("embedded", "right", "", agrees=True, confidence=0.5),
            "unsure: 0.50, and values are accepted from 0.90",
        ),
        (
            Reading("embedded", "wrong", "", agrees=False, confidence=0.5),
            "how sure the reader is that answered was not measured yet",
        ),
        (
            Reading("embedded", "wrong", "", agrees=False, confidence=0.95),
            "embedded is as sure of something else",
        ),
    ],
)
def test_what_nobody_was_sure_of_does_not_pass_beside_a_certificate_by_its_proof_alone(
    first: Reading, told: str
) -> None:
    last = Reading("house:one", "right", "", agrees=True)
    found = cell(first, last, confidence=None)
    assert review_reason(STEP, found, acceptance=Acceptance(0.9, frozenset({"m"}))) == told
