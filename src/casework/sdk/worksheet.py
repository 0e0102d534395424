"""A worksheet: every action on its cases, cells and procedure, for whichever door asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.sdk.action import action
from casework.sdk.admitting import Admission
from casework.sdk.deciding import Said, decide_cell
from casework.sdk.exporting.blocks import OnCase, as_they_are
from casework.sdk.exporting.writing import export
from casework.sdk.following import Following
from casework.sdk.frame import cells_frame, spans_frame, wide_frame
from casework.sdk.groups import Groups
from casework.sdk.intake import Intake, OnFile
from casework.sdk.nested import find_tree
from casework.sdk.notebook import MOST_ROWS, table_html, waiting_html
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_case, pick_path, pick_step
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.ready import Only, Which
from casework.sdk.report import cell_report
from casework.sdk.retrying import AsideGroup, check_found, groups_of
from casework.sdk.rows import batches, looked_at
from casework.sdk.running import OnProgress, run_in_force
from casework.sdk.seen import hidden_cases
from casework.sdk.standing import standing_of
from casework.sdk.summary import Gathering, Summary
from casework.sdk.times import CaseTimes, case_times
from casework.sdk.told_places import ToldPlace
from casework.sdk.views import (
    Added,
    CellReport,
    CellView,
    RowView,
    TableView,
)
from casework.sdk.wire import House
from casework.store.readers import reader_groups
from casework.types.case import AbsenceKind, CaseRecord
from casework.types.change import Trial
from casework.types.procedure import Procedure
from casework.types.run import Plan, PlannedCell, RunRecord

if TYPE_CHECKING:
    from arro3.core import Table

    from casework.store.records import WorksheetRecord


class Worksheet(Groups):
    """One worksheet of an open workspace. Cases and steps are named as people name them."""

    def __init__(
        self, house: House, record: WorksheetRecord, given: Procedure | None = None
    ) -> None:
        super().__init__(house, record, Following(house, record.id, record.procedure_file, given))
        self._pages = Pages(house.store, record.id)

    @property
    def id(self) -> str:
        return self._record.id

    @property
    def name(self) -> str:
        return self._record.name

    @property
    def procedure_path(self) -> Path:
        """The file that people edit; raises `UsageError` when the procedure was made in Python."""
        return self._following.path

    def __repr__(self) -> str:
        return f"<casework worksheet {self.name!r}>"

    # cases and documents

    @action("edit")
    async def add(
        self,
        *paths: str | Path,
        cases: str = "",
        case: str = "",
        password: str = "",
        readers: Sequence[str] = (),
        again: bool = False,
        on_file: OnFile | None = None,
    ) -> Added:
        """Add files and folders. `cases` says what makes a case (file, folder, thread,
        `key:PATTERN`, '' for what fits); `case` puts them all into one. `readers` are the groups
        that may read them; `again` takes back what was forgotten."""
        house = self._house
        groups = reader_groups(readers) if readers else None
        terms = Admission(groups, house.who(), again, house.rights)
        intake = Intake(house.store, house.parsing, house.clock, self._record.id, terms)
        return await intake.add(
            [Path(path) for path in paths],
            grouping=cases,
            case=case,
            password=password,
            on_file=on_file,
        )

    @action("read")
    async def cases(self) -> list[CaseRecord]:
        """All cases, in the order in which they came."""
        stream = self._house.store.cases.stream(self._record.id)
        return [self._house.rights.case(case) async for case in stream]

    @action("edit")
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
        await self._house.store.cases.move_document(
            member.sha256, source.id, target.id, first_page=member.first_page
        )
        return target

    # procedure

    @action("read")
    async def procedure(self) -> Procedure:
        """The procedure as its file says now."""
        return (await self._following.now()).procedure

    @action("edit")
    async def rename_step(self, old: str, new: str) -> None:
        """Rename a step in the file; its id stays, so nothing runs again."""
        await self._following.rename(old, new)

    # plan and run

    @action("read")
    async def plan(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        force: bool = False,
        only: Only = "",
        sample: int = 0,
        trial: Trial | None = None,
    ) -> Plan:
        """What a run would do now, and why. Changes nothing. `only` and `sample` say how much of a
        pending change would run at once; `trial` asks for other models or values to try."""
        which = Which(cases, steps, force, only, sample)
        return await self.planning.plan(which, trial)

    @action("read")
    def planned(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        force: bool = False,
        only: Only = "",
        sample: int = 0,
        trial: Trial | None = None,
    ) -> AsyncIterator[PlannedCell]:
        """The same cell by cell, in the order of the cases."""
        which = Which(cases, steps, force, only, sample)
        return self.planning.cells(which, trial)

    @action("edit")
    async def run(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        force: bool = False,
        only: Only = "",
        sample: int = 0,
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Run what is to be run; an edited procedure is taken up first. What `only` or `sample`
        leave out is shown as out of date until it runs."""
        which = Which(cases, steps, force, only, sample)
        return await run_in_force(
            self._house,
            self._record,
            self._following,
            which,
            as_new=as_new,
            on_progress=on_progress,
        )

    @action("read")
    async def times(self) -> CaseTimes:
        """How long its cases took from arrival to answer and to decision."""
        return case_times(await self._house.store.figures.times(self._record.id))

    @action("read")
    async def aside(
        self, *, cases: Sequence[str] = (), steps: Sequence[str] = (), reason: str = ""
    ) -> tuple[AsideGroup, ...]:
        """What was set aside, in groups of one step and one kind of reason, the largest first.
        `reason` is a code, its kind in words (`invalid answer`), or words of the reason."""
        procedure = (await self._following.now()).procedure
        hidden = await hidden_cases(self._house, self._record.id)
        found = hidden.aside(await self._house.store.aside.cells(self._record.id))
        picked = [(await self._pages.pick(name)).id for name in cases]
        ids = await self._house.store.rows.family(picked) if picked else []
        columns = [pick_path(procedure, name) for name in steps]
        groups = groups_of(found, procedure, cases=ids, steps=columns, reason=reason)
        check_found(groups, groups_of(found, procedure), reason)
        return groups

    @action("edit")
    async def retry(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        reason: str = "",
        who: str = "",
    ) -> int:
        """Bring back what was set aside, all or some; the next run tries it again. Returns how many
        cells."""
        groups = await self.aside(cases=cases, steps=steps, reason=reason)
        cells = [cell for group in groups for cell in group.cells]
        if cells:
            await self._house.store.aside.bring_back(cells, who=who or self._house.who())
        return len(cells)

    @action("read")
    async def runs(self) -> list[RunRecord]:
        """The latest runs, newest first."""
        return await self._house.store.runs.latest(self._record.id)

    # cells

    @action("read")
    async def table(
        self, *, cases: Sequence[str] = (), limit: int | None = None, skip: int = 0
    ) -> TableView:
        """The worksheet as a table: all cases, some, or so many after so many others."""
        procedure = (await self._following.now()).procedure
        chosen = [case async for case in self._pages.chosen(cases, limit=limit, skip=skip)]
        standing = await standing_of(self._house, self._following)
        rows = await looked_at(self._house, self._record.id, procedure, chosen, standing)
        return TableView(await self.view(), procedure.steps, tuple(rows))

    @action("read")
    async def rows(self, *, cases: Sequence[str] = ()) -> AsyncIterator[RowView]:
        """The rows of the table one after the other, so that a long one is never held whole."""
        procedure = (await self._following.now()).procedure
        standing = await standing_of(self._house, self._following)
        async for batch in batches(self._pages.chosen(cases)):
            for row in await looked_at(self._house, self._record.id, procedure, batch, standing):
                yield row

    @action("read")
    async def summary(self, *, most: int = 0) -> Summary:
        """The worksheet in a few counts: what stands, what wants a person, what waits. Above so
        many cells (0: however many) only the states are counted."""
        steps = [step.id for step in (await self._following.now()).procedure.steps]
        cases, _ = await self._house.store.finding.counts(self._record.id)
        if most and cases * len(steps) > most:
            states = await self._house.store.finding.states(self._record.id, steps)
            return Summary(sum(states.values()), states, (), (), looked=False)
        gathering = Gathering()
        async for row in self.rows():
            gathering.add(row.every)
        return gathering.summary()

    @action("read")
    async def cell(self, case: str, step: str, *, pictures: str | Path | None = None) -> CellReport:
        """A cell with its proof, quotes in context, inputs and history; `pictures` names a folder
        that the marked page pictures are written to."""
        procedure = (await self._following.now()).procedure
        tree = await find_tree(self._house, self._pages, self._record.id, procedure, case)
        return await cell_report(
            self._house,
            tree.procedure,
            pick_step(tree.procedure, step),
            tree.case,
            dict(tree.cells),
            pictures=Path(pictures) if pictures else None,
            standing=await standing_of(self._house, self._following),
            tree=tree,
        )

    @action("read")
    async def waiting_for_people(self) -> list[CellView]:
        """Every cell that a person should look at, in order."""
        return [cell async for row in self.rows() for cell in row.every if cell.needs]

    # verdicts

    @action("decide")
    async def accept(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Accept what the machine found."""
        return await self._decide(case, step, Said("accepted", note=note, who=who))

    @action("decide")
    async def correct(
        self,
        case: str,
        step: str,
        value: str = "",
        *,
        absent: AbsenceKind | None = None,
        note: str = "",
        who: str = "",
        at: Sequence[ToldPlace] = (),
    ) -> CellView:
        """Say what is right: a value as a person writes it, or an absence. `at` are the places that
        it was taken from: words on pages of the documents of the case."""
        said = Said("corrected", value, absent, note, who, at=tuple(at))
        return await self._decide(case, step, said)

    @action("decide")
    async def reject(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Say that it is wrong without saying what is right; what depends on it waits."""
        return await self._decide(case, step, Said("rejected", note=note, who=who))

    @action("decide")
    async def undo(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Take the last decision back; it stays in the history."""
        return await self._decide(case, step, Said("undone", note=note, who=who))

    @action("decide")
    async def redo(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Let the decision that was taken back last hold again."""
        return await self._decide(case, step, Said("redone", note=note, who=who))

    async def _decide(self, case: str, step: str, said: Said) -> CellView:
        procedure = (await self._following.now()).procedure
        tree = await find_tree(self._house, self._pages, self._record.id, procedure, case)
        column = pick_step(tree.procedure, step)
        passing = await acceptances_now(self._house, self._following)
        return await decide_cell(self._house, tree, column, said, passing)

    # out

    @action("read")
    async def export(
        self,
        path: str | Path,
        *,
        format: str = "",
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        on_case: OnCase | None = None,
    ) -> Path:
        """Write the table, or these cases and steps of it, as csv, xlsx, json or parquet; written
        documents go into a folder of Markdown files beside it. Cases are read a few at a time;
        `on_case` is told how far it is. Cancelled, it leaves nothing behind."""
        view, following = await self.view(), self._following
        wanted = await as_they_are(self._house, view, following, cases=cases, steps=steps)
        return await export(wanted, Path(path), format, on_case)

    @action("read")
    async def frame(self, *, wide: bool = False) -> Table:
        """Cells as an Arrow table: one row a cell, or one row a case when `wide`."""
        table = await self.table()
        return wide_frame(table) if wide else cells_frame(table)

    @action("read")
    async def spans(self) -> Table:
        """Every piece of work behind the cells, as an Arrow table."""
        rights = self._house.rights
        await rights.check_all(self._house.store, self._record.id, f"The work behind {self.name}")
        names = {case.id: case.name for case in await self.cases()}
        sheets = (await self._house.store.rows.sheets(self._record.id)).values()
        found = []
        for sheet in (self._record.id, *sheets):
            names |= {case.id: case.name async for case in self._house.store.cases.stream(sheet)}
            stream = self._house.store.spans.stream(sheet, texts=False)
            found += [span async for batch in stream for span in batch]
        return spans_frame(self.name, names, found)

    @action("read")
    async def html(self) -> str:
        """The table as it shows itself in a notebook."""
        table = await self.table(limit=MOST_ROWS)
        return table_html(table.columns, table.rows, table.worksheet.cases)

    def _repr_html_(self) -> str:
        return waiting_html(repr(self), "await sheet.table()")
