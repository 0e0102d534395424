"""Review: one cell after another before one person, in the order that teaches most. An answer is
kept at once, so that to end at any moment loses nothing."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, UsageError
from casework.sdk.action import action
from casework.sdk.agreement import Agreement
from casework.sdk.deciding import Said
from casework.sdk.desk.answers import (
    check_answer,
    keep_answer,
    keep_revision,
    readers_agreement,
    take_back,
)
from casework.sdk.desk.pages import PageShown, page_shown
from casework.sdk.desk.queue import Asked, Only
from casework.sdk.desk.session import Session, begin_session, waiting_of
from casework.sdk.desk.views import (
    BECAUSE_SECOND,
    IDLE_CAP_S,
    Answered,
    ReviewItem,
    Statistics,
)
from casework.sdk.following import Following
from casework.sdk.pick import pick_path
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.case import AbsenceKind
from casework.types.verdict import VerdictKind


class Reviewing:
    """The review of one worksheet, a sitting of one person at a time. `begin` says who and what;
    without it the first `next` begins with all that waits."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._session: Session | None = None

    @action("decide", noted=False)
    async def begin(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        only: Only = "",
        who: str = "",
    ) -> int:
        """Begin a sitting; returns how many cells wait. `only` takes the cells of audited cases
        (`audit`), or all but those (`unsure`)."""
        await self.end()
        procedure = (await self._following.now()).procedure
        paths = frozenset(pick_path(procedure, name) for name in steps)
        asked = Asked(who or self._house.who(), tuple(cases), paths, only)
        self._session = await begin_session(self._house, self._following, procedure, asked)
        return self._session.left

    @action("decide", noted=False)
    async def next(self) -> ReviewItem | None:
        """The next cell to be decided, kept from others for ten minutes; None when none is left.
        Skipped ones come back once, at the end."""
        return await (await self._here()).next()

    @action("read")
    async def items(self, limit: int = 10) -> list[ReviewItem]:
        """The next cells, without keeping them from anybody."""
        return await (await self._here()).coming(limit)

    @action("decide")
    async def answer(
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
        session = await self._here()
        said = Said(kind, value, absent, note, session.who)
        check_answer(item, said)
        session.shown.setdefault((item.case_id, item.step_id), waiting_of(item))
        took = None if seconds is None else min(max(seconds, 0.0), IDLE_CAP_S)
        done = await keep_answer(session, item, said, seconds=took, over=over)
        session.done.append(done)
        await session.let_go(item)
        return done.answered

    @action("decide")
    async def revise(
        self,
        answered: Answered,
        kind: VerdictKind,
        value: str = "",
        *,
        absent: AbsenceKind | None = None,
        note: str = "",
    ) -> Answered:
        """Say something else after a blind answer, now that the machine's value is known. What is
        said now holds; the first answer is kept, and is what the audit counts."""
        session = await self._here()
        done = next((one for one in session.done if one.answered is answered), None)
        if done is None or not answered.item.blind or done.reading:
            raise UsageError(
                "Only a blind answer of this sitting can be revised.",
                fix="Take the answer back with undo, and answer anew.",
            )
        return await keep_revision(session, done, Said(kind, value, absent, note, session.who))

    @action("decide", noted=False)
    async def skip(self, item: ReviewItem) -> None:
        """Put a cell off: it comes back once, when nothing else is left."""
        session = await self._here()
        waiting = session.shown.get((item.case_id, item.step_id)) or waiting_of(item)
        await session.let_go(item)
        session.put_by(waiting)

    @action("decide")
    async def undo(self, current: ReviewItem | None = None) -> ReviewItem:
        """Take the last answer of this sitting back, and show its cell again: openly if its answer
        was blind, since the machine's value is known by now (that answer still counts for the
        audit). `current` is the item before the person, which comes next again."""
        session = await self._here()
        if not session.done:
            raise ConflictError(
                "Nothing was answered in this sitting that could be taken back.",
                fix="Take back an earlier decision with: casework undo CASE STEP",
            )
        done = session.done[-1]
        await take_back(session, done)
        session.done.pop()
        session.undone += 1
        if current is not None:
            waiting = session.shown.get((current.case_id, current.step_id)) or waiting_of(current)
            await session.let_go(current)
            session.order.appendleft(waiting)
        waiting = done.waiting
        if done.reading:
            waiting = replace(waiting, kind="second", because=BECAUSE_SECOND)
        elif done.answered.item.blind:
            waiting = replace(waiting, kind="unsure", because="you took your answer back")
        await session.claim(waiting)
        return await session.item(await session.tree(waiting), waiting)

    @action("decide", noted=False)
    async def end(self) -> None:
        """End the sitting: cells that were kept from others are free again."""
        if self._session is not None:
            now = stamp(self._house.clock.now())
            await self._house.store.claims.end(self._session.id, now=now)
            self._session = None

    @action("read")
    async def page(self, item: ReviewItem, number: int = 1, *, around: bool = False) -> PageShown:
        """One of the pages of an item, from 1, as a picture and as text; what the machine found is
        marked, unless the item is blind. `around` leaves out of the picture what is far from it."""
        session = await self._here()
        tree = await session.tree(waiting_of(item))
        return await page_shown(self._house, tree, item, number, around=around)

    @action("read")
    async def two_readers(self) -> Agreement:
        """How often two people who read a cell, blind to each other, said the same."""
        procedure = (await self._following.now()).procedure
        return await readers_agreement(self._house, self._record.id, procedure)

    @action("read")
    async def statistics(self) -> Statistics:
        """How the sitting has gone so far."""
        session = await self._here()
        told = [one.answered for one in session.done]
        took = [
            one.verdict.seconds
            for one in told
            if one.verdict is not None and one.verdict.seconds is not None
        ]
        judged = [one.agrees for one in told if one.agrees is not None]
        return Statistics(
            len(told),
            dict(Counter(one.kept for one in told)),
            session.skips,
            session.undone,
            session.left,
            statistics.median(took) if took else None,
            sum(judged),
            len(judged),
            session.elsewhere,
        )

    async def _here(self) -> Session:
        if self._session is None:
            await self.begin()
        assert self._session is not None
        return self._session
