"""Whose fault an error is (law 6)."""

from __future__ import annotations

from casework.base.errors import CaseworkError, WorkerError

FAULTS_OF_A_CASE = {"DocumentError", "RuleError", "ModelRefusedError", "InvalidAnswerError"}


def _tree(root: type[CaseworkError]) -> list[type[CaseworkError]]:
    return [root, *(found for child in root.__subclasses__() for found in _tree(child))]


def test_only_what_a_case_causes_counts_against_it() -> None:
    ours = (kind for kind in _tree(CaseworkError) if kind.__module__ == WorkerError.__module__)
    assert {kind.__name__ for kind in ours if kind.blames_case} == FAULTS_OF_A_CASE
