"""The door of the engine: plan and run a worksheet, hold its lease, stop cleanly. Laws 2, 5, 7."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.base.aio import first_error
from casework.base.clock import Clock, stamp
from casework.base.ids import uuid7
from casework.engine.budget import Purse, expected_by_model
from casework.engine.cell import Bench
from casework.engine.expected import History
from casework.engine.flow import fan_ins
from casework.engine.nested import NestedRow, Rows, flattened
from casework.engine.nested_outlook import Looking, with_rows
from casework.engine.outlook import RowOutlook, mark_broken_off, outlook, with_lines
from casework.engine.plan import Tally, listed
from casework.engine.program import Program
from casework.engine.row import Chosen, Row, aside_reason
from casework.engine.slots import Health, Slots
from casework.engine.stream import cases_with_work, look_ahead
from casework.engine.times import Wants, nobody, timed
from casework.engine.watch import Watch
from casework.types.case import CaseRecord, Cell
from casework.types.event import CaseWorked, Event, RunEnded, StoodStill
from casework.types.needs import CaseStore, CellStore, RowStore, RunStore, Steps
from casework.types.procedure import Step
from casework.types.run import CAME_TO_WAIT, Plan, PlannedCell, Progress, RunRecord
from casework.types.usage import NO_USAGE, Usage

_HEARTBEAT_S = 5.0
_ROWS_A_LOOK = 256
"""Rows planned before others get the loop again."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts of the store that the engine works with. `change_id` names the pending change whose
    cells they are; '' for those in force."""

    cases: CaseStore
    cells: CellStore
    runs: RunStore
    rows: RowStore
    change_id: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a plan or run is limited to; None means all. `unverified` leaves out the cells on which
    a person has decided."""

    cases: tuple[str, ...] | None = None
    steps: tuple[str, ...] | None = None
    force: bool = False
    unverified: bool = False

    @property
    def chosen(self) -> Chosen:
        """The part of it that a row needs."""
        steps = None if self.steps is None else frozenset(self.steps)
        return Chosen(steps, self.force, self.unverified)

    @property
    def only(self) -> list[str] | None:
        return None if self.cases is None else list(self.cases)


EVERYTHING = Scope()


@dataclass(slots=True)
class _Count:
    """How far a run has come."""

    total: int = 0
    done: int = 0
    states: dict[str, int] = field(default_factory=dict)
    bench: Bench | None = None

    @property
    def usage(self) -> Usage:
        """What the run used so far, failed tries included."""
        return self.bench.used if self.bench else NO_USAGE

    @property
    def counts(self) -> dict[str, int]:
        """Cells by state, and those that came to wait without being worked on."""
        waiting = self.bench.came_to_wait if self.bench else 0
        return {**self.states, **({CAME_TO_WAIT: waiting} if waiting else {})}

    @property
    def at_work(self) -> dict[tuple[str, str], str]:
        """The cells being worked on, with since when."""
        bench = self.bench
        return {at: stamp(since) for at, since in bench.at_work.items()} if bench else {}


class Engine:
    """Plans and runs worksheets. One object serves many runs of different worksheets."""

    def __init__(
        self,
        shelf: Shelf,
        steps: Steps,
        *,
        clock: Clock,
        limit_of: Callable[[str], int],
        cases_in_flight: int,
        holder: str,
        tell: Callable[[Event], None],
        wants_person: Wants = nobody,
        budget: Purse | None = None,
        heartbeat_s: float = _HEARTBEAT_S,
    ) -> None:
        self._shelf = shelf
        self._steps = steps
        self._clock = clock
        self._slots = Slots(limit_of)
        self._limit_of = limit_of
        self._cases_in_flight = cases_in_flight
        self._holder = holder
        self._tell = tell
        self._wants_person = wants_person
        self._budget = budget
        self._heartbeat_s = heartbeat_s

    async def plan(
        self, worksheet_id: str, name: str, program: Program, scope: Scope = EVERYTHING
    ) -> Plan:
        """What a run would do now. Reads digests only and changes nothing."""
        tally = Tally(worksheet_id, program, self._shelf.cells)
        broken_off = await self._broken_off(worksheet_id)
        marks = frozenset(column.mark for column in program.every)
        fresh = marks - (await self._shelf.runs.meanings(marks)).keys()
        async for row in self._outlook(worksheet_id, program, scope, fresh):
            await tally.add(mark_broken_off(row, broken_off) if broken_off else row)
        history = History(await self._typical(worksheet_id, program) if tally.groups else {})
        plan = await tally.plan(name, self._shelf.runs, history, self.lanes)
        if self._budget is None:
            return plan
        passing = await self._budget.outlook(worksheet_id, expected_by_model(plan, program))
        return replace(plan, budget=passing)

    async def _broken_off(self, worksheet_id: str) -> frozenset[tuple[str, str]]:
        """The cells that the latest run was working on when it went away."""
        latest = await self._shelf.runs.latest(worksheet_id, 1)
        if not latest or latest[0].state != "interrupted":
            return frozenset()
        return frozenset(await self._shelf.runs.at_work(latest[0].id))

    async def _typical(self, worksheet_id: str, program: Program) -> dict[tuple[str, str], Usage]:
        """What cells used on average, by path and meaning of their step."""
        used = await self._shelf.cells.typical(worksheet_id)
        sheets = await self._shelf.rows.sheets(worksheet_id) if program.nested else {}
        for path, sheet in sheets.items():
            inside = await self._shelf.cells.typical(sheet)
            used |= {(f"{path}.{step_id}", mark): told for (step_id, mark), told in inside.items()}
        return used

    def planned(
        self, worksheet_id: str, program: Program, scope: Scope = EVERYTHING
    ) -> AsyncIterator[PlannedCell]:
        """The same cell by cell, in the order of the cases."""
        rows = self._outlook(worksheet_id, program, scope)
        return listed(rows, self._shelf.cells, self._shelf.runs)

    async def run(
        self,
        worksheet_id: str,
        program: Program,
        scope: Scope = EVERYTHING,
        *,
        woken: bool = False,
    ) -> RunRecord:
        """Run what is to be run; `woken` says that nobody asked for it. Holds the lease of the
        worksheet; raises `LeaseHeldError` when another run has it, and stops with it when this one
        has lost it.

        Cancelling stops at once: what was committed stands, the run ends as `cancelled`.
        """
        record = RunRecord(
            uuid7(),
            worksheet_id,
            "running",
            stamp(self._clock.now()),
            procedure_version=program.version,
            holder=self._holder,
            change_id=self._shelf.change_id,
            woken=woken,
        )
        await self._begin(record)
        count = _Count()
        ended = replace(record, state="interrupted")
        try:
            async with Watch(self._stood_still), asyncio.TaskGroup() as both:
                # a lost lease stops the work
                heart = both.create_task(self._beat(record.id, count))
                await self._carry_out(record, worksheet_id, program, scope, count)
                heart.cancel()
            ended = replace(record, state="finished")
        except asyncio.CancelledError:
            ended = replace(record, state="cancelled")
            raise
        except BaseExceptionGroup as group:
            raise first_error(group) from group
        finally:
            ended = replace(
                ended,
                ended_at=stamp(self._clock.now()),
                counts=count.counts,
                usage=count.usage,
            )
            await asyncio.shield(self._shelf.runs.end(ended))
            self._tell(RunEnded(ended))
        return ended

    async def _begin(self, record: RunRecord) -> None:
        """Take the lease; whoever is cancelled while it is being written gives it back."""
        starting = asyncio.create_task(self._shelf.runs.start(record))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            await asyncio.wait([starting])
            if not starting.cancelled() and starting.exception() is None:
                at = stamp(self._clock.now())
                ended = replace(record, state="cancelled", ended_at=at)
                await asyncio.shield(self._shelf.runs.end(ended))
            raise

    def _stood_still(self, seconds: float, where: str) -> None:
        self._tell(StoodStill(seconds, where))

    def lanes(self, resource: str) -> int:
        """How many cells of a resource go side by side: never more than there are cases."""
        return min(self._limit_of(resource), self._cases_in_flight) if resource else 1

    async def _outlook(
        self,
        worksheet_id: str,
        program: Program,
        scope: Scope,
        fresh: frozenset[str] = frozenset(),
    ) -> AsyncIterator[RowOutlook]:
        shelf = self._shelf
        rows = outlook(
            worksheet_id,
            program,
            scope.chosen,
            cases=shelf.cases,
            cells=shelf.cells,
            only=scope.only,
            fresh=fresh,
        )
        if program.nested:
            sheets = await shelf.rows.sheets(worksheet_id)
            looking = Looking(program, scope.chosen, shelf.cells, shelf.rows, sheets, fresh)
            beside = with_lines(worksheet_id, shelf.cases, shelf.cells, scope.only)
            rows = with_rows(looking, beside)
        seen = 0
        async for row in rows:
            yield row
            seen += 1
            if seen % _ROWS_A_LOOK == 0:
                await asyncio.sleep(0)

    async def _carry_out(
        self, record: RunRecord, worksheet_id: str, program: Program, scope: Scope, count: _Count
    ) -> None:
        meanings = {column.mark: dict(column.meaning) for column in program.every}
        await self._shelf.runs.remember_meanings(meanings)

        def look() -> AsyncIterator[RowOutlook]:
            return self._outlook(worksheet_id, program, scope)

        ahead = await look_ahead(look)
        count.total = ahead.cells
        bench = Bench(
            program,
            self._shelf.cells,
            self._steps,
            self._slots,
            Health(),
            self._clock,
            record.id,
            self._tell,
        )
        bench.worksheet_id = worksheet_id
        if self._budget is not None:
            bench.committed = self._budget.committed
        count.bench = bench
        made = await self._row_sheets(worksheet_id, program, scope)
        done = self._progress(record, program, count)
        self._tell(Progress(record.id, 0, count.total, "", "", "queued", worksheet_id=worksheet_id))
        slots = asyncio.Semaphore(self._cases_in_flight)
        async with asyncio.TaskGroup() as rows:
            async for case in cases_with_work(ahead, look, self._shelf.cases, worksheet_id):
                await slots.acquire()
                task = rows.create_task(self._case(case, bench, scope.chosen, done, made))
                task.add_done_callback(lambda _: slots.release())
        if count.done < count.total:  # inputs came out equal: the rest of the wave was not needed
            cells, used = count.done, count.usage
            end = Progress(record.id, cells, cells, "", "", "value", False, used, worksheet_id)
            self._tell(end)

    async def _case(
        self,
        case: CaseRecord,
        bench: Bench,
        chosen: Chosen,
        done: Callable[[CaseRecord, Cell, bool], None],
        rows: Rows | None,
    ) -> None:
        cells = await self._shelf.cells.of_case(case.id)
        if rows is None:
            row = Row(case, cells, bench, chosen, done)
            await row.run()
            await self._set_aside(row)
            steps = [column.step for column in bench.program.columns]
        else:
            row = top = NestedRow(case, cells, bench, chosen, done, rows=rows)
            await row.run()
            for one in (top, *top.all_rows()):
                await self._set_aside(one)
            steps, cells = flattened(top)
        await self._note_times(case, steps, cells if rows else row.cells)

    async def _row_sheets(self, worksheet_id: str, program: Program, scope: Scope) -> Rows | None:
        """What the rows of tables share in a run; None where no table has steps of its own."""
        if not program.nested:
            return None
        tables = [column.path for column in program.every if column.step.nested]
        now = stamp(self._clock.now())
        sheets = await self._shelf.rows.make_sheets(worksheet_id, tables, now)
        return Rows(self._shelf.rows, sheets, scope.chosen, fan_ins(program))

    async def _set_aside(self, row: Row) -> None:
        """Set a case aside if too much of it is, or a row by itself."""
        known = (cell for id, cell in row.cells.items() if id in row.program.by_id)
        reason = "" if row.case.set_aside else aside_reason(known)
        if reason:
            await self._shelf.cases.set_aside(row.case.id, reason)

    def ask(self, wants_person: Wants) -> None:
        """Tell by this from now on whether a case needs a person."""
        self._wants_person = wants_person

    async def _note_times(
        self, case: CaseRecord, steps: Sequence[Step], cells: Mapping[str, Cell]
    ) -> None:
        """Write when the case was answered and decided, if this run changed that."""
        after = timed(case, steps, cells, self._wants_person, stamp(self._clock.now()))
        if after != case:
            await self._shelf.cases.set_times(case.id, after.answered_at, after.decided_at)
        self._tell(CaseWorked(after))

    def _progress(
        self, run: RunRecord, program: Program, count: _Count
    ) -> Callable[[CaseRecord, Cell, bool], None]:
        def done(case: CaseRecord, cell: Cell, reused: bool) -> None:
            count.done += 1
            count.total = max(count.total, count.done)
            count.states[cell.state] = count.states.get(cell.state, 0) + 1
            self._tell(
                Progress(
                    run.id,
                    count.done,
                    count.total,
                    case.name,
                    program.name(cell.step_id),
                    cell.state,
                    reused,
                    count.usage,
                    run.worksheet_id,
                )
            )

        return done

    async def _beat(self, run_id: str, count: _Count) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            await self._shelf.runs.beat(run_id, count.at_work)
