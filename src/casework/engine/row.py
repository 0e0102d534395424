"""One case on its way: every step starts as soon as what it reads is settled. No barrier between
columns, none between rows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from casework.engine.assess import (
    Assessment,
    Surroundings,
    assess,
    assess_condition,
    doing,
    readable,
)
from casework.engine.cell import Bench, Job, keep_waiting, label_of, run_cell, skip_cell
from casework.engine.program import Column
from casework.types.case import CaseRecord, Cell, CellLine
from casework.types.needs import StepInput

_ASIDE_CELLS_UNTIL_CASE = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run is limited to: step ids (None: all), and whether to run what is settled too."""

    steps: frozenset[str] | None = None
    force: bool = False


@dataclass(slots=True)
class Row:
    """A case with its cells while a run works on it. `done` is told of every cell it ran."""

    case: CaseRecord
    cells: dict[str, Cell]
    bench: Bench
    chosen: Chosen
    done: Callable[[CaseRecord, Cell, bool], None]
    digests: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Run what is to be run; returns when every cell has a committed state."""
        open_columns = {column.step.id: column for column in self.bench.program.columns}
        running: dict[asyncio.Task[None], str] = {}
        try:
            while open_columns or running:
                ready = self._ready(open_columns, set(running.values()))
                for column in ready:
                    del open_columns[column.step.id]
                if len(ready) == 1 and not running:
                    await self._column(ready[0])
                    continue
                for column in ready:
                    running[asyncio.create_task(self._column(column))] = column.step.id
                finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in finished:
                    del running[task]
                    task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _ready(self, open_columns: dict[str, Column], running: set[str]) -> list[Column]:
        unsettled = open_columns.keys() | running
        return [
            column
            for column in open_columns.values()
            if not unsettled.intersection(column.step.references)
        ]

    async def _column(self, column: Column) -> None:
        """Settle one cell and note the digest of its effective value."""
        step_id = column.step.id
        cell = self.cells.get(step_id) or Cell(self.case.id, step_id)
        if self.chosen.steps is None or step_id in self.chosen.steps:
            cell = await self._settle(column, cell)
        self.cells[step_id] = cell
        effective = cell.effective()
        self.digests[step_id] = "" if effective is None else readable(effective.digest)

    async def _settle(self, column: Column, cell: Cell) -> Cell:
        line = line_of(cell)
        around = Surroundings(self.digests, (), self._doing(column))
        held = ""
        if column.step.when is not None and not self.case.set_aside:
            judged = assess_condition(column, self.bench.program, line, around)
            if judged.kind == "settled" and not (self.chosen.force and cell.state != "skipped"):
                return cell
            if judged.kind == "wait":
                return await keep_waiting(self.case, cell, judged, self.bench)
            held = judged.fingerprint
            skipped = await self._condition(column, cell, judged)
            if skipped is not None:
                return skipped
        judged = assess(column, self.bench.program, self.case, line, around)
        if judged.kind == "settled" and (self.case.set_aside or not self.chosen.force):
            return await self._refresh(column, cell)
        if judged.kind == "wait":
            return await keep_waiting(self.case, cell, judged, self.bench, held=held)
        job = Job(column, self.case, cell, judged, self._inputs(column), self.chosen.force)
        ran, reused = await run_cell(job, self.bench)
        self.done(self.case, ran, reused)
        return ran

    async def _condition(self, column: Column, cell: Cell, judged: Assessment) -> Cell | None:
        """The skipped cell when the condition does not hold, None when it does."""
        job = Job(column, self.case, cell, judged, self._inputs(column, conditions=True))
        ran = await skip_cell(job, self.bench)
        if ran is not None:
            self.done(self.case, ran, False)
        return ran

    async def _refresh(self, column: Column, cell: Cell) -> Cell:
        """An equal value keeps its outcome; if only labels changed before it, rewrite its own."""
        machine = cell.machine
        if machine is None:
            return cell
        label = label_of(column, self.case, machine.outcome, self._inputs(column))
        if label == machine.outcome.label:
            return cell
        outcome = replace(machine.outcome, label=label)
        await self.bench.cells.relabel(machine.id, outcome)
        return replace(cell, machine=replace(machine, outcome=outcome))

    def _inputs(self, column: Column, *, conditions: bool = False) -> dict[str, StepInput]:
        when = column.step.when
        names = when.references if conditions and when else column.step.references
        inputs = {}
        for name in names:
            effective = self.cells[name].effective()
            if effective is not None:
                inputs[name] = StepInput(self.bench.program.by_id[name].step, effective)
        return inputs

    def _doing(self, column: Column) -> dict[str, str]:
        cells = {name: self.cells[name] for name in column.step.references}
        return {
            name: doing(cell.state, cell.reason, rejected=cell.rejected)
            for name, cell in cells.items()
            if not self.digests.get(name)
        }


def line_of(cell: Cell) -> CellLine | None:
    """The cell as the plan sees it; None for a cell that was never touched."""
    if not cell.since and cell.human is None:
        return None
    machine = cell.machine
    effective = cell.effective()
    return CellLine(
        cell.case_id,
        cell.step_id,
        cell.state,
        cell.waiting_for,
        machine.fingerprint if machine else "",
        machine.meaning if machine else "",
        effective.digest if effective else "",
        "",
        cell.human is not None,
        cell.tries,
        cell.reason,
        cell.tried,
    )


def aside_reason(cells: Iterable[Cell]) -> str:
    """Why the case is to be set aside; '' when it is not. Two cells set aside set it aside, unless
    a person has said what is right."""
    aside = [cell for cell in cells if cell.state == "set_aside" and cell.human is None]
    if len(aside) < _ASIDE_CELLS_UNTIL_CASE:
        return ""
    return f"set aside: {len(aside)} of its cells failed twice; casework retry brings it back"
