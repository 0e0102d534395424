"""How sure one may be of what a language model read before that could be told: measured from the
signals that stand with its answers. Asks nobody, and finds nothing else.

Each answer is written once more as a row of its own, with the confidence and with the label of the
version that measured it. What people decided was given on the row before, so that no decision which
taught a confidence can be taken for one that checks it; cells that were decided stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.sdk.learned.at_work import VersionsAtWork
from casework.steps.measured import measured
from casework.types.case import Cell, CellWrite, Outcome, Recorded
from casework.types.label import LEARNED, Label
from casework.types.learned import Version
from casework.types.procedure import Procedure, Step
from casework.types.usage import NO_USAGE

if TYPE_CHECKING:
    from casework.sdk.wire import House

_RESULTS = ("value", "absent")


async def measure_again(
    house: House,
    worksheet_id: str,
    procedure: Procedure,
    versions: Iterable[Version],
    *,
    gone: Iterable[Version] = (),
) -> int:
    """Measure the answers to the steps of these versions, those that only tell how sure one may be
    of what a language model reads. What was measured by one that is `gone` is so no more, unless
    another is live. Returns how many."""
    left = [one for one in gone if not one.has_model]
    wanted = [*(one for one in versions if not one.has_model), *left]
    paths = {one.path for one in wanted if one.path in procedure.by_id}
    if not paths:
        return 0
    every = await house.store.learned.of_worksheet(worksheet_id)
    live = [one for one in every if one.state == "live"]
    told = frozenset(LEARNED + one.id for one in (*every, *left) if not one.has_model)
    measuring = _Measuring(house, VersionsAtWork(procedure, live, house.loaded), told)
    count = 0
    async for case in house.store.cases.stream(worksheet_id):
        cells = await house.store.cells.of_case(case.id)
        for path in sorted(paths & cells.keys()):
            count += await measuring.cell(worksheet_id, procedure.step(path), cells[path])
    return count


class _Measuring:
    """Measures cells by the versions that are live; `told` are the sources that name any version,
    of now or before, by which answers are measured."""

    def __init__(self, house: House, learned: VersionsAtWork, told: frozenset[str]) -> None:
        self._house = house
        self._learned = learned
        self._told = told

    async def cell(self, worksheet_id: str, step: Step, cell: Cell) -> bool:
        """Measure a cell; False where there is nothing to be measured."""
        machine = cell.machine
        if machine is None or cell.human is not None or cell.state not in _RESULTS:
            return False
        outcome = machine.outcome
        at_work = await self._learned.of(step, outcome.label.readers)
        calibration = at_work.calibration_for(outcome.model) if at_work else None
        was_measured = bool(self._told & outcome.label.sources)
        if not (outcome.model and outcome.signals and (calibration or was_measured)):
            return False
        by = at_work if calibration else None
        fresh = measured(_bare(outcome, self._told), outcome.signals, calibration, by)
        if (fresh.confidence, fresh.label) == (outcome.confidence, outcome.label):
            return False
        now = stamp(self._house.clock.now())
        marks = (machine.fingerprint, machine.attempt, machine.meaning, machine.inputs)
        await self._house.store.cells.commit(
            CellWrite(
                worksheet_id,
                cell.case_id,
                cell.step_id,
                cell.state,
                cell.reason,
                now,
                recorded=Recorded(uuid7(), *marks, fresh, "", now),
                lacking=cell.lacking,
            )
        )
        return True


def _bare(outcome: Outcome, told: frozenset[str]) -> Outcome:
    """The outcome without the name of what measured it before, and without what it used, which was
    counted."""
    label = Label(outcome.label.sources - told, outcome.label.readers)
    return replace(outcome, label=label, usage=NO_USAGE)
