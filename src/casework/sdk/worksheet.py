"""A worksheet: every action on its cases, cells and procedure, for whichever door asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.engine.engine import Engine, Scope
from casework.engine.program import Program, make_program
from casework.review.decide import Decision, decide
from casework.sdk.export import export
from casework.sdk.following import Followed, Following
from casework.sdk.frame import cells_frame, spans_frame, wide_frame
from casework.sdk.intake import Intake, OnFile
from casework.sdk.notebook import table_html, waiting_html
from casework.sdk.pick import pick_case, pick_step
from casework.sdk.report import cell_report
from casework.sdk.show import row_views
from casework.sdk.views import (
    Added,
    CellReport,
    CellView,
    RowView,
    TableView,
    WorksheetView,
)
from casework.sdk.wire import House
from casework.types.case import AbsenceKind, CaseRecord, Cell
from casework.types.event import Event, VerdictGiven
from casework.types.procedure import Procedure
from casework.types.run import Plan, Progress, RunRecord
from casework.types.verdict import VerdictKind
from casework.values.habits import Habits
from casework.values.read import read_value

if TYPE_CHECKING:
    from arro3.core import Table

    from casework.store.records import WorksheetRecord

OnProgress = Callable[[Progress], None]


class Worksheet:
    """One worksheet of an open workspace. Cases and steps are named as people name them."""

    def __init__(
        self, house: House, record: WorksheetRecord, given: Procedure | None = None
    ) -> None:
        self._house = house
        self._record = record
        self._following = Following(house, record.id, record.procedure_file, given)

    @property
    def name(self) -> str:
        return self._record.name

    @property
    def procedure_path(self) -> Path:
        """The file that people edit; raises `UsageError` when the procedure was made in Python."""
        return self._following.path

    def __repr__(self) -> str:
        return f"<casework worksheet {self.name!r}>"

    async def view(self) -> WorksheetView:
        """The worksheet at a glance."""
        followed = await self._following.now()
        cases = await self.cases()
        record = await self._house.store.worksheets.get(self._record.id)
        documents = {d.sha256 for case in cases for d in case.documents}
        return WorksheetView(
            record.id,
            record.name,
            record.procedure_file,
            followed.version,
            len(cases),
            len(documents),
            record.grouping,
            followed.pending and followed.version > 1,
            record.created_at,
        )

    # cases and documents

    async def add(
        self,
        *paths: str | Path,
        cases: str = "",
        case: str = "",
        password: str = "",
        on_file: OnFile | None = None,
    ) -> Added:
        """Add files and folders. `cases` says what makes a case (file, folder, thread,
        `key:PATTERN`, '' for what fits); `case` puts them all into one."""
        intake = Intake(self._house.store, self._house.parsing, self._house.clock, self._record.id)
        return await intake.add(
            [Path(path) for path in paths],
            grouping=cases,
            case=case,
            password=password,
            on_file=on_file,
        )

    async def cases(self) -> list[CaseRecord]:
        """All cases, in the order in which they came."""
        return [case async for case in self._house.store.cases.stream(self._record.id)]

    async def move(self, document: str, *, case: str, to: str) -> CaseRecord:
        """Move a document of one case to another; a case that does not exist is made."""
        cases = await self.cases()
        source = pick_case(cases, case)
        member = next((d for d in source.documents if document in (d.name, d.sha256)), None)
        if member is None:
            names = ", ".join(d.name for d in source.documents) or "none"
            raise UsageError(
                f"{source.name} has no document {document!r}.", fix=f"It has: {names}."
            )
        target = next((c for c in cases if to in (c.id, c.key, c.name)), None)
        if target is None:
            target = await self._house.store.cases.add(self._record.id, to, to)
        await self._house.store.cases.move_document(member.sha256, source.id, target.id)
        return target

    # procedure

    async def procedure(self) -> Procedure:
        """The procedure as its file says now."""
        return (await self._following.now()).procedure

    async def rename_step(self, old: str, new: str) -> None:
        """Rename a step in the file; its id stays, so nothing runs again."""
        await self._following.rename(old, new)

    # plan and run

    async def plan(
        self, *, cases: Sequence[str] = (), steps: Sequence[str] = (), force: bool = False
    ) -> Plan:
        """What a run would do now, and why. Changes nothing."""
        followed = await self._following.now()
        engine, program = self._ready(followed)
        scope = await self._scope(followed.procedure, cases, steps, force)
        plan = await engine.plan(self._record.id, self.name, program, scope)
        changes = (*followed.changes, *followed.renames)
        return replace(plan, new_version=followed.pending, changes=changes)

    async def run(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        force: bool = False,
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Run what is to be run; an edited procedure is taken up first."""
        followed = await self._following.now()
        await self._following.take_up(followed, self._who(), as_new=as_new)
        engine, program = self._ready(followed)
        scope = await self._scope(followed.procedure, cases, steps, force)

        def progress(event: Event) -> None:
            if on_progress is not None and isinstance(event, Progress):
                on_progress(event)

        stop = self._house.bus.listen(progress, Progress)
        try:
            return await engine.run(self._record.id, program, scope)
        finally:
            stop()

    async def retry(self, *, cases: Sequence[str] = ()) -> int:
        """Bring cases and cells that were set aside back; the next run tries them again."""
        everything = await self.cases()
        chosen = [pick_case(everything, name) for name in cases] if cases else everything
        return await self._house.store.cells.bring_back([case.id for case in chosen])

    async def runs(self) -> list[RunRecord]:
        """The latest runs, newest first."""
        return await self._house.store.runs.latest(self._record.id)

    # cells

    async def table(self, *, cases: Sequence[str] = ()) -> TableView:
        """The worksheet as a table, all cases or some."""
        procedure = (await self._following.now()).procedure
        everything = await self.cases()
        chosen = [pick_case(everything, name) for name in cases] if cases else everything
        running = await self._running()
        rows = []
        for case in chosen:
            cells = await self._house.store.cells.of_case(case.id)
            rows.append(RowView(case, row_views(procedure.steps, case, cells, running=running)))
        return TableView(await self.view(), procedure.steps, tuple(rows))

    async def cell(self, case: str, step: str, *, pictures: str | Path | None = None) -> CellReport:
        """A cell with its proof, quotes in context, inputs and history; `pictures` names a folder
        that the marked page pictures are written to."""
        procedure = (await self._following.now()).procedure
        found = pick_case(await self.cases(), case)
        cells = await self._house.store.cells.of_case(found.id)
        return await cell_report(
            self._house,
            procedure,
            pick_step(procedure, step),
            found,
            cells,
            pictures=Path(pictures) if pictures else None,
        )

    async def waiting_for_people(self) -> list[CellView]:
        """Every cell that a person should look at, in order."""
        table = await self.table()
        return [cell for row in table.rows for cell in row.cells if cell.needs]

    # verdicts

    async def accept(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Accept what the machine found."""
        return await self._decide(case, step, "accepted", note=note, who=who)

    async def correct(
        self,
        case: str,
        step: str,
        value: str = "",
        *,
        absent: AbsenceKind | None = None,
        note: str = "",
        who: str = "",
    ) -> CellView:
        """Say what is right: a value as a person writes it, or an absence."""
        return await self._decide(
            case, step, "corrected", value=value, absent=absent, note=note, who=who
        )

    async def reject(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Say that it is wrong without saying what is right; what depends on it waits."""
        return await self._decide(case, step, "rejected", note=note, who=who)

    async def undo(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Take the last decision back; it stays in the history."""
        return await self._decide(case, step, "undone", note=note, who=who)

    async def _decide(
        self,
        case: str,
        step: str,
        kind: VerdictKind,
        *,
        value: str = "",
        absent: AbsenceKind | None = None,
        note: str = "",
        who: str = "",
    ) -> CellView:
        procedure = (await self._following.now()).procedure
        found, column = pick_case(await self.cases(), case), pick_step(procedure, step)
        cells = await self._house.store.cells.of_case(found.id)
        cell = cells.get(column.id) or Cell(found.id, column.id)
        read = read_value(value, column.type, habits=_as_before(cell)) if value else None
        shown = _view_of(procedure, found, cells, column.id)
        decision = Decision(kind, who or self._who(), note, read, absent, shown.needs)
        verdict = decide(column, cell, decision, self._house.clock)
        await self._house.store.verdicts.add(verdict)
        self._house.bus.tell(VerdictGiven(self._record.id, verdict))
        after = await self._house.store.cells.of_case(found.id)
        return _view_of(procedure, found, after, column.id)

    # out

    async def export(self, path: str | Path, *, format: str = "") -> Path:
        """Write the table as csv, xlsx, json or parquet."""
        return export(await self.table(), Path(path), format)

    async def frame(self, *, wide: bool = False) -> Table:
        """Cells as an Arrow table: one row a cell, or one row a case when `wide`."""
        table = await self.table()
        return wide_frame(table) if wide else cells_frame(table)

    async def spans(self) -> Table:
        """Every piece of work behind the cells, as an Arrow table."""
        names = {case.id: case.name for case in await self.cases()}
        stream = self._house.store.spans.stream(self._record.id, texts=False)
        found = [span async for batch in stream for span in batch]
        return spans_frame(self.name, names, found)

    async def html(self) -> str:
        """The table as it shows itself in a notebook."""
        table = await self.table()
        return table_html(table.columns, table.rows)

    def _repr_html_(self) -> str:
        return waiting_html(repr(self), "await sheet.table()")

    def _ready(self, followed: Followed) -> tuple[Engine, Program]:
        steps = self._house.steps(followed.functions)
        program = make_program(
            followed.procedure, steps, today=self._house.today(), version=followed.version
        )
        return self._house.engine(steps), program

    async def _scope(
        self, procedure: Procedure, cases: Sequence[str], steps: Sequence[str], force: bool
    ) -> Scope:
        everything = await self.cases() if cases else []
        chosen = tuple(pick_case(everything, name).id for name in cases) if cases else None
        columns = tuple(pick_step(procedure, name).id for name in steps) if steps else None
        return Scope(chosen, columns, force)

    async def _running(self) -> bool:
        latest = await self._house.store.runs.latest(self._record.id, 1)
        return bool(latest) and latest[0].state == "running"

    def _who(self) -> str:
        from getpass import getuser

        return self._house.settings.text("person.name") or getuser()


def _view_of(
    procedure: Procedure, case: CaseRecord, cells: Mapping[str, Cell], step_id: str
) -> CellView:
    views = row_views(procedure.steps, case, cells)
    return next(view for view in views if view.step_id == step_id)


def _as_before(cell: Cell) -> Habits:
    """How a person who corrects an amount without its currency is understood: in the currency that
    the cell has."""
    effective = cell.effective()
    value = effective.value if effective else None
    currency = value.get("currency") if isinstance(value, dict) else None
    return Habits(currency=currency if isinstance(currency, str) else None)
