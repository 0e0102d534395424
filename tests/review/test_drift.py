"""Acceptance ends by itself when more is wrong, or other documents come, and says why."""

from __future__ import annotations

import random

from casework.review.bound import Audited, Checked, Promise, certify
from casework.review.drift import Arrival, Detector, held, reached_at
from casework.review.stream import CheckedDocument

PROMISE = Promise(0.05, 0.1)
THRESHOLDS = (0.9, 0.6)


def documents(
    right: list[bool], *, first: int = 0, novelty: float | None = 0.2, sure: float = 0.95
) -> list[CheckedDocument]:
    """Documents of one cell, a minute apart."""
    return [
        CheckedDocument(
            str(first + at),
            moment(first + at),
            moment(first + at),
            Audited((Checked(sure, wrong=not one),)),
            1.0,
            novelty,
        )
        for at, one in enumerate(right)
    ]


def moment(at: int) -> str:
    return f"2026-01-01T{at:05}"


def arrivals(novelties: list[float], first: int) -> list[Arrival]:
    return [Arrival(moment(first + at), one) for at, one in enumerate(novelties)]


def test_a_promise_is_held_from_the_document_that_certified_it() -> None:
    good = documents([True] * 100)
    found = held(good, [], THRESHOLDS, PROMISE)
    assert found.threshold == 0.6
    needed = int(found.since.partition("T")[2]) + 1
    assert certify([one.audited for one in good[:needed]], THRESHOLDS, PROMISE).threshold == 0.6
    assert (
        certify([one.audited for one in good[: needed - 1]], THRESHOLDS, PROMISE).threshold is None
    )


def test_when_each_threshold_was_reached_is_found() -> None:
    stream = [one.audited for one in documents([True] * 60)]
    stream += [one.audited for one in documents([True] * 60, first=60, sure=0.7)]
    (first, strict), (second, loose) = reached_at(stream, THRESHOLDS, PROMISE)
    assert (strict, loose) == (0.9, 0.6)
    assert first == second  # each of the first ones speaks for both thresholds


def test_too_many_errors_suspend_acceptance_and_the_reason_counts_them() -> None:
    stream = documents([True] * 60 + [False, True, False, False, True, False])
    found = held(stream, [], THRESHOLDS, PROMISE)
    assert found.threshold is None
    assert found.alarm is not None
    assert found.alarm.reason == "3 of the last 4 randomly checked were wrong, more than 5 % allows"
    assert found.alarm.at == moment(63)


def test_errors_below_what_is_promised_seldom_suspend() -> None:
    alarms = 0
    for seed in range(40):
        chance = random.Random(seed)
        stream = documents([True] * 60 + [chance.random() > 0.02 for _ in range(300)])
        alarms += held(stream, [], THRESHOLDS, PROMISE).alarm is not None
    assert alarms <= 4


def test_errors_below_the_threshold_suspend_nothing() -> None:
    good = documents([True] * 80)
    poor = documents([False] * 20, first=80, sure=0.3)
    assert held(good + poor, [], THRESHOLDS, PROMISE).alarm is None


def test_another_certificate_lifts_a_suspension() -> None:
    bad = documents([True] * 60 + [False] * 3)
    later = documents([True] * 30, first=63)
    assert held(bad + later, [], THRESHOLDS, PROMISE).threshold is None
    enough = documents([True] * 60, first=63)
    found = held(bad + enough, [], THRESHOLDS, PROMISE)
    assert (found.threshold, found.alarm, len(found.alarms)) == (0.6, None, 1)
    assert all(one.at > found.alarms[0].at for one in found.documents)


def test_documents_unlike_those_that_were_checked_suspend_acceptance() -> None:
    good = documents([True] * 60)
    found = held(good, arrivals([0.1] * 30 + [0.9] * 10, 60), THRESHOLDS, PROMISE)
    assert found.threshold is None
    assert found.alarm is not None
    assert found.alarm.reason.startswith("5 of the last 5 documents are more unlike")
    assert found.alarm.changed_at == moment(90)


def test_what_was_checked_of_the_old_kind_does_not_speak_for_the_new_one() -> None:
    good = documents([True] * 60)
    came = arrivals([0.9] * 10, 60)
    old = [
        CheckedDocument(str(at), moment(at), moment(at - 60), one.audited, 1.0, 0.2)
        for at, one in enumerate(documents([True] * 60, first=70), 70)
    ]
    assert held(good + old, came, THRESHOLDS, PROMISE).threshold is None
    new = documents([True] * 60, first=70, novelty=0.9)
    assert held(good + new, came, THRESHOLDS, PROMISE).threshold == 0.6


def test_documents_as_novel_as_before_suspend_nothing() -> None:
    chance = random.Random(3)
    good = documents([True] * 60)
    stream = [
        CheckedDocument(one.case_id, one.at, one.found_at, one.audited, 1.0, chance.random())
        for one in good
    ]
    came = arrivals([chance.random() for _ in range(500)], 60)
    assert held(stream, came, THRESHOLDS, PROMISE).alarm is None


def test_where_nobody_measured_novelty_nothing_is_said_of_it() -> None:
    good = documents([True] * 60, novelty=None)
    assert held(good, arrivals([0.9] * 50, 60), THRESHOLDS, PROMISE).alarm is None


def test_nothing_that_was_checked_certifies_nothing() -> None:
    found = held([], [], THRESHOLDS, PROMISE)
    assert (found.threshold, found.alarm, found.since) == (None, None, "")
    assert held(documents([True] * 90), [], (), PROMISE).threshold is None


def test_a_detector_seldom_alarms_before_two_hundred_even_at_the_limit() -> None:
    lengths = []
    for seed in range(100):
        chance, detector, seen = random.Random(seed), Detector(0.05), 1
        while not detector.sees(float(chance.random() < 0.05)) and seen < 1_000:
            seen += 1
        lengths.append(seen)
    assert sum(lengths) / len(lengths) >= 200
