"""Examples of a field → its model: which candidate a person took, out of those that there were.

One document is one choice between its candidates and "nothing" (a conditional logit, McFadden
1974), with the hand-set score as an offset, so that few examples change little. A field with many
values is one yes or no a candidate instead.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from casework.extraction.context import SIZE
from casework.extraction.features import key_of
from casework.extraction.learned import COLUMNS, Learned, Table, nothing_learned, table
from casework.extraction.score import Scored
from casework.learn.minimise import Floats, Function, minimise

_STEPS = 40
_OWN_PENALTY = 3.0
_CONTEXT_PENALTY = 1.0
_SPREAD = 0.05
"""Added to the spread of a column, so that one that hardly varies is not blown up."""
_FORGETTING = 2
"""For one of so many examples earlier values count as unseen, so that a model does not come to rest
on them: it must read documents of parties that it has never met."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a person took in one document: the keys (`features.key_of`) of the right values, none
    when the document does not state the field. `document` names it, for all of its fields alike."""

    document: str
    found: Scored
    right: frozenset[str]


def fit(examples: Sequence[Example], *, many: bool = False) -> Learned:
    """The model of a field; of no examples the one that changes nothing."""
    values = Counter(key for example in examples for key in example.right)
    tables = [(one, _seen(one, values)) for one in examples if len(one.found.scores)]
    if not tables:
        return nothing_learned()
    rows = np.concatenate([seen.columns for _, seen in tables])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + _SPREAD
    problem = _Problem(tables, (rows - mean) / scale)
    function = problem.each() if many else problem.one_of()
    found = minimise(function, np.zeros(problem.unknowns), steps=_STEPS)
    return problem.model(found, mean, scale, values, len(examples))


def _seen(example: Example, values: Mapping[str, int]) -> Table:
    """The table of an example, in which its own values count for nothing."""
    every = map(key_of, example.found.candidates.values)
    right = [at for at, key in enumerate(every) if key in example.right]
    forget = zlib.crc32(example.document.encode()) % _FORGETTING == 0
    others = {} if forget else {
        key: count - (key in example.right) for key, count in values.items()
    }  # fmt: skip
    return table(example.found, others, also=right)


class _Problem:
    """All candidates of all examples in one table, and the losses over them. The unknowns are the
    weights of the columns, the bias, and the weights of the hashed words that occur."""

    def __init__(self, tables: Sequence[tuple[Example, Table]], rows: Floats) -> None:
        self._rows = rows
        self._prior = np.concatenate([seen.prior for _, seen in tables])
        sizes = np.array([len(seen.at) for _, seen in tables])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._of = np.repeat(np.arange(len(tables)), sizes)
        self._right = np.concatenate(
            [[key in example.right for key in seen.keys] for example, seen in tables]
        ).astype(np.float64)
        words = np.concatenate([seen.words for _, seen in tables])
        self._slots = int(words.shape[-1])
        self._known, at = np.unique(words, return_inverse=True)
        self._words = at.reshape(-1, self._slots)
        self._share = 1.0 / np.sqrt(self._slots)
        self._split = len(COLUMNS)
        self.unknowns = self._split + 1 + len(self._known)

    def one_of(self) -> Function:
        """The loss when exactly one value, or nothing, is right in each example."""
        stated = np.add.reduceat(self._right, self._starts) > 0

        def loss(at: Floats) -> tuple[float, Floats]:
            scores = self._scores(at)
            top = np.maximum(np.maximum.reduceat(scores, self._starts), 0.0)
            power = np.exp(scores - top[self._of])
            nothing = np.exp(-top)
            every = np.add.reduceat(power, self._starts) + nothing
            good = np.add.reduceat(power * self._right, self._starts)
            good = np.where(stated, good, nothing)
            expected = power / every[self._of]
            seen = np.where(stated[self._of], power * self._right / good[self._of], 0.0)
            return self._penalised(at, float(np.log(every / good).sum()), expected - seen)

        return loss

    def each(self) -> Function:
        """The loss when any number of candidates may be right."""

        def loss(at: Floats) -> tuple[float, Floats]:
            scores = self._scores(at)
            sign = 1.0 - 2.0 * self._right
            value = float(np.logaddexp(0.0, sign * scores).sum())
            expected = 1.0 / (1.0 + np.exp(-scores))
            return self._penalised(at, value, expected - self._right)

        return loss

    def model(
        self, at: Floats, mean: Floats, scale: Floats, values: Mapping[str, int], examples: int
    ) -> Learned:
        """The unknowns as a model."""
        context = np.zeros(SIZE)
        context[self._known] = at[self._split + 1 :]
        return Learned(
            at[: self._split], mean, scale, float(at[self._split]), context, dict(values), examples
        )

    def _scores(self, at: Floats) -> Floats:
        own = self._rows @ at[: self._split] + at[self._split]
        around = at[self._split + 1 :][self._words].sum(axis=1) * self._share
        result: Floats = self._prior + own + around
        return result

    def _penalised(self, at: Floats, value: float, slope: Floats) -> tuple[float, Floats]:
        own, around = at[: self._split + 1], at[self._split + 1 :]
        value += 0.5 * _OWN_PENALTY * float(own @ own)
        value += 0.5 * _CONTEXT_PENALTY * float(around @ around)
        spread = np.repeat(slope, self._slots)
        gradient = np.concatenate(
            [
                self._rows.T @ slope,
                [slope.sum()],
                self._share * np.bincount(self._words.ravel(), spread, len(self._known)),
            ]
        )
        gradient[: self._split + 1] += _OWN_PENALTY * own
        gradient[self._split + 1 :] += _CONTEXT_PENALTY * around
        return value, gradient
