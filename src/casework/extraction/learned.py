"""A field's model fitted from examples, and how it scores candidates. Fits nothing itself.

A score is the hand-set one of `zero`, corrected by what was learned from the columns of `features`,
the words around (`context`) and the values of earlier documents. As there, more than 0 says "rather
this than nothing"; a model without examples changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from casework.extraction.context import SIZE, contexts
from casework.extraction.edges import EDGES, edges
from casework.extraction.features import NAMES, key_of
from casework.extraction.layout import Floats, Ints
from casework.extraction.score import Scored

MOST = 100
"""So many candidates, the best by the hand-set score, are looked at by a model."""
_PLACES = 2
"""So many of one value, or a name that every page repeats would leave no room for others."""
SEEN = ("seen", "seen_often")
COLUMNS = (*NAMES, "prior", "best", "rank", *EDGES, *SEEN)
_PRIOR_LIMIT = 6.0
_PRIOR_SCALE = 3.0
_OFTEN = 3.0
_MOST_OFTEN = 1.5


class FieldModel(Protocol):
    """What was fitted for a field, by our own estimator or by somebody else's."""

    def rescore(self, found: Scored) -> Scored:
        """The candidates with its scores: above 0 means "rather this than nothing"; those that it
        does not look at score minus infinity."""
        ...

    def chances(self, found: Scored) -> tuple[dict[str, float], float]:
        """How likely each value (by `features.key_of`) is to be right, and that there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Learned:
    """The arrays of a model. `weights`, `mean` and `scale` are one a column of `COLUMNS`; `context`
    are weights by hashed feature (`SIZE` of them); `values` counts the documents in which each
    value was the right one, by `features.key_of`. `examples` is how many documents it was fitted
    from.

    `lean` is what a score gains because "nothing" also stood for values that no candidate states:
    they were in the documents all the same, only not to be found.
    """

    weights: Floats
    mean: Floats
    scale: Floats
    bias: float
    context: Floats
    values: Mapping[str, int] = field(default_factory=dict)
    examples: int = 0
    lean: float = 0.0

    def rescore(self, found: Scored) -> Scored:
        """As `FieldModel` says."""
        return rescored(found, self)

    def chances(self, found: Scored) -> tuple[dict[str, float], float]:
        """As `FieldModel` says."""
        return chances(found, self)


@dataclass(frozen=True, slots=True)
class Table:
    """The candidates that a model looks at: their indexes, columns and hashed words."""

    at: Ints
    columns: Floats
    words: Ints
    prior: Floats
    keys: tuple[str, ...]


def table(found: Scored, values: Mapping[str, int], *, also: Sequence[int] = ()) -> Table:
    """The columns of the best candidates by the hand-set score, and of those in `also`. `values`
    are the values of earlier documents, this one left out."""
    return seen_among(looked_at(found, also=also), values)


def looked_at(found: Scored, *, also: Sequence[int] = ()) -> Table:
    """The same as if nothing had been seen before: what does not change while models are fitted."""
    order = np.argsort(-found.scores, kind="stable")
    at = np.unique(np.concatenate([best(found), np.array(also, np.int64)]))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    keys = tuple(key_of(found.candidates.values[index]) for index in at.tolist())
    prior = np.clip(found.scores[at], -_PRIOR_LIMIT, _PRIOR_LIMIT)
    columns = np.column_stack(
        [
            found.matrix[at],
            prior / _PRIOR_SCALE,
            rank[at] == 0,
            1.0 / (1.0 + rank[at]),
            _edges(found, keys, at),
            np.zeros((len(at), len(SEEN))),
        ]
    )
    words = contexts(found.candidates, found.prepared.around, at)
    return Table(at, columns, words, prior, keys)


def best(found: Scored) -> Ints:
    """The indexes of the candidates that a model looks at: the best by the hand-set score, of each
    value a few places."""
    counts: dict[str, int] = {}
    kept: list[int] = []
    for index in np.argsort(-found.scores, kind="stable").tolist():
        key = key_of(found.candidates.values[index])
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= _PLACES:
            kept.append(index)
            if len(kept) == MOST:
                break
    return np.array(kept, np.int64)


def _edges(found: Scored, keys: Sequence[str], at: Ints) -> Floats:
    """The columns `EDGES`; nothing for days and figures, of which it is plain where they end."""
    if not any(letter.isalpha() for key in keys for letter in key):
        return np.zeros((len(at), len(EDGES)))
    return edges(found.candidates, found.prepared.around.lines, at)


def seen_among(table: Table, values: Mapping[str, int]) -> Table:
    """A table with what was seen of its values in earlier documents: the columns `SEEN`."""
    times = np.array([values.get(key, 0) for key in table.keys], np.float64)
    columns = table.columns.copy()
    columns[:, -len(SEEN) :] = np.column_stack(
        [
            times > 0,
            np.minimum(np.log2(1.0 + times) / _OFTEN, _MOST_OFTEN),
        ]
    )
    return replace(table, columns=columns)


def rescored(found: Scored, model: Learned) -> Scored:
    """The candidates with the scores of the model; those that it does not look at are out."""
    if not len(found.scores):
        return found
    seen = table(found, model.values)
    scores = np.full(len(found.scores), -np.inf)
    scores[seen.at] = score_of(seen, model) + model.lean
    return Scored(found.prepared, found.candidates, found.matrix, scores)


def score_of(seen: Table, model: Learned) -> Floats:
    """The score of each candidate of a table: the log odds that it, and not nothing, is right."""
    own = (seen.columns - model.mean) / model.scale @ model.weights
    around = model.context[seen.words].sum(axis=1) / np.sqrt(max(seen.words.shape[1], 1))
    result: Floats = seen.prior + own + around + model.bias
    return result


def nothing_learned() -> Learned:
    """A model without examples: it scores as the hand-set weights do."""
    count = len(COLUMNS)
    return Learned(np.zeros(count), np.zeros(count), np.ones(count), 0.0, np.zeros(SIZE))


def chances(found: Scored, model: Learned) -> tuple[dict[str, float], float]:
    """How likely each value (by `features.key_of`) is to be the right one of a field with one value
    at most, and how likely that the document does not state it; together 1 at most, the rest being
    that no candidate states it. Not calibrated."""
    if not len(found.scores):
        return {}, 1.0
    seen = table(found, model.values)
    scores = score_of(seen, model)
    top = max(float(scores.max()), 0.0)
    nothing = float(np.exp(-top))
    by_key: dict[str, float] = {}
    for key, power in zip(seen.keys, np.exp(scores - top).tolist(), strict=True):
        by_key[key] = by_key.get(key, 0.0) + power
    total = sum(by_key.values()) + nothing
    return {key: power / total for key, power in by_key.items()}, (
        nothing * float(np.exp(-model.lean)) / total
    )
