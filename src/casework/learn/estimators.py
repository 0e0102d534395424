"""The estimators that there are, by name; and a border around those of plug-ins: what one gives is
looked at before it goes to work, and where it fails ours takes its place and says so.
"""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, cast

import numpy as np

from casework.base.errors import CaseworkError, EstimatorError
from casework.extraction.layout import Floats
from casework.extraction.learned import FieldModel
from casework.extraction.score import Scored
from casework.learn.built_in import OURS
from casework.learn.estimator import FieldEstimator
from casework.learn.fit import Example
from casework.types.learned import Stored
from casework.types.plugin import EstimatorSpec

_LOOKED_AT = 5
"""So many documents are asked of a new model before it is trusted."""
_ALMOST_ONE = 1.0 + 1e-6
_SAME = 1e-3
"""How far the scores of a model that was put away and taken out again may be from its own."""
_SHOWN_ERROR = 200


class Estimator(Protocol):
    """What fits the model of one field. `X`, `y`, `sample_weight` and `groups` are those of
    `FieldEstimator.fit`."""

    def fit(
        self,
        X: Sequence[Scored],
        y: Sequence[Collection[str]],
        sample_weight: Sequence[float] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Self:
        """Learn, and give itself."""
        ...

    def model(self) -> FieldModel:
        """What was learned, as the extractor uses it."""
        ...

    def state(self) -> Stored:
        """What was learned as a npz file without pickles, and JSON."""
        ...

    def from_state(self, stored: Stored) -> Estimator:
        """An estimator that has learned what `state` gave."""
        ...


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, what is kept of it, and the name of the estimator. `problem` says why it is ours
    and not the one that was chosen; '' where it is that."""

    model: FieldModel
    stored: Stored
    estimator: str
    problem: str = ""


class Estimators:
    """Those that plug-ins and we offer, and which of them was `chosen`."""

    def __init__(self, specs: Sequence[EstimatorSpec] = (OURS,), chosen: str = OURS.name) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._chosen = chosen

    def fit(self, examples: Sequence[Example], *, many: bool = False) -> Fitted:
        """The model of a field by the chosen estimator; by ours where that one cannot, with the
        reason. An example without weight is left out."""
        told = [one for one in examples if one.weight > 0]
        problem = ""
        if self._chosen != OURS.name:
            try:
                return _by_plugin(self._spec(self._chosen), told, many=many)
            except EstimatorError as error:
                problem = str(error)
        ours = FieldEstimator(many=many).fit_examples(told)
        return Fitted(ours.model(), ours.state(), OURS.name, problem)

    def load(self, name: str, stored: Stored, *, many: bool = False) -> FieldModel:
        """A model that the estimator of this name gave once; raises `EstimatorError` where that one
        is no longer there or cannot read it, and `StoreError` for a model of ours that is broken.
        """
        if name in ("", OURS.name):
            return FieldEstimator.from_state(stored).model()
        return _model_of(self._spec(name), stored, many=many)

    def _spec(self, name: str) -> EstimatorSpec:
        spec = self._specs.get(name)
        if spec is None:
            raise EstimatorError(
                f"There is no estimator {name!r}.",
                fix=f"There is {', '.join(sorted(self._specs))}: casework settings set"
                " learn.estimator NAME. If a plug-in brings it: casework plugins says whether it"
                " loads.",
            )
        return spec


def try_import(spec: EstimatorSpec) -> None:
    """Raise `EstimatorError` when an estimator cannot even be made."""
    try:
        _made(spec, many=False)
    except Exception as error:
        raise _failed(spec, "does not load", error) from error


def _by_plugin(spec: EstimatorSpec, examples: Sequence[Example], *, many: bool) -> Fitted:
    """The model that a plug-in's estimator fits, looked at; raises `EstimatorError`."""
    found = [one.found for one in examples]
    try:
        fitted = _made(spec, many=many).fit(
            found,
            [one.right for one in examples],
            sample_weight=[one.weight for one in examples],
            groups=[one.document for one in examples],
        )
        model, stored = fitted.model(), fitted.state()
        _check_stored(stored)
        sample = [one for one in found if len(one.scores)][:_LOOKED_AT]
        again = _made(spec, many=many).from_state(stored).model()
        for one in sample:
            _check_model(model, again, one)
    except EstimatorError:
        raise
    except Exception as error:
        raise _failed(spec, "does not work", error) from error
    return Fitted(model, stored, spec.name)


def _model_of(spec: EstimatorSpec, stored: Stored, *, many: bool) -> FieldModel:
    try:
        return _made(spec, many=many).from_state(stored).model()
    except Exception as error:
        raise _failed(spec, "cannot read what it once learned", error) from error


def _made(spec: EstimatorSpec, *, many: bool) -> Estimator:
    module, _, name = spec.target.partition(":")
    make = cast("Callable[..., Estimator]", getattr(importlib.import_module(module), name))
    return make(many=many)


class _Unfit(ValueError):
    """What an estimator gives cannot be used."""


def _check_stored(stored: object) -> None:
    """Raise `_Unfit` unless it is arrays without pickles, and JSON."""
    if not isinstance(stored, Stored):
        raise _Unfit(f"its state is {type(stored).__name__}, and Stored is wanted")
    try:
        with np.load(io.BytesIO(stored.arrays), allow_pickle=False) as told:
            for name in told.files:
                if told[name].dtype.kind == "f" and np.isnan(told[name]).any():
                    raise _Unfit(f"its array {name!r} holds what is no number")
        json.dumps(dict(stored.facts), allow_nan=False)
    except _Unfit:
        raise
    except Exception as error:
        raise _Unfit(f"its state is no npz file without pickles with JSON ({error})") from error


def _check_model(model: FieldModel, again: FieldModel, found: Scored) -> None:
    """Raise `_Unfit` for a model whose scores or chances are none, or that is another one after it
    was put away."""
    scores = _scores(model, found)
    by_key, nothing = model.chances(found)
    chances = [nothing, *by_key.values()]
    if not all(isinstance(key, str) for key in by_key):
        raise _Unfit("its chances are not by the keys of values")
    if not all(0.0 <= chance <= _ALMOST_ONE for chance in chances):
        raise _Unfit("its chances are not between 0 and 1")
    looked = np.isfinite(scores)
    kept = _scores(again, found)
    if not np.array_equal(looked, np.isfinite(kept)) or not np.allclose(
        scores[looked], kept[looked], atol=_SAME
    ):
        raise _Unfit("what it learned is something else after it was kept")


def _scores(model: FieldModel, found: Scored) -> Floats:
    told = model.rescore(found)
    scores: Floats = np.asarray(told.scores, np.float64)
    if scores.shape != found.scores.shape:
        raise _Unfit(f"it gives {scores.size} scores for {found.scores.size} candidates")
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise _Unfit("it gives scores that are no numbers")
    return scores


def _failed(spec: EstimatorSpec, what: str, error: Exception) -> EstimatorError:
    whose = f"The plug-in {spec.plugin!r}" if spec.plugin else "casework"
    said = " ".join(str(error).split())[:_SHOWN_ERROR].rstrip(".")
    if not isinstance(error, (_Unfit, CaseworkError)):
        said = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return EstimatorError(
        f"{whose} has an estimator {spec.name!r} that {what} ({said}).",
        fix="Update or remove its package, or use ours: casework settings set learn.estimator"
        f" {OURS.name}",
    )
