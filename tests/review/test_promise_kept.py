"""Whether a promise holds: made-up people read made-up answers whose true error is known, somebody
looks after every document, and does what people do to see a better figure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from casework.review.bound import Audited, Checked, Promise, at_most, certify
from casework.review.drift import held
from casework.review.stream import Answer, Covered, Readings, stream_of
from casework.types.trust import Audit, DrawnCell, Judged

PROMISE = Promise(0.1, 0.1)
THRESHOLDS = (0.8, 0.65, 0.5)
COVERED = Covered({"net": frozenset({"now"})})
ONCE, TWICE = Audit(0.5, False, "2026-01-01"), Audit(0.5, True, "2026-01-01")
DRAWN = 110
PEEK_EVERY = 10
WORLDS = 80
ALLOWED = 0.1 * WORLDS + 2 * (WORLDS * 0.1 * 0.9) ** 0.5
"""What δ allows, and two standard deviations of luck."""

World = list[tuple[float, bool]]
"""Of each drawn document, in the order of the draw: how sure the machine was and whether it was
wrong."""


def world(seed: int, errors: Callable[[float], float]) -> World:
    chance = random.Random(f"world {seed}")
    sures = [0.5 + chance.random() / 2 for _ in range(DRAWN)]
    return [(sure, chance.random() < errors(sure)) for sure in sures]


def same(step: str, one: Answer, other: Answer) -> bool:
    return one == other


def verdict(case: int, sure: float, wrong: bool, at: int) -> Judged:
    return Judged(
        f"v{case}", f"{case:03}", "net", "corrected" if wrong else "accepted",
        "2" if wrong else "1", "", "Ada", f"{at:05}", "audit", True, "now", "1", "", sure,
    )  # fmt: skip


def in_order(at: World) -> list[int]:
    return list(range(len(at)))


def easy_first(at: World) -> list[int]:
    """Right ones first: of those that are wrong nobody reads any before all others are read."""
    return sorted(range(len(at)), key=lambda n: at[n][1])


def looks(at: World, order: list[int], *, take_back: bool) -> Iterator[Readings]:
    """What is known at each look of somebody who reads in an order, and perhaps takes every answer
    back that differed from the machine's."""
    audits = {f"{n:03}": TWICE if n % 20 == 19 else ONCE for n in range(len(at))}
    cells = [DrawnCell(case, "net", at[int(case)][0], False, "now") for case in audits]
    read: list[Judged] = []
    for moment, number in enumerate(order):
        one = verdict(number, *at[number], moment)
        read.append(one)
        undone = take_back and one.kind == "corrected"
        if undone:
            read.append(replace(one, id=f"u{number}", kind="undone", blind=False))
        cells[number] = replace(cells[number], decided=not undone)
        if moment % PEEK_EVERY == PEEK_EVERY - 1:
            yield Readings(audits, tuple(read), (), tuple(cells))


def broken(at: World, true: dict[float, float], order: list[int], *, take_back: bool) -> bool:
    """Whether at any look more passes than was promised."""
    for known in looks(at, order, take_back=take_back):
        stands = held(stream_of(known, COVERED, same).documents, (), THRESHOLDS, PROMISE)
        if stands.threshold is not None and true[stands.threshold] > PROMISE.epsilon:
            return True
    return False


def too_many(sure: float) -> float:
    return 0.13


def among_the_unsure(sure: float) -> float:
    return 0.01 if sure >= 0.8 else 0.2


@pytest.mark.parametrize(
    ("errors", "order", "take_back"),
    [
        (too_many, in_order, False),
        (among_the_unsure, in_order, False),
        (too_many, easy_first, False),
        (too_many, in_order, True),
    ],
)
def test_what_breaks_its_promise_passes_by_chance_only(
    errors: Callable[[float], float], order: Callable[[World], list[int]], take_back: bool
) -> None:
    true = {least: _mean(errors, least) for least in THRESHOLDS}
    worlds = (world(seed, errors) for seed in range(WORLDS))
    assert sum(broken(at, true, order(at), take_back=take_back) for at in worlds) <= ALLOWED


def test_what_keeps_its_promise_mostly_passes() -> None:
    def passes(at: World) -> bool:
        *_, last = looks(at, in_order(at), take_back=False)
        stands = held(stream_of(last, COVERED, same).documents, (), THRESHOLDS, PROMISE)
        return stands.threshold == THRESHOLDS[-1]

    assert sum(passes(world(seed, lambda sure: 0.01)) for seed in range(40)) >= 24


def test_what_is_said_to_be_the_most_is_exceeded_by_chance_only_at_the_worst_look() -> None:
    """The bound of one threshold, lowest over all looks, against the true error."""
    error, looked, worlds = 0.08, range(10, 60, 10), 120

    def exceeded(seed: int) -> bool:
        chance = random.Random(f"most {seed}")
        stream = [
            Audited((Checked(0.9, wrong=chance.random() < error),)) for _ in range(looked.stop)
        ]
        return any(at_most(stream[:count], 0.5, 0.1) < error for count in looked)

    assert sum(map(exceeded, range(worlds))) <= 0.1 * worlds + 3 * (worlds * 0.09) ** 0.5


def test_a_bet_is_worked_out_as_by_hand() -> None:
    """Evidence of documents without an error: each wins ε of the stake, which is the boldest from
    the first on while nothing went wrong."""
    clean = [Audited((Checked(0.9, wrong=False), Checked(0.95, wrong=False)))] * 30
    (level,) = certify(clean, [0.5], Promise(0.1, 0.1)).levels
    assert (level.documents, level.cells, level.wrong) == (30, 60, 0)
    boldest = (1 + 0.95 / 0.9 * 0.1) ** 30
    assert 10 < level.evidence <= boldest
    assert level.certified
    assert level.reached is not None
    assert level.reached <= 30


def _mean(errors: Callable[[float], float], least: float) -> float:
    places = [least + (1 - least) * (at + 0.5) / 200 for at in range(200)]
    return sum(map(errors, places)) / len(places)
