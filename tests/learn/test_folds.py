"""Relatives stay together when a model is tried on what it has not seen."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from casework.learn.folds import MOST, folds_of, units_of

_GROUPS = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=60)


@given(_GROUPS)
def test_no_group_is_in_two_folds_unless_it_is_most_of_all(groups: list[str]) -> None:
    documents = [f"d{at}" for at in range(len(groups))]
    folds = defaultdict(set)
    for group, fold in zip(groups, folds_of(groups, documents), strict=True):
        folds[group].add(fold)
    for group, found in folds.items():
        assert len(found) == 1 or groups.count(group) > len(groups) / 2


@given(_GROUPS)
def test_all_folds_are_used_and_there_are_five_at_most(groups: list[str]) -> None:
    documents = [f"d{at}" for at in range(len(groups))]
    folds = folds_of(groups, documents)
    assert set(folds) == set(range(max(folds) + 1))
    assert len(set(folds)) <= MOST


def test_a_group_that_is_nearly_everything_is_parted_by_its_documents() -> None:
    groups, documents = ["a"] * 6 + ["b"], ["1", "1", "2", "3", "4", "5", "6"]
    folds = folds_of(groups, documents)
    assert folds[0] == folds[1]
    assert len(set(folds)) == MOST
    assert units_of(groups, documents)[0] == ("a", "1")
    assert units_of(groups, documents)[-1] == ("b", "")


def test_copies_of_one_document_are_one_fold() -> None:
    assert set(folds_of(["a"] * 4, ["1"] * 4)) == {0}
