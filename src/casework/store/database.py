"""The door to `casework.db`: reads beside the event loop's work, writes through one thread.

Knows connections, not tables. Several processes may use the same folder: readers never block,
writers take turns.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from casework.base.clock import Clock
from casework.base.errors import CaseworkError, NotFoundError, StoreError
from casework.store import faults
from casework.store.migrate import Migration, migrate, shipped
from casework.store.writer import Writer

T = TypeVar("T")
Row = tuple[Any, ...]
Parameter = str | int | float | bytes | None

FILE = "casework.db"
BUSY_S = 30.0
"""How long a writer waits for another process before it says so."""
_LOCK_POLL_S = 0.01
_STATEMENTS = 256
"""Prepared statements kept by a connection."""
_CACHE_KIB = 16_384
_CHECKPOINT_PAGES = 4_000
"""About 16 MB of log before it is folded into the database: hot pages are copied less often."""
_LOG_LIMIT_BYTES = 64 << 20


class Database:
    """One workspace database. `clock` tells the time to whoever writes rows.

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
        self._writer = Writer(self._connect, lambda error: faults.from_sqlite(error, self.path))

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run the work on the writer's connection; its result is returned after the commit.

        Works that queue together share one transaction; one that raises is undone alone.
        """
        return await self._writer.write(work)

    def post(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Queue a work that nobody waits for; raises what the last one failed with."""
        self._writer.post(work)

    def rows(self, sql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        """The rows of a short read, at once and on this thread (a point read takes some 10 µs)."""
        try:
            return self._reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise faults.from_sqlite(error, self.path) from error

    def row(self, sql: str, parameters: Sequence[Parameter] = ()) -> Row | None:
        """The first row of a short read, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    async def long_read(self, sql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        """The rows of a read that takes its time, in a thread with a connection of its own."""

        def read() -> list[Row]:
            connection = self._connect()
            try:
                return connection.execute(sql, parameters).fetchall()
            finally:
                connection.close()

        return await asyncio.to_thread(self._guarded, read)

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when it is whole. Reads all of it."""
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        except StoreError as error:
            return [error.message]
        return [] if found == ["ok"] else found

    async def close(self) -> None:
        """Commit what has queued and let go of the file."""
        await self._writer.close()
        self._reader.close()

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

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT_BYTES}")
        return connection

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except sqlite3.Error as error:
            raise faults.from_sqlite(error, self.path) from error
        except OSError as error:
            raise faults.from_os(error, self.path) from error


def missing(what: str, name: str, fix: str = "") -> CaseworkError:
    """The error for a thing that is asked for by a name that nothing bears."""
    return NotFoundError(f"There is no {what} {name!r}.", fix=fix)
