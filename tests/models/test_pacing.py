from __future__ import annotations

import pytest

from casework.models.pacing import Curve, first_curve


def test_a_refusal_lowers_the_rate_a_little_and_the_curve_comes_back_to_what_was_refused() -> None:
    curve = Curve(100, cut_at=0, regrow_s=10)
    assert curve.per_s(0) == pytest.approx(90)
    assert curve.per_s(10) == pytest.approx(100)
    rates = [curve.per_s(second) for second in range(40)]
    assert rates == sorted(rates)


def test_the_curve_stays_long_near_the_last_limit_and_then_probes_above_it() -> None:
    curve = Curve(100, cut_at=0, regrow_s=10)
    assert all(98 < curve.per_s(second) < 102 for second in range(5, 15))
    assert curve.per_s(40) > 200


def test_the_same_limit_found_again_is_kept_for_longer_and_another_one_is_not() -> None:
    curve = Curve(100, cut_at=0, regrow_s=9)
    same = curve.refused(11, 12, 100)
    assert same.regrow_s > curve.regrow_s
    assert 96 < same.peak_per_s < 98
    other = curve.refused(30, 31, 300)
    assert other.regrow_s < curve.regrow_s


def test_nothing_known_begins_with_what_was_taken_and_doubles_quickly() -> None:
    curve = first_curve(accepted=10, passed_s=1.0, resume_at=5)
    assert curve.per_s(5) == 10
    assert 30 < curve.per_s(6) < 100
    found = curve.refused(6, 7, 25)
    assert 25 < found.peak_per_s < curve.per_s(6)
    assert found.regrow_s


def test_a_rate_never_falls_to_nothing() -> None:
    curve = first_curve(accepted=0, passed_s=0.0, resume_at=0)
    for second in range(50):
        curve = curve.refused(second, second + 1, 0)
    assert curve.per_s(51) > 0


def test_time_in_which_nothing_was_sent_is_no_proof_that_more_is_borne() -> None:
    curve = Curve(100, cut_at=0, regrow_s=10)
    assert curve.unused(30).per_s(40) == curve.per_s(10)
    assert curve.at_peak(1000).per_s(1000) == pytest.approx(100)
    assert curve.at_peak(5) == curve


def test_a_search_that_was_broken_off_goes_on_from_what_it_reached() -> None:
    curve = first_curve(accepted=10, passed_s=1.0, resume_at=0)
    told = curve.reached(1)
    assert told.peak_per_s == pytest.approx(curve.per_s(1))
    assert told.per_s(2) == pytest.approx(curve.per_s(2))
    assert told.at_peak(1000).per_s(1000) == pytest.approx(curve.per_s(1))
