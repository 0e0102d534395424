"""What comes before a person first, and where the cells that were drawn at random come."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.review.order import Waiting, blind_first, doubt_of, in_order
from casework.types.case import Cell, Outcome
from tests.review.cells import CITED, absent, holding, judged, valued

KINDS = st.sampled_from(["unsure", "unsure", "audit", "second"])


def _waiting(number: int, kind: str = "unsure", **told: object) -> Waiting:
    one = Waiting(f"case {number}", f"case {number}", "net", "net", "unsure", "so", f"{number}")
    return replace(one, kind=kind, **told)  # type: ignore[arg-type]


cells = st.lists(
    st.builds(
        lambda case, step, kind, kin, doubt, blocks: Waiting(
            f"{case}", f"{case}", step, step, kind, "so", f"{kin}", doubt, blocks
        ),
        st.integers(0, 9),
        st.sampled_from(["net", "vat", "total"]),
        KINDS,
        st.integers(0, 3),
        st.floats(0, 1),
        st.integers(0, 3),
    ),
    max_size=60,
)
shares = st.sampled_from([0.1, 0.25, 0.5, 0.9])


def _order(waiting: list[Waiting], share: float = 0.25, seed: int = 0) -> list[Waiting]:
    return list(in_order(waiting, audit_share=share, chance=Random(seed)))


@given(cells, shares, st.integers(0, 5))
def test_every_cell_comes_exactly_once(waiting: list[Waiting], share: float, seed: int) -> None:
    assert Counter(_order(waiting, share, seed)) == Counter(waiting)


@given(cells, shares, st.integers(0, 5))
def test_all_cells_of_an_audited_case_come_together(
    waiting: list[Waiting], share: float, seed: int
) -> None:
    shown = [(one.top, one.kind) for one in _order(waiting, share, seed) if one.kind != "unsure"]
    begun = [one for at, one in enumerate(shown) if at == 0 or shown[at - 1] != one]
    assert len(begun) == len(set(begun))


@given(cells)
def test_no_two_in_a_row_look_alike_while_another_waits(waiting: list[Waiting]) -> None:
    shown = [one for one in _order(waiting) if one.kind == "unsure"]
    for at, (one, following) in enumerate(pairwise(shown), 1):
        if one.kin == following.kin:
            assert {left.kin for left in shown[at:]} == {one.kin}


@given(cells, shares, st.integers(0, 5))
def test_audited_cells_keep_their_share_while_others_wait(
    waiting: list[Waiting], share: float, seed: int
) -> None:
    shown = _order(waiting, share, seed)
    longest = max(
        Counter((o.top, o.kind) for o in waiting if o.kind != "unsure").values(), default=0
    )
    chosen = drawn = 0
    last = max((at for at, one in enumerate(shown) if one.kind == "unsure"), default=-1)
    for one in shown[: last + 1]:
        chosen, drawn = chosen + (one.kind == "unsure"), drawn + (one.kind != "unsure")
        assert drawn * (1 - share) <= (chosen + 1) * share + longest
    if any(one.kind != "unsure" for one in shown[last + 1 :]):
        assert drawn * (1 - share) >= (chosen - 1) * share - longest


def test_where_an_audited_case_comes_cannot_be_foreseen() -> None:
    waiting = [_waiting(n) for n in range(40)] + [_waiting(100, "audit")]
    places = {
        [one.kind for one in _order(waiting, 0.05, seed)].index("audit") for seed in range(30)
    }
    assert len(places) > 5


def test_audited_cases_come_in_the_order_in_which_they_were_drawn() -> None:
    """Only then does what is read count at once, and nobody chooses which of them is read."""
    waiting = [_waiting(n, "audit", draw=7 - n) for n in range(8)]
    waiting += [_waiting(n) for n in range(20, 40)]
    shown = [one.draw for one in _order(waiting, 0.5, 3) if one.kind == "audit"]
    assert shown == list(range(8))


@given(cells, shares, st.integers(0, 5))
def test_other_cells_of_an_audited_case_come_behind_its_blind_ones(
    waiting: list[Waiting], share: float, seed: int
) -> None:
    shown = list(blind_first(_order(waiting, share, seed)))
    assert Counter(shown) == Counter(waiting)
    for at, one in enumerate(shown):
        if one.kind == "unsure":
            assert all(o.kind == "unsure" for o in shown[at:] if o.top == one.top)


def test_without_a_share_audited_cells_come_last() -> None:
    waiting = [_waiting(100, "audit"), *(_waiting(n) for n in range(5))]
    assert [one.kind for one in _order(waiting, 0.0)] == ["unsure"] * 5 + ["audit"]


def test_the_least_sure_come_first_and_among_equals_those_that_others_wait_for() -> None:
    waiting = [
        _waiting(1, doubt=0.2),
        _waiting(2, doubt=0.9),
        _waiting(3, doubt=0.5),
        _waiting(4, doubt=0.5, blocks=2),
    ]
    assert [one.top for one in _order(waiting)] == ["case 2", "case 4", "case 3", "case 1"]


def test_a_layout_that_was_asked_about_counts_less() -> None:
    waiting = [_waiting(n, doubt=0.8, kin="alike") for n in range(6)]
    waiting += [_waiting(n, doubt=0.5) for n in (6, 7, 8)]
    shown = [one.kin for one in _order(waiting)]
    assert shown.index("alike") == 0
    assert set(shown[1:4]) & {"6", "7", "8"}
    assert shown[-3:] == ["alike"] * 3


@pytest.mark.parametrize(
    ("confidence", "threshold", "doubt"),
    [(0.9, None, 0.1), (0.9, 0.9, 1.0), (0.0, 0.9, 0.0), (0.45, 0.9, 0.5), (1.0, 0.2, 0.0)],
)
def test_doubt_is_nearness_to_what_passes_without_a_person(
    confidence: float, threshold: float | None, doubt: float
) -> None:
    cell = holding(Outcome("value", value="12", proof=CITED, confidence=confidence))
    assert doubt_of(cell, threshold) == pytest.approx(doubt)


def test_before_there_is_a_confidence_the_margin_tells_then_the_chance() -> None:
    told = Outcome("value", value="12", proof=CITED, signals={"chance": 0.7, "margin": 0.2})
    assert doubt_of(holding(told), None) == pytest.approx(0.8)
    assert doubt_of(holding(replace(told, signals={"chance": 0.7})), None) == pytest.approx(0.3)
    assert doubt_of(valued("12"), None) == doubt_of(absent("not_found"), None) == 0.5


def test_nothing_is_more_in_doubt_than_a_conflict_and_a_failure_is_unknown() -> None:
    conflict = judged(valued("12", id="later"), "corrected", "13")
    assert doubt_of(conflict, 0.5) == 1.0
    assert doubt_of(Cell("case", "net", "failed", "it broke"), 0.5) == 0.5
