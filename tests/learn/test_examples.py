"""What people took becomes what a model learns from: candidates that are right, or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted, read
from casework.extraction.features import key_of
from casework.extraction.learned import MOST
from casework.extraction.meaning import meaning
from casework.learn.examples import plain, reviewed
from casework.types.learned import Taught
from casework.types.values import Json, ValueType
from tests.extraction.typeset import ready
from tests.learn.notes import FIELD, NAMES, cell, note


def _taught(value: Json, absence: str = "") -> Taught:
    return Taught("v", "case", "f", value, absence, ("d",), "verdict", "2026-01-01")


def _keys(value: Json, wanted: Wanted, *texts: str, absence: str = "") -> list[frozenset[str]]:
    """The right keys of what is learned from these documents."""
    documents = [ready(text, name=f"{at}.pdf") for at, text in enumerate(texts)]
    intent = meaning(wanted.name, wanted.instruction, wanted.type, lexicon())
    made = reviewed(_taught(value, absence), intent, read(documents, wanted), group="g")
    assert made is not None
    return [example.right for example in made.examples]


def test_the_candidates_that_say_what_a_person_took_are_right() -> None:
    (example,) = cell(0, "anna  BERG").examples
    assert example.right == {key_of("Anna Berg")}
    assert example.document == "case0:0"


def test_a_figure_is_right_however_it_is_written_and_without_its_currency() -> None:
    wanted = Wanted("total", "Total", "The amount payable", ValueType("money"))
    text = "INVOICE\n\nTotal:\t1,250.00\n"
    assert _keys({"amount": "1250", "currency": "EUR"}, wanted, text) == [{"1250.00"}]


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("money", {"amount": "12.50", "currency": "EUR"}, {"amount": "12.5"}, True),
        ("number", "7", "7.0", True),
        ("number", "7", "7.1", False),
        ("quantity", {"amount": "1", "unit": "kg"}, {"amount": "1", "unit": "m"}, False),
        ("text", "Acme Ltd.", "ACME LTD", True),
    ],
)
def test_values_are_compared_as_candidates_are(
    kind: str, one: Json, other: Json, same: bool
) -> None:
    assert (plain(one, kind) == plain(other, kind)) is same


def test_a_value_that_no_candidate_states_is_still_a_value() -> None:
    (example,) = cell(0, "Zacharias Unknown").examples
    assert example.right == {"?zachariasunknown"}


def test_a_case_learns_from_the_document_that_holds_the_value() -> None:
    texts = (note("Somebody Else", "Nobody Here"), note(NAMES[0], "Nobody Here"))
    assert _keys(NAMES[0], FIELD, *texts) == [{key_of(NAMES[0])}]


def test_what_no_document_states_is_learned_from_all_of_them() -> None:
    texts = (note(NAMES[0], NAMES[1]), note(NAMES[2], NAMES[3]))
    assert _keys(None, FIELD, *texts, absence="not_found") == [frozenset(), frozenset()]


def test_the_place_decides_between_documents_that_both_state_the_value() -> None:
    documents = [ready(note(NAMES[0], other), name=f"{other}.pdf") for other in NAMES[1:3]]
    intent = meaning(FIELD.name, FIELD.instruction, FIELD.type, lexicon())
    second = documents[1].document.sha256
    told = replace(_taught(NAMES[0]), places=((second, 1, 0, 3),))
    made = reviewed(told, intent, read(documents, FIELD), group="g")
    assert made is not None
    assert [one.found.prepared.document.sha256 for one in made.examples] == [second]


def test_an_answer_is_right_when_it_says_what_the_person_took() -> None:
    known, absent = cell(0, NAMES[0]), cell(0, None, absence="not_found")
    assert not known.is_right(known.asked.zero)
    assert absent.is_right(absent.asked.zero)


@pytest.mark.parametrize("absence", ["unreadable", "conflict"])
def test_what_could_not_be_read_teaches_nothing(absence: str) -> None:
    intent = meaning(FIELD.name, FIELD.instruction, FIELD.type, lexicon())
    reading = read([ready(note(NAMES[0], NAMES[1]))], FIELD)
    assert reviewed(_taught(None, absence), intent, reading, group="g") is None


def test_only_the_best_candidates_and_the_right_ones_are_kept() -> None:
    lines = "\n".join(f"Word{at} of{at}\tThing{at} and{at}" for at in range(60))
    wanted = Wanted("x", "Remark", "Any remark", ValueType("text"))
    reading = read([ready(f"NOTE\n\n{lines}")], wanted)
    assert len(reading.found[0].scores) > MOST + 1
    intent = meaning(wanted.name, wanted.instruction, wanted.type, lexicon())
    last = int(np.argsort(-reading.found[0].scores, kind="stable")[-1])
    value = reading.found[0].candidates.values[last]
    made = reviewed(_taught(value), intent, reading, group="g")
    assert made is not None
    (kept,) = made.asked.found
    assert MOST < len(kept.scores) < len(reading.found[0].scores)
    assert value in kept.candidates.values
