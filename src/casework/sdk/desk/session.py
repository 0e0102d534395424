"""One person's sitting: what comes next, what was put off, what others have before them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from casework.base.clock import stamp
from casework.base.errors import ConflictError
from casework.base.ids import uuid7
from casework.review.order import Waiting, blind_first, in_order
from casework.sdk.desk.items import item_of
from casework.sdk.desk.queue import Asked, Queue, what_was_read
from casework.sdk.desk.views import Answered, Progress, ReviewItem
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree, load_tree
from casework.sdk.today import midnight
from casework.sdk.wire import House
from casework.types.procedure import Procedure
from casework.types.verdict import VerdictKind

CLAIMED_FOR = dt.timedelta(minutes=10)
"""How long a cell that somebody has before them is kept from others."""
DECISIONS: tuple[VerdictKind, ...] = ("accepted", "corrected", "rejected")
"""What a person who reviews can decide."""
_Place = tuple[str, str]


@dataclass(slots=True)
class Done:
    """An answer that can be taken back: how many verdicts it took, or the id of its reading, and
    the answers to other cells that were given with it."""

    waiting: Waiting
    answered: Answered
    verdicts: int = 1
    reading: str = ""
    with_it: list[Done] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """`order` comes first, then what was skipped, then what others had before them."""

    house: House
    worksheet_id: str
    queue: Queue
    who: str
    today: int
    order: deque[Waiting]
    id: str = field(default_factory=uuid7)
    skipped: deque[Waiting] = field(default_factory=deque)
    busy: deque[Waiting] = field(default_factory=deque)
    put_off: set[_Place] = field(default_factory=set)
    shown: dict[_Place, Waiting] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    skips: int = 0
    undone: int = 0
    elsewhere: int = 0

    @property
    def left(self) -> int:
        """How many cells wait, those that are before the person included."""
        return len(self.order) + len(self.skipped) + len(self.busy) + len(self.shown)

    @property
    def procedure(self) -> Procedure:
        return self.queue.procedure

    async def next(self) -> ReviewItem | None:
        """The next cell that still waits and that nobody else has before them."""
        held = await self._held()
        tried: set[_Place] = set()
        for waiting in self._coming():
            place = (waiting.case_id, waiting.step_id)
            tree = await self.tree(waiting)
            fresh = await self._fresh(tree, waiting)
            if fresh is None:
                self.elsewhere += 1
            elif place not in held and await self.claim(fresh):
                return await self.item(tree, fresh)
            elif place in tried:
                self.elsewhere += 1
            else:
                tried.add(place)
                self.busy.append(fresh)
        return None

    async def item(self, tree: CaseTree, waiting: Waiting) -> ReviewItem:
        """The item of a cell, which is then before the person."""
        self.shown[waiting.case_id, waiting.step_id] = waiting
        progress = Progress(len(self.done) + 1, self.left, self.today + len(self.done))
        return await item_of(self.house, tree, waiting, progress, self.queue.read)

    async def coming(self, limit: int) -> list[ReviewItem]:
        """The next cells, before nobody."""
        found = []
        for number, waiting in enumerate(list(self.order)[:limit], 1):
            told = Progress(len(self.done) + number, self.left - number + 1, self.today)
            tree = await self.tree(waiting)
            found.append(await item_of(self.house, tree, waiting, told, self.queue.read))
        return found

    async def tree(self, waiting: Waiting) -> CaseTree:
        """The case, or the row, of a cell as it is now."""
        case = await self.house.store.cases.get(waiting.top)
        tree = await load_tree(self.house, self.worksheet_id, self.procedure, case)
        for one in tree.every():
            if one.case.id == waiting.case_id:
                return one
        raise ConflictError("The case no longer has this row.", fix="Go on with the next one.")

    async def claim(self, waiting: Waiting) -> bool:
        """Keep a cell from others for a while; False when somebody else has it."""
        now = self.house.clock.now()
        return await self.house.store.claims.claim(
            waiting.case_id,
            waiting.step_id,
            who=self.who,
            session=self.id,
            until=stamp(now + CLAIMED_FOR),
            now=stamp(now),
        )

    async def let_go(self, item: ReviewItem) -> None:
        """Nobody has this cell before them any more."""
        self.shown.pop((item.case_id, item.step_id), None)
        claims = self.house.store.claims
        await claims.let_go(item.case_id, item.step_id, session=self.id)

    def put_by(self, waiting: Waiting) -> None:
        """Put a cell off: it comes back once."""
        place = (waiting.case_id, waiting.step_id)
        self.skips += 1
        if place not in self.put_off:
            self.put_off.add(place)
            self.skipped.append(waiting)

    def _coming(self) -> Iterator[Waiting]:
        for queue in (self.order, self.skipped, self.busy):
            while queue:
                yield queue.popleft()

    async def _held(self) -> set[_Place]:
        now = stamp(self.house.clock.now())
        return await self.house.store.claims.of_others(self.id, now=now)

    async def _fresh(self, tree: CaseTree, waiting: Waiting) -> Waiting | None:
        """The cell as it waits now; None when it does not any more."""
        if waiting.kind == "second":
            self.queue.read = await what_was_read(self.house, self.worksheet_id)
        for one in self.queue.of(tree.top):
            if (one.case_id, one.path) == (waiting.case_id, waiting.path):
                return one
        return None


async def begin_session(
    house: House, following: Following, procedure: Procedure, asked: Asked
) -> Session:
    """A new sitting, with all cells that wait in their order."""
    worksheet_id = following.worksheet_id
    queue = Queue(house, worksheet_id, procedure, asked)
    await queue.prepare(following)
    id = uuid7()
    share = house.settings.number("review.audit_share")
    order = in_order(await queue.gather(), audit_share=share, chance=Random(id))
    today = _decided_since(queue, asked.who, midnight(house))
    return Session(house, worksheet_id, queue, asked.who, today, deque(blind_first(order)), id)


def waiting_of(item: ReviewItem) -> Waiting:
    """The cell of an item that this session did not give out."""
    return Waiting(
        item.top,
        item.case_id,
        item.path,
        item.step_id,
        item.kind,
        item.because,
        item.case_id,
        probability=item.probability,
    )


def _decided_since(queue: Queue, who: str, since: str) -> int:
    every = (one for told in queue.read.verdicts.values() for one in told)
    return sum(one.who == who and one.at >= since and one.kind in DECISIONS for one in every)
