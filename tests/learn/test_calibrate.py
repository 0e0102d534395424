"""A confidence is measured on what people verified, never made up, and keeps its direction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.judges.confidence import confidence
from casework.learn.calibrate import LEAST_CELLS, LEAST_GROUPS, calibrate, thresholds_of
from casework.learn.judged import Judged
from casework.types.confidence import ABSENT, CHANCE, MARGIN, NOVELTY, PROVED, ZERO_AGREES

FOR = (CHANCE, MARGIN, ZERO_AGREES, PROVED)


def _cells(count: int, seed: int = 0, *, honest: bool = True) -> list[Judged]:
    """Cells that are right as often as their chance says; or, not `honest`, just the other way."""
    random = np.random.default_rng(seed)
    found = []
    for at in range(count):
        chance = float(random.uniform(0.05, 0.95))
        right = bool(random.uniform() < (chance if honest else 1 - chance))
        signals = {
            CHANCE: chance,
            MARGIN: chance / 2,
            ZERO_AGREES: float(random.uniform() < chance),
            NOVELTY: float(random.uniform()),
            ABSENT: 0.0,
        }
        found.append(Judged(f"v{at}", f"g{at}", right, signals))
    return found


def test_before_there_are_cells_enough_there_is_no_confidence() -> None:
    assert calibrate(_cells(LEAST_CELLS - 1)) is None
    assert calibrate(_cells(LEAST_CELLS)) is not None


def test_cells_of_a_few_documents_are_not_enough_however_many() -> None:
    few = [Judged(f"v{at}", f"g{at % (LEAST_GROUPS - 1)}", True, {CHANCE: 0.9}) for at in range(90)]
    assert calibrate(few) is None


def test_a_confidence_is_about_as_often_right_as_it_says() -> None:
    fitted = calibrate(_cells(400))
    assert fitted is not None
    assert fitted.examples == 400
    told = _cells(4000, seed=1)
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        inside = [(confidence(one.signals, fitted), one.right) for one in told]
        inside = [one for one in inside if low <= one[0] < high]
        mean, share = (sum(one[at] for one in inside) / len(inside) for at in (0, 1))
        assert mean == pytest.approx(share, abs=0.05)


@given(st.integers(0, 50), st.booleans(), st.sampled_from(FOR), st.floats(0.1, 0.9))
@settings(max_examples=25, deadline=None)
def test_more_of_what_speaks_for_an_answer_never_lowers_its_confidence(
    seed: int, honest: bool, name: str, more: float
) -> None:
    fitted = calibrate(_cells(40, seed, honest=honest))
    assert fitted is not None
    low = {CHANCE: 0.5, MARGIN: 0.1, ZERO_AGREES: 0.1, PROVED: 0.1, NOVELTY: 0.5, ABSENT: 0.0}
    low[name] = 0.1
    assert confidence({**low, name: more}, fitted) >= confidence(low, fitted)
    assert confidence({**low, NOVELTY: 0.9}, fitted) <= confidence({**low, NOVELTY: 0.1}, fitted)


def test_where_people_find_much_wrong_the_confidence_falls() -> None:
    right, wrong = (
        [Judged(f"v{at}", f"g{at}", told, {CHANCE: 0.8}) for at in range(40)]
        for told in (True, False)
    )
    for_right, for_wrong = calibrate(right), calibrate(wrong)
    assert for_right is not None
    assert for_wrong is not None
    assert confidence({CHANCE: 0.8}, for_right) > 0.8 > confidence({CHANCE: 0.8}, for_wrong)


def test_what_is_trusted_less_moves_a_confidence_less() -> None:
    wrong = [Judged(f"v{at}", f"g{at}", False, {CHANCE: 0.8}) for at in range(40)]
    less = [Judged(one.id, one.group, False, one.signals, weight=0.1) for one in wrong]
    full, light = calibrate(wrong), calibrate(less)
    assert full is not None
    assert light is not None
    assert confidence({CHANCE: 0.8}, light) > confidence({CHANCE: 0.8}, full)


def test_thresholds_let_fixed_shares_of_the_cells_pass() -> None:
    sure = [at / 100 for at in range(1, 101)]
    thresholds = thresholds_of(sure)
    shares = [sum(one >= threshold for one in sure) / 100 for threshold in thresholds]
    assert shares == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert thresholds_of([]) == ()
    assert thresholds_of([0.9] * 8) == (0.9,)
