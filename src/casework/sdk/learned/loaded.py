"""Learned versions made ready to work when a cell first needs them. Knows not which are live."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from casework.base.errors import EstimatorError, StoreError
from casework.judges.confidence import Calibration
from casework.steps.learned import AtWork
from casework.types.label import LEARNED, Label
from casework.types.learned import Stored, Version
from casework.types.procedure import Step
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.extraction.learned import FieldModel
    from casework.store.learned import LearnedVersions

CALIBRATION, OF_MODEL, FAMILIAR, TYPE = "calibration", "calibration_of_model", "familiar", "type"
"""Names among the facts of a version."""
_KEPT = 64


class Load(Protocol):
    """Gives the model that an estimator (by its name) once made; `many` is for fields with several
    values."""

    def __call__(self, estimator: str, stored: Stored, *, many: bool) -> FieldModel: ...


class LoadedVersions:
    """Versions by id, loaded once each; the last few are kept. `load` makes the model of an
    estimator out of its arrays."""

    def __init__(self, store: LearnedVersions, load: Load) -> None:
        self._store = store
        self._load_model = load
        self._kept: OrderedDict[str, asyncio.Future[_Loaded]] = OrderedDict()

    async def of(self, version: Version, step: Step) -> AtWork | None:
        """A version made ready for a step; None where the step has become of another type since.
        Raises `StoreError` that names the version when it cannot be used."""
        loading = self._kept.get(version.id)
        if loading is None:
            loading = self._kept[version.id] = asyncio.ensure_future(self._load(version, step))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(version.id)
        try:
            at_work, type = await asyncio.shield(loading)
        except BaseException:
            if loading.done():
                self._kept.pop(version.id, None)
            raise
        return at_work if type is None or type == step.type.as_json() else None

    async def _load(self, version: Version, step: Step) -> _Loaded:
        stored = await self._store.load(version.id)
        load = partial(self._load_model, version.estimator, stored, many=step.type.many)
        try:
            return await asyncio.to_thread(made_ready, version, stored, load)
        except (StoreError, EstimatorError) as error:
            raise type(error)(
                f"Version {version.number} of {version.path} cannot be used: {error.message}",
                fix=error.fix,
                code=error.code,
            ) from error


_Loaded = tuple[AtWork, Json]
"""A version, and the type of the step that it was learned for (None where nobody noted it)."""


def made_ready(version: Version, stored: Stored, load: Callable[[], FieldModel]) -> _Loaded:
    """A version made ready to work. Raises `StoreError` or `EstimatorError` for a broken one."""
    from casework.extraction.novelty import Familiar

    facts = stored.facts
    own, of_model = _calibration(facts, CALIBRATION), _calibration(facts, OF_MODEL)
    model = load() if version.has_model else None
    if model is None:
        own, of_model = None, of_model or own
    label = Label(frozenset({LEARNED + version.id}), version.label.readers)
    familiar = Familiar.from_json(facts.get(FAMILIAR))
    return AtWork(version.id, model, own, label, familiar, of_model), facts.get(TYPE)


def _calibration(facts: Mapping[str, Json], name: str) -> Calibration | None:
    told = facts.get(name)
    if not told:
        return None
    try:
        return Calibration.from_json(cast("Mapping[str, Json]", told))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise StoreError(
            f"its {name} cannot be read: {error!r}.",
            fix="Delete this version and learn again: casework learn",
            code="learned.damaged",
        ) from error
