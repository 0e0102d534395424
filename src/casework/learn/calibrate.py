"""Answers out of fold, right or wrong → the calibration of a confidence: what signals are worth.

A logistic regression held near weights that are sensible before anything is known, so that few
cells change little. Platt 1999 with the log odds of the model's own chance as the chief term. Never
lets a signal that speaks for an answer count against it: a surer cell is never told to be less sure
for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from casework.judges.confidence import Calibration, confidence, value_of
from casework.learn.judged import Judged
from casework.learn.minimise import Floats, Function, minimise
from casework.types import confidence as names

LEAST_CELLS = 20
"""Before so many verified cells there is no confidence: the share of right answers among 20 is
known within about ten points, and a number from fewer would say more than anybody knows."""
LEAST_GROUPS = 10
"""Of so many groups of relatives or documents: cells of one stand and fall together."""
COVERAGES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Thresholds are the confidences that let these shares of cells pass."""

_LOG_ODDS = f"logit {names.CHANCE}"
_TERMS = (_LOG_ODDS, *(name for name in names.SIGNALS if name != names.CHANCE))
_EXPECTED: Mapping[str, float] = {_LOG_ODDS: 1.0, names.ZERO_AGREES: 0.6, names.PROVED: 0.5}
"""The weights before anything is known: the model's own chance as it is, and what the hand-set
weights find too, or what is proved, is more likely to be right."""
_AGAINST = (names.NOVELTY,)
_EITHER = (names.ABSENT,)
_PENALTY = 20.0
"""How strongly weights are held there where a model tells its own chance, which means something
before anybody verified a cell."""
_LOOSE_PENALTY = 5.0
"""The same where there is none, as with a language model: all is learned from what people say."""
_STEPS = 60
_VARIES = 1e-9


def calibrate(cells: Sequence[Judged]) -> Calibration | None:
    """What the signals of these answers are worth; None for too few cells."""
    if len(cells) < LEAST_CELLS or len({cell.group for cell in cells}) < LEAST_GROUPS:
        return None
    terms = _terms(cells)
    while True:
        fitted = _fit(cells, terms)
        wrong = [term for term in terms if _against_the_grain(term, fitted.weights[term])]
        if not wrong:
            return fitted
        terms = [term for term in terms if term not in wrong]


def thresholds_of(confidences: Sequence[float]) -> tuple[float, ...]:
    """The confidences from which `COVERAGES` of these cells pass, the strictest first."""
    sure = sorted(confidences, reverse=True)
    if not sure:
        return ()
    found = (sure[max(0, round(share * len(sure)) - 1)] for share in COVERAGES)
    return tuple(dict.fromkeys(found))


def confidences(cells: Sequence[Judged], calibration: Calibration) -> list[float]:
    """How sure one may be of each of these answers."""
    return [confidence(cell.signals, calibration) for cell in cells]


def _terms(cells: Sequence[Judged]) -> list[str]:
    """The terms that tell these cells apart."""
    lacking = [f"no {name}" for name in names.SIGNALS]
    found = []
    for term in (*_TERMS, *lacking):
        values = [value_of(term, cell.signals) for cell in cells]
        if max(values) - min(values) > _VARIES:
            found.append(term)
    return found


def _fit(cells: Sequence[Judged], terms: Sequence[str]) -> Calibration:
    rows = np.array([[value_of(term, cell.signals) for term in terms] + [1.0] for cell in cells])
    right = np.array([cell.right for cell in cells], np.float64)
    weight = np.array([cell.weight for cell in cells])
    expected = np.array([*(_EXPECTED.get(term, 0.0) for term in terms), 0.0])
    held = _PENALTY if _LOG_ODDS in terms else _LOOSE_PENALTY
    penalty = np.full(len(terms) + 1, held)
    found = minimise(_loss(rows, right, weight, expected, penalty), expected, steps=_STEPS)
    weights = {term: float(value) for term, value in zip(terms, found[:-1], strict=True)}
    return Calibration(weights, float(found[-1]), len(cells))


def _loss(
    rows: Floats, right: Floats, weight: Floats, expected: Floats, penalty: Floats
) -> Function:
    """The negative log likelihood, with a penalty for leaving what is expected."""
    sign = 1.0 - 2.0 * right

    def loss(at: Floats) -> tuple[float, Floats]:
        scores = rows @ at
        away = at - expected
        value = float(weight @ np.logaddexp(0.0, sign * scores)) + 0.5 * float(penalty @ away**2)
        chance = 1.0 / (1.0 + np.exp(-scores))
        slope: Floats = rows.T @ ((chance - right) * weight) + penalty * away
        return value, slope

    return loss


def _against_the_grain(term: str, weight: float) -> bool:
    if term.startswith("no ") or term in _EITHER:
        return False
    return weight > 0 if term in _AGAINST else weight < 0
