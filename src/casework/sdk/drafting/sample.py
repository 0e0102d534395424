"""A draft carried out on a few cases while somebody writes it, beside what is in force there.

Nothing is put in force, nothing of the file is changed. Knows no page and no budget of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from casework.base.errors import CaseworkError
from casework.engine.engine import Engine, Scope
from casework.engine.program import Program, make_program
from casework.sdk.drafting.allowance import Allowance, Most
from casework.sdk.drafting.reduced import reduced
from casework.sdk.drafting.sample_cells import SampleCells
from casework.sdk.drafting.shelf import DraftCells, draft_shelf
from casework.sdk.drafting.views import DraftSample, SampleCell
from casework.sdk.following import Followed
from casework.sdk.learned.at_work import learned_at_work
from casework.sdk.nested import load_tree
from casework.sdk.sureness import has_cascade, sureness_of
from casework.sdk.wire import House
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure, Step

OnSample = Callable[[DraftSample], None]
_TELL_S = 0.1
"""What came meanwhile is told together, no more often than a page can show it."""


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
        self._cells = DraftCells(house.store, self._settled)
        self._cases: dict[str, SampleCells] = {}
        self._told: dict[str, tuple[SampleCell, ...]] = {}
        self._telling: asyncio.TimerHandle | None = None
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
        return next(
            one.step
            for one in placed_steps(self._followed.procedure.steps)
            if one.path == self._path
        )

    async def run(self, case_ids: Sequence[str], on_sample: OnSample) -> DraftSample:
        """Carry the draft out; `on_sample` is told how far it has come. Cancelling stops it; what
        it found until then is remembered."""
        house, self._on_sample = self._house, on_sample
        sheet = self._followed.worksheet_id
        procedure = reduced(self._followed.procedure, self._path)
        self._spent = (await self._allowance.spent()).cost_usd
        found = {case.id: case async for case in house.store.cases.stream(sheet, case_ids)}
        for id in (id for id in case_ids if id in found):
            tree = await load_tree(house, sheet, procedure, found[id])
            self._cases[id] = SampleCells(
                house, procedure, self._before, self._path, tree, self._cells
            )
        engine, program = await self._ready(procedure)
        on_sample(self.sample())
        problem = ""
        try:
            await engine.run(sheet, program, Scope(tuple(self._cases)))
        except CaseworkError as error:
            problem = str(error)
        finally:
            if self._telling is not None:
                self._telling.cancel()
        self._spent = (await self._allowance.spent()).cost_usd
        return self.sample(done=True, problem=problem)

    def sample(self, *, done: bool = False, problem: str = "") -> DraftSample:
        """How far it has come."""
        cells = tuple(cell for id in self._cases for cell in self._of_case(id, done=done))
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
            fresh=self._fresh,
        )

    @property
    def _fresh(self) -> bool:
        """Whether the step is nowhere in force."""
        steps = self._before.steps if self._before else ()
        return all(one.path != self._path for one in placed_steps(steps))

    def _of_case(self, id: str, *, done: bool) -> tuple[SampleCell, ...]:
        """The cells of a case as they are now, made anew only where something came."""
        told = None if done else self._told.get(id)
        if told is None:
            told = self._told[id] = self._cases[id].now(done=done)
        return told

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

    def _settled(self, id: str, step_id: str) -> None:
        """Something came, in a case or in a row of one."""
        for case_id, case in self._cases.items():
            if case.has(id):
                self._told.pop(case_id, None)
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TELL_S, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._on_sample(self.sample())


def _nobody(sample: DraftSample) -> None:
    """Told of nothing."""
