"""Intervals of shares."""

from __future__ import annotations

import random

import pytest

from casework.review.interval import wilson


def test_an_interval_holds_the_true_share_about_nine_times_of_ten() -> None:
    chance, held, tries = random.Random(5), 0, 1_000
    for _ in range(tries):
        low, high = wilson(sum(chance.random() < 0.8 for _ in range(40)), 40)
        held += low <= 0.8 <= high
    assert 0.86 <= held / tries <= 0.95


def test_known_intervals() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(5, 10, 1.96)
    assert (low, high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 10)[0] == 0.0
