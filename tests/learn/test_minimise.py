"""The minimiser finds the lowest point of convex functions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.learn.minimise import Floats, minimise


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(0, 10_000))
def test_the_lowest_point_of_a_bowl_is_found(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(size, size))
    bowl = root @ root.T + np.eye(size)
    target = random.normal(size=size)

    def function(at: Floats) -> tuple[float, Floats]:
        away = at - target
        return 0.5 * float(away @ bowl @ away), bowl @ away

    found = minimise(function, np.zeros(size), steps=400, tolerance=0.0)
    assert np.allclose(found, target, atol=1e-3)


def test_the_value_never_grows() -> None:
    def function(at: Floats) -> tuple[float, Floats]:
        value = float(np.logaddexp(0.0, -at).sum() + 0.05 * at @ at)
        return value, -1.0 / (1.0 + np.exp(at)) + 0.1 * at

    start = np.full(5, -20.0)
    seen = [function(minimise(function, start, steps=steps))[0] for steps in range(12)]
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] < seen[0] / 10


def test_where_it_is_lowest_already_it_stays() -> None:
    assert minimise(lambda at: (0.0, np.zeros(3)), np.ones(3), steps=5).tolist() == [1, 1, 1]
