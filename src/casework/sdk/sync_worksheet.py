"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.face import Face
from casework.sdk.sync_groups import (
    SyncBulk,
    SyncChanges,
    SyncDossier,
    SyncPast,
    SyncPlanning,
    SyncReplaying,
    SyncRowTables,
)
from casework.sdk.sync_learning import (
    SyncDesk,
    SyncInstructions,
    SyncLearning,
    SyncPastDecisions,
    SyncReviewing,
    SyncTrusting,
)
from casework.sdk.sync_papers import (
    SyncCaseFiles,
    SyncDocuments,
    SyncPaper,
    SyncSplitting,
    SyncWrittenDocuments,
)
from casework.sdk.sync_people import SyncLocks
from casework.sdk.sync_sheets import (
    SyncCalls,
    SyncCosting,
    SyncDrafting,
    SyncProcedureText,
    SyncRuns,
    SyncSheet,
)
from casework.sdk.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from arro3.core import Table

    from casework.sdk.exporting.blocks import OnCase
    from casework.sdk.intake import OnFile
    from casework.sdk.ready import Only
    from casework.sdk.retrying import AsideGroup
    from casework.sdk.running import OnProgress
    from casework.sdk.summary import Summary
    from casework.sdk.times import CaseTimes
    from casework.sdk.told_places import ToldPlace
    from casework.sdk.views import Added, CellReport, CellView, RowView, TableView, WorksheetView
    from casework.types.case import AbsenceKind, CaseRecord
    from casework.types.change import Trial
    from casework.types.procedure import Procedure
    from casework.types.run import Plan, PlannedCell, RunRecord


class SyncWorksheet(Face[Worksheet]):
    """One worksheet of an open workspace. Cases and steps are named as people name them."""

    @property
    def id(self) -> str:
        return self._real.id

    @property
    def name(self) -> str:
        return self._real.name

    @property
    def procedure_path(self) -> Path:
        """The file that people edit; raises `UsageError` when the procedure was made in Python."""
        return self._real.procedure_path

    def add(
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
        that may read them; `again` takes back what was forgotten.
        """
        return self._line.call(
            self._real.add(
                *paths,
                cases=cases,
                case=case,
                password=password,
                readers=readers,
                again=again,
                on_file=on_file,
            )
        )

    def cases(self) -> list[CaseRecord]:
        """All cases, in the order in which they came."""
        return self._line.call(self._real.cases())

    def move(self, document: str, *, case: str, to: str) -> CaseRecord:
        """Move a document of one case to another; a case that does not exist is made."""
        return self._line.call(self._real.move(document, case=case, to=to))

    def procedure(self) -> Procedure:
        """The procedure as its file says now."""
        return self._line.call(self._real.procedure())

    def rename_step(self, old: str, new: str) -> None:
        """Rename a step in the file; its id stays, so nothing runs again."""
        self._line.call(self._real.rename_step(old, new))

    def plan(
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
        pending change would run at once; `trial` asks for other models or values to try.
        """
        return self._line.call(
            self._real.plan(
                cases=cases, steps=steps, force=force, only=only, sample=sample, trial=trial
            )
        )

    def planned(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        force: bool = False,
        only: Only = "",
        sample: int = 0,
        trial: Trial | None = None,
    ) -> Iterator[PlannedCell]:
        """The same cell by cell, in the order of the cases."""
        yield from self._line.iterate(
            self._real.planned(
                cases=cases, steps=steps, force=force, only=only, sample=sample, trial=trial
            )
        )

    def run(
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
        leave out is shown as out of date until it runs.
        """
        return self._line.call(
            self._real.run(
                cases=cases,
                steps=steps,
                force=force,
                only=only,
                sample=sample,
                as_new=as_new,
                on_progress=on_progress,
            )
        )

    def times(self) -> CaseTimes:
        """How long its cases took from arrival to answer and to decision."""
        return self._line.call(self._real.times())

    def aside(
        self, *, cases: Sequence[str] = (), steps: Sequence[str] = (), reason: str = ""
    ) -> tuple[AsideGroup, ...]:
        """What was set aside, in groups of one step and one kind of reason, the largest first.
        `reason` is a code, its kind in words (`invalid answer`), or words of the reason.
        """
        return self._line.call(self._real.aside(cases=cases, steps=steps, reason=reason))

    def retry(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        reason: str = "",
        who: str = "",
    ) -> int:
        """Bring back what was set aside, all or some; the next run tries it again. Returns how many
        cells.
        """
        return self._line.call(self._real.retry(cases=cases, steps=steps, reason=reason, who=who))

    def runs(self) -> list[RunRecord]:
        """The latest runs, newest first."""
        return self._line.call(self._real.runs())

    def table(
        self, *, cases: Sequence[str] = (), limit: int | None = None, skip: int = 0
    ) -> TableView:
        """The worksheet as a table: all cases, some, or so many after so many others."""
        return self._line.call(self._real.table(cases=cases, limit=limit, skip=skip))

    def rows(self, *, cases: Sequence[str] = ()) -> Iterator[RowView]:
        """The rows of the table one after the other, so that a long one is never held whole."""
        yield from self._line.iterate(self._real.rows(cases=cases))

    def summary(self, *, most: int = 0) -> Summary:
        """The worksheet in a few counts: what stands, what wants a person, what waits. Above so
        many cells (0: however many) only the states are counted.
        """
        return self._line.call(self._real.summary(most=most))

    def cell(self, case: str, step: str, *, pictures: str | Path | None = None) -> CellReport:
        """A cell with its proof, quotes in context, inputs and history; `pictures` names a folder
        that the marked page pictures are written to.
        """
        return self._line.call(self._real.cell(case, step, pictures=pictures))

    def waiting_for_people(self) -> list[CellView]:
        """Every cell that a person should look at, in order."""
        return self._line.call(self._real.waiting_for_people())

    def accept(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Accept what the machine found."""
        return self._line.call(self._real.accept(case, step, note=note, who=who))

    def correct(
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
        it was taken from: words on pages of the documents of the case.
        """
        return self._line.call(
            self._real.correct(case, step, value, absent=absent, note=note, who=who, at=at)
        )

    def reject(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Say that it is wrong without saying what is right; what depends on it waits."""
        return self._line.call(self._real.reject(case, step, note=note, who=who))

    def undo(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Take the last decision back; it stays in the history."""
        return self._line.call(self._real.undo(case, step, note=note, who=who))

    def redo(self, case: str, step: str, *, note: str = "", who: str = "") -> CellView:
        """Let the decision that was taken back last hold again."""
        return self._line.call(self._real.redo(case, step, note=note, who=who))

    def export(
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
        `on_case` is told how far it is. Cancelled, it leaves nothing behind.
        """
        return self._line.call(
            self._real.export(path, format=format, cases=cases, steps=steps, on_case=on_case)
        )

    def frame(self, *, wide: bool = False) -> Table:
        """Cells as an Arrow table: one row a cell, or one row a case when `wide`."""
        return self._line.call(self._real.frame(wide=wide))

    def spans(self) -> Table:
        """Every piece of work behind the cells, as an Arrow table."""
        return self._line.call(self._real.spans())

    def html(self) -> str:
        """The table as it shows itself in a notebook."""
        return self._line.call(self._real.html())

    def view(self) -> WorksheetView:
        """The worksheet at a glance."""
        return self._line.call(self._real.view())

    @property
    def changes(self) -> SyncChanges:
        """Its pending change, tried beside what is in force."""
        return SyncChanges(self._real.changes, self._line)

    @property
    def planning(self) -> SyncPlanning:
        """Plans of whatever is pending or only thought of."""
        return SyncPlanning(self._real.planning, self._line)

    @property
    def replaying(self) -> SyncReplaying:
        """Its runs, done again from their record."""
        return SyncReplaying(self._real.replaying, self._line)

    @property
    def dossier(self) -> SyncDossier:
        """What it rests on, as one page."""
        return SyncDossier(self._real.dossier, self._line)

    @property
    def past_decisions(self) -> SyncPastDecisions:
        """What people decided before casework, taken in from files of theirs."""
        return SyncPastDecisions(self._real.past_decisions, self._line)

    @property
    def past(self) -> SyncPast:
        """What it was: runs, histories, the table as it stood, and putting a run back."""
        return SyncPast(self._real.past, self._line)

    @property
    def splitting(self) -> SyncSplitting:
        """Its files that hold several documents: where to cut them, and cutting them."""
        return SyncSplitting(self._real.splitting, self._line)

    @property
    def row_tables(self) -> SyncRowTables:
        """The rows of its tables: one table of one case, or one row."""
        return SyncRowTables(self._real.row_tables, self._line)

    @property
    def sheet(self) -> SyncSheet:
        """It as a grid: windows of rows, filters, column figures, what changed since."""
        return SyncSheet(self._real.sheet, self._line)

    @property
    def calls(self) -> SyncCalls:
        """The calls of models made for it, one by one, and what people say of them."""
        return SyncCalls(self._real.calls, self._line)

    @property
    def observing(self) -> SyncRuns:
        """Its runs, one by one: over time, by step, what was slow, dear or failed."""
        return SyncRuns(self._real.observing, self._line)

    @property
    def costing(self) -> SyncCosting:
        """What it cost, on what, and which caps stand in the way."""
        return SyncCosting(self._real.costing, self._line)

    @property
    def drafting(self) -> SyncDrafting:
        """Writing its steps: drafts, tried on pinned cases before they are applied."""
        return SyncDrafting(self._real.drafting, self._line)

    @property
    def procedure_text(self) -> SyncProcedureText:
        """Its procedure as text: read beside the steps, edited, and its versions."""
        return SyncProcedureText(self._real.procedure_text, self._line)

    @property
    def locks(self) -> SyncLocks:
        """Who alone may change its steps, or decide on their cells."""
        return SyncLocks(self._real.locks, self._line)

    @property
    def documents(self) -> SyncDocuments:
        """Its documents: what is to be known of them, and their pages as pictures."""
        return SyncDocuments(self._real.documents, self._line)

    @property
    def learning(self) -> SyncLearning:
        """What was learned from the verdicts on it."""
        return SyncLearning(self._real.learning, self._line)

    @property
    def written(self) -> SyncWrittenDocuments:
        """The documents that its steps write."""
        return SyncWrittenDocuments(self._real.written, self._line)

    @property
    def reviewing(self) -> SyncReviewing:
        """One cell after another before a person; always the same sitting."""
        return SyncReviewing(self._real.reviewing, self._line)

    @property
    def desk(self) -> SyncDesk:
        """The desk where several people review at once; always the same sitting of one person."""
        return SyncDesk(self._real.desk, self._line)

    @property
    def instructions(self) -> SyncInstructions:
        """The instructions of its steps, which learn from what people corrected."""
        return SyncInstructions(self._real.instructions, self._line)

    @property
    def trust(self) -> SyncTrusting:
        """How far its work may be relied on: promises about errors, and how they stand."""
        return SyncTrusting(self._real.trust, self._line)

    @property
    def bulk(self) -> SyncBulk:
        """Many cells at once."""
        return SyncBulk(self._real.bulk, self._line)

    @property
    def case_files(self) -> SyncCaseFiles:
        """Its cases, each laid out as a form beside its documents."""
        return SyncCaseFiles(self._real.case_files, self._line)

    @property
    def paper(self) -> SyncPaper:
        """The pages of its documents as a viewer needs them."""
        return SyncPaper(self._real.paper, self._line)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.html()
