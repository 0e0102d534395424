"""The one task that writes: it takes whatever has queued and commits it as a group.

Knows transactions and futures; knows no table. Writers of all processes take turns, so that a work
sees nobody else's half-done changes, and numbers are given in the order of commits. A connection
that is lost is replaced: a group is done again, unless the server says that it was committed.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from casework.base.errors import CaseworkError, StoreError
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
from casework.store.postgres.faults import is_lost
from casework.store.postgres.transaction import PostgresTransaction

if TYPE_CHECKING:
    from asyncpg import Connection, Record

T = TypeVar("T")

_PARTING_S = 2.0
_PAUSE_S = 0.2
"""Between two tries to reach a server that went away."""


class _InDoubt(Exception):
    """The connection broke while the transaction of this number was being committed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Writer:
    """Runs works in groups on a connection of its own, in the event loop it was made in.

    `connect` opens the connection; `explain` turns an error of the driver into one of ours;
    `turn` is the number of the lock by which writers take turns; `wait_s` is how long a server
    that went away is waited for.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection[Record]]],
        explain: Callable[[BaseException], CaseworkError],
        *,
        schema: str,
        turn: int,
        wait_s: float,
    ) -> None:
        self._connect = connect
        self._explain = explain
        self._schema = schema
        self._begin = (
            f"BEGIN; SELECT pg_advisory_xact_lock({turn})",
            "SELECT txid_current()",
        )
        self._wait_s = wait_s
        self._connection: Connection[Record] | None = None
        self._jobs: deque[Job] = deque()
        self._riders: deque[Job] = deque()
        self._room: deque[asyncio.Future[None]] = deque()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
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
        """Queue a work that nobody waits for; it is committed with the next group, at most a
        moment later. When one fails, the next call raises its error."""
        self._ride(Job(work))

    def post_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item that nobody waits for."""
        self._ride(Job(None, together, item))  # type: ignore[arg-type]

    def _ride(self, job: Job) -> None:
        error, self._unheard = self._unheard, None
        if error is not None:
            raise error
        self._check_open()
        if not self._riders:
            asyncio.get_running_loop().call_later(RIDE_S, self._wake)
        self._riders.append(job)

    async def close(self) -> None:
        """Commit what has queued, then let go of the connection."""
        self._closed = True
        self._wake()
        if self._task is not None:
            await self._task
        if self._connection is not None:
            await part(self._connection)
            self._connection = None

    async def _queue(self, job: Job) -> object:
        loop = asyncio.get_running_loop()
        while len(self._jobs) >= QUEUE_LIMIT:
            room: asyncio.Future[None] = loop.create_future()
            self._room.append(room)
            await room
        self._check_open()
        job.future = loop.create_future()
        self._jobs.append(job)
        self._wake()
        return await job.future

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("The workspace is closed.", fix="Open it again.", code="store.closed")

    def _wake(self) -> None:
        if self._task is None and (self._jobs or self._riders):
            self._task = asyncio.get_running_loop().create_task(self._serve())
        self._woken.set()

    async def _serve(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            group = self._take(riders_by_kind(self._riders))
            self._riders.clear()
            while group:
                await self._commit(group)
                self._tell(group)
                group = self._take(riders_by_kind(self._riders))
                self._riders.clear()
            if self._closed:
                return

    def _take(self, group: list[Job]) -> list[Job]:
        """Let what has queued join the group."""
        while self._jobs and len(group) < GROUP_LIMIT:
            group.append(self._jobs.popleft())
        while self._room and len(self._jobs) < QUEUE_LIMIT:
            room = self._room.popleft()
            if not room.done():
                room.set_result(None)
        return group

    def _tell(self, group: list[Job]) -> None:
        for job in group:
            if job.future is None and job.error is not None:
                self._unheard = job.error
        settle(group)

    async def _commit(self, group: list[Job]) -> None:
        """Commit jobs; while the server is away try again for some seconds."""
        until = time.monotonic() + self._wait_s
        doubt = 0
        while True:
            try:
                if not (doubt and await self._was_committed(doubt)):
                    await self._attempt(group)
                return
            except _InDoubt as broken:
                doubt = broken.number
            except Exception as error:  # noqa: BLE001  (one group; every waiter is told)
                if not is_lost(error) or time.monotonic() > until:
                    self._drop()
                    for job in group:
                        job.error = job.error or self._explain(error)
                    return
            self._drop()
            await asyncio.sleep(_PAUSE_S)

    async def _attempt(self, group: list[Job]) -> None:
        """Run all without fences, which is much the cheapest. If one raises, all is undone and
        they run again, each in a savepoint, so that it fails alone."""
        for job in group:
            job.error = None
        connection = await self._connected()
        number = await self._began(connection)
        transaction = PostgresTransaction(connection, self._schema)
        try:
            done = 0
            while done < len(group):
                end = end_of_kind(group, done)
                value = await begun(group[done:end], transaction)
                if end == done + 1:
                    group[done].value = value
                done = end
                if done == len(group):
                    self._take(group)
        except Exception as error:
            if is_lost(error):
                raise
            await connection.execute("ROLLBACK")
            number = await self._began(connection)
            for job in group:
                await self._run_fenced(connection, transaction, job)
        await _finish(connection, number)

    async def _run_fenced(
        self, connection: Connection[Record], transaction: PostgresTransaction, job: Job
    ) -> None:
        await connection.execute("SAVEPOINT work")
        try:
            job.value = await begun([job], transaction)
        except Exception as error:
            if is_lost(error):
                raise
            job.error = self._explain(error) if _foreign(error) else error
            await connection.execute("ROLLBACK TO work")
        await connection.execute("RELEASE work")

    async def _began(self, connection: Connection[Record]) -> int:
        """Begin a transaction when it is our turn; returns its number."""
        begin, numbered = self._begin
        await connection.execute(begin)
        return int(await connection.fetchval(numbered))

    async def _was_committed(self, number: int) -> bool:
        """Ask the server how a transaction ended whose end we did not hear."""
        connection = await self._connected()
        while True:
            told = await connection.fetchval("SELECT txid_status($1)", number)
            if told != "in progress":
                return bool(told == "committed")
            await asyncio.sleep(_PAUSE_S)

    async def _connected(self) -> Connection[Record]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def _drop(self) -> None:
        """Give the connection up; the next group opens another."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def _finish(connection: Connection[Record], number: int) -> None:
    try:
        told = await connection.execute("COMMIT")
    except Exception as error:
        if is_lost(error):
            raise _InDoubt(number) from error
        raise
    if told != "COMMIT":
        raise StoreError("A work hid an error of the database, so nothing of its group was saved.")


async def part(connection: Connection[Record]) -> None:
    """Take leave of the server; one that does not answer is left without."""
    try:
        await connection.close(timeout=_PARTING_S)
    except Exception:  # noqa: BLE001 - whatever it is, we are going
        connection.terminate()


def _foreign(error: BaseException) -> bool:
    """Whether it is an error of the driver, not one that the work raised itself."""
    return type(error).__module__.startswith("asyncpg")
