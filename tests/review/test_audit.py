"""Which cases are drawn: by chance alone, always the same, and as many as are wanted."""

from __future__ import annotations

import pytest

from casework.review.audit import draw, number_of, wanted, without_errors
from casework.review.bound import Audited, Checked, Promise, certify

IDS = [f"case {at}" for at in range(4_000)]


def test_a_draw_is_the_same_whenever_and_among_whatever_it_is_made() -> None:
    whole = draw("sheet", IDS, missing=0, share=0.1, twice_share=0.5)
    again = draw("sheet", reversed(IDS), missing=0, share=0.1, twice_share=0.5)
    half = draw("sheet", IDS[::2], missing=0, share=0.1, twice_share=0.5)
    assert whole == again
    assert set(half.case_ids) == {id for id in whole.case_ids if id in set(IDS[::2])}
    assert draw("other", IDS, missing=0, share=0.1, twice_share=0.5).case_ids != whole.case_ids


def test_a_share_of_the_cases_is_drawn_and_a_share_of_these_is_read_twice() -> None:
    found = draw("sheet", IDS, missing=0, share=0.1, twice_share=0.25)
    assert found.probability == 0.1
    assert 340 <= len(found.case_ids) <= 460  # 400 give or take three standard deviations
    assert 70 <= len(found.twice) <= 130
    assert found.twice <= set(found.case_ids)


def test_numbers_of_cases_are_spread_evenly() -> None:
    numbers = [number_of("sheet", id) for id in IDS]
    for low in (0.0, 0.25, 0.5, 0.75):
        assert 900 <= sum(low <= one < low + 0.25 for one in numbers) <= 1100


def test_as_many_as_are_missing_are_drawn_and_their_chance_is_told() -> None:
    found = draw("sheet", IDS, missing=200, share=0.01, twice_share=0.0)
    assert len(found.case_ids) == 200
    assert found.probability == pytest.approx(0.05, abs=0.012)


def test_all_are_drawn_where_fewer_are_there_than_are_missing() -> None:
    found = draw("sheet", IDS[:30], missing=200, share=0.1, twice_share=0.0)
    assert set(found.case_ids) == set(IDS[:30])
    assert found.probability == 1.0
    assert draw("sheet", [], missing=9, share=0.1, twice_share=0.0).case_ids == ()


def test_a_higher_level_adds_to_a_lower_one() -> None:
    few = draw("sheet", IDS, missing=0, share=0.05, twice_share=0.0)
    more = draw("sheet", IDS, missing=0, share=0.2, twice_share=0.0)
    assert set(few.case_ids) < set(more.case_ids)


@pytest.mark.parametrize("promise", [Promise(0.05, 0.1), Promise(0.02, 0.1), Promise(0.1, 0.05)])
def test_what_a_certificate_takes_without_errors_is_what_it_takes(promise: Promise) -> None:
    clean = [Audited((Checked(0.9, wrong=False),))] * 400
    needed = without_errors(promise)
    assert certify(clean[:needed], [0.5], promise).threshold == 0.5
    assert certify(clean[: needed - 1], [0.5], promise).threshold is None
    assert wanted(promise) == 2 * needed
