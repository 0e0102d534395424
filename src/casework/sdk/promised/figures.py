"""The figures of a promise: what passes, how wrong it may be, what more checks would bring."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from casework.review.audit import without_errors
from casework.review.bound import Audited, Level, Promise, at_most, certify
from casework.review.drift import Held
from casework.review.interval import wilson
from casework.review.stream import AuditStream, CheckedDocument
from casework.sdk.promised.certificates import Standing
from casework.sdk.promised.views import CoveragePoint, FurtherChecks, ReliabilityBin, TwiceRead

_BIN_CELLS = 10
"""Cells that a bin has at least, so that its interval says something."""
_BINS = 10
_MOST_CHECKS = 2_000
"""More documents than that nobody is promised anything for."""


def points(standing: Standing, confidences: Sequence[float]) -> tuple[CoveragePoint, ...]:
    """What each threshold would mean, the strictest first."""
    found = []
    for level in standing.held.certificate.levels:
        bound = at_most(standing.held.audited, level.threshold, standing.promise.delta)
        found.append(
            CoveragePoint(
                level.threshold,
                share_from(level.threshold, confidences),
                error_from(level.threshold, standing.held.documents),
                bound,
                level.documents,
                level.cells,
                level.wrong,
                level.certified,
            )
        )
    return tuple(found)


def share_from(threshold: float, confidences: Sequence[float]) -> float:
    """The share of confidences at or above a threshold."""
    if not confidences:
        return 0.0
    return sum(confidence >= threshold for confidence in confidences) / len(confidences)


def error_from(threshold: float, documents: Sequence[CheckedDocument]) -> float | None:
    """The share of wrong cells among those of a document that would pass, averaged over documents;
    each counts as many times as one like it came without being drawn."""
    wrong = total = 0.0
    for document in documents:
        every = document.audited.cells
        cells = [one for cell in every if (one := cell.at(threshold)) is not None]
        if cells:
            stands_for = 1 / document.probability
            wrong += stands_for * sum(cell.wrong for cell in cells) / len(cells)
            total += stands_for
    return wrong / total if total else None


def stated_bound(held: Held, thresholds: Sequence[float], promise: Promise) -> float | None:
    """What the share of errors does not exceed, at the threshold that is in force. Which one that
    is was chosen by the same documents: so it is what holds for all thresholds together, or what
    was promised where that is less."""
    if held.threshold is None:
        return None
    together = promise.delta / len(thresholds)
    return min(promise.epsilon, at_most(held.audited, held.threshold, together))


def further(standing: Standing, confidences: Sequence[float], least: float) -> FurtherChecks | None:
    """How many more documents would let more than `least` pass, if they come out like those that
    were checked; without any, if none of them is wrong. None where they would not."""
    held, bound = standing.held, standing.bound
    for place, level in enumerate(held.certificate.levels, 1):
        passing = share_from(level.threshold, confidences)
        if level.certified or passing <= least:
            continue
        asked = [one.threshold for one in held.certificate.levels[:place]]
        count = _carried_on(held.audited, asked, bound)
        return FurtherChecks(count, passing) if count else None
    return None


def _carried_on(stream: list[Audited], asked: Sequence[float], promise: Promise) -> int:
    """So many documents more, in the order in which they were, until the last of these thresholds
    is certified; 0 when it is not within reach."""
    if not any(_reaches(one, asked[-1]) for one in stream):
        return without_errors(promise)
    most = len(stream) + _MOST_CHECKS
    carried = (stream * (most // len(stream) + 1))[:most]

    def holds(count: int) -> bool:
        return certify(carried[:count], asked, promise).threshold == asked[-1]

    if not holds(most):
        return 0
    return bisect_left(range(most), True, lo=len(stream), key=holds) - len(stream)


def _reaches(audited: Audited, threshold: float) -> bool:
    return any(cell.at(threshold) is not None for cell in audited.cells)


def bins(documents: Sequence[CheckedDocument]) -> tuple[ReliabilityBin, ...]:
    """Checked cells in bins of like confidence and number, the least sure first. Each cell counts
    as many times as one like it came without being drawn."""
    cells = sorted(
        (cell.confidence, not cell.wrong, 1 / document.probability)
        for document in documents
        for cell in document.audited.cells
    )
    count = min(_BINS, len(cells) // _BIN_CELLS)
    found = []
    for place in range(count):
        some = cells[len(cells) * place // count : len(cells) * (place + 1) // count]
        weight = math.fsum(stands_for for _, _, stands_for in some)
        right = math.fsum(stands_for for _, is_right, stands_for in some if is_right) / weight
        mean = math.fsum(sure * stands_for for sure, _, stands_for in some) / weight
        worth = weight**2 / math.fsum(stands_for**2 for _, _, stands_for in some)
        low, high = wilson(right * worth, worth)
        found.append(ReliabilityBin(some[0][0], some[-1][0], mean, len(some), right, low, high))
    return tuple(found)


def level_at(held: Held) -> Level | None:
    """The level that is in force; before there is one the strictest of those that are tested."""
    levels = held.certificate.levels
    certified = [level for level in levels if level.certified]
    return certified[-1] if certified else (levels[0] if levels else None)


def twice(stream: AuditStream) -> TwiceRead:
    """How far two people who read the same cells read the same."""
    cells, agreed = stream.twice.cells, stream.twice.agreed
    return TwiceRead(cells, agreed, *wilson(agreed, cells))
