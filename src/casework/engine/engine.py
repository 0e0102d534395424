"""The door of the engine: plan and run a worksheet, hold its lease, stop cleanly. Laws 2, 5, 7."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from casework.base.clock import Clock, stamp
from casework.base.ids import uuid7
from casework.engine.cell import Bench
from casework.engine.plan import RowOutlook, Tally, outlook
from casework.engine.program import Program
from casework.engine.row import Chosen, Row, aside_reason
from casework.engine.slots import Health, Slots
from casework.types.case import CaseRecord, Cell
from casework.types.event import Event, RunEnded
from casework.types.needs import CaseStore, CellStore, RunStore, Steps
from casework.types.run import Plan, Progress, RunRecord
from casework.types.usage import NO_USAGE, Usage

_HEARTBEAT_S = 5.0
_ROWS_A_LOOK = 256
"""Rows planned before others get the loop again."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts of the store that the engine works with."""

    cases: CaseStore
    cells: CellStore
    runs: RunStore


@dataclass(frozen=True, slots=True)
class Scope:
    """What a plan or run is limited to; None means all."""

    cases: tuple[str, ...] | None = None
    steps: tuple[str, ...] | None = None
    force: bool = False

    @property
    def chosen(self) -> Chosen:
        """The part of it that a row needs."""
        return Chosen(None if self.steps is None else frozenset(self.steps), self.force)

    @property
    def only(self) -> list[str] | None:
        return None if self.cases is None else list(self.cases)


EVERYTHING = Scope()


@dataclass(slots=True)
class _Count:
    """How far a run has come."""

    total: int = 0
    done: int = 0
    usage: Usage = NO_USAGE
    states: dict[str, int] = field(default_factory=dict)


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
        heartbeat_s: float = _HEARTBEAT_S,
    ) -> None:
        self._shelf = shelf
        self._steps = steps
        self._clock = clock
        self._slots = Slots(limit_of)
        self._cases_in_flight = cases_in_flight
        self._holder = holder
        self._tell = tell
        self._heartbeat_s = heartbeat_s

    async def plan(
        self, worksheet_id: str, name: str, program: Program, scope: Scope = EVERYTHING
    ) -> Plan:
        """What a run would do now. Reads digests only and changes nothing."""
        meanings = await self._shelf.runs.old_meanings(worksheet_id)
        tally = Tally(worksheet_id, program, self._shelf.cells, meanings)
        async for row in self._outlook(worksheet_id, program, scope):
            tally.add(row)
        return await tally.plan(name, await self._shelf.cells.typical(worksheet_id))

    async def run(
        self, worksheet_id: str, program: Program, scope: Scope = EVERYTHING
    ) -> RunRecord:
        """Run what is to be run. Holds the lease of the worksheet; raises `LeaseHeldError` when
        another run has it, and stops with it when this one has lost it.

        Cancelling stops at once: what was committed stands, the run ends as `cancelled`.
        """
        record = RunRecord(
            uuid7(),
            worksheet_id,
            "running",
            stamp(self._clock.now()),
            procedure_version=program.version,
            holder=self._holder,
        )
        await self._shelf.runs.start(record)
        count = _Count()
        ended = replace(record, state="interrupted")
        try:
            async with asyncio.TaskGroup() as both:  # a lost lease stops the work
                heart = both.create_task(self._beat(record.id))
                await self._carry_out(record, worksheet_id, program, scope, count)
                heart.cancel()
            ended = replace(record, state="finished")
        except asyncio.CancelledError:
            ended = replace(record, state="cancelled")
            raise
        except BaseExceptionGroup as group:
            raise _first(group) from group
        finally:
            ended = replace(
                ended,
                ended_at=stamp(self._clock.now()),
                counts=dict(count.states),
                usage=count.usage,
            )
            await asyncio.shield(self._shelf.runs.end(ended))
            self._tell(RunEnded(ended))
        return ended

    async def _outlook(
        self, worksheet_id: str, program: Program, scope: Scope
    ) -> AsyncIterator[RowOutlook]:
        rows = outlook(
            worksheet_id,
            program,
            scope.chosen,
            cases=self._shelf.cases,
            cells=self._shelf.cells,
            only=scope.only,
        )
        seen = 0
        async for row in rows:
            yield row
            seen += 1
            if seen % _ROWS_A_LOOK == 0:
                await asyncio.sleep(0)

    async def _carry_out(
        self, record: RunRecord, worksheet_id: str, program: Program, scope: Scope, count: _Count
    ) -> None:
        meanings = {column.mark: dict(column.meaning) for column in program.columns}
        await self._shelf.runs.remember_meanings(meanings)
        work: list[str] = []
        async for row in self._outlook(worksheet_id, program, scope):
            if row.has_work:
                work.append(row.case.id)
                count.total += sum(judged.kind == "run" for _, _, judged in row.cells)
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
        done = self._progress(record.id, program, count)
        self._tell(Progress(record.id, 0, count.total, "", "", "queued"))
        slots = asyncio.Semaphore(self._cases_in_flight)
        async with asyncio.TaskGroup() as rows:
            async for case in self._shelf.cases.stream(worksheet_id, work):
                await slots.acquire()
                task = rows.create_task(self._case(case, bench, scope.chosen, done))
                task.add_done_callback(lambda _: slots.release())
        if count.done < count.total:  # inputs came out equal: the rest of the wave was not needed
            done_cells = count.done
            end = Progress(record.id, done_cells, done_cells, "", "", "value", usage=count.usage)
            self._tell(end)

    async def _case(
        self,
        case: CaseRecord,
        bench: Bench,
        chosen: Chosen,
        done: Callable[[CaseRecord, Cell, bool], None],
    ) -> None:
        row = Row(case, await self._shelf.cells.of_case(case.id), bench, chosen, done)
        await row.run()
        known = (cell for id, cell in row.cells.items() if id in bench.program.by_id)
        reason = "" if case.set_aside else aside_reason(known)
        if reason:
            await self._shelf.cases.set_aside(case.id, reason)

    def _progress(
        self, run_id: str, program: Program, count: _Count
    ) -> Callable[[CaseRecord, Cell, bool], None]:
        def done(case: CaseRecord, cell: Cell, reused: bool) -> None:
            count.done += 1
            count.total = max(count.total, count.done)
            count.states[cell.state] = count.states.get(cell.state, 0) + 1
            machine = cell.machine
            fresh = machine is not None and not reused and machine.run_id == run_id
            if machine is not None and fresh:
                count.usage = count.usage + machine.outcome.usage
            self._tell(
                Progress(
                    run_id,
                    count.done,
                    count.total,
                    case.name,
                    program.name(cell.step_id),
                    cell.state,
                    reused,
                    count.usage,
                )
            )

        return done

    async def _beat(self, run_id: str) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            await self._shelf.runs.beat(run_id)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first among things that went wrong together."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
