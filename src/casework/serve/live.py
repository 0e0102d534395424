"""Live news of worksheets as server-sent events. One watcher looks at a worksheet, however many
people watch it; what it tells are ids and counts, never a value, so it needs no rights of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from casework.base.errors import CaseworkError, NotFoundError
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.jobs import Job, Jobs, run_key
from casework.types.event import CaseWorked, CellSettled, Event, RunEnded, VerdictGiven
from casework.types.person import Person
from casework.types.run import Progress, RunRecord

HEARTBEAT_S = 15.0
"""After so long without news a word is said, so that proxies and browsers know we are there."""
_POLL_S = 0.4
"""How often it is looked what other processes changed: one small question to the database."""
_STANDS_S = 1.0
"""How often it is looked how it stands, where nothing is known to have changed."""
_GATHER_S = 0.2
"""News that come within so short a time are told together."""
_COUNTED_S = 1.5
"""How often the cells of a whole sheet are counted while it changes."""
_MOST_IDS = 400
"""More changed cases than that are not named: pages load what they show anew."""
_MOST_QUEUED = 64
_STANDING = ("progress", "waits")
"""News that say how it stands, not what happened."""
_COUNTING = ("waits", "desk")
"""News after which another number of cells may wait for somebody."""
_RETRY_MS = 1_500


class Rooms(Protocol):
    """What of the server is needed here."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def local(self) -> Person: ...
    async def worksheet(self, person: Person, name: str) -> Worksheet: ...


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told: its kind, and what a page needs to know of it."""

    kind: str
    data: Mapping[str, object]
    seq: int
    _wire: list[bytes] = field(default_factory=list, compare=False, repr=False)

    def text(self) -> bytes:
        """As it goes over the wire, made once for all viewers; the id lets a page go on where it
        was."""
        if not self._wire:
            self._wire.append(self._text())
        return self._wire[0]

    def for_somebody_limited(self) -> News:
        """The same for who may not read everything: no case is named to them."""
        if self.kind != "change":
            return self
        return News(self.kind, {"cases": [], "reload": True}, self.seq)

    def _text(self) -> bytes:
        return f"id: {self.seq}\nevent: {self.kind}\ndata: {json.dumps(self.data)}\n\n".encode()


@dataclass(eq=False, slots=True)
class Viewer:
    """One page that watches."""

    queue: asyncio.Queue[News | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=_MOST_QUEUED)
    )

    def tell(self, news: News | None) -> None:
        """Queue something. Who is too slow to take it all is told to load the page's parts anew."""
        try:
            self.queue.put_nowait(news)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            if news is None:
                self.queue.put_nowait(None)
            else:
                self.queue.put_nowait(News("change", {"cases": [], "reload": True}, news.seq))


class Watcher:
    """Looks at one worksheet while anybody watches it."""

    def __init__(self, house: Rooms, sheet: Worksheet) -> None:
        self._house = house
        self._sheet = sheet
        self.viewers: set[Viewer] = set()
        self.stamp = 0
        """Another number whenever something changed; what was read at this stamp is still so."""
        self.running = False
        self.told: dict[str, News] = {}
        self._changed_at: dict[str, int] = {}
        self._floor = 0
        self._seq = -1
        self._heard: set[str] = set()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._stood_at = -_STANDS_S
        self._by_run: dict[str, Progress] = {}
        self._counted = (0.0, -1)
        self._mark = ""
        self._stop_listening: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Watch until nobody looks on any more."""
        if self._task is None or self._task.done():
            self._outdate((), everything=True)  # nobody looked meanwhile
            self.told.clear()
            self._stop_listening = self._house.workspace.listen(
                self._hear, CellSettled, CaseWorked, VerdictGiven, RunEnded, Progress
            )
            self._task = asyncio.create_task(self._watch(), name="live")

    async def close(self) -> None:
        """Stop, and let every viewer go."""
        for viewer in list(self.viewers):
            viewer.tell(None)
        tasks = [one for one in (self._task, self._telling) if one is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def tell(self, kind: str, data: Mapping[str, object]) -> None:
        """Tell every viewer; what says how it stands now is kept for those who come."""
        news = News(kind, data, max(0, self._seq))
        if kind in _STANDING:
            self.told[kind] = news
        for viewer in self.viewers:
            viewer.tell(news)

    def fresh(self, case_id: str, stamp: int) -> bool:
        """Whether what was read of a case at this stamp is as it is now."""
        return stamp >= self._floor and self._changed_at.get(case_id, 0) <= stamp

    def asked_anew(self, case_ids: Collection[str]) -> None:
        """Tell that somebody else is asked to decide on cells of these cases."""
        self._outdate(frozenset(case_ids), everything=False)
        self.tell("change", _changed(frozenset(case_ids), reload=False))

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    async def since(self, seq: int) -> News | None:
        """What a page has missed that saw everything up to this change."""
        found = await self._sheet.sheet.changes(seq)
        if not found.reload and not found.case_ids:
            return None
        return News("change", _changed(found.case_ids, reload=found.reload), found.seq)

    def _hear(self, event: Event) -> None:
        if _worksheet_of(event) != self._sheet.id:
            return
        if isinstance(event, CellSettled):
            self._heard.add(event.cell.case_id)
        elif isinstance(event, VerdictGiven):
            self._heard.add(event.verdict.case_id)
        elif isinstance(event, RunEnded):
            self._by_run.pop(event.run.id, None)
        elif isinstance(event, Progress):
            self._by_run[event.run_id] = event
        self._woken.set()

    async def _watch(self) -> None:
        try:
            while self.viewers:
                with contextlib.suppress(CaseworkError):  # the next look may see again
                    await self._look()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), _POLL_S)
                    await asyncio.sleep(_GATHER_S)  # more may come with what woke us
                self._woken.clear()
        finally:
            self._stop_listening()

    async def _look(self) -> None:
        """See what changed, and tell it."""
        heard, self._heard = self._heard, set()
        if self._seq < 0:
            self._seq = await self._sheet.sheet.seq()
        found = await self._sheet.sheet.changes(self._seq)
        self._seq = found.seq
        case_ids = found.case_ids | heard
        mark = self._sheet.procedure_text.mark()
        if mark != self._mark:
            first, self._mark = not self._mark, mark
            if not first:
                self._outdate((), everything=True)
                self.tell("procedure", {})
        if found.reload or case_ids:
            self._outdate(case_ids, everything=found.reload)
            self.tell("change", _changed(case_ids, reload=found.reload))
        self._stand()

    def _stand(self) -> None:
        """See how it stands, if it is time; beside the news, which do not wait for it."""
        now = asyncio.get_running_loop().time()
        busy = self._telling is not None and not self._telling.done()
        woken = self._counted[1] != self.stamp or self._woken.is_set()
        if not busy and (woken or now - self._stood_at >= _STANDS_S):
            self._stood_at = now
            self._telling = asyncio.create_task(self._tell_standing(), name="live-standing")

    async def _tell_standing(self) -> None:
        with contextlib.suppress(CaseworkError):  # the next look may see again
            await self._tell_progress()

    def _outdate(self, case_ids: frozenset[str] | tuple[str, ...], *, everything: bool) -> None:
        self.stamp += 1
        if everything or len(self._changed_at) > 50 * _MOST_IDS:
            self._floor = self.stamp
            self._changed_at.clear()
        for id in case_ids:
            self._changed_at[id] = self.stamp

    async def _tell_progress(self) -> None:
        """How far a run is, and what waits: counted at most so often, told when it changed."""
        runs = await self._sheet.runs()
        run = next((one for one in runs if not one.change_id and not one.woken), None)
        job = self._house.jobs.current(run_key(self._sheet.id))
        running = job is not None or (run is not None and run.state == "running")
        begun_or_ended, self.running = running != self.running, running
        if begun_or_ended:  # what is idle becomes queued with a run, and back without it
            self._outdate((), everything=True)
            self.tell("change", _changed((), reload=True))
        now = asyncio.get_running_loop().time()
        counted_at, stamp = self._counted
        if stamp == self.stamp or (now - counted_at < _COUNTED_S and not begun_or_ended):
            if running:
                self._tell_new("progress", self._at(run, job, None))
            return
        stamp = self.stamp  # what changes while it is being counted is counted next time
        heads = await self._sheet.sheet.heads()
        exact = all(head.exact for head in heads)
        self._counted = (now, stamp if exact else -1)
        view = await self._sheet.view()
        total = view.cases * len(heads)
        settled = sum(head.settled for head in heads)
        self._tell_new("progress", self._at(run, job, (settled, total, exact)))
        self._tell_new("waits", {"count": await self._sheet.sheet.waiting_count()})

    def _tell_new(self, kind: str, data: Mapping[str, object]) -> None:
        before = self.told.get(kind)
        if before is None or before.data != data:
            self.tell(kind, data)

    def _at(
        self, run: RunRecord | None, job: Job | None, counted: tuple[int, int, bool] | None
    ) -> dict[str, object]:
        """Where the latest run is, in counts; `job` only where it is a run of this process."""
        state = "running" if self.running else (run.state if run else "none")
        told: dict[str, object] = {"state": state, "job": job.id if job else ""}
        told["run"] = run.id if run else ""
        if self.running and job is None and run is not None:
            told["holder"] = run.holder
        at = self._by_run.get(run.id) if run and self.running else None
        if at is not None:
            told |= {"done": at.done, "planned": at.total, "cost_usd": at.usage.cost_usd}
        if counted is None and (before := self.told.get("progress")) is not None:
            told |= {name: before.data.get(name) for name in ("settled", "total", "exact")}
        elif counted is not None:
            told |= {"settled": counted[0], "total": counted[1], "exact": counted[2]}
        return told


class Live:
    """The watchers of a running server."""

    def __init__(self, house: Rooms) -> None:
        self._house = house
        self._watchers: dict[str, Watcher] = {}
        self._closed = False

    @property
    def viewers(self) -> int:
        """How many pages watch now."""
        return sum(len(one.viewers) for one in self._watchers.values())

    def of(self, worksheet_id: str) -> Watcher | None:
        """The watcher of a worksheet that somebody watches."""
        found = self._watchers.get(worksheet_id)
        return found if found is not None and found.viewers else None

    def tell(self, worksheet_id: str, kind: str, data: Mapping[str, object]) -> None:
        """Tell all who watch a worksheet; the data hold no value of a cell."""
        if (watcher := self.of(worksheet_id)) is not None:
            watcher.tell(kind, data)

    def asked_anew(self, worksheet_id: str, case_ids: Collection[str]) -> None:
        """Tell all who watch a worksheet who is asked to decide on these cases now."""
        if (watcher := self.of(worksheet_id)) is not None:
            watcher.asked_anew(case_ids)

    def wake(self, worksheet_id: str) -> None:
        """Let it be looked now what changed, after something was done."""
        if (watcher := self.of(worksheet_id)) is not None:
            watcher.wake()

    async def stream(self, slug: str, since: int | None, *, person: Person) -> AsyncIterator[bytes]:
        """The events of one viewer until it goes or the server stops. `since` is the last change
        that it has seen (None: it has just loaded everything)."""
        sheet = await self._house.worksheet(self._house.local, slug)
        mine = await self._house.worksheet(person, slug)
        watcher = self._watchers.setdefault(sheet.id, Watcher(self._house, sheet))
        viewer = Viewer()
        watcher.viewers.add(viewer)
        watcher.begin()
        try:
            yield f"retry: {_RETRY_MS}\n\n".encode()
            missed = await watcher.since(since) if since is not None else None
            for news in [*([missed] if missed else []), *watcher.told.values()]:
                yield await _as_told(news, person, mine)
            while not self._closed:
                try:
                    told = await asyncio.wait_for(viewer.queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still there\n\n"
                    continue
                if told is None:
                    break
                yield await _as_told(told, person, mine)
        except NotFoundError:
            return
        finally:
            watcher.viewers.discard(viewer)

    async def close(self) -> None:
        """Let everybody go: their pages come again when a server is there."""
        self._closed = True
        for watcher in self._watchers.values():
            await watcher.close()


async def _as_told(news: News, person: Person, sheet: Worksheet) -> bytes:
    """News as one person is told of them: what waits is what waits for that person."""
    told = b""
    if news.kind in _COUNTING:
        with contextlib.suppress(CaseworkError):  # it is told again
            count = await sheet.desk.count()
            told = News("waits", {"count": count}, news.seq).text()
        if news.kind == "waits":
            return told
    limited = person.groups is not None
    return (news.for_somebody_limited() if limited else news).text() + told


def _worksheet_of(event: Event) -> str:
    """The worksheet that an event is about; '' for none, as when the process stood still."""
    match event:
        case CellSettled() | VerdictGiven() | Progress():
            return event.worksheet_id
        case CaseWorked():
            return event.case.worksheet_id
        case RunEnded():
            return event.run.worksheet_id
    return ""


def _changed(case_ids: frozenset[str] | tuple[str, ...], *, reload: bool) -> dict[str, object]:
    if reload or len(case_ids) > _MOST_IDS:
        return {"cases": [], "reload": True}
    return {"cases": sorted(case_ids), "reload": False}
