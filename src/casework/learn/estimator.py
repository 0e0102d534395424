"""Our estimator by the conventions of scikit-learn, without it: what learns a field from documents
in which people took values.

`X` is a sequence of `Scored`, one a document: the candidates of the field with their features and
hand-set scores. `y` are the keys (`features.key_of`) of the right values of each, none where the
document does not state the field. So there are no fixed classes: those of a document are the keys
of its candidates, and `NOTHING`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Self

import numpy as np

from casework.base.errors import NotFittedError, UsageError
from casework.extraction.features import key_of
from casework.extraction.learned import Learned
from casework.extraction.score import Scored
from casework.extraction.stored import from_stored, to_stored
from casework.learn.fit import CONTEXT_PENALTY, OWN_PENALTY, STEPS, Example, fit
from casework.types.learned import Stored
from casework.types.values import Json

NAME = "conditional_logit"
VERSION = "1"
NOTHING = ""
"""Stands among the keys of a document for "the document does not state it"."""
_EVEN = 0.5
Value = bool | float | int


class FieldEstimator:
    """A conditional logit over the candidates of a document (`learn/fit.py`).

    `many` is for fields with several values; the penalties hold back the weights of the features
    and of the words around; `steps` is how often the weights are improved.

    After `fit`: `learned_` is the model, `n_documents_` how many it was fitted from, and `values_`
    counts the documents in which each key was right.
    """

    def __init__(
        self,
        *,
        many: bool = False,
        own_penalty: float = OWN_PENALTY,
        context_penalty: float = CONTEXT_PENALTY,
        steps: int = STEPS,
    ) -> None:
        self.many = many
        self.own_penalty = own_penalty
        self.context_penalty = context_penalty
        self.steps = steps

    def __repr__(self) -> str:
        fresh = type(self)().get_params()
        given = {name: value for name, value in self.get_params().items() if value != fresh[name]}
        return f"FieldEstimator({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    def get_params(self, deep: bool = True) -> dict[str, Value]:
        """The parameters that it was made with, by name; `deep` changes nothing here."""
        return {
            "many": self.many,
            "own_penalty": self.own_penalty,
            "context_penalty": self.context_penalty,
            "steps": self.steps,
        }

    def set_params(self, **params: Value) -> Self:
        """Change parameters for the next `fit`; raises `UsageError` for one that there is not."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise UsageError(
                    f"FieldEstimator has no parameter {name!r}.", fix=f"It has {', '.join(known)}."
                )
            setattr(self, name, value)
        return self

    def fit(
        self,
        X: Sequence[Scored],
        y: Sequence[Collection[str]],
        sample_weight: Sequence[float] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Self:
        """Learn from documents and what is right in them. `sample_weight` is how much each counts
        (1 without it), `groups` names the document of each (its sha256 without it).

        Raises `UsageError` when they are not as many as each other, or a weight is no weight.
        """
        names = [one.prepared.document.sha256 for one in X] if groups is None else groups
        weights = [1.0] * len(X) if sample_weight is None else [float(one) for one in sample_weight]
        _check(len(X), {"y": len(y), "sample_weight": len(weights), "groups": len(names)})
        if not all(np.isfinite(weight) and weight >= 0 for weight in weights):
            raise UsageError("A sample weight is negative or no number.")
        rows = zip(names, X, y, weights, strict=True)
        return self.fit_examples(
            [Example(str(name), found, frozenset(right), w) for name, found, right, w in rows]
        )

    def fit_examples(self, examples: Sequence[Example]) -> Self:
        """The same of examples that are there already. One without weight is left out."""
        told = [one for one in examples if one.weight > 0]
        self.learned_ = fit(
            told,
            many=self.many,
            own_penalty=self.own_penalty,
            context_penalty=self.context_penalty,
            steps=self.steps,
        )
        self.n_documents_ = len(told)
        self.values_ = dict(self.learned_.values)
        return self

    def predict_proba(self, X: Sequence[Scored]) -> list[dict[str, float]]:
        """For each document how likely each key, and `NOTHING`, is to be right; together 1, unless
        `many`: then each by itself."""
        model = self.model()
        return [_each(one, model) if self.many else _one_of(one, model) for one in X]

    def predict(self, X: Sequence[Scored]) -> list[frozenset[str]]:
        """The keys of the right values of each document, none where it does not state the field."""
        return [_chosen(chances, many=self.many) for chances in self.predict_proba(X)]

    def score(
        self,
        X: Sequence[Scored],
        y: Sequence[Collection[str]],
        sample_weight: Sequence[float] | None = None,
    ) -> float:
        """The share of documents of which exactly the right keys are predicted."""
        weights = [1.0] * len(X) if sample_weight is None else sample_weight
        _check(len(X), {"y": len(y), "sample_weight": len(weights)})
        right = [told == frozenset(keys) for told, keys in zip(self.predict(X), y, strict=True)]
        return float(np.average(right, weights=weights)) if right else 0.0

    def model(self) -> Learned:
        """What was fitted, as the extractor uses it; raises `NotFittedError` before `fit`."""
        learned: Learned | None = getattr(self, "learned_", None)
        if learned is None:
            raise NotFittedError(
                f"{self!r} has learned nothing yet.", fix="Call fit with documents first."
            )
        return learned

    def state(self) -> Stored:
        """All of it as arrays and JSON: no pickle."""
        params: dict[str, Json] = {**self.get_params()}
        return to_stored(self.model(), {"params": params})

    @classmethod
    def from_state(cls, stored: Stored) -> Self:
        """The inverse of `state`; raises `StoreError` for what is none."""
        told = stored.facts.get("params")
        made = cls().set_params(**_params(told if isinstance(told, dict) else {}))
        made.learned_ = from_stored(stored)
        made.n_documents_ = made.learned_.examples
        made.values_ = dict(made.learned_.values)
        return made


def _params(told: Mapping[str, Json]) -> dict[str, Value]:
    known = FieldEstimator().get_params()
    return {
        name: value
        for name, value in told.items()
        if name in known and isinstance(value, (bool, int, float))
    }


def _check(wanted: int, given: Mapping[str, int]) -> None:
    for name, count in given.items():
        if count != wanted:
            raise UsageError(f"{name} has {count} entries, and X has {wanted} documents.")


def _one_of(found: Scored, model: Learned) -> dict[str, float]:
    by_key, nothing = model.chances(found)
    return {**by_key, NOTHING: nothing}


def _each(found: Scored, model: Learned) -> dict[str, float]:
    """The chance of each key by itself: of its best candidate; and that none of them is right."""
    told = model.rescore(found)
    best: dict[str, float] = {}
    for at in np.flatnonzero(np.isfinite(told.scores)).tolist():
        key = key_of(told.candidates.values[at])
        chance = float(0.5 * (1.0 + np.tanh(0.5 * told.scores[at])))
        best[key] = max(best.get(key, 0.0), chance)
    nothing = float(np.prod([1.0 - chance for chance in best.values()])) if best else 1.0
    return {**best, NOTHING: nothing}


def _chosen(chances: Mapping[str, float], *, many: bool) -> frozenset[str]:
    if many:
        return frozenset(key for key, p in chances.items() if key != NOTHING and p > _EVEN)
    best = max(chances, key=lambda key: chances[key])
    return frozenset() if best == NOTHING else frozenset((best,))
