"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.bulk import Bulk
from casework.sdk.changes import Changes
from casework.sdk.dossier import Dossier
from casework.sdk.face import Face
from casework.sdk.past import Past
from casework.sdk.planning import Planning
from casework.sdk.replaying import LAST, Replaying
from casework.sdk.row_tables import RowTables
from casework.sdk.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from arro3.core import Table

    from casework.sdk.bulk import BulkView
    from casework.sdk.dossier_facts import Facts
    from casework.sdk.exporting.blocks import OnCase
    from casework.sdk.news import OnNews
    from casework.sdk.putting_back import PutBackView
    from casework.sdk.ready import Only, Which
    from casework.sdk.replaying import OnCell, ReplayReport
    from casework.sdk.running import OnProgress
    from casework.sdk.views import HistoryView, PastRun, TableView
    from casework.sdk.watching import WatchDone, WatchView
    from casework.types.arrival import ArrivalRecord, ArrivalState
    from casework.types.change import (
        ChangeDecision,
        ChangeRecord,
        Comparison,
        Correction,
        DifferenceKind,
        SameMeaning,
        Standing,
        Trial,
    )
    from casework.types.procedure import Procedure
    from casework.types.run import Plan, PlannedCell, RunRecord


class SyncPlanning(Face[Planning]):
    """Plans of one worksheet."""

    def plan(self, which: Which, trial: Trial | None = None) -> Plan:
        """What a run would do with what is pending, and why."""
        return self._line.call(self._real.plan(which, trial))

    def cells(self, which: Which, trial: Trial | None = None) -> Iterator[PlannedCell]:
        """The same cell by cell, in the order of the cases."""
        yield from self._line.iterate(self._real.cells(which, trial))

    def corrections(self, trial: Trial, procedure: Procedure) -> tuple[Correction, ...]:
        """The values to try, read as their steps' types; raises for what cannot be read."""
        return self._line.call(self._real.corrections(trial, procedure))


class SyncChanges(Face[Changes]):
    """The pending change of one worksheet. One is tried at a time; editing on continues it."""

    def open(self) -> ChangeRecord | None:
        """The change that is being tried; None when there is none."""
        return self._line.call(self._real.open())

    def all(self) -> list[ChangeRecord]:
        """All changes that were ever tried, newest first."""
        return self._line.call(self._real.all())

    def run(
        self,
        trial: Trial | None = None,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        only: Only = "",
        sample: int = 0,
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Run what is pending beside what is in force, which stays as it is: the edited procedure,
        the other models, learned versions and values to try of `trial`. Without a trial that of the
        open change goes on.
        """
        return self._line.call(
            self._real.run(
                trial,
                cases=cases,
                steps=steps,
                only=only,
                sample=sample,
                as_new=as_new,
                on_progress=on_progress,
            )
        )

    def compare(self, *, cases: Sequence[str] = (), steps: Sequence[str] = ()) -> Comparison:
        """The cells that differ, grouped by step and kind, and how the change agrees with what
        people verified. Raises `NotFoundError` when nothing is being tried.
        """
        return self._line.call(self._real.compare(cases=cases, steps=steps))

    def standing(self) -> Standing | None:
        """What the open change still asks of a person; None when there is none."""
        return self._line.call(self._real.standing())

    def adopt(
        self,
        cells: Sequence[tuple[str, str]] = (),
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        kinds: Sequence[DifferenceKind] = (),
        who: str = "",
    ) -> ChangeDecision:
        """Put what was tried in force: single cells (case, step), those of some cases, steps or
        kinds of difference, or without any of these all. The procedure is taken up with it. What
        people said of a cell stays above the new value.
        """
        return self._line.call(
            self._real.adopt(cells, cases=cases, steps=steps, kinds=kinds, who=who)
        )

    def keep(
        self,
        cells: Sequence[tuple[str, str]] = (),
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        kinds: Sequence[DifferenceKind] = (),
        who: str = "",
    ) -> ChangeDecision:
        """Let cells stand as they are beside what was tried, until what they read changes again."""
        return self._line.call(
            self._real.keep(cells, cases=cases, steps=steps, kinds=kinds, who=who)
        )

    def drop(self, *, restore: bool = False, who: str = "") -> ChangeRecord:
        """Forget what was tried; nothing in force changes. With `restore` the procedure file is
        put back to the version in force as well.
        """
        return self._line.call(self._real.drop(restore=restore, who=who))

    def same(self, steps: Sequence[str] = (), *, who: str = "") -> list[SameMeaning]:
        """Say that the last edit of these steps, or of all edited ones, changes no result: nothing
        runs again because of it.
        """
        return self._line.call(self._real.same(steps, who=who))

    def not_same(self, steps: Sequence[str] = (), *, who: str = "") -> list[SameMeaning]:
        """Take that back."""
        return self._line.call(self._real.not_same(steps, who=who))

    def called_same(self) -> list[SameMeaning]:
        """Everything that was called the same, and what was taken back, oldest first."""
        return self._line.call(self._real.called_same())


class SyncPast(Face[Past]):
    """The past of one worksheet. A moment is named by a run (its number, its id or the beginning of
    it, or `last`) or by a time (`2026-03-01`, the end of that day, or `2026-03-01 14:30`), in the
    time zone of the workspace.
    """

    def runs(self, limit: int = 20, *, woken: bool = False) -> list[PastRun]:
        """The latest runs, newest first, each with its number; with `woken` also those that nobody
        began, which worked out what rules say of a decision.
        """
        return self._line.call(self._real.runs(limit, woken=woken))

    def history(self, case: str, step: str) -> tuple[HistoryView, ...]:
        """Everything that happened to a cell of a case, or of a row (`acme/Lines/3`), oldest
        first: what runs found, reused, lost or put back, and what people decided, each with who
        and why.
        """
        return self._line.call(self._real.history(case, step))

    def table(
        self, at: str, *, cases: Sequence[str] = (), limit: int | None = None, skip: int = 0
    ) -> TableView:
        """The worksheet as it was at a moment: values, states, verdicts, the rows of tables and
        the procedure of then.

        Names and documents of cases are those of today.
        """
        return self._line.call(self._real.table(at, cases=cases, limit=limit, skip=skip))

    def export(
        self, at: str, path: str | Path, *, format: str = "", on_case: OnCase | None = None
    ) -> Path:
        """Write the table as it was at a moment as csv, xlsx, json or parquet; `on_case` is told
        how far it is.
        """
        return self._line.call(self._real.export(at, path, format=format, on_case=on_case))

    def frame(self, at: str, *, wide: bool = False) -> Table:
        """The cells as they were at a moment as an Arrow table."""
        return self._line.call(self._real.frame(at, wide=wide))

    def revert(
        self,
        run: str,
        *,
        dry: bool = False,
        later: bool = False,
        procedure: bool = False,
        who: str = "",
    ) -> PutBackView:
        """Put back what was in force before a run, for every cell that it changed; `dry` only tells
        which. What was changed again since stays, unless `later`. With `procedure` the text of the
        procedure of then is written into its file as well. Verdicts stay.

        This counts as a run of its own and can be reverted in turn.
        """
        return self._line.call(
            self._real.revert(run, dry=dry, later=later, procedure=procedure, who=who)
        )


class SyncBulk(Face[Bulk]):
    """Many cells of one worksheet at once."""

    def accept(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        reason: str = "",
        note: str = "",
        who: str = "",
        dry: bool = False,
    ) -> BulkView:
        """Adopt what the machine found in every cell that a person should look at, rows of tables
        among them, of these cases and steps (`Lines.Amount` for one of rows), and for a reason
        (`not found`, or any words of it); `dry` only tells which.

        Left out are failures, waits, whatever is in conflict, and the audit stream: these want a
        decision each; and steps that are locked for whoever asks.
        """
        return self._line.call(
            self._real.accept(cases=cases, steps=steps, reason=reason, note=note, who=who, dry=dry)
        )


class SyncReplaying(Face[Replaying]):
    """Replays of the runs of one worksheet."""

    def replay(self, run: str = LAST, *, on_cell: OnCell | None = None) -> ReplayReport:
        """Do a run again from its record: its id, the beginning of it, or `last` for the newest
        run that recorded something.
        """
        return self._line.call(self._real.replay(run, on_cell=on_cell))


class SyncDossier(Face[Dossier]):
    """What one worksheet rests on, for whoever must judge it."""

    def facts(self) -> Facts:
        """What the page is made of; raises `RightsError` for a person from whom some of it is
        hidden.
        """
        return self._line.call(self._real.facts())

    def html(self) -> str:
        """The page."""
        return self._line.call(self._real.html())

    def write(self, path: str | Path) -> Path:
        """Write the page to a file, all of it or nothing."""
        return self._line.call(self._real.write(path))

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.html()


class SyncRowTables(Face[RowTables]):
    """The rows of one case's table, or one row by itself, ready to be looked at."""

    def row(self, case: str) -> TableView:
        """A case, or a row (`acme/Lines/3`), as a table of one line with its own rows."""
        return self._line.call(self._real.row(case))

    def rows(self, case: str, table: str) -> TableView:
        """The rows of a table of a case, or of a row."""
        return self._line.call(self._real.rows(case, table))


class SyncWatching(Face[Watching]):
    """The watched folders of a workspace."""

    def add(
        self,
        folder: str | Path,
        *,
        worksheet: str = "",
        cases: str = "",
        run: bool = True,
        readers: Sequence[str] = (),
    ) -> WatchView:
        """Watch a folder for a worksheet from now on; `Watching.run` does the looking. `cases` says
        what makes a case and `readers` who may read what comes, as in `Worksheet.add`; without
        `run` files are only added.
        """
        return self._line.call(
            self._real.add(folder, worksheet=worksheet, cases=cases, run=run, readers=readers)
        )

    def all(self) -> list[WatchView]:
        """Every watched folder, stopped ones too, oldest first."""
        return self._line.call(self._real.all())

    def stop(self, folder: str | Path, *, worksheet: str = "") -> list[WatchView]:
        """Stop watching a folder, for one worksheet or for all; what arrived stays. Whoever watches
        it ends at the next look. Raises `NotFoundError` when it is not watched.
        """
        return self._line.call(self._real.stop(folder, worksheet=worksheet))

    def arrivals(
        self, folder: str | Path, *, worksheet: str = "", state: ArrivalState | None = None
    ) -> list[ArrivalRecord]:
        """The files of a watched folder and what became of them, in the order of their arrival."""
        return self._line.call(self._real.arrivals(folder, worksheet=worksheet, state=state))

    def run(
        self, *folders: str | Path, once: bool = False, on_news: OnNews | None = None
    ) -> WatchDone:
        """Watch these folders, or all that are watched, until cancelled or stopped: take what is
        complete, run the worksheets, tell what happens. With `once` take what is complete now, run,
        and end. Raises `LeaseHeldError` while another process watches one of them.
        """
        return self._line.call(self._real.run(*folders, once=once, on_news=on_news))
