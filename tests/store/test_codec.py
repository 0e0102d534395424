from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.store.codec import (
    citation_rows,
    json_text,
    json_value,
    label_from,
    label_text,
    outcome_row,
    plain,
    proof_from,
    proof_text,
    recorded_from,
    usage_from,
    usage_text,
)
from casework.types.case import AbsenceKind, Outcome, OutcomeKind, Recorded, WaitKind
from casework.types.document import Box
from casework.types.label import Label
from casework.types.proof import (
    Citation,
    Claim,
    Grade,
    Proof,
    ProofKind,
    Reading,
    Searched,
    Support,
)
from casework.types.usage import Usage

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
numbers = st.integers(0, 2**40)
floats = st.floats(allow_nan=False, allow_infinity=False)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
citations = st.builds(
    Citation,
    texts, texts, numbers, numbers, numbers, texts,
    st.lists(st.builds(Box, floats, floats, floats, floats), max_size=3).map(tuple),
    st.sampled_from(get_args(Grade)), st.sampled_from(get_args(Support)), texts, texts,
)  # fmt: skip
some_citations = st.lists(citations, max_size=3).map(tuple)
some_texts = st.lists(texts, max_size=3).map(tuple)
claims = st.builds(Claim, texts, some_texts, some_citations, st.booleans(), texts)
readings = st.builds(
    Reading,
    texts,
    jsons,
    texts,
    st.booleans(),
    some_citations,
    texts,
    st.none() | st.floats(0.0, 1.0),
)
searched = st.builds(Searched, texts, texts, st.lists(numbers, max_size=3).map(tuple))
proofs = st.builds(
    Proof,
    st.sampled_from(get_args(ProofKind)), some_citations, st.lists(claims, max_size=3).map(tuple),
    texts, some_texts, st.lists(searched, max_size=2).map(tuple), texts,
    st.lists(readings, max_size=3).map(tuple),
)  # fmt: skip
labels = st.builds(Label, st.frozensets(texts), st.none() | st.frozensets(texts))
costs = st.none() | floats
used = st.builds(Usage, numbers, numbers, numbers, numbers, costs, floats, numbers, numbers)
usages = st.builds(Usage, numbers, numbers, numbers, numbers, costs, floats)
outcomes = st.builds(
    Outcome,
    st.sampled_from(get_args(OutcomeKind)), jsons,
    st.none() | st.sampled_from(get_args(AbsenceKind)),
    st.none() | st.sampled_from(get_args(WaitKind)), texts, texts, proofs, labels,
    st.none() | floats, st.none() | floats, texts, usages, st.just(()), st.booleans(),
)  # fmt: skip
records = st.builds(
    Recorded, texts, texts, numbers, texts, st.dictionaries(texts, texts, max_size=3), outcomes,
    texts, texts,
)  # fmt: skip


@given(records)
def test_an_outcome_comes_back_as_it_was(written: Recorded) -> None:
    read = recorded_from(outcome_row(written), citation_rows(written.outcome.proof))
    assert read == written
    assert read.outcome.value_digest == written.outcome.value_digest


@given(proofs)
def test_a_proof_comes_back_with_each_citation_at_its_claim(proof: Proof) -> None:
    assert proof_from(proof_text(proof), citation_rows(proof)) == proof


@given(labels)
def test_a_label_comes_back_as_it_was(label: Label) -> None:
    assert label_from(label_text(label)) == label


@given(used)
def test_usage_comes_back_as_it_was(usage: Usage) -> None:
    assert usage_from(usage_text(usage)) == usage


def test_usage_that_was_written_before_two_of_its_fields_is_still_read() -> None:
    assert usage_from("[2,400,20,8,0.5,1.5]") == Usage(2, 400, 20, 8, 0.5, 1.5)


@given(st.text(st.characters(), max_size=10))
def test_any_text_inside_json_can_be_stored_and_comes_back(text: str) -> None:
    kept = json_text({"text": text})
    kept.encode()
    assert json_value(kept) == {"text": text}


def test_a_lone_surrogate_outside_json_becomes_the_replacement_character() -> None:
    assert plain("total \ud800 12") == "total � 12"
    assert plain("Summe 12 € 😀") == "Summe 12 € 😀"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_is_no_json_is_refused_before_anything_is_written(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        json_text(value)
