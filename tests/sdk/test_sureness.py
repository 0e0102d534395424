"""From when on a reader's answer is taken: as was chosen, is certified, is suspended."""

from __future__ import annotations

import pytest

from casework.review.acceptance import Acceptance
from casework.sdk.sureness import Certified
from casework.steps.cascade import Chosen
from casework.types.procedure import Step
from casework.types.values import ValueType

STEP = Step("total", "Total", ValueType("text"), "document")
MARK = "m"


def threshold(
    chosen: float | None, certified: float | None, suspended: str = "", mark: str = MARK
) -> float | None:
    passing = {"total": Acceptance(certified, frozenset({MARK}), suspended)}
    return Certified(Chosen(chosen), passing).threshold(STEP, "embedded", mark)


@pytest.mark.parametrize(
    ("chosen", "certified", "taken_from"),
    [(None, None, None), (0.6, None, 0.6), (None, 0.9, 0.9), (0.95, 0.9, 0.9)],
)
def test_a_certificate_says_from_when_on_and_before_it_what_was_chosen(
    chosen: float | None, certified: float | None, taken_from: float | None
) -> None:
    assert threshold(chosen, certified) == taken_from


def test_answers_are_taken_as_they_were_when_they_were_checked() -> None:
    """Whoever would be asked beyond them was asked of no cell that was checked."""
    assert threshold(0.6, 0.9) == 0.6


def test_a_certificate_that_is_suspended_or_for_another_meaning_takes_nothing_by_itself() -> None:
    assert threshold(0.6, 0.9, suspended="errors") is None
    assert threshold(None, 0.9, mark="another") is None
    assert threshold(0.6, 0.9, mark="another") == 0.6
