"""One cell: recorded already? then use it; slot, run the step, commit, release, tell. Laws 1, 6, 7.

Knows nothing of what a step does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from casework.base.clock import Clock, stamp
from casework.base.errors import BorderError, CaseworkError, ModelError
from casework.base.ids import uuid7
from casework.engine.assess import FAILURES_UNTIL_SET_ASIDE, Assessment
from casework.engine.program import Column, Program
from casework.engine.slots import Health, Slots
from casework.observe.collect import collecting, span
from casework.types.case import (
    REUSABLE,
    CaseRecord,
    Cell,
    CellState,
    CellWrite,
    Outcome,
    Recorded,
    WaitKind,
)
from casework.types.event import CellSettled, Event
from casework.types.label import Label, join_all
from casework.types.needs import CellStore, StepInput, Steps, StepTask
from casework.types.span import CASE, RUN, STEP
from casework.types.usage import NO_USAGE
from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class Job:
    """A cell that is to be run. `cell` is how it stands; `force` ignores what is recorded."""

    column: Column
    case: CaseRecord
    cell: Cell
    assessment: Assessment
    inputs: dict[str, StepInput]
    force: bool = False


@dataclass(slots=True)
class Bench:
    """What every cell of one run works with. `flights` are the fingerprints being computed."""

    program: Program
    cells: CellStore
    steps: Steps
    slots: Slots
    health: Health
    clock: Clock
    run_id: str
    tell: Callable[[Event], None]
    flights: dict[str, asyncio.Event] = field(default_factory=dict)


async def run_cell(job: Job, bench: Bench) -> tuple[Cell, bool]:
    """Run one cell to its committed end; tells whether its outcome was taken from memory."""
    mark = job.assessment.fingerprint
    while (flight := bench.flights.get(mark)) is not None:
        await flight.wait()
    landed = bench.flights[mark] = asyncio.Event()
    try:
        sheet = job.case.worksheet_id
        known = None if job.force else await bench.cells.recorded(mark, worksheet_id=sheet)
        if known is not None:
            cell = await _commit(job, bench, known.outcome, known)
        else:
            async with bench.slots.hold(job.column.method.resource):
                outcome = await _attempt(job, bench)
                cell = await _commit(job, bench, outcome, None)
    finally:
        del bench.flights[mark]
        landed.set()
    bench.tell(CellSettled(job.case.worksheet_id, cell))
    return cell, known is not None


async def skip_cell(job: Job, bench: Bench) -> Cell | None:
    """Evaluate the condition of a cell; the committed cell when it does not hold, else None."""
    try:
        outcome = await bench.steps.applies(_task(job, bench))
    except Exception as error:  # noqa: BLE001 - the border of one condition
        outcome = _went_wrong(error, job.column, "", bench.health)
    if outcome is None:
        return None
    label = label_of(job.column, job.case, outcome, job.inputs)
    cell = await _commit(job, bench, replace(outcome, label=label), None)
    bench.tell(CellSettled(job.case.worksheet_id, cell))
    return cell


async def keep_waiting(
    case: CaseRecord, cell: Cell, assessment: Assessment, bench: Bench, *, held: str = ""
) -> Cell:
    """Write down why a cell waits or is set aside, if that is not what it says already. `held` is
    the fingerprint of its condition, which held: it is asked again only when that is another."""
    noted = held if held and assessment.state == "waiting" else cell.tried
    same = (cell.state, cell.reason, cell.waiting_for, cell.tried)
    if same == (assessment.state, assessment.reason, assessment.waiting_for, noted):
        return cell
    waiting = replace(
        cell,
        tries=cell.tries if noted == cell.tried else 0,
        tried=noted,
        state=assessment.state,
        reason=assessment.reason,
        waiting_for=assessment.waiting_for,
        since=stamp(bench.clock.now()),
    )
    await bench.cells.commit(_write(case.worksheet_id, waiting))
    bench.tell(CellSettled(case.worksheet_id, waiting))
    return waiting


def label_of(
    column: Column, case: CaseRecord, outcome: Outcome, inputs: dict[str, StepInput]
) -> Label:
    """What a value came from: its model, its documents, its inputs and conditions. Made anew, so
    that an outcome found for another case, or from other inputs, leaves nothing of theirs."""
    documents = frozenset(d.sha256 for d in column.documents(case.documents))
    model = frozenset(told for told in outcome.label.sources if told.startswith("model:"))
    joined = (given.read.label for given in inputs.values())
    return join_all((Label(model | documents, outcome.label.readers), *joined))


async def _attempt(job: Job, bench: Bench) -> Outcome:
    """Run the step; whatever goes wrong becomes an outcome. The border of one cell."""
    resource = job.column.method.resource
    paused = bench.health.paused(resource)
    if paused:
        return Outcome("waiting", waiting_for="model", reason=paused)
    step = job.column.step
    with collecting() as collected:
        try:
            whose: dict[str, Json] = {CASE: job.case.id, STEP: step.id, RUN: bench.run_id}
            with span(f"cell {step.id}", whose):
                outcome = await bench.steps.run(_task(job, bench))
            bench.health.worked(resource)
        except Exception as error:  # noqa: BLE001 - a fault of ours spoils one cell, not the run
            outcome = _went_wrong(error, job.column, resource, bench.health)
    label = label_of(job.column, job.case, outcome, job.inputs)
    return replace(outcome, label=label, spans=collected.spans)


def _task(job: Job, bench: Bench) -> StepTask:
    return StepTask(
        bench.program.procedure,
        job.column.step,
        job.case,
        job.column.documents(job.case.documents),
        job.inputs,
        bench.program.today,
    )


def _went_wrong(error: Exception, column: Column, resource: str, health: Health) -> Outcome:
    """A failure that is the case's own, or a wait when it is nobody's fault."""
    if not isinstance(error, CaseworkError):
        reason = f"{column.step.name}: unexpected {type(error).__name__}: {error}"
        return Outcome("failed", reason=reason, code="internal.error", blames_case=True)
    if error.blames_case:
        return Outcome("failed", reason=str(error), code=error.code, blames_case=True)
    health.failed(resource, error)
    kind: WaitKind = "model" if isinstance(error, ModelError | BorderError) else "system"
    return Outcome("waiting", waiting_for=kind, reason=str(error), code=error.code)


async def _commit(job: Job, bench: Bench, outcome: Outcome, known: Recorded | None) -> Cell:
    """Put the outcome in force if it is a result, else write why there is none."""
    now = stamp(bench.clock.now())
    mark = job.assessment.fingerprint
    if known is not None:
        label = label_of(job.column, job.case, outcome, job.inputs)
        if (known.fingerprint, outcome.label) != (mark, label):
            # the same value from other sources: a row of its own, since a row has one label
            outcome, known = replace(outcome, label=label, usage=NO_USAGE), None
    recorded = known or Recorded(
        uuid7(),
        mark,
        _next_attempt(job),
        job.column.mark,
        dict(job.assessment.inputs),
        outcome,
        bench.run_id,
        now,
    )
    if outcome.kind in REUSABLE:
        cell = Cell(
            job.case.id,
            job.column.step.id,
            _state(outcome),
            outcome.reason,
            now,
            machine=recorded,
            proposed=job.cell.proposed,
            human=job.cell.human,
        )
        fresh = None if known else recorded
        await bench.cells.commit(
            _write(job.case.worksheet_id, cell, fresh, known.id if known else "")
        )
        return cell
    cell = _without_result(job, outcome, now)
    kept = recorded if outcome.kind == "failed" else None
    await bench.cells.commit(_write(job.case.worksheet_id, cell, kept))
    return cell


def _without_result(job: Job, outcome: Outcome, now: str) -> Cell:
    """The cell after a failure or a wait; what was in force before stays in its slot."""
    mark = job.assessment.fingerprint
    before = job.cell.tries if job.cell.tried == mark else 0
    if outcome.kind != "failed":
        return replace(
            job.cell,
            state="waiting",
            reason=outcome.reason,
            since=now,
            waiting_for=outcome.waiting_for,
        )
    tries = before + 1 if outcome.blames_case else before
    aside = tries >= FAILURES_UNTIL_SET_ASIDE
    reason = f"set aside after {tries} tries: {outcome.reason}" if aside else outcome.reason
    return replace(
        job.cell,
        state="set_aside" if aside else "failed",
        reason=reason,
        since=now,
        waiting_for=None,
        tries=tries,
        tried=mark,
    )


def _next_attempt(job: Job) -> int:
    machine = job.cell.machine
    if job.force and machine is not None and machine.fingerprint == job.assessment.fingerprint:
        return machine.attempt + 1
    return 0


def _state(outcome: Outcome) -> CellState:
    if outcome.kind == "value":
        return "value"
    return "absent" if outcome.kind == "absent" else "skipped"


def _write(
    worksheet_id: str, cell: Cell, recorded: Recorded | None = None, reuse: str = ""
) -> CellWrite:
    return CellWrite(
        worksheet_id,
        cell.case_id,
        cell.step_id,
        cell.state,
        cell.reason,
        cell.since,
        cell.waiting_for,
        recorded,
        reuse,
        cell.tries,
        cell.tried,
    )
