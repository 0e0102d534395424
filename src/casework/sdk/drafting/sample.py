"""A draft carried out on a few cases while somebody writes it, beside what is in force there.

Nothing is put in force, nothing of the file is changed. Knows no page and no budget of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.base.errors import CaseworkError
from casework.engine.change import difference
from casework.engine.engine import Engine, Scope
from casework.engine.program import Program, make_program
from casework.sdk.drafting.allowance import Allowance, Most
from casework.sdk.drafting.shelf import DraftCells, draft_shelf
from casework.sdk.drafting.views import DraftSample, SampleCell
from casework.sdk.following import Followed
from casework.sdk.learned.at_work import learned_at_work
from casework.sdk.show import row_views, shown
from casework.sdk.sureness import has_cascade, sureness_of
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell
from casework.types.nesting import DOT
from casework.types.procedure import Procedure, Step

OnSample = Callable[[DraftSample], None]
_QUOTE_LETTERS = 90
_NO_DIFFERENCE = (None, "proof", "confidence")


class NotLive(Exception):
    """Why a draft cannot be tried while one types, in words."""


@dataclass(slots=True)
class _Case:
    """A case of the sample with its cells in force."""

    record: CaseRecord
    cells: dict[str, Cell]


def reduced(procedure: Procedure, path: str) -> Procedure:
    """The procedure with a step and what it reads, and nothing else. Raises `NotLive` where rows of
    tables are needed: these are made by runs alone."""
    if DOT in path or path not in procedure.by_id:
        raise NotLive("This step works on the rows of a table: try the change to see it.")
    needed: set[str] = set()
    open_ones = [path]
    while open_ones:
        id = open_ones.pop()
        if id in needed:
            continue
        if DOT in id or procedure.step(id).nested:
            raise NotLive("This step rests on the rows of a table: try the change to see it.")
        needed.add(id)
        open_ones += procedure.step(id).references
    return Procedure(
        procedure.name,
        procedure.preamble,
        tuple(step for step in procedure.steps if step.id in needed),
        tuple(id for id in procedure.order if id in needed),
        procedure.text,
    )


class SampleRun:
    """One draft on its cases."""

    def __init__(
        self, house: House, followed: Followed, before: Procedure | None, path: str, most: Most
    ) -> None:
        self._house = house
        self._followed = followed
        self._before = before
        self._path = path
        self._most = most
        self._cases: list[_Case] = []
        self._cells = DraftCells(house.store, self._settled)
        self._on_sample: OnSample = _nobody
        self._started = time.monotonic()
        self._spent = 0.0
        self._allowance = Allowance(
            house.gateway,
            house.store.drafts,
            followed.worksheet_id,
            house.today(),
            most,
        )

    @property
    def step(self) -> Step:
        """The step that is drafted."""
        return self._followed.procedure.step(self._path)

    async def run(self, case_ids: Sequence[str], on_sample: OnSample) -> DraftSample:
        """Carry the draft out; `on_sample` is told how far it has come. Cancelling stops it; what
        it found until then stays in memory."""
        house, self._on_sample = self._house, on_sample
        procedure = reduced(self._followed.procedure, self._path)
        self._spent = (await self._allowance.spent()).cost_usd
        stream = house.store.cases.stream(self._followed.worksheet_id, case_ids)
        found = {case.id: case async for case in stream}
        cells = await house.store.cells.of_cases(list(found))
        self._cases = [_Case(found[id], cells.get(id, {})) for id in case_ids if id in found]
        engine, program = await self._ready(procedure)
        on_sample(self.sample())
        problem = ""
        try:
            await engine.run(self._followed.worksheet_id, program, Scope(tuple(found)))
        except CaseworkError as error:
            problem = str(error)
        self._spent = (await self._allowance.spent()).cost_usd
        return self.sample(done=True, problem=problem)

    def sample(self, *, done: bool = False, problem: str = "") -> DraftSample:
        """How far it has come."""
        cells = tuple(self._cell(case, done) for case in self._cases)
        blocked = {
            one.new.reason for one in cells if one.new is not None and one.new.state == "waiting"
        }
        stopped = problem or self._allowance.refused
        if done and not stopped and len(blocked) == 1:
            stopped = blocked.pop()
        return DraftSample(
            self.step,
            cells,
            done,
            time.monotonic() - self._started,
            self._allowance.cost_usd,
            self._allowance.calls,
            self._spent if done else self._spent + (self._allowance.cost_usd or 0.0),
            self._most.usd,
            stopped,
        )

    async def _ready(self, procedure: Procedure) -> tuple[Engine, Program]:
        house, followed = self._house, self._followed
        learned = await learned_at_work(house, followed.worksheet_id, followed.procedure)
        calls = self._allowance
        steps = house.steps(followed.functions, learned=learned, calls=calls)
        program = make_program(
            procedure,
            steps,
            today=house.today(),
            version=followed.version,
            alike=await house.store.meanings.alike(),
        )
        if has_cascade(program):
            sure = await sureness_of(house, followed.worksheet_id, program)
            steps = house.steps(followed.functions, learned=learned, sureness=sure, calls=calls)
        return house.engine(steps, beside=draft_shelf(house.store, self._cells)), program

    def _settled(self, case_id: str, step_id: str) -> None:
        self._on_sample(self.sample())

    def _cell(self, case: _Case, done: bool) -> SampleCell:
        """A case of the sample as it is now."""
        live = case.cells.get(self._path) or Cell(case.record.id, self._path)
        gave = self._cells.found.get((case.record.id, self._path))
        before = self._before if self._before and self._path in self._before.by_id else None
        old = self._view(before or self._followed.procedure, case.record, case.cells)
        name = self._house.rights.case(case.record).name
        if gave is None and not done:
            return SampleCell(case.record.id, name, old, None)
        if gave is None:  # what is in force fits the draft
            return SampleCell(case.record.id, name, old, old, True, because(old))
        over = {id: self._laid(case, id, cell) for id, cell in case.cells.items()}
        over[self._path] = gave
        new = self._view(self._followed.procedure, case.record, over)
        same = difference(replace(live, human=None), gave) in _NO_DIFFERENCE
        told = because(new)
        verdict = live.human
        if verdict is not None and verdict.kind != "rejected" and not new.hidden:
            said = shown(verdict.value, verdict.absence, self.step)
            agrees = said == (new.shown or new.absence.replace("_", " "))
            told = f"you said {said}; {told}" if agrees else f"{said} stays; shown as a conflict"
            same = same or agrees
        return SampleCell(case.record.id, name, old, new, same, told)

    def _laid(self, case: _Case, step_id: str, cell: Cell) -> Cell:
        return self._cells.found.get((case.record.id, step_id), cell)

    def _view(self, procedure: Procedure, case: CaseRecord, cells: Mapping[str, Cell]) -> CellView:
        views = row_views(
            procedure.steps,
            case,
            cells,
            now=self._house.clock.now(),
            rights=self._house.rights,
        )
        return next(view for view in views if view.step_id == self._path)


def because(view: CellView) -> str:
    """Where a value comes from, in a few words; why there is none."""
    if view.hidden:
        return view.reason
    if view.state in ("waiting", "failed", "set_aside", "idle"):
        return view.reason
    proof = view.proof
    if proof.claims:
        return _short(proof.claims[0].text)
    if proof.citations:
        first = proof.citations[0]
        page = f" p. {first.page}" if first.page else ""
        return f"“{_short(first.quote)}”{page}"
    if proof.searched:
        pages = sum(len(one.pages) for one in proof.searched)
        return f"{pages} {'page' if pages == 1 else 'pages'} read"
    if proof.expression:
        return _short(proof.expression)
    return _short(view.reason or proof.note)


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= _QUOTE_LETTERS else f"{told[: _QUOTE_LETTERS - 1].rstrip()}…"


def _nobody(sample: DraftSample) -> None:
    """Told of nothing."""
