"""One cell: recorded already? then use it; slot, run the step, commit, release, tell. Laws 1, 6, 7.

Knows nothing of what a step does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from casework.base.clock import Clock, stamp
from casework.base.errors import BorderError, CaseworkError, ModelError, WaitError
from casework.base.ids import uuid7
from casework.engine.assess import FAILURES_UNTIL_SET_ASIDE, Assessment
from casework.engine.lacking import lacking_of
from casework.engine.program import Column, Program
from casework.engine.slots import Health, Slots
from casework.observe.collect import collecting, span
from casework.types.case import (
    REUSABLE,
    CaseRecord,
    Cell,
    CellState,
    CellWrite,
    Effective,
    Outcome,
    Recorded,
    WaitKind,
)
from casework.types.event import CellSettled, Event
from casework.types.label import LEARNED, Label, join_all, shared_readers
from casework.types.needs import CellStore, StepInput, Steps, StepTask
from casework.types.span import CASE, RUN, STEP, Whose
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json

_KEPT_SOURCES = ("model:", LEARNED)
"""What of a label a step itself knows; the rest is told by its documents and inputs."""


@dataclass(frozen=True, slots=True)
class Job:
    """A cell that is to be run. `cell` is how it stands; `force` ignores what is recorded."""

    column: Column
    case: CaseRecord
    cell: Cell
    assessment: Assessment
    inputs: dict[str, StepInput]
    force: bool = False
    around_id: str = ""
    """The case in whose tables the row stands; '' where `case` is no row."""


@dataclass(slots=True)
class Bench:
    """What every cell of one run works with. `flights` are the fingerprints being computed,
    `at_work` the cells (case id, step id) being worked on with since when, `used` what all of them
    used so far; `committed` is told of each cell that is done with."""

    program: Program
    cells: CellStore
    steps: Steps
    slots: Slots
    health: Health
    clock: Clock
    run_id: str
    tell: Callable[[Event], None]
    flights: dict[str, asyncio.Event] = field(default_factory=dict)
    at_work: dict[tuple[str, str], dt.datetime] = field(default_factory=dict)
    used: Usage = NO_USAGE
    committed: Callable[[str, str], None] = lambda case_id, step_id: None
    worksheet_id: str = ""
    """The worksheet that is run: rows of its tables belong to worksheets of their own."""
    came_to_wait: int = 0
    """Cells that wait, or are set aside, for a reason that they did not have before the run."""


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
                cell = await _work_on(job, bench)
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
    await bench.cells.commit(_write(case.worksheet_id, waiting, run_id=bench.run_id))
    bench.came_to_wait += 1
    bench.tell(CellSettled(case.worksheet_id, waiting))
    return waiting


def label_of(
    column: Column, case: CaseRecord, outcome: Outcome, inputs: dict[str, StepInput]
) -> Label:
    """What a value came from: its model, what was learned, its documents, its inputs and
    conditions. Made anew, so that an outcome found for another case, or from other inputs, leaves
    nothing of theirs; only what was learned of others' documents keeps its readers."""
    told = outcome.label
    kept = frozenset(source for source in told.sources if source.startswith(_KEPT_SOURCES))
    learned = any(source.startswith(LEARNED) for source in kept)
    own = Label(kept, told.readers if learned else None)
    joined = (given.read.label for given in inputs.values())
    return join_all((own, label_of_documents(column, case), *joined))


def label_of_documents(column: Column, case: CaseRecord) -> Label:
    """The label of what a step reads of its case's documents."""
    documents = column.documents(case.documents)
    readers = shared_readers(document.readers for document in documents)
    return Label(frozenset(document.sha256 for document in documents), readers)


def read_of(column: Column, case: CaseRecord, cell: Cell) -> Effective | None:
    """What others read of a cell. Where a person wrote a value that no machine found, they read it
    in the documents, and nothing but these tells who may read it."""
    effective = cell.effective()
    if effective is None or cell.machine is not None:
        return effective
    label = effective.label.join(label_of_documents(column, case))
    return replace(effective, label=label)


async def refresh(
    column: Column, case: CaseRecord, cell: Cell, inputs: dict[str, StepInput], bench: Bench
) -> Cell:
    """An equal value keeps its outcome; if only labels changed before it, or what is missing of
    what it reads, that is written anew."""
    machine = cell.machine
    if machine is None:
        return cell
    lacking = lacking_of(column, case, inputs)
    if lacking != cell.lacking:
        cell = replace(cell, lacking=lacking)
        await bench.cells.commit(_write(case.worksheet_id, cell, run_id=bench.run_id))
        bench.tell(CellSettled(case.worksheet_id, cell))
    label = label_of(column, case, machine.outcome, inputs)
    if label == machine.outcome.label:
        return cell
    outcome = replace(machine.outcome, label=label)
    await bench.cells.relabel(machine.id, outcome)
    return replace(cell, machine=replace(machine, outcome=outcome))


async def _work_on(job: Job, bench: Bench) -> Cell:
    """Try the step and commit what it gave; meanwhile the cell counts as being worked on."""
    at = (job.case.id, job.column.step.id)
    bench.at_work[at] = bench.clock.now()
    try:
        outcome = await _attempt(job, bench)
        bench.used = bench.used + outcome.usage
        return await _commit(job, bench, outcome, None)
    finally:
        del bench.at_work[at]
        bench.committed(*at)


async def _attempt(job: Job, bench: Bench) -> Outcome:
    """Run the step; whatever goes wrong becomes an outcome. The border of one cell."""
    resource = job.column.method.resource
    paused = bench.health.paused(resource)
    if paused is not None:
        return Outcome("waiting", waiting_for=paused.waiting_for, reason=paused.reason)
    step = job.column.step
    sheet = bench.worksheet_id or job.case.worksheet_id
    whose = Whose(bench.run_id, job.case.id, step.id, sheet, job.around_id)
    with collecting(whose=whose) as collected:
        try:
            told: dict[str, Json] = {CASE: job.case.id, STEP: step.id, RUN: bench.run_id}
            with span(f"cell {step.id}", told):
                outcome = await bench.steps.run(_task(job, bench))
            bench.health.worked(resource)
        except Exception as error:  # noqa: BLE001 - a fault of ours spoils one cell, not the run
            outcome = _went_wrong(error, job.column, resource, bench.health)
            outcome = replace(outcome, usage=collected.used)
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
        _next_attempt(job),
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
    kind = error.waits_for if isinstance(error, WaitError) else kind
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
            lacking=lacking_of(job.column, job.case, job.inputs),
        )
        fresh = None if known else recorded
        await bench.cells.commit(
            _write(
                job.case.worksheet_id, cell, fresh, known.id if known else "", run_id=bench.run_id
            )
        )
        return cell
    cell = _without_result(job, outcome, now)
    kept = recorded if outcome.kind == "failed" or outcome.usage.calls else None
    await bench.cells.commit(_write(job.case.worksheet_id, cell, kept, run_id=bench.run_id))
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
    if not aside and fails_again(outcome.code):
        aside, reason, tries = True, outcome.reason, FAILURES_UNTIL_SET_ASIDE
    return replace(
        job.cell,
        state="set_aside" if aside else "failed",
        reason=reason,
        since=now,
        waiting_for=None,
        tries=tries,
        tried=mark,
    )


def fails_again(code: str) -> bool:
    """Whether a failure of this code must come again from the same inputs: a rule runs with a
    frozen clock and seed, so its second try is known without making it. Not so where it met a
    limit, which depends on how busy the machine is."""
    return code.startswith("rule.") and code != "rule.limit"


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
    worksheet_id: str,
    cell: Cell,
    recorded: Recorded | None = None,
    reuse: str = "",
    *,
    run_id: str,
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
        cell.lacking,
        run_id=run_id,
    )
