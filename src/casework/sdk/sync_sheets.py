"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.drafting.drafting import Drafting
from casework.sdk.drafting.procedure_text import ProcedureText
from casework.sdk.face import Face
from casework.sdk.observing.calls import A_PAGE, ANY_CALL, Calls
from casework.sdk.observing.costs import Costing
from casework.sdk.observing.runs import Runs
from casework.sdk.sheet.sheet import Sheet
from casework.sdk.sheet.views import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.sdk.drafting.sample import OnSample
    from casework.sdk.drafting.views import (
        DraftLook,
        DraftSample,
        Impact,
        PinnedCase,
        ProcedureView,
        ScopeName,
        StepEdit,
        StepForm,
        VersionDiff,
        VersionView,
    )
    from casework.sdk.observing.views import (
        CallFilter,
        CallPage,
        CallReport,
        CallView,
        Costs,
        RunReport,
    )
    from casework.sdk.running import OnProgress
    from casework.sdk.sheet.views import (
        Neighbours,
        SavedView,
        SheetChanges,
        SheetQuery,
        SheetSummary,
        SheetWindow,
        StepHead,
    )
    from casework.sdk.views import PastRun
    from casework.types.procedure import Procedure
    from casework.types.run import Plan, RunRecord


class SyncSheet(Face[Sheet]):
    """The grid of one worksheet."""

    def steps(self) -> Procedure:
        """The procedure whose steps are its columns."""
        return self._line.call(self._real.steps())

    def window(
        self, query: SheetQuery = EVERYTHING, *, first: int = 0, count: int = 50
    ) -> SheetWindow:
        """So many rows of those that fit, from `first` (0-based) on."""
        return self._line.call(self._real.window(query, first=first, count=count))

    def rows(self, case_ids: Sequence[str]) -> SheetWindow:
        """The rows of these cases, in the order given; what is not there is left out."""
        return self._line.call(self._real.rows(case_ids))

    def asked_of(self, case_ids: Sequence[str]) -> dict[tuple[str, str], str]:
        """Who was asked to decide on cells of these cases, by case and step."""
        return self._line.call(self._real.asked_of(case_ids))

    def heads(self) -> tuple[StepHead, ...]:
        """The heads of its columns."""
        return self._line.call(self._real.heads())

    def summary(self) -> SheetSummary:
        """The whole worksheet in a few figures."""
        return self._line.call(self._real.summary())

    def seq(self) -> int:
        """The number of the last change: from where `changes` goes on."""
        return self._line.call(self._real.seq())

    def changes(self, since: int) -> SheetChanges:
        """What changed after this moment (`SheetWindow.seq`), whichever process changed it."""
        return self._line.call(self._real.changes(since))

    def neighbours(self, case_id: str, query: SheetQuery = EVERYTHING) -> Neighbours:
        """Where a case stands among those that fit."""
        return self._line.call(self._real.neighbours(case_id, query))

    def ids(self, query: SheetQuery = EVERYTHING) -> list[str]:
        """The ids of all cases that fit, in order: what an action on the whole filter acts on."""
        return self._line.call(self._real.ids(query))

    def waiting_ids(self) -> list[str]:
        """The ids of the cases in which a cell, or a row of a table, needs a person, in the order
        in which they came. Cells that would only teach something need nobody.
        """
        return self._line.call(self._real.waiting_ids())

    def waiting_count(self) -> int:
        """How many cells need a person, those in tables too."""
        return self._line.call(self._real.waiting_count())

    def told(self) -> bool:
        """Whether heads, filters and counts tell of every cell, as it is now."""
        return self._line.call(self._real.told())

    def views(self, *, counted: bool = False) -> list[SavedView]:
        """The queries that were given names, by name; `counted` says how many cases fit each."""
        return self._line.call(self._real.views(counted=counted))

    def save_view(
        self, name: str, query: SheetQuery = EVERYTHING, hidden: Sequence[str] = ()
    ) -> SavedView:
        """Give a query a name, in the place of one that bears it; `hidden` steps are not shown."""
        return self._line.call(self._real.save_view(name, query, hidden))

    def drop_view(self, id: str) -> None:
        """Forget a view."""
        self._line.call(self._real.drop_view(id))


class SyncCalls(Face[Calls]):
    """The calls made for a worksheet; those of documents that may not be read are left out."""

    def page(
        self, wanted: CallFilter = ANY_CALL, *, after: str = "", limit: int = A_PAGE
    ) -> CallPage:
        """So many calls that fit, newest first; `after` is what the page before called `next`."""
        return self._line.call(self._real.page(wanted, after=after, limit=limit))

    def one(self, id: str) -> CallReport:
        """A call with all of its words, and the work around it."""
        return self._line.call(self._real.one(id))

    def say(
        self, id: str, *, mark: int = 0, note: str = "", tags: Sequence[str] = (), who: str = ""
    ) -> CallView:
        """Keep what somebody makes of a call: `mark` 1 or -1 (0: neither), a note, tags."""
        return self._line.call(self._real.say(id, mark=mark, note=note, tags=tags, who=who))

    def tags(self) -> dict[str, int]:
        """The tags in use and how many calls bear each, the most used first."""
        return self._line.call(self._real.tags())

    def models(self) -> list[str]:
        """The models that answered."""
        return self._line.call(self._real.models())


class SyncRuns(Face[Runs]):
    """The runs of one worksheet, looked at one by one."""

    def all(self, limit: int = 50, *, woken: bool = False) -> list[PastRun]:
        """The latest runs, newest first, each with its number; with `woken` also those that nobody
        began, which worked out what rules say of a decision.
        """
        return self._line.call(self._real.all(limit, woken=woken))

    def one(self, run_id: str) -> RunReport:
        """A run with all that it did; raises `NotFoundError`."""
        return self._line.call(self._real.one(run_id))


class SyncCosting(Face[Costing]):
    """The costs of one worksheet, or with none of the whole workspace."""

    def costs(self) -> Costs:
        """What it used so far."""
        return self._line.call(self._real.costs())


class SyncDrafting(Face[Drafting]):
    """Drafts of the steps of one worksheet. What is asked here changes nothing until `save`,
    `apply`, `same`, `move` and `remove`.
    """

    def form(self, step: str = "", *, after: str = "") -> StepForm:
        """A step (by name, id or path) as it is written now; without one, an empty form for a new
        step behind the step `after`.
        """
        return self._line.call(self._real.form(step, after=after))

    def look(self, edit: StepEdit) -> DraftLook:
        """What the words of a draft tell, its mistakes included. Raises `UsageError` for what can
        be no step at all.
        """
        return self._line.call(self._real.look(edit))

    def pins(self) -> list[PinnedCase]:
        """The cases on which drafts are tried: those that were pinned, else some from all over the
        worksheet.
        """
        return self._line.call(self._real.pins())

    def pin(self, case: str) -> list[PinnedCase]:
        """Try drafts on this case too."""
        return self._line.call(self._real.pin(case))

    def unpin(self, case: str) -> list[PinnedCase]:
        """Try drafts on this case no longer."""
        return self._line.call(self._real.unpin(case))

    def sample(self, edit: StepEdit, *, on_sample: OnSample | None = None) -> DraftSample:
        """Try a draft on the pinned cases, within the budget for drafts. Nothing is put in force;
        what is found is remembered, so that it is never computed again. Cancelling stops it.
        """
        return self._line.call(self._real.sample(edit, on_sample=on_sample))

    def impact(
        self, edit: StepEdit, *, scope: ScopeName = "all", cases: Sequence[str] = ()
    ) -> Impact:
        """What applying a draft would do: which cells, why, how many of them people verified, what
        it costs and takes. `cases` are those of the scope `shown`.
        """
        return self._line.call(self._real.impact(edit, scope=scope, cases=cases))

    def save(self, edit: StepEdit) -> str:
        """Write a draft into the procedure file, where it waits for a run; returns the path of the
        step. Raises `ConflictError` when the file was edited since the draft was begun, and
        `ProcedureError` when the text would have mistakes.
        """
        return self._line.call(self._real.save(edit))

    def apply(
        self,
        edit: StepEdit,
        *,
        scope: ScopeName = "all",
        cases: Sequence[str] = (),
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Save a draft and run what it touches beside what is in force, as a pending change; before
        anything is in force it runs there.
        """
        return self._line.call(
            self._real.apply(edit, scope=scope, cases=cases, as_new=as_new, on_progress=on_progress)
        )

    def same(self, edit: StepEdit) -> str:
        """Save a draft and say that it changes no result; where nothing else is pending it comes in
        force without a run. Returns the path of the step.
        """
        return self._line.call(self._real.same(edit))

    def remove(self, step: str, *, over: str = "") -> list[str]:
        """Take a step out of the file; its cells are kept and no longer shown. Raises
        `ProcedureError` while others read it.
        """
        return self._line.call(self._real.remove(step, over=over))

    def move(self, step: str, *, after: str = "", over: str = "") -> list[str]:
        """Put a step behind another one beside it, or before all of them."""
        return self._line.call(self._real.move(step, after=after, over=over))


class SyncProcedureText(Face[ProcedureText]):
    """The text of the procedure of one worksheet."""

    def mark(self) -> str:
        """What changes when somebody writes the file; cheap, to be looked at often. '' where there
        is no file.
        """
        return self._real.mark()

    def read(self, text: str | None = None) -> ProcedureView:
        """The procedure beside its steps: as its file says, or as the given text would have it.
        Mistakes are told with it, not raised.
        """
        return self._line.call(self._real.read(text))

    def save(self, text: str, *, over: str, anyway: bool = False) -> ProcedureView:
        """Write the text into the file; it is then pending like any edit. Raises `ConflictError`
        when the file no longer says what has the digest `over`, and `ProcedureError` for mistakes
        unless `anyway`.
        """
        return self._line.call(self._real.save(text, over=over, anyway=anyway))

    def rename(self, old: str, new: str) -> ProcedureView:
        """Give a step another name, with every reference to it; its id stays and nothing runs. Also
        says that a heading that was changed by hand is still the same step.
        """
        return self._line.call(self._real.rename(old, new))

    def versions(self) -> list[VersionView]:
        """The versions that are and were in force, newest first."""
        return self._line.call(self._real.versions())

    def diff(self, version: int, *, to: int | None = None, text: str | None = None) -> VersionDiff:
        """How a version differs from another one, from a text, or (without either) from the file as
        it is; and what would run if that came in force now.
        """
        return self._line.call(self._real.diff(version, to=to, text=text))

    def recompute(self, version: int) -> Plan:
        """What would run if this version came in force again."""
        return self._line.call(self._real.recompute(version))

    def put_back(self, version: int, *, over: str = "") -> ProcedureView:
        """Write the text of a version into the file again; the next run takes it up as a new one.
        `over` is the digest of what the file says, where it was edited since and the edit may go.
        """
        return self._line.call(self._real.put_back(version, over=over))
