"""The database in a workspace folder: reads on the event loop's thread, writes through one thread.

Knows connections, not tables. Several processes may use the same folder: readers never block,
writers take turns. Reads never suspend: a point read takes some 10 µs.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from casework.base.clock import Clock
from casework.base.errors import NotFoundError, StoreError
from casework.store.database import Item, Parameters, Row, Together, Work
from casework.store.faults import from_os
from casework.store.migrate import Migration, shipped
from casework.store.sqlite import faults
from casework.store.sqlite.migrate import migrate
from casework.store.sqlite.writer import Writer

T = TypeVar("T")

FILE = "casework.db"
BUSY_S = 30.0
"""How long a writer waits for another process before it says so."""
_LOCK_POLL_S = 0.01
_STATEMENTS = 256
"""Prepared statements kept by a connection."""
_CACHE_KIB = 4_096
"""Pages that the connection for short reads keeps: the system holds the file as well."""
_WRITER_CACHE_KIB = 16_384
_LONG_CACHE_KIB = 2_048
"""A connection for one long read ends with it."""
_CHECKPOINT_PAGES = 4_000
"""About 16 MB of log before it is folded into the database: hot pages are copied less often."""
_LOG_LIMIT_BYTES = 64 << 20


class SqliteDatabase:
    """`casework.db` in a folder: a `Database`. `clock` tells the time to whoever writes rows.

    Raises `NotFoundError` when there is none and `create` is False, and `StoreError` (see
    `faults`) when it cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        create: bool = True,
        busy_s: float = BUSY_S,
        migrations: Sequence[Migration] | None = None,
    ) -> None:
        self.path = folder / FILE
        self.clock = clock
        self._busy_s = busy_s
        if not create and not self.path.exists():
            raise NotFoundError(
                f"There is no workspace in {folder}.", fix=f"Make one: casework init {folder}"
            )
        self._reader = self._guarded(lambda: self._open(migrations or shipped()))
        self._writer = Writer(self._to_write, lambda error: faults.from_sqlite(error, self.path))

    @property
    def away(self) -> bool:
        """It is a file in the folder."""
        return False

    async def write(self, work: Work[T]) -> T:
        """Run the work on the writer's connection; its result is returned after the commit.

        Works that queue together share one transaction; one that raises is undone alone.
        """
        return await self._writer.write(work)

    async def write_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item for a work that takes all such items of a group at once."""
        await self._writer.write_each(together, item)

    def post(self, work: Work[None]) -> None:
        """Queue a work that nobody waits for; raises what the last one failed with."""
        self._writer.post(work)

    def post_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item that nobody waits for; raises what the last one failed with."""
        self._writer.post_each(together, item)

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a short read, at once and on this thread."""
        return self._rows(sql, parameters)

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a short read, or None."""
        found = self._rows(sql, parameters)
        return found[0] if found else None

    async def long_read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a read that takes its time, in a thread with a connection of its own."""

        return await self._apart(lambda connection: connection.execute(sql, parameters).fetchall())

    async def long_numbers(self, sql: str, parameters: Parameters = ()) -> array[int]:
        """The same of a read that tells one whole number a row, 8 bytes each."""

        def numbers(connection: sqlite3.Connection) -> array[int]:
            return array("q", (row[0] for row in connection.execute(sql, parameters)))

        return await self._apart(numbers)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """While it is held nobody writes, neither here nor in another process."""

        def freeze() -> sqlite3.Connection:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            return connection

        connection = await asyncio.to_thread(self._guarded, freeze)
        try:
            yield
        finally:
            connection.close()

    async def renumber(self, tables: Sequence[str]) -> None:
        """Nothing to do: SQLite counts on from the last row by itself."""

    async def damage(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when it is whole. Reads all of it."""
        try:
            found = [str(row[0]) for row in self._rows("PRAGMA integrity_check")]
        except StoreError as error:
            return [error.message]
        return [] if found == ["ok"] else found

    async def sweep(self, tables: Sequence[str]) -> bool:
        """Write the whole file anew and empty the log; False while another process reads."""

        def rewrite() -> bool:
            connection = self._connect()
            try:
                connection.execute("VACUUM")
                until = time.monotonic() + self._busy_s
                while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    if time.monotonic() > until:
                        return False
                    time.sleep(_LOCK_POLL_S)
                return True
            finally:
                connection.close()

        return await asyncio.to_thread(self._guarded, rewrite)

    async def close(self) -> None:
        """Commit what has queued and let go of the file."""
        await self._writer.close()
        self._reader.close()

    async def _apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read in a thread, with a connection of its own."""

        def read() -> T:
            connection = self._connect(_LONG_CACHE_KIB)
            try:
                return work(connection)
            finally:
                connection.close()

        return await asyncio.to_thread(self._guarded, read)

    def _rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        try:
            return self._reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise faults.from_sqlite(error, self.path) from error

    def _open(self, migrations: Sequence[Migration]) -> sqlite3.Connection:
        connection = self._connect()
        try:
            migrate(connection, self.path, migrations, self.clock)
            self._write_ahead(connection)
            connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Turn the write-ahead log on. SQLite does not wait for others here by itself, so we do:
        two processes may open a fresh workspace at the same time."""
        until = time.monotonic() + self._busy_s
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(_LOCK_POLL_S)

    def _connect(self, cache_kib: int = _CACHE_KIB) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT_BYTES}")
        return connection

    def _to_write(self) -> sqlite3.Connection:
        return self._connect(_WRITER_CACHE_KIB)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except sqlite3.Error as error:
            raise faults.from_sqlite(error, self.path) from error
        except OSError as error:
            raise from_os(error, self.path) from error
