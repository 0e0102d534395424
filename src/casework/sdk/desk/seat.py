"""The place of one person at the shared desk: what they have before them, kept from others, and the
board that all look at."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Collection

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.hashing import sha256_text
from casework.governance.roles import may
from casework.review.order import Waiting
from casework.sdk.deciding import Said, decide_cell
from casework.sdk.desk.board import Board, Entry
from casework.sdk.desk.desk_views import DeskItem
from casework.sdk.desk.items import item_of
from casework.sdk.desk.orders import ORDER_NAMES, OrderName
from casework.sdk.desk.queue import Queue, is_for
from casework.sdk.desk.session import Session
from casework.sdk.desk.views import Progress, ReviewItem
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree
from casework.sdk.people.held import may_decide
from casework.sdk.sheet.sheet import Sheet
from casework.sdk.wire import House
from casework.store.claims import Claim
from casework.store.records import WorksheetRecord
from casework.types.nesting import DOT, placed_steps

TAKEN_BACK = "you took your answer back"
_Place = tuple[str, str]


class Seat:
    """`items` are those that were shown, by case (or row) and path of the step."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._sheet = Sheet(house, record, following)
        self._session: Session | None = None
        self._board = Board(record.id)
        self.items: dict[_Place, DeskItem] = {}

    async def named(self, case_id: str, path: str) -> DeskItem:
        """The item of a cell; raises `NotFoundError` when it does not wait any more."""
        board, queue = await self.board()
        entry = board.entries.get((case_id, path))
        item = await self.take(board, queue, entry.waiting) if entry else None
        if item is None:
            raise NotFoundError(
                "This cell does not wait for a person any more.",
                fix="Somebody decided on it, or it changed. Go on with the next one.",
                code="review.settled",
            )
        return item

    async def board(self) -> tuple[Board, Queue]:
        """The board as it is now, and the queue that it was gathered by."""
        key = (self._record.id, self._house.rights)
        board = self._house.boards.get(key)
        if not isinstance(board, Board):
            board = self._house.boards[key] = Board(self._record.id)
        self._board = board
        queue = await board.sync(self._house, self._sheet, self._following)
        if self._session is not None:
            self._session.queue = queue
        return board, queue

    async def sitting_now(self) -> Session:
        """The place of this person, where nobody has asked what waits yet."""
        if self._session is None:
            await self.board()
        return await self.sitting()

    async def sitting(self) -> Session:
        """The place of this person: the same after a restart, so that what they had before them is
        still theirs."""
        if self._session is None:
            board = self._board
            assert board.queue is not None
            who = self._house.who()
            id = f"desk:{sha256_text(f'{self._record.id}/{who}')[:24]}"
            self._session = Session(self._house, self._record.id, board.queue, who, 0, deque(), id)
        return self._session

    async def in_order(self, board: Board, order: OrderName, path: str) -> AsyncIterator[Entry]:
        """What waits for this person, first what they were asked to decide."""
        if order not in ORDER_NAMES:
            raise UsageError(f"There is no order {order!r}.", fix=f"Use {', '.join(ORDER_NAMES)}.")
        who = self._house.who()
        mine = board.mine(who)
        allowed = await self.allowed()
        for entry in mine:
            if path in ("", entry.waiting.path):
                yield entry
        if order == "mine":
            return
        first = {one.place for one in mine}
        for place in await board.line(order):
            known = board.entries.get(place)
            if known is None or place in first or path not in ("", place[1]):
                continue
            if allowed is not None and place[1] not in allowed:
                continue
            if is_for(known.waiting, who):
                yield known

    async def allowed(self) -> frozenset[str] | None:
        """The paths of the steps that this person may decide on; None for all."""
        person = self._house.person
        if person is None or person.role == "owner" or not self.may_decide():
            return None
        procedure = (await self._following.shown()).procedure
        paths = [one.path for one in placed_steps(procedure.steps)]
        found = frozenset(await may_decide(self._house, self._record.id, procedure, paths))
        return None if len(found) == len(paths) else found

    async def claims(self) -> dict[_Place, Claim]:
        """What anybody has before them now."""
        now = stamp(self._house.clock.now())
        every = await self._house.store.claims.all(now=now)
        return {(one.case_id, one.step_id): one for one in every}

    async def take(self, board: Board, queue: Queue, waiting: Waiting) -> DeskItem | None:
        """The item of a cell, claimed; None when it does not wait for this person any more."""
        session = await self.sitting()
        tree = await session.tree(waiting)
        fresh = next(
            (one for one in queue.of(tree.top) if _waits_as(one) == _waits_as(waiting)), None
        )
        if fresh is None or not is_for(fresh, session.who):
            await board.refresh(self._house, [waiting.top])
            return None
        return await self.item(session, queue, fresh, tree)

    async def item(
        self, session: Session, queue: Queue, waiting: Waiting, tree: CaseTree | None = None
    ) -> DeskItem:
        """A cell as an item, claimed where this person may decide; `tree` where its case was just
        loaded."""
        tree = tree or await session.tree(waiting)
        progress = Progress(len(session.done) + 1, 0, 0)
        item = await item_of(self._house, tree, waiting, progress, queue.read, queue.acceptances)
        place = (waiting.case_id, waiting.path)
        session.shown[waiting.case_id, waiting.step_id] = waiting
        holder = ""
        if self.may_decide() and not await session.claim(waiting):
            claims = await self.claims()
            held = claims.get((waiting.case_id, waiting.step_id))
            holder = held.who if held else ""
        step_id = waiting.step_id
        board = self._board
        known = board.entries.get(place)
        found = DeskItem(
            item,
            _token(item),
            known.mark if known else "waiting_person",
            waiting.since,
            holder,
            await self.comes_from(waiting.case_id, step_id),
        )
        self.items[place] = found
        return found

    async def shown_as(self, case_id: str, path: str, token: str) -> DeskItem:
        """The item as it was shown; after a restart as it is now, if that is the same."""
        shown = self.items.get((case_id, path))
        if shown is None:
            shown = await self.named(case_id, path)
        if token and shown.token != token:
            raise ConflictError(
                f"{shown.item.step} of {shown.item.case} changed while you looked.",
                fix="Look at what stands there now, and answer then.",
                code="review.changed",
            )
        return shown

    async def undo_last(self, queue: Queue) -> Waiting:
        """Take the last decision back that this person has in the worksheet."""
        store, who = self._house.store, self._house.who()
        last = await store.verdicts.last_of(self._record.id, who)
        if last is None:
            raise ConflictError(
                "You have decided on nothing that could be taken back.",
                fix="Take back a decision of somebody else at its case.",
            )
        (top,) = await store.rows.tops([last.case_id])
        (tree,) = await queue.trees([await store.cases.get(top)])
        level = next(one for one in tree.every() if one.case.id == last.case_id)
        step = level.procedure.step(last.step_id)
        await decide_cell(self._house, level, step, Said("undone", who=who), queue.acceptances)
        path = f"{level.path}{step.id}"
        return Waiting(top, last.case_id, path, step.id, "unsure", TAKEN_BACK, last.case_id)

    async def comes_from(self, case_id: str, step_id: str) -> str:
        """Who decided on a cell, or assigned it, last: somebody else than whoever asks."""
        who, store = self._house.who(), self._house.store
        given = await store.assignments.of_cell(case_id, step_id)
        verdicts = await store.verdicts.of_cell(case_id, step_id)
        told = [(one.at, one.who) for one in given] + [(one.at, one.who) for one in verdicts]
        return next((name for _, name in sorted(told, reverse=True) if name != who), "")

    async def let_go(self, case_id: str, path: str) -> None:
        """Have a cell before one no more."""
        session = await self.sitting_now()
        step_id = path.rpartition(DOT)[2]
        session.shown.pop((case_id, step_id), None)
        await self._house.store.claims.let_go(case_id, step_id, session=session.id)

    async def refresh(self, tops: Collection[str]) -> None:
        """Look at these cases again."""
        board, _ = await self.board()
        await board.refresh(self._house, tops)

    def may_decide(self) -> bool:
        """Whether this person may do more than look."""
        person = self._house.person
        return person is None or may(person.role, "decide")


def _waits_as(waiting: Waiting) -> _Place:
    return (waiting.case_id, waiting.path)


def _token(item: ReviewItem) -> str:
    """Names what stood in a cell when it was shown, and tells nothing of it."""
    return sha256_text(f"{item.kind}/{item.against}/{item.stood}")[:16]
