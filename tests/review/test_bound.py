"""What is promised about errors holds, at every look, and is reached in time when all is well."""

from __future__ import annotations

import random

import pytest

from casework.review.bound import Audited, Checked, Promise, at_most, certify

PROMISE = Promise(0.05, 0.10)
THRESHOLDS = (0.95, 0.8, 0.5)


def _stream(
    chance: random.Random, documents: int, error: float, *, cells: int = 4, alike: float = 0.0
) -> list[Audited]:
    """Documents whose cells are wrong with this probability at any confidence; with `alike` a share
    of them has cells that are right or wrong together."""
    made = []
    for _ in range(documents):
        together = chance.random() < alike
        fate = chance.random() < error
        made.append(
            Audited(
                tuple(
                    Checked(chance.random(), fate if together else chance.random() < error)
                    for _ in range(cells)
                )
            )
        )
    return made


@pytest.mark.parametrize("alike", [0.0, 1.0])
def test_more_errors_than_promised_are_seldom_certified_at_any_look(alike: float) -> None:
    chance = random.Random(f"null {alike}")
    runs, broken = 300, 0
    for _ in range(runs):
        stream = _stream(chance, 120, PROMISE.epsilon, alike=alike)
        # `evidence` is the largest at any document so far, so one look at the end sees all of them.
        found = certify(stream, THRESHOLDS, PROMISE)
        broken += found.threshold is not None
    assert broken <= PROMISE.delta * runs


def test_what_is_certified_stays_so_as_documents_come() -> None:
    stream = _stream(random.Random(1), 200, 0.004)
    seen = [
        certify(stream[:count], (0.7, 0.4, 0.2), PROMISE).threshold for count in range(0, 201, 20)
    ]
    assert seen[0] is None
    assert seen[-1] == 0.2
    known = [each for each in seen if each is not None]
    assert known == sorted(known, reverse=True)
    assert None not in seen[seen.index(known[0]) :]


def test_without_an_error_about_fifty_documents_are_enough() -> None:
    clean = [Audited((Checked(0.9, False),)) for _ in range(80)]
    needed = next(
        count
        for count in range(1, 81)
        if certify(clean[:count], [0.5], PROMISE).threshold is not None
    )
    assert 44 <= needed <= 60  # 45 is the least that any valid bound needs


def test_a_looser_threshold_waits_for_the_stricter_ones() -> None:
    stream = [Audited((Checked(0.99, True), Checked(0.6, False))) for _ in range(90)]
    found = certify(stream, [0.9, 0.5], PROMISE)
    assert [level.certified for level in found.levels] == [False, False]
    assert [(level.cells, level.wrong) for level in found.levels] == [(90, 90), (180, 90)]


def test_errors_at_low_confidence_do_not_spoil_the_high_one() -> None:
    stream = [Audited((Checked(0.97, False), Checked(0.6, at % 4 == 0))) for at in range(120)]
    found = certify(stream, [0.9, 0.5], PROMISE)
    assert found.threshold == 0.9


def test_documents_drawn_with_unlike_chances_count_by_their_weight() -> None:
    clean = [Audited((Checked(0.9, False),), weight=0.5) for _ in range(70)]
    assert certify(clean, [0.5], PROMISE).threshold is None
    assert certify(clean + clean, [0.5], PROMISE).threshold == 0.5


def test_the_share_that_is_ruled_out_covers_the_true_one() -> None:
    chance = random.Random(7)
    runs = 120
    missed = sum(at_most(_stream(chance, 80, 0.08, cells=2), 0.0, 0.10) < 0.08 for _ in range(runs))
    assert missed <= 0.10 * runs
    assert at_most([], 0.5, 0.10) > 0.99
    stream = _stream(chance, 400, 0.02, cells=1)
    assert 0.02 < at_most(stream, 0.0, 0.05) < 0.07


def test_a_document_counts_once_however_many_cells_it_has() -> None:
    one = [Audited((Checked(0.9, False),)) for _ in range(50)]
    many = [Audited((Checked(0.9, False),) * 30) for _ in range(50)]
    evidence = [certify(stream, [0.5], PROMISE).levels[0].evidence for stream in (one, many)]
    assert evidence[0] == evidence[1]


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 0.1), (0.05, 1.0), (-1, 0.1)])
def test_a_promise_of_nothing_or_everything_is_refused(epsilon: float, delta: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Promise(epsilon, delta)
