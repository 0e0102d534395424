"""A transaction of Postgres as works see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.store.database import Parameter, Parameters, Row
from casework.store.postgres.dialect import statement

if TYPE_CHECKING:
    from asyncpg import Connection, Record

_COPY_FROM = 4
"""Rows from which on COPY is cheaper than one insert a row."""


class PostgresTransaction:
    """Runs statements on one connection: a `Transaction`."""

    __slots__ = ("_connection", "_schema")

    def __init__(self, connection: Connection[Record], schema: str) -> None:
        self._connection = connection
        self._schema = schema

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a statement."""
        found = await self._connection.fetch(statement(sql), *plain_values(parameters))
        return [tuple(row) for row in found]

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a statement, or None."""
        found = await self._connection.fetchrow(statement(sql), *plain_values(parameters))
        return None if found is None else tuple(found)

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement that gives no rows; returns how many rows it touched."""
        told = await self._connection.execute(statement(sql), *plain_values(parameters))
        count = told.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Run a statement once for each of the parameters, in order and in one go."""
        if rows:
            await self._connection.executemany(statement(sql), [plain_values(row) for row in rows])

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[Parameters]) -> None:
        """Insert rows into a table by COPY."""
        if len(rows) < _COPY_FROM:
            places = ", ".join("?" * len(columns))
            await self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
            return
        await self._connection.copy_records_to_table(
            table,
            schema_name=self._schema,
            columns=list(columns),
            records=[plain_values(row) for row in rows],
        )


def plain_values(values: Parameters) -> Sequence[Parameter]:
    """Values as the driver takes them: yes and no are numbers in our columns."""
    for value in values:
        if value is True or value is False:
            return [int(told) if isinstance(told, bool) else told for told in values]
    return values
