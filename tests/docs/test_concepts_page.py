"""docs/concepts.md tells every sign, state and kind that the code has."""

from __future__ import annotations

from typing import get_args

import pytest

from casework.cli.terminal import PLAIN
from casework.sdk.notebook import MARKS, STATE_MARKS
from casework.types.case import ABSENCE_KINDS, CellState, OutcomeKind, WaitKind
from casework.types.proof import Grade, ProofKind
from tests.docs.pages import page, rows


def _first_cells() -> set[str]:
    return {row[0] for row in rows(page("concepts.md"))}


@pytest.mark.parametrize(("word", "mark"), [*MARKS.items(), *STATE_MARKS.items()])
def test_every_sign_is_told_with_its_word(word: str, mark: str) -> None:
    told = {row[1] for row in rows(page("concepts.md")) if row[0] == mark}
    assert told == {word.replace("_", " ")}


@pytest.mark.parametrize(("word", "mark"), [*MARKS.items(), *STATE_MARKS.items()])
def test_every_sign_is_told_with_its_stand_in(word: str, mark: str) -> None:
    stand_in = mark.translate(PLAIN)
    assert stand_in.isascii()
    assert f"`{stand_in}`" in page("concepts.md")


@pytest.mark.parametrize("kind", [*ABSENCE_KINDS, *get_args(OutcomeKind), *get_args(ProofKind)])
def test_every_outcome_absence_and_proof_has_its_row(kind: str) -> None:
    assert kind.replace("_", " ") in _first_cells()


@pytest.mark.parametrize("grade", get_args(Grade))
def test_every_grade_has_its_row(grade: str) -> None:
    assert grade in _first_cells()


@pytest.mark.parametrize("state", get_args(CellState))
def test_every_state_is_told(state: str) -> None:
    assert state.replace("_", " ") in " ".join(_first_cells())


@pytest.mark.parametrize("kind", get_args(WaitKind))
def test_everything_that_can_be_waited_for_is_told(kind: str) -> None:
    assert kind in page("concepts.md")
