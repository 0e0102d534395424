"""Scores without training: hand-set weights from `zero.json` over the features.

A score above 0 says "rather this than nothing"; it is no probability.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from casework.extraction.features import NAMES
from casework.extraction.layout import Floats
from casework.extraction.meaning import Intent

Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights a shape, its bias, and what hints and ends of periods add."""

    shapes: Table
    bias: dict[str, float]
    hints: Table
    pair: Table
    version: str

    def row(self, intent: Intent) -> tuple[Floats, float]:
        """One weight a feature, and the bias, for a field."""
        shape = shape_of(intent.shape)
        row = np.zeros(len(NAMES))
        tables = [self.shapes[shape], *(self.hints.get(hint, {}) for hint in intent.hints)]
        if intent.edge:
            tables.append(self.pair[intent.edge])
        for table in tables:
            for name, weight in table.items():
                row[NAMES.index(name)] += weight
        return row, self.bias[shape]


def shape_of(shape: str) -> str:
    """The table that a shape is scored by."""
    if shape in ("percent", "quantity"):
        return "number"
    if shape in ("yes/no", "choice", "choices"):
        return "choice"
    return "date" if shape == "period" else shape


@cache
def weights() -> Weights:
    """The shipped weights."""
    path = resources.files("casework.extraction") / "zero.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    return Weights(
        table["shapes"], table["bias"], table["hints"], table["pair"], str(table["version"])
    )


def scores(matrix: Floats, intent: Intent) -> Floats:
    """The score of each row of features for a field."""
    row, bias = weights().row(intent)
    result: Floats = matrix @ row - bias
    return result
