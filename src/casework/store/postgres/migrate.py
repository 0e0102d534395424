"""Brings a schema of Postgres to that of this version, all missing migrations in one transaction.

The table `schema_version` says which have run; it is no part of what a workspace holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.base.clock import Clock
from casework.base.errors import NotFoundError, StoreError
from casework.store.migrate import INTRODUCE, Migration, check_version, introduction
from casework.store.postgres.address import Address
from casework.store.postgres.dialect import definition, quoted, statement

if TYPE_CHECKING:
    from asyncpg import Connection, Record

_VERSION = "schema_version"
_OLDEST_SERVER = 13
_TABLES = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1"


async def migrate(
    connection: Connection[Record],
    where: Address,
    migrations: Sequence[Migration],
    clock: Clock,
    *,
    turn: int,
    create: bool,
) -> None:
    """Apply what is missing. A schema that is up to date is only read.

    Raises `NewerStoreError` for a schema of a later version, and `NotFoundError` when there is
    none and `create` is False.
    """
    await _check_server(connection, where)
    newest = migrations[-1].number
    if await _version(connection, where, newest) == newest:
        return
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", turn)
        # Somebody else may have been faster while we waited for the lock.
        version = await _version(connection, where, newest)
        if not version:
            if not create:
                raise NotFoundError(
                    f"There is no workspace in {where}.",
                    fix=f"Make one: casework init FOLDER --store '{where}'",
                )
            await _begin(connection, where)
        for migration in (one for one in migrations if one.number > version):
            for told in migration.statements():
                await connection.execute(definition(told))
            if migration.number == 1:
                await connection.executemany(statement(INTRODUCE), introduction(clock))
        await connection.execute(f"UPDATE {_VERSION} SET version = {newest}")


async def tables(connection: Connection[Record], schema: str) -> set[str]:
    """The names of the tables of a workspace."""
    found = await connection.fetch(_TABLES, schema)
    return {row[0] for row in found} - {_VERSION}


async def _check_server(connection: Connection[Record], where: Address) -> None:
    version = connection.get_server_version()
    if version.major < _OLDEST_SERVER:
        raise StoreError(
            f"{where.server} is Postgres {version.major}.",
            fix=f"Use Postgres {_OLDEST_SERVER} or newer.",
        )
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            f"The database {where.database!r} keeps its text as {encoding}.",
            fix="Make one that keeps UTF8: createdb --encoding UTF8 --template template0 NAME",
        )


async def _version(connection: Connection[Record], where: Address, newest: int) -> int:
    there = {row[0] for row in await connection.fetch(_TABLES, where.schema)}
    if not there:
        return 0
    if _VERSION not in there:
        raise StoreError(
            f"The schema {where.schema!r} of {where.database!r} on {where.server} holds tables"
            " that are not casework's.",
            fix="Name another schema in store.url: …?schema=NAME",
            code="store.not_a_database",
        )
    version = int(await connection.fetchval(f"SELECT version FROM {_VERSION}"))
    check_version(where, version, newest)
    return version


async def _begin(connection: Connection[Record], where: Address) -> None:
    known = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1"
    if not await connection.fetchval(known, where.schema):
        await connection.execute(f"CREATE SCHEMA {quoted(where.schema)}")
    await connection.execute(f"CREATE TABLE {_VERSION} (version BIGINT NOT NULL)")
    await connection.execute(f"INSERT INTO {_VERSION} VALUES (0)")
