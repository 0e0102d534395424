"""Takes the effect of a run back: says what would change, then puts the cells back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.engine.nested import rows_of_value
from casework.engine.program import Program, make_program
from casework.engine.revert import Changed, Place, changed_by, kept_marks
from casework.sdk.following import Following
from casework.sdk.learned.at_work import learned_at_work
from casework.sdk.nested import load_tree
from casework.sdk.show import shown
from casework.sdk.wire import House
from casework.store.putting_back import PutBack
from casework.store.records import WorksheetRecord
from casework.types.case import CaseRecord, Cell, Recorded
from casework.types.event import RunEnded
from casework.types.nesting import DOT, Placed, path_of, placed_steps
from casework.types.past import Moment, Standing
from casework.types.procedure import GIVEN, Procedure
from casework.types.run import RunRecord

_HEARTBEAT_S = 5.0


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


@dataclass(frozen=True, slots=True)
class _Level:
    """The steps of the cases, or of the rows of the table of this path."""

    path: str
    steps: Mapping[str, Placed]

    @property
    def table(self) -> str:
        """The id of that table."""
        return self.path.rpartition(DOT)[2]

    def placed(self, step_id: str) -> Placed | None:
        """One of its steps; None for one that the procedure does not have."""
        return self.steps.get(path_of([self.path, step_id]) if self.path else step_id)

    def in_order(self, changes: Sequence[Changed]) -> list[tuple[Placed, Changed]]:
        """The changes of its own steps with these, in the order of the procedure."""
        rank = {path: at for at, path in enumerate(self.steps)}
        found = [(placed, one) for one in changes if (placed := self.placed(one.step_id))]
        return sorted(found, key=lambda pair: rank[pair[0].path])


@dataclass(frozen=True, slots=True)
class _Back:
    """What goes back of a case and its rows: the changes and all cells as they will stand, by case
    id, and the outcomes that they speak of."""

    chosen: dict[str, list[Changed]]
    cells: dict[str, dict[str, Cell]]
    found: Mapping[int, Recorded]

    @property
    def places(self) -> set[Place]:
        """The cells that go back."""
        return {(id, change.step_id) for id, changes in self.chosen.items() for change in changes}


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
        levels = await self._levels(procedure)
        told: list[PutBackCell] = []
        async for _, family in self._families():
            for case, changes in family:
                found = await self._outcomes(changes)
                level = levels.get(case.worksheet_id)
                if level is None or case.retired_at:
                    continue
                for placed, change in level.in_order(changes):
                    if placed.step.by != GIVEN:
                        told.append(_view(placed, case, change, found, later=later))
        return PutBackView(self._moment.words, tuple(told), await self._version_before())

    async def carry_out(self, view: PutBackView, *, procedure: bool, who: str) -> PutBackView:
        """Put them back, under the lease of the worksheet."""
        by = who or self._house.who()
        if procedure and view.version:
            await self._following.put_back(view.version)
        if not view.going_back:
            return replace(view, procedure_written=procedure and bool(view.version))
        followed = await self._following.now()
        learned = await learned_at_work(self._house, followed.worksheet_id, followed.procedure)
        steps = self._house.steps(followed.functions, learned=learned)
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
        reason = f"put back by {who} to what it was before {self._run_words}"
        levels = await self._levels(program.procedure)
        clock, runs = self._house.clock, self._house.store.runs
        count, beat_at = 0, clock.monotonic_s()
        async for top, family in self._families():
            back = _Back({}, {}, await self._outcomes([c for _, many in family for c in many]))
            for case, changes in family:
                await self._choose(back, levels, case, changes, wanted)
            if not back.chosen:
                continue
            await self._put_family(program, top, back, levels, run, reason=reason, who=who)
            count += sum(place in wanted for place in back.places)
            if clock.monotonic_s() - beat_at >= _HEARTBEAT_S:
                beat_at = clock.monotonic_s()
                await runs.beat(run.id)
        return count

    @property
    def _run_words(self) -> str:
        return self._moment.words.removeprefix("after ")

    async def _choose(
        self,
        back: _Back,
        levels: Mapping[str, _Level],
        case: CaseRecord,
        changes: Sequence[Changed],
        wanted: Collection[Place],
    ) -> None:
        """Take what goes back of a case or row, and what its table fills if that went back."""
        level = levels.get(case.worksheet_id)
        table = (case.parent, level.table) if level else ("", "")
        for change in changes:
            place = case.id, change.step_id
            placed = level.placed(change.step_id) if level else None
            given = placed is not None and placed.step.by == GIVEN and table in back.places
            if place not in wanted and not given:
                continue
            if case.id not in back.cells:
                back.cells[case.id] = dict(await self._house.store.cells.of_case(case.id))
            cells = back.cells[case.id]
            cell = cells.get(change.step_id) or Cell(case.id, change.step_id)
            cells[change.step_id] = _as_before(cell, change.before, back.found)
            back.chosen.setdefault(case.id, []).append(change)

    async def _put_family(
        self,
        program: Program,
        top: str,
        back: _Back,
        levels: Mapping[str, _Level],
        run: RunRecord,
        *,
        reason: str,
        who: str,
    ) -> None:
        """Write the rows of tables that go back, then the cells with what keeps them so."""
        store = self._house.store
        for case_id, changes in back.chosen.items():
            case = await store.cases.get(case_id)
            for change in changes:
                await self._rows_back(back, levels, levels[case.worksheet_id], case, change, run)
        kept = await self._marks(program, top, back)
        for case_id, changes in back.chosen.items():
            told = []
            for change in changes:
                cell = back.cells[case_id][change.step_id]
                marks = f"{cell.kept} {kept.get((case_id, change.step_id), '')}".strip()
                why = cell.reason if cell.machine else reason
                outcome = change.before.in_force
                told.append(PutBack(change.step_id, outcome, cell.state, why, marks))
            await store.putting_back.put(case_id, told, run_id=run.id, who=who)

    async def _rows_back(
        self,
        back: _Back,
        levels: Mapping[str, _Level],
        level: _Level,
        case: CaseRecord,
        change: Changed,
        run: RunRecord,
    ) -> None:
        """The rows of a table as they were with its value of then: each the row that it was."""
        placed = level.placed(change.step_id)
        inside = next((s for s, one in levels.items() if placed and one.path == placed.path), "")
        if placed is None or not inside:
            return
        rows = self._house.store.rows
        whole = back.cells[case.id][change.step_id].effective()
        written = rows_of_value(case, placed.step, whole, await rows.ever_of(inside, case.id))
        at = stamp(self._house.clock.now())
        await rows.put(replace(written, worksheet_id=inside, at=at, run_id=run.id))

    async def _marks(self, program: Program, top: str, back: _Back) -> dict[Place, str]:
        """What keeps each cell: judged with all rows as they are now and all cells as they go
        back."""
        case = replace(await self._house.store.cases.get(top), set_aside="")
        tree = await load_tree(self._house, self._record.id, program.procedure, case)
        for node in tree.every():
            node.case = replace(node.case, set_aside="")
            node.cells = back.cells.get(node.case.id, node.cells)
        return kept_marks(program, tree.loaded(), back.places)

    async def _families(self) -> AsyncIterator[tuple[str, list[tuple[CaseRecord, list[Changed]]]]]:
        """The cells that the run changed, case by case, each with the rows of its tables."""
        store, run_id = self._house.store, self._moment.run_id
        async for top, family in store.past.touched(self._record.id, run_id):
            found = []
            for case_id, timeline in family.items():
                told = (
                    changed_by(case_id, step_id, events, run_id)
                    for step_id, events in timeline.items()
                )
                changes = [change for change in told if change is not None]
                if changes:
                    found.append((await store.cases.get(case_id), changes))
            if found:
                yield top, found

    async def _levels(self, procedure: Procedure) -> dict[str, _Level]:
        """The steps of each worksheet by its id: that of the cases, and those of rows."""
        placed = {one.path: one for one in placed_steps(procedure.steps)}
        found = {self._record.id: _Level("", placed)}
        for path, sheet in (await self._house.store.rows.sheets(self._record.id)).items():
            found[sheet] = _Level(path, placed)
        return found

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
    placed: Placed,
    case: CaseRecord,
    change: Changed,
    found: Mapping[int, Recorded],
    *,
    later: bool,
) -> PutBackCell:
    step = placed.step

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
    return PutBackCell(case.id, case.name, step.id, placed.title, now, then, stays)
