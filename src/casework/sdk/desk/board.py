"""All cells of a worksheet that wait for a person, kept at hand for everybody who sits at one
server: gathered once, a slice at a time, and then kept up to date case by case."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from casework.base.errors import CaseworkError
from casework.base.hashing import sha256_text
from casework.base.ids import uuid7
from casework.review.order import Waiting
from casework.sdk.desk.items import name_of_case
from casework.sdk.desk.orders import ORDERS, Line, OrderName
from casework.sdk.desk.queue import Asked, Queue, is_for, teaches
from casework.sdk.desk.shape import shape_of
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.sheet.marks import Mark
from casework.sdk.sheet.sheet import Sheet
from casework.sdk.wire import House

_AT_ONCE = 8
"""Cases that are looked at before the loop may do something else: some milliseconds."""
_BREATH = 0.5
"""After each slice in the background others have so much of its CPU time to themselves."""
_FIRST_S = 5.0
"""For so long somebody who opens the desk waits for the first cell to be known."""
_FEW = 1_000
"""Cells that are put in order at once, however many are still being gathered."""
_WAITED_S = 0.25
"""For so long somebody who opens the desk waits for all that waits to be known."""
_INDEX_S = 0.5
"""After so long the index is asked again, while it is being made."""
_MANY = 64
"""Changed cases that nobody waits for: a run that goes on changes more."""
_REST = 4.0
"""All is not gathered again before so many times as long have passed as it took."""
_EARLY_S = 2.0
"""For so long an order of what is known so far is used again."""
_PROMISES_S = 5.0
"""For so long what passes by promises is taken to be as it was."""
_DATED_S = 5.0
"""For so long the oldest of very many is not looked for again."""
_SAMPLED = 2_000
"""Cases that are looked through, by chance, for cells that would teach something."""
_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell that waits, with what the queue shows of it: nothing of what the machine found where
    it is read blind."""

    waiting: Waiting
    case: str
    step: str
    mark: Mark

    @property
    def place(self) -> _Place:
        return (self.waiting.case_id, self.waiting.path)


class Board:
    """What waits in one worksheet, as somebody with certain rights may see it. `ready` says whether
    all of it is known."""

    def __init__(self, worksheet_id: str) -> None:
        self._worksheet_id = worksheet_id
        self._seed = uuid7()
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._lines: dict[OrderName, Line] = {}
        self._making: dict[OrderName, asyncio.Task[Line]] = {}
        self._early: dict[OrderName, tuple[float, Line]] = {}
        self._families: dict[str, set[_Place]] = {}
        self._special: set[_Place] = set()
        self._steps: dict[str, set[_Place]] = {}
        self._late: set[str] = set()
        self._some = asyncio.Event()
        self._ids: set[str] = set()
        self._revision: tuple[int, ...] = ()
        self._seq = 0
        self._stale = False
        self._began = 0.0
        self._again = 0.0
        self._looked = 0.0
        self._dated = 0.0
        self._since = ""
        self._broken: CaseworkError | None = None
        self.entries: dict[_Place, Entry] = {}
        self.queue: Queue | None = None
        self.ready = False

    async def sync(self, house: House, sheet: Sheet, following: Following) -> Queue:
        """Know what changed since; begins to gather when nothing is known yet."""
        async with self._lock:
            if await self._anew(house, following):
                await self._begin(house, sheet, following)
            elif self.ready:
                await self._follow(house, sheet, following)
        if self._task is not None and not self._task.done() and len(self.entries) <= _FEW:
            await asyncio.wait({self._task}, timeout=_WAITED_S)
        if not self.entries and not self.ready:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._some.wait(), _FIRST_S)
        if self._broken is not None:
            raise self._broken
        assert self.queue is not None
        return self.queue

    async def refresh(self, house: House, case_ids: Iterable[str]) -> None:
        """Look at these cases again, after somebody did something to them."""
        async with self._lock:
            await self._refresh(house, {*case_ids, *await self._asked_else(house)})

    async def line(self, order: OrderName) -> Line:
        """All that waits in an order. While it is still being gathered, or where a better order
        takes a moment, as far as it is known."""
        if order in self._lines:
            return self._lines[order]
        early = self._early.get(order)
        if self.ready and len(self.entries) > _FEW:
            making = self._making.get(order)
            if making is None:
                making = self._making[order] = asyncio.create_task(self._make(order))
            return early[1] if early else await asyncio.shield(making)
        if not self.ready and early and time.monotonic() - early[0] < _EARLY_S:
            return early[1]
        known = list(itertools.islice(self.entries.values(), _FEW))
        line = ORDERS[order](known, self._share, self._seed)
        if self.ready:
            self._lines[order] = line
        elif len(self.entries) > _FEW:
            self._early[order] = (time.monotonic(), line)
        return line

    def count(self, who: str, path: str = "", allowed: frozenset[str] | None = None) -> int:
        """How many cells wait that are this person's to decide, of one step if it is named, or of
        those that they may decide on (None: all)."""
        steps = set(self._steps) if allowed is None else set(allowed)
        steps = steps & {path} if path else steps
        others = (one for one in self._special if not is_for(self.entries[one].waiting, who))
        every = sum(len(self._steps.get(one, ())) for one in steps)
        return every - sum(place[1] in steps for place in others)

    def oldest(self) -> str:
        """Since when the one that has waited longest does; '' when nothing waits."""
        now = time.monotonic()
        if now - self._dated > _DATED_S or len(self.entries) <= _FEW:
            dates = (one.waiting.since for one in self.entries.values())
            self._since = min((one for one in dates if one), default="")
            self._dated = now
        return self._since

    def knows(self, case_id: str) -> bool:
        """Whether a case, or a row, is of this worksheet, as far as something waits in it."""
        return case_id in self._ids

    def mine(self, who: str) -> list[Entry]:
        """The cells that this person was asked to decide, the oldest first."""
        found = [self.entries[place] for place in self._special]
        own = [one for one in found if one.waiting.whose == who]
        return sorted(own, key=lambda one: one.waiting.since)

    def reasons(self, who: str) -> dict[Mark, tuple[int, str]]:
        """What waits for this person by its mark: how many cells, and since when the first does."""
        others = {one for one in self._special if not is_for(self.entries[one].waiting, who)}
        found: dict[Mark, tuple[int, str]] = {}
        for place, one in self.entries.items():
            if place not in others:
                count, since = found.get(one.mark, (0, ""))
                told = [each for each in (since, one.waiting.since) if each]
                found[one.mark] = (count + 1, min(told, default=""))
        return found

    def of_case(self, top: str) -> list[Entry]:
        """Those of one case and of its rows."""
        return [self.entries[place] for place in self._families.get(top, ())]

    async def close(self) -> None:
        """Stop gathering."""
        tasks = [*self._making.values(), *([self._task] if self._task is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _anew(self, house: House, following: Following) -> bool:
        """Whether everything has to be looked at again: another procedure, other promises."""
        queue, now = self.queue, time.monotonic()
        promised = (await house.store.assignments.revision())[-1:]
        if queue is None or promised != self._revision[-1:]:
            return True
        if now - self._looked < _PROMISES_S or not self.ready:
            return False
        self._looked = now
        procedure = (await following.shown()).procedure
        if procedure is not queue.procedure and procedure != queue.procedure:
            return True
        return await acceptances_now(house, following) != queue.acceptances

    async def _follow(self, house: House, sheet: Sheet, following: Following) -> None:
        """Look again at what changed; at everything only where it is not told what."""
        changes = await sheet.changes(self._seq)
        self._seq = changes.seq
        if changes.reload and not changes.case_ids:
            self._stale = True
        ids = {*changes.case_ids, *await self._asked_else(house)}
        if self._stale and time.monotonic() >= self._again:
            await self._begin(house, sheet, following)
        elif len(ids) > _MANY:
            self._task = asyncio.create_task(self._refresh(house, ids))
        elif ids:
            await self._refresh(house, ids)

    async def _asked_else(self, house: House) -> list[str]:
        """The cases of which something else is asked of people since, beside what stands in their
        cells; none before all is known."""
        if self.queue is None or not self.ready:
            return []
        revision = await house.store.assignments.revision()
        if revision == self._revision and not self._late:
            return []
        self._revision = revision
        changed, self._late = {*self._late, *await self.queue.asked_else()}, set()
        return await house.store.rows.tops(sorted(changed))

    async def _begin(self, house: House, sheet: Sheet, following: Following) -> None:
        """Gather in the background; what was known stays until then."""
        if self._task is not None:
            self._task.cancel()
        procedure = (await following.shown()).procedure
        self._revision = await house.store.assignments.revision()
        queue = Queue(house, self._worksheet_id, procedure, Asked(""))
        await queue.prepare(following, every_verdict=False)
        self._broken, self._looked, self._stale = None, time.monotonic(), False
        self._began = self._looked
        self.ready, self.queue = False, queue
        self._some.clear()
        self._seq = await sheet.seq()
        self._task = asyncio.create_task(self._gather(house, sheet, queue))

    async def _gather(self, house: House, sheet: Sheet, queue: Queue) -> None:
        """Look at every case in which something may wait; what is known may be worked on meanwhile
        the first time. While the sheet's index is still being made, at what it knows so far."""
        first = not self.entries
        found: dict[_Place, Entry] = self.entries if first else {}
        seen: set[str] = set()
        exact = False
        try:
            while not exact:
                exact = (await sheet.summary()).exact
                wanted = [id for id in await _to_look_at(house, sheet, queue) if id not in seen]
                seen.update(wanted)
                for ids in _slices(wanted):
                    began = time.thread_time()
                    for tree in await _trees(house, self._worksheet_id, queue, ids):
                        for entry in _entries(house, queue, tree):
                            if not teaches(entry.waiting):
                                found[entry.place] = entry
                                if first:
                                    self._keep(entry)
                    if found:
                        self._some.set()
                    await _breathe(began)
                if not exact:
                    await asyncio.sleep(_INDEX_S)
            if queue.may_teach():
                await self._add_teaching(house, queue, found)
        except CaseworkError as error:
            self._broken = error
            return
        finally:
            self._some.set()
        self._take(found)

    async def _learn(self, house: House, queue: Queue) -> None:
        """Add what would teach something, now that something is learned."""
        found: dict[_Place, Entry] = {}
        await self._add_teaching(house, queue, found)
        self._take({**self.entries, **found})

    def _take(self, found: dict[_Place, Entry]) -> None:
        self.entries, self._families, self._special, self._steps = found, {}, set(), {}
        for entry in found.values():
            self._keep(entry)
        self._lines.clear()
        self._making.clear()
        self.ready = True
        now = time.monotonic()
        self._again = now + _REST * (now - self._began)

    async def _add_teaching(self, house: House, queue: Queue, found: dict[_Place, Entry]) -> None:
        """Some cells that would teach something, of cases that chance picks."""
        store, sheet = house.store, self._worksheet_id
        count, _ = await store.finding.counts(sheet)
        ids = await store.finding.page(sheet, skip=0, limit=count)
        ids = sorted(await asyncio.to_thread(lambda: sorted(ids, key=sha256_text)[:_SAMPLED]))
        teaching: dict[str, list[Waiting]] = {}
        entries: dict[_Place, Entry] = {}
        for some in _slices(ids):
            began = time.thread_time()
            for tree in await _trees(house, self._worksheet_id, queue, some):
                for entry in _entries(house, queue, tree):
                    if teaches(entry.waiting):
                        teaching.setdefault(entry.waiting.path, []).append(entry.waiting)
                        entries[entry.place] = entry
            await _breathe(began)
        for waiting in queue.few(teaching):
            place = (waiting.case_id, waiting.path)
            found[place] = entries[place]

    async def _refresh(self, house: House, case_ids: Collection[str]) -> None:
        queue = self.queue
        if queue is None:
            return
        learned = queue.may_teach()
        asked = await queue.ask_again()
        if not self.ready:
            self._late |= asked
        wanted = list({*case_ids, *await house.store.rows.tops(sorted(asked))})
        for ids in _slices(wanted):
            trees = await _trees(house, self._worksheet_id, queue, ids, noted=False)
            for gone in {*ids} - {tree.case.id for tree in trees}:
                self._forget(gone)
            for tree in trees:
                self._put(house, queue, tree)
            await asyncio.sleep(0)
        if queue.may_teach() and not learned and self.ready:
            self._task = asyncio.create_task(self._learn(house, queue))

    def _put(self, house: House, queue: Queue, tree: CaseTree) -> None:
        """Put what waits of a case now in the place of what waited."""
        known = self._forget(tree.case.id)
        for entry in _entries(house, queue, tree):
            if teaches(entry.waiting) and entry.place not in known:
                continue
            self.entries[entry.place] = entry
            self._keep(entry)
            if entry.place not in known:
                for line in self._lines.values():
                    line.insert(entry.waiting, self.entries)

    def _forget(self, top: str) -> dict[_Place, Entry]:
        """Let go of what waits of a case; what that was."""
        before = self._families.pop(top, set())
        self._special -= before
        for place in before:
            self._steps[place[1]].discard(place)
        return {place: self.entries.pop(place) for place in before if place in self.entries}

    async def _make(self, order: OrderName) -> Line:
        """Put very many in order, beside the loop; what came meanwhile finds its place."""
        entries, known = self.entries, list(self.entries.values())
        line = await asyncio.to_thread(ORDERS[order], known, self._share, self._seed)
        if entries is self.entries:
            for entry in list(self.entries.values()):
                line.insert(entry.waiting, self.entries)
            self._lines[order] = line
            self._making.pop(order, None)
        return line

    @property
    def _share(self) -> float:
        return self.queue.audit_share if self.queue else 0.0

    def _keep(self, entry: Entry) -> None:
        self._families.setdefault(entry.waiting.top, set()).add(entry.place)
        self._steps.setdefault(entry.waiting.path, set()).add(entry.place)
        self._ids.add(entry.waiting.case_id)
        if entry.waiting.whose or entry.waiting.apart:
            self._special.add(entry.place)


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


async def _breathe(began: float) -> None:
    """Give others their turn after a slice that began at this time of the thread."""
    await asyncio.sleep((time.thread_time() - began) * _BREATH)


async def _to_look_at(house: House, sheet: Sheet, queue: Queue) -> list[str]:
    """The ids of the cases in which something may wait."""
    wanted = dict.fromkeys(await sheet.waiting_ids())
    assigned = sorted({case_id for case_id, _ in queue.asked_of})
    extra = [*await house.store.rows.tops(assigned), *queue.twice]
    return [*wanted, *(id for id in dict.fromkeys(extra) if id not in wanted)]


async def _trees(
    house: House, sheet_id: str, queue: Queue, ids: Sequence[str], *, noted: bool = True
) -> list[CaseTree]:
    """These cases with what was decided in them, which the queue knows then; `noted` says that it
    was counted already."""
    cases = [case async for case in house.store.cases.stream(sheet_id, ids)]
    trees = await queue.trees(cases)
    every = {one.case.id for tree in trees for one in tree.every()}
    verdicts = await house.store.verdicts.of_cases(sorted(every))
    readings = await house.store.second_readings.of_cases(sorted(every))
    known = {one.id for id in every for told in queue.read.of(id) for one in told}
    queue.read.forget(every, {one.id for one in verdicts})
    queue.read.add(verdicts, readings)
    for verdict in verdicts:
        if not noted and verdict.id not in known:
            queue.note(verdict)
    return trees


def _entries(house: House, queue: Queue, tree: CaseTree) -> list[Entry]:
    levels = {one.case.id: one for one in tree.every()}
    found = []
    for waiting in queue.of(tree):
        level = levels[waiting.case_id]
        step, cell = level.procedure.step(waiting.step_id), level.cells.get(waiting.step_id)
        name = name_of_case(level, house.rights)
        found.append(Entry(waiting, name, step.name, shape_of(waiting, step, cell)))
    return found
