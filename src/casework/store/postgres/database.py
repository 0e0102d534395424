"""A schema of a Postgres server: reads on a few connections, writes through one.

Knows connections, not tables. Any number of processes may use the same schema, on any machine:
readers never block, writers take turns.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from casework.base.clock import Clock
from casework.base.errors import CaseworkError, StoreError
from casework.base.hashing import sha256_text
from casework.store.database import Item, Parameters, Row, Together, Transaction, Work
from casework.store.migrate import Migration, shipped
from casework.store.postgres.address import Address
from casework.store.postgres.dialect import statement
from casework.store.postgres.faults import driver, from_postgres, is_lost
from casework.store.postgres.migrate import migrate, tables
from casework.store.postgres.transaction import plain_values
from casework.store.postgres.writer import Writer, part

if TYPE_CHECKING:
    from asyncpg import Connection, Record

T = TypeVar("T")

BUSY_S = 30.0
"""How long a writer waits for another process before it says so."""
WAIT_S = 20.0
"""How long a server that went away is waited for."""
_CONNECT_S = 10.0
_READERS = 8
_STATEMENTS = 512
"""Prepared statements kept by a connection."""
_HELD_S = 120
"""A writer that is silent for so long in the middle of a transaction loses it: its machine is
gone, and others want their turn."""
_PAUSE_S = 0.2


class PostgresDatabase:
    """The database of a workspace in a schema: a `Database`. Open it with `open`.

    It belongs to the event loop in which it was opened.
    """

    def __init__(self, where: Address, clock: Clock, *, busy_s: float, wait_s: float) -> None:
        self.where = where
        self.clock = clock
        self._busy_s, self._wait_s = busy_s, wait_s
        self._turn = int(sha256_text(f"casework {where.schema}")[:15], 16)
        self._loop = asyncio.get_running_loop()
        self._idle: list[Connection[Record]] = []
        self._readers = asyncio.Semaphore(_READERS)
        self._closed = False
        self._writer = Writer(
            self._connect, self._explain, schema=where.schema, turn=self._turn, wait_s=wait_s
        )

    @classmethod
    async def open(
        cls,
        where: Address,
        clock: Clock,
        *,
        create: bool = True,
        busy_s: float = BUSY_S,
        wait_s: float = WAIT_S,
        migrations: Sequence[Migration] | None = None,
    ) -> PostgresDatabase:
        """Connect and bring the schema up to date. Raises `NotFoundError` when there is no
        workspace and `create` is False, and `StoreError` (see `faults`) when it cannot be used."""
        driver()
        made = cls(where, clock, busy_s=busy_s, wait_s=wait_s)
        try:
            connection = await made._connect()
        except Exception as error:
            raise made._explain(error) from error
        try:
            await migrate(
                connection, where, migrations or shipped(), clock, turn=made._turn, create=create
            )
        except Exception as error:
            connection.terminate()
            raise made._explain(error) from error
        made._idle.append(connection)
        return made

    @property
    def away(self) -> bool:
        """It is on a server."""
        return True

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a short read."""
        asked, values = statement(sql), plain_values(parameters)
        found = await self._read(lambda connection: connection.fetch(asked, *values))
        return [tuple(row) for row in found]

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a short read, or None."""
        asked, values = statement(sql), plain_values(parameters)
        found = await self._read(lambda connection: connection.fetchrow(asked, *values))
        return None if found is None else tuple(found)

    async def long_read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a read that takes its time."""
        return await self.rows(sql, parameters)

    async def long_numbers(self, sql: str, parameters: Parameters = ()) -> array[int]:
        """The same of a read that tells one whole number a row, 8 bytes each."""
        return array("q", (row[0] for row in await self.rows(sql, parameters)))

    async def write(self, work: Work[T]) -> T:
        """Run the work on the writer's connection; its result is returned after the commit.

        Works that queue together share one transaction; one that raises is undone alone.
        """
        self._check_loop()
        return await self._writer.write(work)

    async def write_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item for a work that takes all such items of a group at once."""
        self._check_loop()
        await self._writer.write_each(together, item)

    def post(self, work: Work[None]) -> None:
        """Queue a work that nobody waits for; raises what the last one failed with."""
        self._check_loop()
        self._writer.post(work)

    def post_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item that nobody waits for; raises what the last one failed with."""
        self._check_loop()
        self._writer.post_each(together, item)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """While it is held nobody writes, neither here nor in another process."""
        async with self._explained(), self._borrowed() as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", self._turn)
            try:
                yield
            finally:
                await connection.execute("SELECT pg_advisory_unlock($1)", self._turn)

    async def renumber(self, tables: Sequence[str]) -> None:
        """Let the next row of each table get the number after its last one."""

        async def work(tx: Transaction) -> None:
            for table in tables:
                sequence = f"pg_get_serial_sequence('{table}', 'n')"
                newest = f"(SELECT coalesce(max(n), 0) + 1 FROM {table})"
                await tx.row(f"SELECT setval({sequence}, {newest}, FALSE)")

        await self.write(work)

    async def damage(self) -> list[str]:
        """What the server knows to be wrong: tables that are gone, pages with wrong checksums."""
        asked = (
            "SELECT coalesce(checksum_failures, 0) FROM pg_catalog.pg_stat_database"
            " WHERE datname = current_database()"
        )
        try:
            there = await self._read(lambda c: tables(c, self.where.schema))
            broken = await self.row(asked)
        except CaseworkError as error:
            return [error.message]
        gone = sorted(_expected() - there)
        found = [f"the tables {', '.join(gone)} are gone"] if gone else []
        if broken and broken[0]:
            found.append(f"the server has found {broken[0]} pages with a wrong checksum")
        return found

    async def sweep(self, tables: Sequence[str]) -> bool:
        """Write these tables anew. What the server keeps elsewhere (its log, replicas, backups) is
        its own."""
        async with self._explained(), self._borrowed() as connection:
            for table in tables:
                await connection.execute(f"VACUUM (FULL) {table}")
        return True

    async def close(self) -> None:
        """Commit what has queued and let go of the server."""
        self._closed = True
        await self._writer.close()
        idle, self._idle = self._idle, []
        for connection in idle:
            await part(connection)

    async def _read(self, work: Callable[[Connection[Record]], Awaitable[T]]) -> T:
        """Read on a connection of our own; while the server is away try again for some seconds."""
        self._check_loop()
        until = time.monotonic() + self._wait_s
        while True:
            try:
                async with self._borrowed() as connection:
                    return await work(connection)
            except Exception as error:
                if not is_lost(error) or time.monotonic() > until:
                    raise self._explain(error) from error
            await asyncio.sleep(_PAUSE_S)

    @asynccontextmanager
    async def _explained(self) -> AsyncIterator[None]:
        try:
            yield
        except (driver().PostgresError, driver().InterfaceError, OSError) as error:
            raise self._explain(error) from error

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Connection[Record]]:
        if self._closed:
            raise StoreError("The workspace is closed.", fix="Open it again.", code="store.closed")
        async with self._readers:
            while self._idle and self._idle[-1].is_closed():
                self._idle.pop()
            connection = self._idle.pop() if self._idle else await self._connect()
            try:
                yield connection
            except driver().PostgresError:
                self._give_back(connection)  # the statement failed, the connection is fine
                raise
            except BaseException:
                connection.terminate()
                raise
            self._give_back(connection)

    def _give_back(self, connection: Connection[Record]) -> None:
        if self._closed or connection.is_closed():
            connection.terminate()
        else:
            self._idle.append(connection)

    async def _connect(self) -> Connection[Record]:
        pg, where = driver(), self.where
        connection: Connection[Record] = await pg.connect(
            host=where.host,
            port=where.port,
            user=where.user or None,
            password=where.password or None,
            database=where.database,
            ssl=where.tls_context(),
            timeout=_CONNECT_S,
            statement_cache_size=_STATEMENTS,
            server_settings={
                "application_name": "casework",
                "search_path": where.schema,
                "synchronous_commit": "on",
                "lock_timeout": str(int(self._busy_s * 1000)),
                "idle_in_transaction_session_timeout": str(_HELD_S * 1000),
                "jit": "off",
            },
        )
        await connection.set_type_codec(
            "numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text"
        )
        return connection

    def _explain(self, error: BaseException) -> CaseworkError:
        return from_postgres(error, self.where)

    def _check_loop(self) -> None:
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError(
                "A workspace on Postgres is used in the event loop it was opened in."
            )


def _number(text: str) -> int | float:
    """What sums and averages of whole numbers are for SQLite."""
    return float(text) if "." in text or "N" in text else int(text)


def _expected() -> set[str]:
    """The tables that the shipped migrations make."""
    words = (told.split() for migration in shipped() for told in migration.sql.splitlines())
    return {line[2] for line in words if line[:2] == ["CREATE", "TABLE"]}
