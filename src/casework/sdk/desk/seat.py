"""The place of one person at the shared desk: what they have before them, kept from others, and the
board that all look at."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.hashing import sha256_text
from casework.governance.roles import may
from casework.review.order import Waiting
from casework.sdk.deciding import Said, decide_cell
from casework.sdk.desk.board import Board
from casework.sdk.desk.desk_views import DeskItem
from casework.sdk.desk.entries import UNREADABLE, Entry, from_tree
from casework.sdk.desk.items import item_of
from casework.sdk.desk.orders import ORDER_NAMES, OrderName
from casework.sdk.desk.queue import Queue, is_for
from casework.sdk.desk.session import Session
from casework.sdk.desk.views import Progress, ReviewItem
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree
from casework.sdk.people.held import may_decide
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
        self._session: Session | None = None
        self._board = Board(record.id)
        self.items: dict[_Place, DeskItem] = {}

    async def named(self, case_id: str, path: str) -> DeskItem:
        """The item of a cell; raises `NotFoundError` when it does not wait any more."""
        board, queue = await self.board()
        entry = await board.entry(self._house, case_id, path)
        item = await self.take(board, queue, entry) if entry else None
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
        queue = await board.sync(self._house, self._following)
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
        """What waits for this person, first what they were asked to decide. Of cells that one look
        decides on only the first."""
        if order not in ORDER_NAMES:
            raise UsageError(f"There is no order {order!r}.", fix=f"Use {', '.join(ORDER_NAMES)}.")
        who, first = self._house.who(), set[_Place]()
        for entry in board.mine(who):
            if path in ("", entry.waiting.path):
                first.add(entry.place)
                yield entry
        if order == "mine":
            return
        paths = await self.paths(path)
        line = await board.line(self._house, order, who, paths)
        more = True
        while more:
            for entry in line:
                if entry.place not in first:
                    alike = line.alike(entry)
                    first |= {entry.place, *(one.place for one in alike)}
                    yield replace(entry, alike=tuple(one.step for one in alike))
            more = await board.longer(self._house, line, who, paths)

    async def paths(self, path: str = "") -> frozenset[str] | None:
        """The paths of the steps that this person may decide on, of this one alone if it is named;
        None for all."""
        allowed = await self.allowed()
        if not path:
            return allowed
        return frozenset({path}) if allowed is None or path in allowed else frozenset()

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
        every = await self._house.store.claims.of_worksheet(self._record.id, now=now)
        return {(one.case_id, one.step_id): one for one in every}

    async def take(self, board: Board, queue: Queue, entry: Entry) -> DeskItem | None:
        """The item of a cell, claimed; None when it does not wait for this person any more."""
        session, top = await self.sitting(), await board.look_at(self._house, entry.waiting.top)
        waiting = queue.of(top) if top is not None else []
        fresh = next((one for one in waiting if (one.case_id, one.path) == entry.place), None)
        if top is None or fresh is None or not is_for(fresh, session.who):
            await board.refresh(self._house, self._following, [entry.waiting.top])
            return None
        tree = next(one for one in top.every() if one.case.id == fresh.case_id)
        alike = tuple(one.step for one in await self.alike(queue, entry, top))
        return await self.item(session, queue, replace(entry, waiting=fresh, alike=alike), tree)

    async def alike(self, queue: Queue, entry: Entry, top: CaseTree) -> list[Entry]:
        """The other cells of a case, as it is now, that are decided with one look at this one."""
        if entry.mark != UNREADABLE:
            return []
        paths, who = await self.paths(), self._house.who()
        return [
            one
            for one in from_tree(self._house, queue, top)
            if one.is_like(entry)
            and is_for(one.waiting, who)
            and (paths is None or one.waiting.path in paths)
        ]

    async def others_alike(self, shown: DeskItem) -> list[DeskItem]:
        """The items of the cells that are decided with one that was shown, but for those that
        somebody else has before them."""
        board, queue = await self.board()
        entry = await board.entry(self._house, shown.item.case_id, shown.item.path)
        top = await board.look_at(self._house, shown.item.top)
        if entry is None or top is None:
            return []
        found = [await self.take(board, queue, one) for one in await self.alike(queue, entry, top)]
        return [one for one in found if one is not None and not one.holder]

    async def first_pages(self, board: Board, queue: Queue, entry: Entry) -> list[tuple[str, int]]:
        """The page that the item of a cell shows first; none where it has no pages."""
        top = await board.look_at(self._house, entry.waiting.top)
        every = top.every() if top is not None else ()
        tree = next((one for one in every if one.case.id == entry.waiting.case_id), None)
        if tree is None:
            return []
        item = await item_of(
            self._house, tree, entry.waiting, Progress(0, 0, 0), queue.read, queue.acceptances
        )
        return [(one.document, one.page) for one in item.pages[:1]]

    async def item(
        self, session: Session, queue: Queue, entry: Entry, tree: CaseTree | None = None
    ) -> DeskItem:
        """A cell as an item, claimed where this person may decide; `tree` where its case was just
        loaded."""
        waiting = entry.waiting
        tree = tree or await session.tree(waiting)
        progress = Progress(len(session.done) + 1, 0, 0)
        item = await item_of(self._house, tree, waiting, progress, queue.read, queue.acceptances)
        session.shown[waiting.case_id, waiting.step_id] = waiting
        holder = ""
        if self.may_decide() and not await session.claim(waiting):
            held = (await self.claims()).get((waiting.case_id, waiting.step_id))
            holder = held.who if held else ""
        found = DeskItem(
            item,
            _token(item),
            entry.mark,
            waiting.since,
            holder,
            await self.comes_from(waiting.case_id, waiting.step_id),
            entry.alike,
        )
        self.items[entry.place] = found
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
        await board.refresh(self._house, self._following, tops)

    def may_decide(self) -> bool:
        """Whether this person may do more than look."""
        person = self._house.person
        return person is None or may(person.role, "decide")


def _token(item: ReviewItem) -> str:
    """Names what stood in a cell when it was shown, and tells nothing of it."""
    return sha256_text(f"{item.kind}/{item.against}/{item.stood}")[:16]
