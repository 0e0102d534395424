"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.desk.desk import SHOWN, Desk
from casework.sdk.desk.reviewing import Reviewing
from casework.sdk.face import Face
from casework.sdk.importing.past_decisions import PastDecisions
from casework.sdk.learned.learning import Learning
from casework.sdk.promised.trusting import Trusting
from casework.sdk.sharpening.instructions import Instructions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from casework.review.acceptance import Acceptances
    from casework.sdk.agreement import Agreement
    from casework.sdk.deciding import Said
    from casework.sdk.desk.assurance import Assurance
    from casework.sdk.desk.desk import _Place
    from casework.sdk.desk.desk_views import DeskItem, DeskQueue, DeskReason, Today
    from casework.sdk.desk.orders import OrderName
    from casework.sdk.desk.pages import PageShown
    from casework.sdk.desk.queue import Only
    from casework.sdk.desk.views import Answered, ReviewItem, Statistics
    from casework.sdk.importing.take import OnRow
    from casework.sdk.importing.view import Empty, ImportView
    from casework.sdk.learned.learning import LearningView, OnLearned
    from casework.sdk.promised.views import PromiseView, TrustView
    from casework.types.case import AbsenceKind
    from casework.types.instruction import SharperInstruction
    from casework.types.learned import Version
    from casework.types.past_decision import PastDecision
    from casework.types.verdict import VerdictKind


class SyncLearning(Face[Learning]):
    """What one worksheet learned from the verdicts on it."""

    def state(self, steps: Sequence[str] = ()) -> LearningView:
        """Per step and audience: examples, versions, what is at work, and when it learns next."""
        return self._line.call(self._real.state(steps))

    def versions(self) -> list[Version]:
        """All versions that this person may see, oldest first."""
        return self._line.call(self._real.versions())

    def version(self, name: str) -> Version:
        """The version of this id, or of this step and number (`Total 3`)."""
        return self._line.call(self._real.version(name))

    def fit(
        self, steps: Sequence[str] = (), *, on_progress: OnLearned | None = None
    ) -> list[Version]:
        """Learn now, whether it is due or not, from what people said of these steps, or of all that
        have an example. Waits for another process that is learning. What passed the gate is
        offered, or, with the setting `learn.offer`, tried beside what is in force.
        """
        return self._line.call(self._real.fit(steps, on_progress=on_progress))

    def catch_up(self, *, on_progress: OnLearned | None = None) -> list[Version]:
        """Learn what is due: the first time from five examples, then whenever they grew by a
        quarter. Nothing where nothing is, or another process is at it.
        """
        return self._line.call(self._real.catch_up(on_progress=on_progress))

    def refuse(self, version: str, *, reason: str = "", who: str = "") -> Version:
        """Say no to a version that was offered."""
        return self._line.call(self._real.refuse(version, reason=reason, who=who))

    def delete(self, version: str, *, who: str = "") -> Version | None:
        """Let a version be gone for good, at once, with its arrays. Where it was at work the one
        before it goes to work again, which is given back; without one (None) the hand-set weights
        do. What its values become is seen with the next plan or run.
        """
        return self._line.call(self._real.delete(version, who=who))

    def export(self, version: str, path: str | Path) -> Path:
        """Write a version as a zip file: `version.json` (what it is, its facts, its label) and
        `arrays.npz`, if it has any. No pickles.
        """
        return self._line.call(self._real.export(version, path))

    def take_in(self, path: str | Path, *, step: str = "") -> Version:
        """Take in a version that was exported from another worksheet: it is offered here, for the
        step of the same name or another one, to those alone who its label says may use it.
        """
        return self._line.call(self._real.take_in(path, step=step))


class SyncPastDecisions(Face[PastDecisions]):
    """The imported decisions of one worksheet."""

    def look(
        self,
        path: str | Path,
        *,
        sheet: str = "",
        match: str = "",
        maps: Sequence[str] = (),
        empty: Empty = "unknown",
        on_row: OnRow | None = None,
    ) -> ImportView:
        """What taking a file would take in: every value is read and sought, nothing is kept."""
        return self._line.call(
            self._real.look(path, sheet=sheet, match=match, maps=maps, empty=empty, on_row=on_row)
        )

    def take(
        self,
        path: str | Path,
        *,
        sheet: str = "",
        match: str = "",
        maps: Sequence[str] = (),
        empty: Empty = "unknown",
        on_row: OnRow | None = None,
    ) -> ImportView:
        """Take a file (xlsx, xlsm, xlsb, xls, ods, csv, tsv, json, jsonl) in: what it says becomes
        examples with a trust of their own. A file of this name that was taken before is replaced.

        Raises `UsageError` where it must be said which step a column is of, or which column names
        the cases.
        """
        return self._line.call(
            self._real.take(path, sheet=sheet, match=match, maps=maps, empty=empty, on_row=on_row)
        )

    def all(self) -> list[PastDecision]:
        """What was taken in, those that teach nothing among them, in the order it came. Of cases
        that are not this person's to read nothing is told.
        """
        return self._line.call(self._real.all())

    def forget(self, source: str) -> int:
        """Delete all that came from a file, by its name; returns how many decisions that were."""
        return self._line.call(self._real.forget(source))


class SyncInstructions(Face[Instructions]):
    """The instructions of one worksheet's steps."""

    def propose(
        self, step: str, *, notes: Sequence[str] = (), model: str = ""
    ) -> SharperInstruction:
        """Propose a sharper instruction for a step, by a language model (the role `best`, or
        `model`), or where none is set with corrected examples below the old one; and try it on the
        cells that people verified. Nothing is changed. Raises `NotFoundError` where nobody has
        corrected a cell of it, `ConflictError` while another change is pending.
        """
        return self._line.call(self._real.propose(step, notes=notes, model=model))

    def take(self, proposal: SharperInstruction, *, force: bool = False) -> SharperInstruction:
        """Write a proposal into the procedure file, only the lines of that instruction; it is then
        a pending change like any edit. Raises `ConflictError` when it makes verified cells worse,
        unless forced, and when the file was edited since.
        """
        return self._line.call(self._real.take(proposal, force=force))


class SyncTrusting(Face[Trusting]):
    """The promises of one worksheet."""

    def promise(
        self, epsilon: float = 0.05, delta: float = 0.1, *, step: str = "", who: str = ""
    ) -> PromiseView:
        """Promise that at most the share `epsilon` of what passes without a person is wrong, but
        for probability `delta`: of a step, or without one of all that have no promise of their own.
        Cases are drawn at random at once; nothing passes before enough of them were checked.
        """
        return self._line.call(self._real.promise(epsilon, delta, step=step, who=who))

    def withdraw(self, *, step: str = "", who: str = "") -> TrustView:
        """Take a promise back: what passed by it is looked at as before. What was checked is kept,
        and counts again if it is renewed.
        """
        return self._line.call(self._real.withdraw(step=step, who=who))

    def view(self, *, step: str = "") -> TrustView:
        """How every promise stands now, or that of one step. Raises `NotFoundError` where nothing
        is promised for it.
        """
        return self._line.call(self._real.view(step=step))

    def save_pictures(self, folder: str | Path, *, step: str = "") -> list[Path]:
        """Write two pictures of each promise into a folder, as SVG: how reliable confidence is, and
        what passes at which error. Returns the files.
        """
        return self._line.call(self._real.save_pictures(folder, step=step))

    def passing(self) -> Acceptances:
        """What passes on each step now, by its path."""
        return self._line.call(self._real.passing())


class SyncReviewing(Face[Reviewing]):
    """The review of one worksheet, a sitting of one person at a time. `begin` says who and what;
    without it the first `next` begins with all that waits.
    """

    def begin(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        only: Only = "",
        who: str = "",
    ) -> int:
        """Begin a sitting; returns how many cells wait. `only` takes the cells of audited cases
        (`audit`), or all but those (`unsure`).
        """
        return self._line.call(self._real.begin(cases=cases, steps=steps, only=only, who=who))

    def next(self) -> ReviewItem | None:
        """The next cell to be decided, kept from others for ten minutes; None when none is left.
        Skipped ones come back once, at the end.
        """
        return self._line.call(self._real.next())

    def items(self, limit: int = 10) -> list[ReviewItem]:
        """The next cells, without keeping them from anybody."""
        return self._line.call(self._real.items(limit))

    def answer(
        self,
        item: ReviewItem,
        kind: VerdictKind,
        value: str = "",
        *,
        absent: AbsenceKind | None = None,
        note: str = "",
        seconds: float | None = None,
        over: bool = False,
    ) -> Answered:
        """Keep an answer: `accepted`, `corrected` (a value as one writes it, or an absence) or
        `rejected`. A blind item is always `corrected`: whether that is what the machine found is
        told afterwards.

        Raises `ConflictError` (`review.decided_meanwhile`) when somebody has decided on the cell
        since it was shown; `over` decides nevertheless, unless it is blind.
        """
        return self._line.call(
            self._real.answer(
                item, kind, value, absent=absent, note=note, seconds=seconds, over=over
            )
        )

    def revise(
        self,
        answered: Answered,
        kind: VerdictKind,
        value: str = "",
        *,
        absent: AbsenceKind | None = None,
        note: str = "",
    ) -> Answered:
        """Say something else after a blind answer, now that the machine's value is known. What is
        said now holds; the first answer is kept, and is what the audit counts.
        """
        return self._line.call(self._real.revise(answered, kind, value, absent=absent, note=note))

    def skip(self, item: ReviewItem) -> None:
        """Put a cell off: it comes back once, when nothing else is left."""
        self._line.call(self._real.skip(item))

    def undo(self, current: ReviewItem | None = None) -> ReviewItem:
        """Take the last answer of this sitting back, and show its cell again: openly if its answer
        was blind, since the machine's value is known by now (that answer still counts for the
        audit). `current` is the item before the person, which comes next again.
        """
        return self._line.call(self._real.undo(current))

    def end(self) -> None:
        """End the sitting: cells that were kept from others are free again."""
        self._line.call(self._real.end())

    def page(self, item: ReviewItem, number: int = 1, *, around: bool = False) -> PageShown:
        """One of the pages of an item, from 1, as a picture and as text; what the machine found is
        marked, unless the item is blind. `around` leaves out of the picture what is far from it.
        """
        return self._line.call(self._real.page(item, number, around=around))

    def two_readers(self) -> Agreement:
        """How often two people who read a cell, blind to each other, said the same."""
        return self._line.call(self._real.two_readers())

    def statistics(self) -> Statistics:
        """How the sitting has gone so far."""
        return self._line.call(self._real.statistics())


class SyncDesk(Face[Desk]):
    """The desk of one worksheet, and the place of one person at it. Cells are named by the id of
    their case (or row) and the path of their step.
    """

    def queue(
        self, order: OrderName = "teaches", *, step: str = "", limit: int = SHOWN
    ) -> DeskQueue:
        """The first cells that wait for this person, in an order; of one step if it is named. What
        others have before them comes last.
        """
        return self._line.call(self._real.queue(order, step=step, limit=limit))

    def count(self) -> int:
        """How many cells wait for this person."""
        return self._line.call(self._real.count())

    def reasons(self) -> list[DeskReason]:
        """What waits for this person, by reason: how many cells, and since when the first does."""
        return self._line.call(self._real.reasons())

    def waits(self, case_id: str, path: str) -> bool:
        """Whether a cell still waits for this person."""
        return self._line.call(self._real.waits(case_id, path))

    def take(self, case_id: str, path: str) -> DeskItem:
        """Have this cell before one, and keep it from others for ten minutes (whoever may only look
        keeps nothing). Raises `NotFoundError` when it does not wait any more.
        """
        return self._line.call(self._real.take(case_id, path))

    def next(
        self, order: OrderName = "teaches", *, step: str = "", but: Collection[_Place] = ()
    ) -> DeskItem | None:
        """The first cell in this order that nobody else has before them, kept for this person; none
        of `but`. What was skipped comes back when nothing else is left.
        """
        return self._line.call(self._real.next(order, step=step, but=but))

    def first_pages(
        self, order: OrderName = "teaches", *, step: str = "", but: Collection[_Place] = ()
    ) -> list[tuple[str, int]]:
        """The page (sha256 of its document, and its number) that the next item but these would show
        first, so that it can be drawn before; nothing is kept from others by it.
        """
        return self._line.call(self._real.first_pages(order, step=step, but=but))

    def release(self, case_id: str, path: str) -> None:
        """Let others have this cell."""
        self._line.call(self._real.release(case_id, path))

    def skip(self, case_id: str, path: str) -> None:
        """Put this cell off: it comes back when nothing else is left."""
        self._line.call(self._real.skip(case_id, path))

    def answer(
        self,
        case_id: str,
        path: str,
        said: Said,
        *,
        token: str = "",
        seconds: float | None = None,
        over: bool = False,
        alike: bool = False,
    ) -> Answered:
        """Keep an answer, as `Reviewing.answer` does. `token` is that of the item that was shown:
        raises `ConflictError` (`review.changed`) when something else stands there now. With `alike`
        it holds for the other cells as well that the item tells of; a value is never said of
        several, and raises `UsageError`.
        """
        return self._line.call(
            self._real.answer(
                case_id, path, said, token=token, seconds=seconds, over=over, alike=alike
            )
        )

    def revise(self, case_id: str, path: str, said: Said) -> Answered:
        """Say something else after a blind answer, as `Reviewing.revise` does."""
        return self._line.call(self._real.revise(case_id, path, said))

    def undo(self) -> DeskItem:
        """Take the last answer back and have its cell before one again. After a restart it is the
        last decision of this person that stands in the worksheet.
        """
        return self._line.call(self._real.undo())

    def assign(self, places: Sequence[_Place], to: str, *, note: str = "") -> int:
        """Ask somebody to decide on these cells; '' takes it back. Returns how many cells."""
        return self._line.call(self._real.assign(places, to, note=note))

    def send_back(self, case_id: str, path: str, note: str) -> str:
        """Give a cell back to whoever decided on it or assigned it before, with a note; returns who
        that is. Raises `ConflictError` where it comes from nobody.
        """
        return self._line.call(self._real.send_back(case_id, path, note))

    def today(self) -> Today:
        """What this person has decided today, and how fast."""
        return self._line.call(self._real.today())

    def keep(self, places: Sequence[_Place]) -> None:
        """Keep what one still has before them from others for ten minutes more."""
        self._line.call(self._real.keep(places))

    def assurance(self, path: str) -> Assurance:
        """How far the machine may be relied on for a step, and what it learned of it."""
        return self._line.call(self._real.assurance(path))

    def people(self) -> list[str]:
        """Who can be asked to decide: those with an account that may, and whoever has decided."""
        return self._line.call(self._real.people())
