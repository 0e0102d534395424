"""What a run would do, asked of whatever is pending: an edited procedure, other models, values to
try, new documents. Changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.engine.engine import Engine
from casework.engine.program import Program
from casework.sdk.action import action
from casework.sdk.cascading import with_cascades
from casework.sdk.following import Followed, Following
from casework.sdk.learned.versions import pick_versions, versions_told
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_step
from casework.sdk.ready import Which, make_ready, scope_of, with_settings
from casework.sdk.seen import hidden_cases
from casework.sdk.typed_values import as_before
from casework.sdk.wire import House
from casework.types.case import ABSENCE_KINDS, Cell
from casework.types.change import NO_TRIAL, ChangeRecord, Correction, Trial
from casework.types.procedure import Procedure, Step
from casework.types.run import Plan, PlannedCell
from casework.values.read import read_value

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_ABSENT = "absent:"


@dataclass(frozen=True, slots=True)
class Asked:
    """A trial made ready."""

    followed: Followed
    engine: Engine
    program: Program
    house: House
    versions: tuple[str, ...] = ()
    """Ids of the learned versions that it would put to work."""


class Planning:
    """Plans of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def plan(self, which: Which, trial: Trial | None = None) -> Plan:
        """What a run would do with what is pending, and why."""
        opened = await self._house.store.changes.open(self._record.id)
        trial = trial or NO_TRIAL
        hidden = await hidden_cases(self._house, self._record.id)
        async with self._asked(trial) as asked:
            plan = hidden.plan(await self._plan(asked, which))
            left_out = 0
            if which.limits:
                whole = await self._plan(asked, Which((), which.steps, which.force))
                left_out = max(0, whole.count() - plan.count())
        procedure = asked.followed.procedure
        learned = await versions_told(self._house, self._record.id, procedure, asked.versions)
        changes = (*asked.followed.changes, *asked.followed.renames, *told(trial), *learned)
        return replace(
            plan,
            new_version=asked.followed.pending,
            changes=changes,
            left_out=left_out,
            trying=opened is not None,
            notes=(asked.followed.gone,) if asked.followed.gone else (),
        )

    @action("read")
    async def cells(self, which: Which, trial: Trial | None = None) -> AsyncIterator[PlannedCell]:
        """The same cell by cell, in the order of the cases."""
        hidden = await hidden_cases(self._house, self._record.id)
        async with self._asked(trial or NO_TRIAL) as asked:
            procedure = asked.followed.procedure
            scope = await scope_of(self._house, self._record.id, procedure, which)
            async for one in asked.engine.planned(self._record.id, asked.program, scope):
                yield hidden.planned(one)

    @asynccontextmanager
    async def _asked(self, trial: Trial) -> AsyncIterator[Asked]:
        """What a trial asks for, made ready over the cells in force."""
        followed = await self._following.now()
        async with with_settings(self._house, trial.asked) as house:
            over = None
            if trial.corrections:
                said = await self.corrections(trial, followed.procedure)
                over = ChangeRecord("", self._record.id, "open", "", "", corrections=said)
            procedure, names = followed.procedure, trial.versions
            versions = await pick_versions(house, self._record.id, procedure, names)
            made = await make_ready(house, followed, over, tried=versions)
            yield Asked(followed, *made, house, versions)

    @action("read")
    async def corrections(self, trial: Trial, procedure: Procedure) -> tuple[Correction, ...]:
        """The values to try, read as their steps' types; raises for what cannot be read."""
        pages = Pages(self._house.store, self._record.id)
        said = []
        for case, name, value in trial.corrections:
            found, step = await pages.pick(case), pick_step(procedure, name)
            cells = await self._house.store.cells.of_case(found.id)
            cell = cells.get(step.id) or Cell(found.id, step.id)
            said.append(_correction(found.id, step, cell, value))
        return tuple(said)

    async def _plan(self, asked: Asked, which: Which) -> Plan:
        procedure = asked.followed.procedure
        scope = await scope_of(self._house, self._record.id, procedure, which)
        ready = (asked.engine, asked.program)
        plan = await asked.engine.plan(self._record.id, self._record.name, asked.program, scope)
        return await with_cascades(asked.house, self._record.id, plan, ready)


def told(trial: Trial) -> tuple[str, ...]:
    """What a trial asks for, in words."""
    models = [f"The model {role} is {name}." for role, name in trial.models.items()]
    settings = [f"{name} is {value}." for name, value in trial.settings.items()]
    said = [f"{case}, {step}: {value} is tried." for case, step, value in trial.corrections]
    return (*models, *settings, *said)


def _correction(case_id: str, step: Step, cell: Cell, value: str) -> Correction:
    if value.startswith(_ABSENT):
        word = value.removeprefix(_ABSENT).strip().replace("-", "_").replace(" ", "_")
        if word not in ABSENCE_KINDS or word == "conflict":
            kinds = ", ".join(kind for kind in ABSENCE_KINDS if kind != "conflict")
            raise UsageError(
                f"{step.name}: there is no kind of absence {word!r} to try.", fix=f"Use {kinds}."
            )
        return Correction(case_id, step.id, None, word)
    return Correction(case_id, step.id, read_value(value, step.type, habits=as_before(cell)))
