"""The review desk that several people share: what waits in an order, one item before each person,
and what they do with it. An answer is kept at once; what somebody has before them is nobody else's
for ten minutes."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Sequence
from dataclasses import replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, UsageError
from casework.governance.roles import may
from casework.sdk.action import action
from casework.sdk.deciding import Said
from casework.sdk.desk.answers import check_answer, keep_answer, keep_revision, take_back
from casework.sdk.desk.assurance import Assurance, assurance_of
from casework.sdk.desk.desk_views import (
    Deciding,
    DeskItem,
    DeskQueue,
    DeskReason,
    QueueEntry,
    Today,
)
from casework.sdk.desk.entries import Entry, waited_as
from casework.sdk.desk.orders import OrderName
from casework.sdk.desk.queue import is_for
from casework.sdk.desk.seat import TAKEN_BACK, Seat
from casework.sdk.desk.views import (
    BECAUSE_SECOND,
    IDLE_CAP_S,
    Answered,
    ReviewItem,
)
from casework.sdk.following import Following
from casework.sdk.pick import pick_path
from casework.sdk.today import midnight
from casework.sdk.wire import House
from casework.store.claims import Claim
from casework.store.records import WorksheetRecord
from casework.types.assignment import Assignment
from casework.types.nesting import DOT

SHOWN = 60
_Place = tuple[str, str]


class Desk:
    """The desk of one worksheet, and the place of one person at it. Cells are named by the id of
    their case (or row) and the path of their step."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._seat = Seat(house, record, following)
        self._skipped: set[_Place] = set()

    @action("read")
    async def queue(
        self, order: OrderName = "teaches", *, step: str = "", limit: int = SHOWN
    ) -> DeskQueue:
        """The first cells that wait for this person, in an order; of one step if it is named. What
        others have before them comes last."""
        board, _ = await self._seat.board()
        path = pick_path((await self._following.shown()).procedure, step) if step else ""
        claims = await self._seat.claims()
        who, session = self._house.who(), await self._seat.sitting()
        entries: list[QueueEntry] = []
        held: list[QueueEntry] = []
        async for entry in self._seat.in_order(board, order, path):
            if len(entries) >= limit:
                break
            holder = claims.get((entry.waiting.case_id, entry.waiting.step_id))
            told = _shown(entry, holder, session.id)
            (held if told.holder else entries).append(told)
        deciding = {
            one.who: Deciding(one.who, one.case)
            for one in reversed(claims.values())
            if one.session != session.id and one.who != who
        }
        return DeskQueue(
            (*entries, *held)[:limit],
            await board.count(self._house, who, await self._seat.paths(path)),
            len(board.mine(who)),
            await board.oldest(self._house),
            tuple(deciding.values()),
            board.ready,
        )

    @action("read")
    async def count(self) -> int:
        """How many cells wait for this person."""
        board, _ = await self._seat.board()
        return await board.count(self._house, self._house.who(), await self._seat.paths())

    @action("read")
    async def reasons(self) -> list[DeskReason]:
        """What waits for this person, by reason: how many cells, and since when the first does."""
        board, _ = await self._seat.board()
        paths = await self._seat.paths()
        return await board.reasons(self._house, self._house.who(), paths)

    @action("read")
    async def waits(self, case_id: str, path: str) -> bool:
        """Whether a cell still waits for this person."""
        board, _ = await self._seat.board()
        entry = await board.entry(self._house, case_id, path)
        return entry is not None and is_for(entry.waiting, self._house.who())

    @action("read")
    async def take(self, case_id: str, path: str) -> DeskItem:
        """Have this cell before one, and keep it from others for ten minutes (whoever may only look
        keeps nothing). Raises `NotFoundError` when it does not wait any more."""
        return await self._seat.named(case_id, path)

    @action("read")
    async def next(
        self,
        order: OrderName = "teaches",
        *,
        step: str = "",
        but: Collection[_Place] = (),
    ) -> DeskItem | None:
        """The first cell in this order that nobody else has before them, kept for this person; none
        of `but`. What was skipped comes back when nothing else is left."""
        board, queue = await self._seat.board()
        path = pick_path((await self._following.shown()).procedure, step) if step else ""
        claims = await self._seat.claims()
        session = await self._seat.sitting()
        later: list[Entry] = []
        async for entry in self._seat.in_order(board, order, path):
            held = claims.get((entry.waiting.case_id, entry.waiting.step_id))
            if entry.place in but or (held is not None and held.session != session.id):
                continue
            if entry.place in self._skipped:
                later.append(entry)
                continue
            item = await self._seat.take(board, queue, entry)
            if item is not None and not item.holder:
                return item
        for entry in later:
            self._skipped.discard(entry.place)
            item = await self._seat.take(board, queue, entry)
            if item is not None and not item.holder:
                return item
        return None

    @action("read")
    async def first_pages(
        self, order: OrderName = "teaches", *, step: str = "", but: Collection[_Place] = ()
    ) -> list[tuple[str, int]]:
        """The page (sha256 of its document, and its number) that the next item but these would show
        first, so that it can be drawn before; nothing is kept from others by it."""
        board, queue = await self._seat.board()
        path = pick_path((await self._following.shown()).procedure, step) if step else ""
        async for entry in self._seat.in_order(board, order, path):
            if entry.place not in but and entry.place not in self._skipped:
                return await self._seat.first_pages(board, queue, entry)
        return []

    @action("read")
    async def release(self, case_id: str, path: str) -> None:
        """Let others have this cell."""
        self._seat.items.pop((case_id, path), None)
        await self._seat.let_go(case_id, path)

    @action("read")
    async def skip(self, case_id: str, path: str) -> None:
        """Put this cell off: it comes back when nothing else is left."""
        self._skipped.add((case_id, path))
        await self.release(case_id, path)

    @action("decide")
    async def answer(
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
        several, and raises `UsageError`."""
        board, _ = await self._seat.board()
        session = await self._seat.sitting()
        shown = await self._seat.shown_as(case_id, path, token)
        item = shown.item
        said = replace(said, who=session.who)
        check_answer(item, said)
        if alike and said.value:
            raise UsageError(
                "One value cannot be said of several cells.",
                fix="Answer this cell alone, or say of all that they cannot be read.",
            )
        others = await self._seat.others_alike(shown) if alike else []
        took = None if seconds is None else min(max(seconds, 0.0), IDLE_CAP_S)
        done = await keep_answer(session, item, said, seconds=took, over=over)
        session.done.append(done)
        for one in others:
            done.with_it.append(await keep_answer(session, one.item, said, seconds=None, over=over))
            self._seat.items.pop(_place(one.item), None)
            await session.let_go(one.item)
        self._seat.items.pop((case_id, path), None)
        await session.let_go(item)
        await board.refresh(self._house, self._following, [item.top])
        return done.answered

    @action("decide")
    async def revise(self, case_id: str, path: str, said: Said) -> Answered:
        """Say something else after a blind answer, as `Reviewing.revise` does."""
        session = await self._seat.sitting_now()
        own = [one for one in session.done if _place(one.answered.item) == (case_id, path)]
        if not own or not own[-1].answered.item.blind or own[-1].reading:
            raise UsageError(
                "Only a blind answer of this sitting can be revised.",
                fix="Decide on the cell at its case, or take the answer back and answer anew.",
            )
        answered = await keep_revision(session, own[-1], replace(said, who=session.who))
        await self._seat.refresh([answered.item.top])
        return answered

    @action("decide")
    async def undo(self) -> DeskItem:
        """Take the last answer back and have its cell before one again. After a restart it is the
        last decision of this person that stands in the worksheet."""
        board, queue = await self._seat.board()
        session = await self._seat.sitting()
        if session.done:
            done = session.done[-1]
            while done.with_it:
                await take_back(session, done.with_it[-1])
                done.with_it.pop()
            await take_back(session, done)
            session.done.pop()
            waiting = done.waiting
            if done.reading:
                waiting = replace(waiting, kind="second", because=BECAUSE_SECOND)
            elif done.answered.item.blind:
                waiting = replace(waiting, kind="unsure", because=TAKEN_BACK)
        else:
            waiting = await self._seat.undo_last(queue)
        await board.refresh(self._house, self._following, [waiting.top])
        entry = await board.entry(self._house, waiting.case_id, waiting.path)
        item = await self._seat.take(board, queue, entry) if entry else None
        return item or await self._seat.item(session, queue, waited_as(queue, waiting))

    @action("decide")
    async def assign(self, places: Sequence[_Place], to: str, *, note: str = "") -> int:
        """Ask somebody to decide on these cells; '' takes it back. Returns how many cells."""
        if not places:
            return 0
        now = stamp(self._house.clock.now())
        cells = [(case_id, path.rpartition(DOT)[2]) for case_id, path in places]
        if not to.strip():
            count = await self._house.store.assignments.end(cells, now)
        else:
            who = self._house.who()
            given = [
                Assignment(case_id, step_id, "assigned", to.strip(), who, note.strip(), now)
                for case_id, step_id in cells
            ]
            await self._house.store.assignments.give(self._record.id, given)
            count = len(given)
        for case_id, path in places:
            if to.strip() != self._house.who():
                await self.release(case_id, path)
        await self._seat.refresh(await self._house.store.rows.tops([id for id, _ in cells]))
        return count

    @action("decide")
    async def send_back(self, case_id: str, path: str, note: str) -> str:
        """Give a cell back to whoever decided on it or assigned it before, with a note; returns who
        that is. Raises `ConflictError` where it comes from nobody."""
        if not note.strip():
            raise UsageError("Say why it goes back.", fix="Write a note: what is missing or wrong.")
        step_id = path.rpartition(DOT)[2]
        to = await self._seat.comes_from(case_id, step_id)
        if not to:
            raise ConflictError(
                "Nobody has decided on this cell or assigned it before.",
                fix="Assign it to somebody instead.",
                code="review.from_nobody",
            )
        now = stamp(self._house.clock.now())
        who = self._house.who()
        given = Assignment(case_id, step_id, "sent_back", to, who, note.strip(), now)
        await self._house.store.assignments.give(self._record.id, [given])
        await self.release(case_id, path)
        await self._seat.refresh(await self._house.store.rows.tops([case_id]))
        return to

    @action("read")
    async def today(self) -> Today:
        """What this person has decided today, and how fast."""
        since = midnight(self._house)
        store = self._house.store
        pace = await store.verdicts.pace(self._record.id, self._house.who(), since)
        took = [one for one in pace if one is not None]
        return Today(len(pace), statistics.median(took) if took else None)

    @action("decide")
    async def keep(self, places: Sequence[_Place]) -> None:
        """Keep what one still has before them from others for ten minutes more."""
        session = await self._seat.sitting_now()
        for case_id, path in places:
            waiting = session.shown.get((case_id, path.rpartition(DOT)[2]))
            if waiting is not None:
                await session.claim(waiting)

    @action("read")
    async def assurance(self, path: str) -> Assurance:
        """How far the machine may be relied on for a step, and what it learned of it."""
        _, queue = await self._seat.board()
        return await assurance_of(self._house, self._record, self._following, queue.procedure, path)

    @action("read")
    async def people(self) -> list[str]:
        """Who can be asked to decide: those with an account that may, and whoever has decided."""
        accounts = await self._house.store.people.all(removed=False)
        names = [one.name for one in accounts if may(one.role, "decide")]
        decided = await self._house.store.verdicts.people(self._record.id)
        return sorted({*names, *decided, self._house.who()}, key=str.casefold)


def _place(item: ReviewItem) -> _Place:
    return (item.case_id, item.path)


def _shown(entry: Entry, holder: Claim | None, session: str) -> QueueEntry:
    waiting = entry.waiting
    return QueueEntry(
        waiting.case_id,
        waiting.path,
        waiting.top,
        entry.case,
        entry.step,
        entry.mark,
        waiting.because,
        waiting.since,
        waiting.whose,
        holder.who if holder is not None and holder.session != session else "",
        entry.alike,
    )
