"""One case on its way: every step starts as soon as what it reads is settled. No barrier between
columns, none between rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from casework.engine.assess import (
    Assessment,
    Surroundings,
    assess,
    assess_condition,
    doing,
    is_forced,
    judge,
    left_out,
    readable,
)
from casework.engine.cell import (
    Bench,
    Job,
    keep_waiting,
    read_of,
    refresh,
    run_cell,
    skip_cell,
)
from casework.engine.program import Column, Program
from casework.engine.schedule import in_order
from casework.types.case import CaseRecord, Cell, CellLine
from casework.types.needs import StepInput

_ASIDE_CELLS_UNTIL_CASE = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run is limited to: step ids (None: all), cells on which nobody has decided; and
    whether to run what is settled too."""

    steps: frozenset[str] | None = None
    force: bool = False
    unverified: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is left out and nothing is forced."""
        return self.steps is None and not self.force and not self.unverified

    def takes(self, step_id: str, *, verified: bool) -> bool:
        """Whether a cell of this step is among them; `verified` when a person decided on it."""
        if self.unverified and verified:
            return False
        return self.steps is None or step_id in self.steps


@dataclass(slots=True)
class Row:
    """A case with its cells while a run works on it. `done` is told of every cell it ran."""

    case: CaseRecord
    cells: dict[str, Cell]
    bench: Bench
    chosen: Chosen
    done: Callable[[CaseRecord, Cell, bool], None]
    digests: dict[str, str] = field(default_factory=dict)
    outdated: set[str] = field(default_factory=set)

    @property
    def program(self) -> Program:
        """The columns of the case."""
        return self.bench.program

    @property
    def around_id(self) -> str:
        """The case in whose tables it stands; '' for a case of its own."""
        return ""

    async def run(self) -> None:
        """Run what is to be run; returns when every cell has a committed state."""
        await in_order(self.program, self._column)

    async def _column(self, column: Column) -> None:
        """Settle one cell and note the digest of its effective value."""
        step_id = column.step.id
        cell = self.cells.get(step_id) or Cell(self.case.id, step_id)
        if self.chosen.takes(step_id, verified=cell.human is not None):
            cell = await self._settle(column, cell)
        else:
            self._leave(column, cell)
        self.cells[step_id] = cell
        effective = cell.effective()
        self.digests[step_id] = "" if effective is None else readable(effective.digest)

    def _leave(self, column: Column, cell: Cell) -> None:
        """Leave a cell that was not chosen as it is; what is out of date then, nobody reads."""
        line = line_of(cell)
        if left_out(line):
            around = Surroundings(self.digests, (), self._doing(column), self.outdated)
            judged = judge(column, self.program, self.case, line, around)
            if judged.kind != "settled":
                self.outdated.add(column.step.id)

    async def _settle(self, column: Column, cell: Cell) -> Cell:
        line = line_of(cell)
        around = Surroundings(self.digests, (), self._doing(column), self.outdated)
        held = ""
        if not self.outdated.isdisjoint(column.step.references):
            force = self.chosen.force
            judged = judge(column, self.program, self.case, line, around, force=force)
            if judged.kind == "settled":
                return cell
            if judged.kind == "wait":
                return await keep_waiting(self.case, cell, judged, self.bench)
        if column.step.when is not None and not self.case.set_aside:
            judged = assess_condition(column, self.program, line, around)
            if judged.kind == "settled" and not (self.chosen.force and cell.state != "skipped"):
                return cell
            if judged.kind == "wait":
                return await keep_waiting(self.case, cell, judged, self.bench)
            held = judged.fingerprint
            skipped = await self._condition(column, cell, judged)
            if skipped is not None:
                return skipped
        judged = assess(column, self.program, self.case, line, around)
        forced = self.chosen.force and is_forced(judged, self.case)
        if judged.kind == "settled" and not forced:
            return await refresh(column, self.case, cell, self._inputs(column), self.bench)
        if judged.kind == "wait" and not forced:
            return await keep_waiting(self.case, cell, judged, self.bench, held=held)
        inputs, force = self._inputs(column), self.chosen.force
        job = Job(column, self.case, cell, judged, inputs, force, self.around_id)
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

    def _inputs(self, column: Column, *, conditions: bool = False) -> dict[str, StepInput]:
        when = column.step.when
        names = when.references if conditions and when else column.step.references
        inputs = {}
        for name in names:
            column = self.program.by_id[name]
            effective = read_of(column, self.case, self.cells[name])
            if effective is not None:
                inputs[name] = StepInput(column.step, effective)
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
        cell.kept,
    )


def aside_reason(cells: Iterable[Cell]) -> str:
    """Why the case is to be set aside; '' when it is not. Two cells set aside set it aside, unless
    a person has said what is right."""
    aside = [cell for cell in cells if cell.state == "set_aside" and cell.human is None]
    if len(aside) < _ASIDE_CELLS_UNTIL_CASE:
        return ""
    return f"set aside: {len(aside)} of its cells are; casework retry brings it back"
