"""Examples of a field → its model: which candidate a person took, out of those that there were.

One document is one choice between its candidates and "nothing" (a conditional logit, McFadden
1974), with the hand-set score as an offset, so that few examples change little. A field with many
values is one yes or no a candidate instead.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from casework.extraction.context import SIZE
from casework.extraction.edges import EDGES
from casework.extraction.features import key_of
from casework.extraction.learned import (
    COLUMNS,
    Learned,
    Table,
    looked_at,
    nothing_learned,
    seen_among,
)
from casework.extraction.score import Scored
from casework.learn.minimise import Floats, Function, minimise

STEPS = 40
OWN_PENALTY = 3.0
CONTEXT_PENALTY = 1.0
_SPREAD = 0.05
"""Added to the spread of a column, so that one that hardly varies is not blown up."""
_EDGE_PENALTY = 5.0
"""So many times the penalty of other columns holds back those of `EDGES`: there are many of them,
and with twenty examples they fit chance."""
_AT_EDGES = [at for at, name in enumerate(COLUMNS) if name in EDGES]
"""Columns that a field with many values does without: on its parties they learned chance."""
_UNPLACED = 0.3
"""How much an example counts whose value no candidate states: it says little of where to look, but
something of how often an answer is in vain."""
_HALF = 0.5
"""Counted to both kinds of examples without a right candidate, so that neither share is 0."""
_FORGETTING = 2
"""For one of so many examples earlier values count as unseen, so that a model does not come to rest
on them: it must read documents of parties that it has never met."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a person took in one document: the keys (`features.key_of`) of the right values, none
    when the document does not state the field. `document` names it, for all of its fields alike.
    `weight` is how much it counts: 1 for a verdict, less for what is trusted less."""

    document: str
    found: Scored
    right: frozenset[str]
    weight: float = 1.0
    known: list[Table] = field(default_factory=list, repr=False, compare=False)
    """Its candidates as models look at them, from the first time that it is learned from."""


def fit(
    examples: Sequence[Example],
    *,
    many: bool = False,
    own_penalty: float = OWN_PENALTY,
    context_penalty: float = CONTEXT_PENALTY,
    steps: int = STEPS,
) -> Learned:
    """The model of a field; of no examples the one that changes nothing. The penalties hold back
    the weights of the columns and of the words around; `steps` is how often they are improved."""
    values = Counter(key for example in examples for key in example.right)
    tables = [(one, _seen(one, values)) for one in examples if len(one.found.scores)]
    if not tables:
        return nothing_learned()
    rows = np.concatenate([seen.columns for _, seen in tables])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + _SPREAD
    rows = (rows - mean) / scale
    if many:
        rows[:, _AT_EDGES] = 0.0
    problem = _Problem(tables, rows, own_penalty, context_penalty)
    function = problem.each() if many else problem.one_of()
    found = minimise(function, np.zeros(problem.unknowns), steps=steps)
    model = problem.model(found, mean, scale, values, len(examples))
    return model if many else replace(model, lean=problem.lean())


def _seen(example: Example, values: Mapping[str, int]) -> Table:
    """The table of an example, in which its own values count for nothing."""
    if not example.known:
        every = map(key_of, example.found.candidates.values)
        right = [at for at, key in enumerate(every) if key in example.right]
        example.known.append(looked_at(example.found, also=right))
    forget = zlib.crc32(example.document.encode()) % _FORGETTING == 0
    others = {} if forget else {
        key: count - (key in example.right) for key, count in values.items()
    }  # fmt: skip
    return seen_among(example.known[0], others)


def _held(column: str) -> float:
    return _EDGE_PENALTY if column in EDGES else 1.0


class _Problem:
    """All candidates of all examples in one table, and the losses over them. The unknowns are the
    weights of the columns, the bias, and the weights of the hashed words that occur."""

    def __init__(
        self,
        tables: Sequence[tuple[Example, Table]],
        rows: Floats,
        own_penalty: float,
        context_penalty: float,
    ) -> None:
        self._rows = rows
        self._own_penalty = np.array([own_penalty * _held(name) for name in (*COLUMNS, "bias")])
        self._context_penalty = context_penalty
        self._prior = np.concatenate([seen.prior for _, seen in tables])
        sizes = np.array([len(seen.at) for _, seen in tables])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._of = np.repeat(np.arange(len(tables)), sizes)
        self._right = np.concatenate(
            [[key in example.right for key in seen.keys] for example, seen in tables]
        ).astype(np.float64)
        told = np.array([bool(example.right) for example, _ in tables])
        self._placed = np.add.reduceat(self._right, self._starts) > 0
        self._trust = np.array([example.weight for example, _ in tables])
        self._absent, self._unplaced = ~told, told & ~self._placed
        words = np.concatenate([seen.words for _, seen in tables])
        self._slots = int(words.shape[-1])
        self._known, at = np.unique(words, return_inverse=True)
        self._words = at.reshape(-1, self._slots)
        self._share = 1.0 / np.sqrt(self._slots)
        self._split = len(COLUMNS)
        self.unknowns = self._split + 1 + len(self._known)

    def one_of(self) -> Function:
        """The loss when exactly one value, or nothing, is right in each example."""
        stated = self._placed
        weight = self._trust * np.where(self._unplaced, _UNPLACED, 1.0)

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
            value = float(weight @ np.log(every / good))
            return self._penalised(at, value, (expected - seen) * weight[self._of])

        return loss

    def each(self) -> Function:
        """The loss when any number of candidates may be right."""
        weight = self._trust[self._of]

        def loss(at: Floats) -> tuple[float, Floats]:
            scores = self._scores(at)
            sign = 1.0 - 2.0 * self._right
            value = float(weight @ np.logaddexp(0.0, sign * scores))
            expected = 1.0 / (1.0 + np.exp(-scores))
            return self._penalised(at, value, (expected - self._right) * weight)

        return loss

    def lean(self) -> float:
        """How much less likely an absence is than "nothing", which was also right where a stated
        value was no candidate; as log odds."""
        absent = float(self._trust[self._absent].sum()) + _HALF
        return float(np.log1p(_UNPLACED * self._trust[self._unplaced].sum() / absent))

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
        value += 0.5 * float(self._own_penalty @ (own * own))
        value += 0.5 * self._context_penalty * float(around @ around)
        spread = np.repeat(slope, self._slots)
        gradient = np.concatenate(
            [
                self._rows.T @ slope,
                [slope.sum()],
                self._share * np.bincount(self._words.ravel(), spread, len(self._known)),
            ]
        )
        gradient[: self._split + 1] += self._own_penalty * own
        gradient[self._split + 1 :] += self._context_penalty * around
        return value, gradient
