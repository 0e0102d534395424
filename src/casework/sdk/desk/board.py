"""All cells of a worksheet that wait for a person, for everybody who sits at one server: read from
the front of what the index of looks tells, with the cases among them that are looked at one by one.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator

from casework.base.errors import CaseworkError
from casework.base.ids import uuid7
from casework.sdk.desk.desk_views import DeskReason
from casework.sdk.desk.entries import Entry, from_index, from_tree, look_at, names_of
from casework.sdk.desk.exact import Exact
from casework.sdk.desk.orders import Line, OrderName, front_of, ordered
from casework.sdk.desk.queue import Asked, Queue, is_for
from casework.sdk.desk.reasons import Reason, reason_of, reason_of_entry, reviewed_paths
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.sheet.grid import grid_of
from casework.sdk.wire import House
from casework.store.looks import IndexState
from casework.store.waits import WaitsFor, WaitSum

_FRONT = 500
"""Cells from the front of what waits that a line begins with."""
_LINES = 64
"""Lines that are kept: one for each order, person and choice of steps."""
_MANY = 64
"""Changed cases that are taken into lines one by one; after more a line is made anew."""
_REST_S = 2.0
"""A line that is stale is not made anew before so long, as long as something stands in it."""
_FIRST_S = 5.0
"""For so long somebody who opens the desk waits for the first cell to be known."""
_WAITED_S = 0.25
"""For so long somebody who opens the desk waits for all that waits to be known."""
_LOOKED_S = 0.05
"""After so long it is looked again whether a first cell is known."""
_PROMISES_S = 5.0
"""For so long what passes by promises is taken to be as it was."""
_Place = tuple[str, str]
_Key = tuple[OrderName, frozenset[str] | None, str]


class Board:
    """What waits in one worksheet, as somebody with certain rights may see it. `ready` says whether
    all of it is known, `queue` what it goes by."""

    def __init__(self, worksheet_id: str) -> None:
        self._worksheet_id = worksheet_id
        self._seed = uuid7()
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._lines: OrderedDict[_Key, Line] = OrderedDict()
        self._exact: Exact | None = None
        self._state = IndexState(0)
        self._limited = False
        self._names: dict[str, str] = {}
        self._revision: tuple[int, ...] = ()
        self._seq = 0
        self._looked = 0.0
        self._broken: CaseworkError | None = None
        self._again = False
        self.queue: Queue | None = None

    @property
    def ready(self) -> bool:
        """Whether all that waits is known."""
        return self._state.built and self._task is not None and self._task.done()

    async def sync(self, house: House, following: Following) -> Queue:
        """Know what changed since."""
        async with self._lock:
            await self._catch_up(house, following)
            if self.queue is None or await self._anew(house, following):
                await self._begin(house, following)
            else:
                await self._follow(house)
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=_WAITED_S)
        if not self.ready:
            await self._first(house, following)
        if self._broken is not None:
            broken, self._broken, self._again = self._broken, None, True
            raise broken
        assert self.queue is not None
        return self.queue

    async def refresh(self, house: House, following: Following, tops: Iterable[str]) -> None:
        """Look at these cases again, after somebody did something to them."""
        async with self._lock:
            told = await self._catch_up(house, following)
            ids = {*tops, *await self._asked_else(house)}
            if told:
                await self._take_up(house, ids)
            else:
                await self._look_again(house, ids)

    async def line(
        self, house: House, order: OrderName, who: str, paths: frozenset[str] | None
    ) -> Line:
        """What waits for a person in an order, as far as one looks ahead: at these steps (paths;
        None for all)."""
        key = (order, paths, who)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(order, _FRONT)
            await self._lengthen(house, line, who, paths)
        elif line.stale and (not line.entries or time.monotonic() - line.made_at > _REST_S):
            await self._mend(house, line, who, paths)
        self._lines.move_to_end(key)
        while len(self._lines) > _LINES:
            self._lines.popitem(last=False)
        return line

    async def longer(
        self, house: House, line: Line, who: str, paths: frozenset[str] | None
    ) -> bool:
        """Let more follow in a line; whether there were any."""
        before = len(line.entries)
        while not line.complete and len(line.entries) == before:
            line.limit *= 2
            await self._lengthen(house, line, who, paths)
        return len(line.entries) > before

    async def entry(self, house: House, case_id: str, path: str) -> Entry | None:
        """A cell that waits; None for one that does not."""
        place = (case_id, path)
        for line in self._lines.values():
            if place in line.entries:
                return line.entries[place]
        tops = await house.store.rows.tops([case_id])
        known = [one for top in tops for one in await self._of_case(house, top)]
        return next((one for one in known if one.place == place), None)

    async def look_at(self, house: House, top: str) -> CaseTree | None:
        """A case as it is now, with what was decided in it; None when it is gone."""
        assert self.queue is not None
        trees = await look_at(house, self._worksheet_id, self.queue, [top])
        return trees[0] if trees else None

    async def count(self, house: House, who: str, paths: frozenset[str] | None = None) -> int:
        """How many cells wait that are this person's to decide, at these steps (None: at all)."""
        told = await self._told(house, who, paths)
        return max(0, sum(one.cells for one in told)) + sum(1 for _ in self._exactly(who, paths))

    async def reasons(
        self, house: House, who: str, paths: frozenset[str] | None = None
    ) -> list[DeskReason]:
        """What waits for this person by reason, at these steps (None: at all): how many cells, and
        since when the first does."""
        assert self.queue is not None
        reviewed = reviewed_paths(self.queue.procedure)
        counts, since = Counter[Reason](), dict[Reason, str]()
        for one in await self._told(house, who, paths):
            counts[reason_of(one.path, one.mark, reviewed)] += one.cells
        dates = await house.store.waits.oldest_of_marks(self._state.sheet, open_only=self._limited)
        told = [(reason_of(path, mark, reviewed), at) for (path, mark), at in dates.items()]
        for entry in self._exactly(who, paths):
            key = reason_of_entry(entry, reviewed)
            counts[key] += 1
            told.append((key, entry.waiting.since))
        for key, at in told:
            since[key] = min(filter(None, (at, since.get(key, ""))), default="")
        return [DeskReason(*key, n, since.get(key, "")) for key, n in counts.items() if n > 0]

    async def oldest(self, house: House) -> str:
        """Since when the one that has waited longest does; '' when nothing waits."""
        told = await house.store.waits.oldest(self._state.sheet, open_only=self._limited)
        own = (one.waiting.since for one in self._exactly("", None))
        return min(filter(None, (told, *own)), default="")

    def mine(self, who: str) -> list[Entry]:
        """The cells that this person was asked to decide, the oldest first."""
        found = [one for one in self._exactly(who, None) if one.waiting.whose == who]
        return sorted(found, key=lambda one: one.waiting.since)

    async def close(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _catch_up(self, house: House, following: Following) -> bool:
        """Let the index take up what changed, where that is little; whether it tells all."""
        grid = grid_of(house, self._worksheet_id)
        told = await grid.brought_near(house, following)
        self._limited = not house.rights.all and await house.store.readers.used()
        self._state = await grid.index.state(house)
        return told

    async def _anew(self, house: House, following: Following) -> bool:
        """Whether everything is asked for otherwise: another procedure, other promises."""
        queue, now = self.queue, time.monotonic()
        assert queue is not None
        if self._again:  # it could not be told before; whoever asked was told why
            return True
        promised = (await house.store.assignments.revision())[-1:]
        if promised != self._revision[-1:] or not await house.store.cell_log.reaches(self._seq):
            return True
        if now - self._looked < _PROMISES_S or not self.ready:
            return False
        self._looked = now
        procedure = (await following.shown()).procedure
        if procedure is not queue.procedure and procedure != queue.procedure:
            return True
        return await acceptances_now(house, following) != queue.acceptances

    async def _begin(self, house: House, following: Following) -> None:
        """Know anew by what cells wait, and look at the cases that are looked at one by one."""
        if self._task is not None:
            self._task.cancel()
        procedure = (await following.shown()).procedure
        self._revision = await house.store.assignments.revision()
        self._seq = self._state.seq
        queue = Queue(house, self._worksheet_id, procedure, Asked(""))
        await queue.prepare(following, every_verdict=False)
        exact = Exact(house, queue, self._state.sheet, limited=self._limited)
        wanted = await exact.choose(await self._late(house))
        self._broken, self._again, self._looked = None, False, time.monotonic()
        self._names = names_of(procedure)
        self.queue, self._exact = queue, exact
        self._lines.clear()
        self._task = asyncio.create_task(self._gather(exact, queue, wanted))

    async def _gather(self, exact: Exact, queue: Queue, wanted: Collection[str]) -> None:
        try:
            await exact.look(wanted, self._put_exactly)
            if queue.may_teach():
                await exact.learn()
            self._lines.clear()
        except CaseworkError as error:
            self._broken = error

    async def _first(self, house: House, following: Following) -> None:
        """Wait until a first cell is known, or all, but not for too long."""
        until = time.monotonic() + _FIRST_S
        while not self.ready and time.monotonic() < until:
            if await house.store.waits.first(self._state.sheet, "age", WaitsFor(), 1):
                return
            if self._broken is not None or any(True for _ in self._exactly("", None)):
                return
            await asyncio.sleep(_LOOKED_S)
            await self._catch_up(house, following)

    async def _follow(self, house: House) -> None:
        """Take up what changed, as far as the index tells of it."""
        ids = set(await self._asked_else(house))
        if self._seq < self._state.seq:
            log, upto = house.store.cell_log, self._state.seq
            ids |= {one.id for one in await log.cases(self._worksheet_id, self._seq, upto)}
            self._seq = upto
        if ids or self._limited:
            await self._take_up(house, ids)

    async def _asked_else(self, house: House) -> list[str]:
        """The cases of which something else is asked of people since, beside what stands in their
        cells."""
        revision = await house.store.assignments.revision()
        if self.queue is None or revision == self._revision:
            return []
        self._revision = revision
        return await house.store.rows.tops(sorted(await self.queue.asked_else()))

    async def _late(self, house: House) -> set[str]:
        """The cases of which the index does not tell yet how they look now, for somebody to whom it
        might tell too much."""
        if not self._limited:
            return set()
        log = house.store.cell_log
        newest = await log.newest()
        found = await log.cases(self._worksheet_id, self._state.seq, newest)
        return {one.id for one in found}

    async def _take_up(self, house: House, ids: set[str]) -> None:
        """Put what waits in these cases now in the place of what waited."""
        exact, queue = self._exact, self.queue
        assert exact is not None
        assert queue is not None
        taught = queue.may_teach()
        ids |= set(await house.store.rows.tops(sorted(await queue.ask_again())))
        new = await exact.choose(await self._late(house))
        looked = {id for id in ids if exact.of(id) is not None} | new
        await exact.look(looked, self._put_exactly)
        rest = ids - looked
        if len(rest) > _MANY:
            for line in self._lines.values():
                line.stale = True
        elif rest:
            for id in rest:
                self._put(id, await self._of_case(house, id))
        if queue.may_teach() and not taught and self.ready:
            self._task = asyncio.create_task(self._gather(exact, queue, ()))

    async def _look_again(self, house: House, ids: set[str]) -> None:
        """The same by the cases themselves, since the index does not tell of them yet."""
        exact, queue = self._exact, self.queue
        if exact is None or queue is None:
            return
        ids |= set(await house.store.rows.tops(sorted(await queue.ask_again())))
        ids |= await exact.choose(await self._late(house))
        await exact.look([id for id in ids if exact.of(id) is not None], self._put_exactly)
        rest = [id for id in ids if exact.of(id) is None]
        trees = await look_at(house, self._worksheet_id, queue, rest)
        found = {tree.case.id: from_tree(house, queue, tree) for tree in trees}
        for id in rest:
            self._put(id, found.get(id, []))

    def _put_exactly(self, top: str, entries: Collection[Entry]) -> None:
        self._put(top, entries, exact=True)

    def _put(self, top: str, entries: Collection[Entry], *, exact: bool = False) -> None:
        for (_, paths, who), line in self._lines.items():
            line.put(top, [one for one in entries if _is_wanted(one, who, paths)], exact=exact)

    async def _of_case(self, house: House, top: str) -> list[Entry]:
        """What waits in a case."""
        assert self.queue is not None
        assert self._exact is not None
        if top in self._exact.cases:
            return self._exact.of(top) or []
        found = await house.store.waits.of_cases(self._state.sheet, [top])
        told = await from_index(house, self.queue, self._names, found)
        return [*told, *self._exact.taught(top)]

    async def _mend(self, house: House, line: Line, who: str, paths: frozenset[str] | None) -> None:
        """Make a line anew: what stands in it stays where it is."""
        fresh = Line(line.order, line.limit)
        await self._lengthen(house, fresh, who, paths)
        line.take_over(fresh)

    async def _lengthen(
        self, house: House, line: Line, who: str, paths: frozenset[str] | None
    ) -> None:
        """Read the front of what waits, as long as a line is to be."""
        assert self.queue is not None
        exact = self._exact.cases if self._exact is not None else frozenset[str]()
        wanted = WaitsFor(paths, who, exact, self._limited)
        found = await house.store.waits.first(
            self._state.sheet, front_of(line.order), wanted, line.limit
        )
        entries = await from_index(house, self.queue, self._names, found)
        entries += self._exactly(who, paths)
        line.extend(ordered(line.order, entries, self.queue.audit_share, self._seed))
        line.complete = len(found) < line.limit
        line.stale, line.made_at = False, time.monotonic()

    async def _told(self, house: House, who: str, paths: frozenset[str] | None) -> list[WaitSum]:
        """How many cells wait by the index that are this person's to decide, but for the cases that
        are looked at one by one."""
        waits, sheet = house.store.waits, self._state.sheet
        exact = self._exact.cases if self._exact is not None else frozenset[str]()
        less = await waits.sums_of(sheet, exact) if exact else []
        told = [*await waits.sums(sheet), *(one._replace(cells=-one.cells) for one in less)]
        return [
            one
            for one in told
            if (not who or one.apart != who)
            and (paths is None or one.path in paths)
            and not (self._limited and one.guarded)
        ]

    def _exactly(self, who: str, paths: frozenset[str] | None) -> Iterator[Entry]:
        """What waits for a person in the cases that are looked at one by one."""
        if self._exact is not None:
            for entry in self._exact.entries():
                if _is_wanted(entry, who, paths):
                    yield entry


def _is_wanted(entry: Entry, who: str, paths: frozenset[str] | None) -> bool:
    return is_for(entry.waiting, who) and (paths is None or entry.waiting.path in paths)
