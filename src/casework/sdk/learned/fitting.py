"""Examples of steps → versions, fitted, tried and kept: offered when they passed the gate, else
refused with the reason. Decides nothing about when."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.errors import EstimatorError, StoreError
from casework.base.ids import uuid7
from casework.sdk.learned.asking_again import AskingAgain
from casework.sdk.learned.examples import counted
from casework.sdk.learned.loaded import CALIBRATION, FAMILIAR, TYPE
from casework.sdk.learned.standing import THE_GATE, StepLearning
from casework.sdk.learned.sureness import measured
from casework.sdk.wire import House
from casework.types.label import Label, join_all, readers_of
from casework.types.learned import Gate, Stored, Version, VersionState
from casework.types.procedure import Procedure, Step
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.judges.confidence import Calibration
    from casework.learn.examples import Asked, Reviewed
    from casework.learn.field import FieldVersion, Rival
    from casework.learn.judged import Fit

SURENESS = "confidence"
"""The name of what a version without a model was made by."""
_RIGHT = "right"
"""Among the facts: whether it was right, out of fold, on each cell that it was made from."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A version before it has a number."""

    gate: Gate
    stored: Stored
    thresholds: tuple[float, ...]
    estimator: str
    label: Label
    examples: Mapping[str, int]
    problem: str = ""
    """Why it was fitted by our own estimator and not the one that was chosen; '' where it was."""


class Fitting:
    """Makes versions for the steps of a worksheet. Whoever cancels waits for one fold at most."""

    def __init__(self, house: House, worksheet_id: str, procedure: Procedure) -> None:
        self._house = house
        self._worksheet_id = worksheet_id
        self._procedure = procedure
        self._stop = threading.Event()

    async def fit(self, task: StepLearning, asked: AskingAgain) -> Version | None:
        """Make and keep the version of a step and audience; None where its examples teach nothing.
        Raises `ConflictError` where another process has just made it."""
        made = await (self._field(task, asked) if task.kind == "field" else self._sureness(task))
        return None if made is None else await self._keep(task, made)

    async def _field(self, task: StepLearning, asked: AskingAgain) -> _Made:
        step = self._procedure.step(task.path)
        cells = [
            cell
            for one in task.newest
            if (cell := asked.reviewed.get((task.path, one.taught.id))) is not None
        ]
        if not any(cell.examples for cell in cells):
            return _nothing_to_fit(step, task)
        rival = await self._rival(task, step)
        others = asked.unjudged.get(task.path, {}).get(task.audience, [])
        fit = partial(self._house.estimators.fit, many=step.type.many)
        work = asyncio.to_thread(_fit_field, cells, fit, rival, others, self._check)
        try:
            found = await work
        except asyncio.CancelledError:
            self._stop.set()
            raise
        return _Made(
            found.gate,
            _stored(step, found),
            found.thresholds,
            found.fitted.estimator,
            join_all(cell.taught.label for cell in cells),
            counted(one.taught for one in task.given),
            found.fitted.problem,
        )

    async def _sureness(self, task: StepLearning) -> _Made | None:
        found = await measured(self._house, self._worksheet_id, task)
        if found is None:
            return None
        step = self._procedure.step(task.path)
        stored = Stored(b"", _facts(step, found.calibration))
        label = join_all(one.taught.label for one in task.newest)
        counts = counted(one.taught for one in task.given)
        return _Made(found.gate, stored, found.thresholds, SURENESS, label, counts)

    async def _rival(self, task: StepLearning, step: Step) -> Rival | None:
        """The version that is at work for this audience; the hand-set weights (None) where there is
        none, or where it cannot be used any more."""
        if task.live is None or not task.live.has_model:
            return None
        from casework.learn.field import Rival

        try:
            stored = await self._house.store.learned.load(task.live.id)
            if stored.facts.get(TYPE) != step.type.as_json():
                return None
            load = partial(self._house.estimators.load, many=step.type.many)
            model = await asyncio.to_thread(load, task.live.estimator, stored)
        except (StoreError, EstimatorError):
            return None
        right = stored.facts.get(_RIGHT)
        told = right if isinstance(right, dict) else {}
        return Rival(model, {id: bool(was) for id, was in told.items()})

    async def _keep(self, task: StepLearning, made: _Made) -> Version:
        store, now = self._house.store.learned, stamp(self._house.clock.now())
        number = await store.next_number(self._worksheet_id, task.path, task.audience)
        state: VersionState = "offered" if made.gate.passed else "refused"
        version = Version(
            uuid7(),
            self._worksheet_id,
            task.path,
            number,
            state,
            made.estimator,
            made.stored.sha256,
            made.gate,
            now,
            audience=task.audience,
            examples=made.examples,
            thresholds=made.thresholds,
            label=Label(made.label.sources, readers_of(task.audience)),
            decided_by="" if made.gate.passed else THE_GATE,
            decided_at="" if made.gate.passed else now,
            reason=_reason(made),
            has_model=bool(made.stored.arrays),
        )
        await store.add(version, made.stored)
        if made.gate.passed:
            await self._retire_offered(version, now)
        return version

    async def _retire_offered(self, newer: Version, at: str) -> None:
        """What was offered before waits no longer."""
        for one in await self._house.store.learned.of_worksheet(self._worksheet_id):
            same = (one.path, one.audience) == (newer.path, newer.audience)
            if same and one.state == "offered" and one.id != newer.id:
                told = f"version {newer.number} was made since"
                await self._house.store.learned.set_state(one.id, "retired", THE_GATE, at, told)

    def _check(self) -> None:
        if self._stop.is_set():
            raise asyncio.CancelledError


def _reason(made: _Made) -> str:
    """What is said of a version besides its gate: why it was refused, and why it was not made by
    the estimator that was chosen."""
    refused = "" if made.gate.passed else made.gate.reason
    return " ".join(filter(None, (refused, made.problem)))


def _nothing_to_fit(step: Step, task: StepLearning) -> _Made:
    """A version that was refused before it was fitted, so that it is not tried at every verdict."""
    told = (
        f"None of its {task.count} examples has a candidate that a model could choose: such values"
        " are read as clauses, from tables, or from documents that are gone or cannot be read."
    )
    label = join_all(one.taught.label for one in task.given)
    counts = counted(one.taught for one in task.given)
    gate = Gate(False, 0, 0, 0.0, 0.0, 0, 0, told)
    return _Made(gate, Stored(b"", _facts(step, None)), (), SURENESS, label, counts)


def _fit_field(
    cells: Sequence[Reviewed],
    fit: Fit,
    rival: Rival | None,
    others: Sequence[Asked],
    check: Callable[[], None],
) -> FieldVersion:
    from casework.learn.field import fit_field

    return fit_field(cells, fit, rival=rival, unjudged=others, on_fold=check)


def _stored(step: Step, found: FieldVersion) -> Stored:
    """What is kept of it: what the estimator gave, and what we know of it besides."""
    facts = _facts(step, found.calibration)
    facts[FAMILIAR] = found.familiar.as_json()
    facts[_RIGHT] = dict(found.right)
    return Stored(found.fitted.stored.arrays, {**found.fitted.stored.facts, **facts})


def _facts(step: Step, calibration: Calibration | None) -> dict[str, Json]:
    facts: dict[str, Json] = {TYPE: step.type.as_json()}
    if calibration is not None:
        facts[CALIBRATION] = calibration.as_json()
    return facts
