"""What people took of a field → a version of its model: fitted, tried against what is at work, its
confidence calibrated. Keeps nothing and knows no worksheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.extraction.learned import FieldModel
from casework.extraction.novelty import Familiar
from casework.judges.confidence import Calibration, confidence
from casework.learn.calibrate import calibrate, confidences, thresholds_of
from casework.learn.estimators import Fitted
from casework.learn.examples import Asked, Reviewed
from casework.learn.gate import AT_WORK, HAND_SET, pass_gate
from casework.learn.judged import (
    Fit,
    Judged,
    answered,
    by_hand,
    familiar_of,
    judged,
    out_of_fold,
)
from casework.types.learned import Gate

LEAST_UNJUDGED = 20
"""So many answers to documents that nobody has judged fix the thresholds; with fewer the answers
out of fold do."""

_ENOUGH = 10
"""So many verdicts judge a version by themselves; with fewer what was imported counts as well."""

OnFold = Callable[[], None]
"""Called between two pieces of work; what it raises ends the fitting."""


@dataclass(frozen=True, slots=True)
class Rival:
    """What is at work on the field. `right` tells, by the ids of what was taught, whether it was
    right on cells that it was made from, out of fold; of any other cell the model is asked."""

    model: FieldModel
    right: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """What the examples of a field gave. `right` is as in `Rival`; `calibration` is None before
    there are enough cells."""

    fitted: Fitted
    gate: Gate
    right: Mapping[str, bool]
    familiar: Familiar
    calibration: Calibration | None
    thresholds: tuple[float, ...]


def fit_field(
    cells: Sequence[Reviewed],
    fit: Fit,
    *,
    rival: Rival | None = None,
    unjudged: Iterable[Asked] = (),
    on_fold: OnFold | None = None,
) -> FieldVersion:
    """The version that these cells give. `unjudged` are documents on which nobody has decided: how
    sure it is of them fixes the thresholds."""
    after: list[Judged] = []
    for one in out_of_fold(cells, fit):
        if on_fold and (not after or after[-1].fold != one.fold):
            on_fold()
        after.append(one)
    tried = _verified(after)
    gate = pass_gate(tried, _before(cells, rival), AT_WORK if rival else HAND_SET)
    fitted = fit([example for cell in cells for example in cell.examples])
    familiar, calibration = familiar_of(cells), calibrate(tried)
    sure: list[float] = []
    if calibration is not None:
        sure = [
            confidence(answered(each, fitted.model, familiar)[1], calibration) for each in unjudged
        ]
        if len(sure) < LEAST_UNJUDGED:
            sure = confidences(tried, calibration)
    right = {one.id: one.right for one in after}
    return FieldVersion(fitted, gate, right, familiar, calibration, thresholds_of(sure))


def _before(cells: Sequence[Reviewed], rival: Rival | None) -> dict[str, bool]:
    """Whether what is at work is right on each cell, by a model that had not seen it."""
    if rival is None:
        return by_hand(cells)
    unseen = [cell for cell in cells if cell.taught.id not in rival.right]
    return {**rival.right, **{one.id: one.right for one in judged(unseen, rival.model)}}


def _verified(after: Sequence[Judged]) -> list[Judged]:
    """The cells that people verified; where those are too few, what was imported as well."""
    verified = [one for one in after if one.verified]
    return verified if len(verified) >= _ENOUGH else list(after)
