"""How sure one may be of what a language model reads, from the cells that people verified: its
answers stand in the store with their signals, so nothing is asked again and no model is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.sdk.learned.examples import outcome_of
from casework.sdk.learned.standing import StepLearning
from casework.sdk.wire import House
from casework.types.case import Recorded, value_digest
from casework.types.learned import Gate
from casework.types.verdict import Verdict

if TYPE_CHECKING:
    from casework.judges.confidence import Calibration
    from casework.learn.judged import Judged

_SAMPLE = 400
"""Cells on which nobody decided that thresholds are fixed by."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The calibration of a language model's answers to a step."""

    calibration: Calibration
    thresholds: tuple[float, ...]
    gate: Gate


async def measured(house: House, worksheet_id: str, task: StepLearning) -> Measured | None:
    """What people's verdicts say of a step's answers; None for too few. Only answers that were
    found as they are found now count: those of another model or instruction say nothing."""
    from casework.learn.calibrate import calibrate, confidences, thresholds_of

    told = [
        (recorded, one.verdict)
        for one in task.newest
        if one.verdict and (recorded := await outcome_of(house, one)) and recorded.outcome.signals
    ]
    if not told:
        return None
    meaning = told[-1][0].meaning
    cells = [_judged(*one) for one in told if one[0].meaning == meaning]
    calibration = calibrate(cells)
    if calibration is None:
        return None
    others = await _unjudged(house, worksheet_id, task, meaning)
    sure = confidences(others or cells, calibration)
    return Measured(calibration, thresholds_of(sure), _gate(cells))


def _judged(recorded: Recorded, verdict: Verdict) -> Judged:
    from casework.learn.judged import Judged

    mark = value_digest(verdict.value, verdict.absence)
    right = verdict.kind == "accepted" or recorded.outcome.value_digest == mark
    return Judged(verdict.id, verdict.case_id, right, recorded.outcome.signals)


async def _unjudged(
    house: House, worksheet_id: str, task: StepLearning, meaning: str
) -> list[Judged]:
    """Answers on which nobody decided."""
    from casework.learn.judged import Judged

    found: list[Judged] = []
    async for case in house.store.cases.stream(worksheet_id):
        cell = (await house.store.cells.of_case(case.id)).get(task.path)
        if cell is None or cell.machine is None or cell.human is not None:
            continue
        if cell.machine.meaning == meaning and cell.machine.outcome.signals:
            signals = cell.machine.outcome.signals
            found.append(Judged(cell.machine.id, case.id, False, signals))
        if len(found) >= _SAMPLE:
            break
    return found


def _gate(cells: list[Judged]) -> Gate:
    right, groups = sum(one.right for one in cells), len({one.group for one in cells})
    share = right / len(cells)
    told = (
        f"Of {len(cells)} answers that people verified {right} were right; from these it is told"
        " how sure one may be."
    )
    return Gate(True, len(cells), groups, share, share, 0, 0, told)
