"""The one thread that writes: it takes whatever has queued and commits it as a group.

Knows transactions and futures; knows no table. What is written in one turn of the event loop is
handed over together, and while one group is being made durable the next one gathers. Items that
are written many at once keep a distance of some milliseconds from the group before, since a commit
costs as much for one as for ten; other works are never delayed by a timer. What nobody waits for
rides along with the next group.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeVar

from casework.base.errors import StoreError
from casework.store.database import Item, Together, Work
from casework.store.jobs import (
    GROUP_LIMIT,
    QUEUE_LIMIT,
    RIDE_S,
    Job,
    begun,
    end_of_kind,
    riders_by_kind,
    settle,
)
from casework.store.sqlite.transaction import SqliteTransaction, drive

T = TypeVar("T")

PACE_S = 0.008
"""How far apart groups of items are handed over while they come thick and fast."""


@dataclass(slots=True, eq=False)
class _Gathering:
    """Jobs of one event loop that are handed over when `due` fires. Only items may wait for it."""

    due: asyncio.Handle
    paced: bool
    jobs: list[Job] = field(default_factory=list)


class Writer:
    """Runs works in groups on a connection of its own; started by the first work.

    `connect` opens the connection in the writer's thread; `explain` turns an error of SQLite
    into one of ours.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        explain: Callable[[sqlite3.Error], StoreError],
    ) -> None:
        self._connect = connect
        self._explain = explain
        self._connection: sqlite3.Connection | None = None
        self._jobs: SimpleQueue[list[Job] | None] = SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, _Gathering] = {}
        self._handed_over_at = 0.0
        self._riders: deque[Job] = deque()
        self._came = self._went = 0
        self._room: deque[asyncio.Future[None]] = deque()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._unheard: Exception | None = None

    async def write(self, work: Work[T]) -> T:
        """Queue the work and return what it returned, once that is committed.

        A work that raises is undone alone. It may run twice, so it must do nothing but use the
        transaction. A caller who goes away does not stop a queued work.
        """
        return await self._queue(Job(work))  # type: ignore[return-value]

    async def write_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item for a work that takes all items of its kind that stand next to each other
        in the queue; returns once that is committed. If it raises, each item is tried alone."""
        await self._queue(Job(None, together, item))  # type: ignore[arg-type]

    def post(self, work: Work[None]) -> None:
        """Queue a work that nobody waits for, from within the event loop.

        It is committed with the next group, at most a moment later. When one fails, the next call
        raises its error.
        """
        self._ride(Job(work))

    def post_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item that nobody waits for, from within the event loop."""
        self._ride(Job(None, together, item))  # type: ignore[arg-type]

    def _ride(self, job: Job) -> None:
        error, self._unheard = self._unheard, None
        if error is not None:
            raise error
        self._check_open()
        if not self._riders:
            asyncio.get_running_loop().call_later(RIDE_S, self._ride_alone)
        self._riders.append(job)

    async def _queue(self, job: Job) -> object:
        loop = asyncio.get_running_loop()
        while self._came - self._went >= QUEUE_LIMIT:
            await self._wait_for_room(loop)
        self._check_open()
        future: asyncio.Future[object] = loop.create_future()
        job.future = future
        self._gather(loop, job)
        self._came += 1
        return await future

    def _gather(self, loop: asyncio.AbstractEventLoop, job: Job) -> None:
        """Keep a job until what comes in this turn of the loop, or moment, is handed over."""
        gathering = self._gathered.get(loop)
        if gathering is None:
            rest_s = self._handed_over_at + PACE_S - loop.time() if job.together else 0.0
            if rest_s > 0:
                due: asyncio.Handle = loop.call_later(min(rest_s, PACE_S), self._hand_over, loop)
            else:
                due = loop.call_soon(self._hand_over, loop)
            gathering = self._gathered[loop] = _Gathering(due, rest_s > 0)
        elif gathering.paced and job.together is None:
            gathering.due.cancel()
            gathering.due, gathering.paced = loop.call_soon(self._hand_over, loop), False
        gathering.jobs.append(job)

    async def close(self) -> None:
        """Commit what has queued, then end the thread."""
        for loop in list(self._gathered):
            self._hand_over(loop)
        self._ride_alone()
        self._closed = True
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("The workspace is closed.", fix="Open it again.", code="store.closed")

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the thread what was written in one turn of the loop."""
        gathering = self._gathered.pop(loop, None)
        if gathering is not None:
            self._handed_over_at = loop.time()
            self._put(gathering.jobs)

    def _ride_alone(self) -> None:
        """Start a group for works that nobody waits for, if none came by."""
        if self._riders:
            self._put([])

    def _put(self, jobs: list[Job]) -> None:
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="casework-writer", daemon=True)
            self._thread.start()
        self._jobs.put(jobs)

    async def _wait_for_room(self, loop: asyncio.AbstractEventLoop) -> None:
        room: asyncio.Future[None] = loop.create_future()
        self._room.append(room)
        if self._came - self._went < QUEUE_LIMIT:  # the writer was faster than our asking
            return
        await room

    def _serve(self) -> None:
        going_on = True
        while going_on:
            jobs = self._jobs.get()
            if jobs is None:
                break
            group = [*self._take_riders(), *jobs]
            if not group:
                continue
            going_on = self._commit(group)
            self._went += sum(job.future is not None for job in group)
            self._tell(group)
            self._make_room()
        if self._connection is not None:
            self._connection.close()

    def _take_riders(self) -> list[Job]:
        return riders_by_kind([self._riders.popleft() for _ in range(len(self._riders))])

    def _commit(self, group: list[Job]) -> bool:
        """Commit jobs and whatever queues until their commit; False when no more will come.

        First all run without fences, which is much the cheapest. If one raises, all is undone
        and they run again, each in a savepoint, so that it fails alone.
        """
        last = False
        try:
            connection = self._begin()
        except Exception as error:  # noqa: BLE001  (one group; every waiter is told)
            self._fail(group, error)
            return True
        try:
            transaction = SqliteTransaction(connection)
            done = 0
            while done < len(group):
                done = _do_next(transaction, group, done)
                if done == len(group) and not last:
                    last = self._take(group)
            connection.execute("COMMIT")
        except Exception:  # noqa: BLE001  (one group; the second pass tells every waiter)
            self._undo()
            self._commit_fenced(group)
        return not last

    def _take(self, group: list[Job]) -> bool:
        """Let what has queued join the group; True when the end of the queue was reached."""
        while len(group) < GROUP_LIMIT:
            try:
                jobs = self._jobs.get_nowait()
            except Empty:
                return False
            if jobs is None:
                return True
            group += jobs
        return False

    def _commit_fenced(self, group: list[Job]) -> None:
        """Commit a group job by job; if the transaction itself fails, all of them failed."""
        try:
            connection = self._begin()
            for job in group:
                self._run(connection, job)
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  (one group; every waiter is told)
            self._undo()
            self._fail(group, error)

    def _fail(self, group: list[Job], error: Exception) -> None:
        for job in group:
            job.error = job.error or self._told(error)

    def _begin(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def _run(self, connection: sqlite3.Connection, job: Job) -> None:
        connection.execute("SAVEPOINT work")
        try:
            _do_next(SqliteTransaction(connection), [job], 0)
        except Exception as error:
            job.error = self._told(error)
            if not connection.in_transaction:  # SQLite has given the whole transaction up
                raise
            connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")

    def _undo(self) -> None:
        """Roll back; a connection that cannot even do that is replaced by the next group."""
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection.close()
            self._connection = None

    def _told(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.Error):
            return error
        told = self._explain(error)
        told.__cause__ = error
        return told

    def _tell(self, group: list[Job]) -> None:
        """Settle the futures of a group: one call into each event loop, not one a job."""
        loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        for job in group:
            if job.future is not None:
                loops.setdefault(job.future.get_loop(), []).append(job)
            elif job.error is not None:
                self._unheard = job.error
        for loop, jobs in loops.items():
            _call(loop, settle, jobs)

    def _make_room(self) -> None:
        while self._room:
            room = self._room.popleft()
            _call(room.get_loop(), _settle_room, room)


def _do_next(transaction: SqliteTransaction, group: list[Job], start: int) -> int:
    """Do the job at `start`, and those after it that are done together with it; returns the place
    after them."""
    end = end_of_kind(group, start)
    value = drive(begun(group[start:end], transaction))
    if end == start + 1:
        group[start].value = value
    return end


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[T], None], argument: T) -> None:
    try:
        loop.call_soon_threadsafe(function, argument)
    except RuntimeError:  # the loop is closed: nobody waits any more
        pass


def _settle_room(room: asyncio.Future[None]) -> None:
    if not room.done():
        room.set_result(None)
