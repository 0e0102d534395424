"""How likely a value is to be right: its signals weighed by what people's verdicts showed.

Knows neither documents nor how the weights were fitted (`learn/calibrate.py` does).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from casework.types.values import Json

_LEAST, _MOST = 0.001, 0.999
"""A confidence says neither never nor surely."""
_FARTHEST = 30.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over signals. `weights` hold one a term: a signal's name, `logit NAME`
    for the log odds of a signal that is a chance, or `no NAME` for a signal that is left out.
    `examples` is how many cells it was fitted on."""

    weights: Mapping[str, float]
    bias: float
    examples: int

    def as_json(self) -> dict[str, Json]:
        """As it is kept."""
        return {"weights": dict(self.weights), "bias": self.bias, "examples": self.examples}

    @classmethod
    def from_json(cls, told: Mapping[str, Json]) -> Calibration:
        """As it was kept."""
        weights, bias = cast(Mapping[str, float], told["weights"]), cast(float, told["bias"])
        if not all(map(math.isfinite, (*weights.values(), bias))):
            raise ValueError("a weight is no number")
        return cls(dict(weights), bias, cast(int, told["examples"]))


def value_of(term: str, signals: Mapping[str, float]) -> float:
    """What a term comes to for a cell with these signals."""
    kind, _, name = term.rpartition(" ")
    if kind == "no":
        return float(name not in signals)
    value = signals.get(name)
    if value is None:
        return 0.0
    if kind != "logit":
        return value
    inside = max(_LEAST, min(_MOST, value))
    return math.log(inside / (1.0 - inside))


def confidence(signals: Mapping[str, float], calibration: Calibration) -> float:
    """The probability, between 0 and 1, that a cell with these signals is right."""
    score = calibration.bias
    for term, weight in calibration.weights.items():
        score += weight * value_of(term, signals)
    bounded = max(-_FARTHEST, min(_FARTHEST, score))
    return min(_MOST, max(_LEAST, 1.0 / (1.0 + math.exp(-bounded))))
