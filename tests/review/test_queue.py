"""What a person is asked to look at, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.review.queue import Grounds, review_reason
from casework.types.case import AbsenceKind, Cell, Outcome
from casework.types.procedure import Step
from casework.types.proof import Citation, Claim, Grade, Proof, Support
from casework.types.values import ValueType
from tests.review.cells import STEP, absent, holding, judged, valued


def cited(grade: Grade, support: Support) -> Proof:
    return Proof("quoted", (Citation("d", "a.txt", 1, 0, 2, "12", (), grade, support),))


def test_a_solid_value_needs_nobody() -> None:
    assert review_reason(STEP, valued("12")) == ""


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (cited("none", "yes"), "the quote does not stand in the document"),
        (cited("exact", "no"), "the quote says something else: 12"),
        (cited("fuzzy", "yes"), "the quote was found only roughly"),
        (cited("exact", "cannot_tell"), "the quote could not be compared with the value"),
        (Proof("quoted"), "quoted, without a place"),
        (Proof("unproved", note="no quote was given"), "unproved: no quote was given"),
        (
            Proof("reasoned", claims=(Claim("so", ("net",)), Claim("thus", (), holds=False))),
            "reasoned: a claim points to nothing",
        ),
    ],
)
def test_a_weak_proof_is_looked_at_and_its_weakness_is_said(proof: Proof, words: str) -> None:
    assert review_reason(STEP, valued("12", proof)) == words


@pytest.mark.parametrize("absence", ["stated_absent", "not_found", "unreadable", "conflict"])
def test_an_absence_is_looked_at(absence: AbsenceKind) -> None:
    assert review_reason(STEP, absent(absence)) == f"{absence.replace('_', ' ')}: it is so"


def test_an_absence_that_follows_from_another_is_not_asked_about_again() -> None:
    assert review_reason(STEP, absent("not_applicable")) == ""
    assert review_reason(replace(STEP, review="always"), absent("not_applicable"))


def test_failures_are_looked_at_even_where_values_never_are() -> None:
    step = replace(STEP, review="never")
    assert review_reason(step, Cell("case", "net", "failed", "it broke")) == "it broke"
    assert review_reason(step, valued("12", cited("none", "no"))) == ""


def test_a_rule_that_says_no_is_looked_at() -> None:
    step = replace(STEP, by="rule", type=ValueType("yes/no"))
    outcome = Outcome("value", value=False, proof=Proof("derived", expression="x"))
    assert review_reason(step, holding(outcome)) == "the rule says no"


def test_a_wait_is_asked_about_only_when_it_is_for_a_person() -> None:
    waits = Cell("case", "net", "waiting", "waits for ann", waiting_for="person")
    assert review_reason(STEP, waits) == "waits for ann"
    assert review_reason(STEP, replace(waits, waiting_for="document")) == ""


def test_a_decision_ends_the_question_until_the_machine_disagrees() -> None:
    assert review_reason(STEP, judged(valued("12"), "corrected", "13")) == ""
    later = judged(valued("14", id="later"), "corrected", "13")
    assert review_reason(STEP, later) == "the machine's new value disagrees with a person's"


def test_a_rejected_value_needs_another_and_says_when_there_is_one() -> None:
    assert review_reason(STEP, judged(valued("12"), "rejected", None)) == (
        "rejected: needs another value"
    )
    later = judged(valued("14", id="later"), "rejected", None)
    assert review_reason(STEP, later) == "rejected: the machine found one since"


def test_a_conflict_asks_a_person_even_where_nobody_is_to_review() -> None:
    step = replace(STEP, review="never")
    assert review_reason(step, absent("conflict")) == "conflict: it is so"
    assert review_reason(step, absent("not_found")) == ""


def chained(id: str, *reads: str) -> tuple[Step, Cell]:
    """A step that reads others, with a value derived from them; without any, an unproved one."""
    proof = Proof("derived", steps=reads) if reads else Proof("unproved", note="nothing")
    return replace(STEP, id=id, name=id, references=reads), valued("1", proof)


def test_the_ground_of_a_long_chain_is_found_at_its_end() -> None:
    row = {"s0": chained("s0")}
    row |= {f"s{at}": chained(f"s{at}", f"s{at - 1}") for at in range(1, 5_000)}
    assert Grounds(row).of("s4999") == "rests on s0, which is not proved"


def test_values_that_rest_on_each_other_end_the_search() -> None:
    assert Grounds({"a": chained("a", "b"), "b": chained("b", "a")}).of("a") == ""
