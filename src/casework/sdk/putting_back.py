"""Takes the effect of a run back: says what would change, then puts the cells back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.engine.program import Program, make_program
from casework.engine.revert import Changed, changed_by, kept_marks
from casework.sdk.following import Following
from casework.sdk.show import shown
from casework.sdk.wire import House
from casework.store.putting_back import PutBack
from casework.store.records import WorksheetRecord
from casework.types.case import CaseRecord, Cell, Recorded
from casework.types.event import RunEnded
from casework.types.past import Moment, Standing
from casework.types.procedure import Procedure
from casework.types.run import RunRecord


@dataclass(frozen=True, slots=True)
class PutBackCell:
    """A cell that a run changed: what it shows now, what it goes back to, and why it stays as it is
    ('' when it goes back)."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    now: str
    then: str
    stays: str = ""


@dataclass(frozen=True, slots=True)
class PutBackView:
    """What reverting a run changes, or has changed. `version` is that of the procedure before the
    run where the run took up another, else 0; `run_id` is that of the revert ('' while it is only
    looked at); `procedure_written` says that the older text stands in its file again."""

    run: str
    cells: tuple[PutBackCell, ...]
    version: int = 0
    run_id: str = ""
    procedure_written: bool = False

    @property
    def going_back(self) -> tuple[PutBackCell, ...]:
        """The cells that go back."""
        return tuple(cell for cell in self.cells if not cell.stays)

    @property
    def staying(self) -> tuple[PutBackCell, ...]:
        """The cells that the run changed and that stay as they are."""
        return tuple(cell for cell in self.cells if cell.stays)


class Reverting:
    """One revert of one run, named by the moment of its end."""

    def __init__(
        self, house: House, record: WorksheetRecord, following: Following, moment: Moment
    ) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._moment = moment

    async def look(self, *, later: bool) -> PutBackView:
        """Which cells go back to what; with `later` also those that were changed again since."""
        procedure = (await self._following.now()).procedure
        told: list[PutBackCell] = []
        async for case, changes in self._changes():
            found = await self._outcomes(changes)
            told += [
                _view(procedure, case, change, found, later=later)
                for change in changes
                if change.step_id in procedure.by_id
            ]
        return PutBackView(self._moment.words, tuple(told), await self._version_before())

    async def carry_out(self, view: PutBackView, *, procedure: bool, who: str) -> PutBackView:
        """Put them back, under the lease of the worksheet."""
        by = who or self._house.who()
        if procedure and view.version:
            await self._following.put_back(view.version)
        if not view.going_back:
            return replace(view, procedure_written=procedure and bool(view.version))
        followed = await self._following.now()
        steps = self._house.steps(followed.functions)
        program = make_program(
            followed.procedure, steps, today=self._house.today(), version=followed.version
        )
        run = await self._begin(followed.version - followed.pending)
        count = 0
        try:
            count = await self._put_all(program, view, run, by)
        finally:
            ended = replace(
                run,
                state="finished" if count == len(view.going_back) else "interrupted",
                ended_at=stamp(self._house.clock.now()),
                counts={"put back": count},
            )
            await self._house.store.runs.end(ended)
            self._house.bus.tell(RunEnded(ended))
        return replace(view, run_id=run.id, procedure_written=procedure and bool(view.version))

    async def _begin(self, version: int) -> RunRecord:
        run = RunRecord(
            uuid7(),
            self._record.id,
            "running",
            stamp(self._house.clock.now()),
            procedure_version=version,
            holder=self._house.holder,
            reverts=self._moment.run_id,
        )
        await self._house.store.runs.start(run)
        return run

    async def _put_all(self, program: Program, view: PutBackView, run: RunRecord, who: str) -> int:
        wanted = {(cell.case_id, cell.step_id) for cell in view.going_back}
        count = 0
        async for case, changes in self._changes():
            chosen = [change for change in changes if (case.id, change.step_id) in wanted]
            if chosen:
                reason = f"put back by {who} to what it was before {self._run_words}"
                cells = await self._put_back(program, case, chosen, reason)
                await self._house.store.putting_back.put(case.id, cells, run_id=run.id, who=who)
                count += len(cells)
        return count

    @property
    def _run_words(self) -> str:
        return self._moment.words.removeprefix("after ")

    async def _put_back(
        self, program: Program, case: CaseRecord, changes: Sequence[Changed], reason: str
    ) -> list[PutBack]:
        """The cells as they are to be written, with what keeps them so."""
        cells = await self._house.store.cells.of_case(case.id)
        found = await self._outcomes(changes)
        for change in changes:
            cell = cells.get(change.step_id) or Cell(case.id, change.step_id)
            cells[change.step_id] = _as_before(cell, change.before, found)
        kept = kept_marks(
            program,
            replace(case, set_aside=""),
            cells,
            {change.step_id for change in changes},
        )
        told = []
        for change in changes:
            cell = cells[change.step_id]
            marks = f"{cell.kept} {kept.get(change.step_id, '')}".strip()
            why = cell.reason if cell.machine else reason
            outcome = change.before.in_force
            told.append(PutBack(change.step_id, outcome, cell.state, why, marks))
        return told

    async def _changes(self) -> AsyncIterator[tuple[CaseRecord, list[Changed]]]:
        """The cells that the run changed, case by case."""
        store, run_id = self._house.store, self._moment.run_id
        async for batch in store.past.touched(self._record.id, run_id):
            for case_id, timeline in batch.items():
                told = (
                    changed_by(case_id, step_id, events, run_id)
                    for step_id, events in timeline.items()
                )
                changes = [change for change in told if change is not None]
                if changes:
                    yield await store.cases.get(case_id), changes

    async def _outcomes(self, changes: Sequence[Changed]) -> dict[int, Recorded]:
        numbers = [n for c in changes for n in (c.before.outcome, c.now.outcome)]
        return await self._house.store.past.outcomes(numbers)

    async def _version_before(self) -> int:
        """The version of the procedure before the run, where the run took up another; else 0."""
        before = await self._house.store.past.before_run(self._record.id, self._moment.run_id)
        if before is None or not before.version or before.version == self._moment.version:
            return 0
        return before.version


def _as_before(cell: Cell, before: Standing, found: Mapping[int, Recorded]) -> Cell:
    """The cell as it will stand. Without a result then, it has not run."""
    machine = found.get(before.in_force)
    if machine is None:
        return replace(cell, machine=None, state="idle", reason="", waiting_for=None, tries=0)
    return replace(
        cell,
        machine=machine,
        state=before.state,
        reason=before.reason,
        waiting_for=None,
        tries=0,
        tried="",
    )


def _view(
    procedure: Procedure,
    case: CaseRecord,
    change: Changed,
    found: Mapping[int, Recorded],
    *,
    later: bool,
) -> PutBackCell:
    step = procedure.step(change.step_id)

    def words(standing: Standing) -> str:
        recorded = found.get(standing.in_force)
        if recorded is None:
            return standing.state.replace("_", " ") if standing.since else "not run yet"
        outcome = recorded.outcome
        if outcome.kind == "skipped":
            return "skipped"
        return shown(outcome.value, outcome.absence or "", step)

    now, then = words(change.now), words(change.before)
    stays = "" if later else change.later
    return PutBackCell(case.id, case.name, step.id, step.name, now, then, stays)
