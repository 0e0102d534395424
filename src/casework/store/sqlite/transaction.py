"""A transaction of SQLite as works see it. Its calls never suspend, so a work runs in one go."""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine, Sequence
from functools import cache
from typing import TypeVar

from casework.store.database import Parameters, Row

T = TypeVar("T")


class SqliteTransaction:
    """Runs statements on the writer's connection, in the writer's thread: a `Transaction`."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a statement."""
        return self._connection.execute(sql, parameters).fetchall()

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a statement, or None."""
        found: Row | None = self._connection.execute(sql, parameters).fetchone()
        return found

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement that gives no rows; returns how many rows it touched."""
        return self._connection.execute(sql, parameters).rowcount

    async def many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Run a statement once for each of the parameters, in order."""
        self._connection.executemany(sql, rows)

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[Parameters]) -> None:
        """Insert rows into a table, in order."""
        self._connection.executemany(_insert(table, tuple(columns)), rows)


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def drive(running: Coroutine[object, None, T]) -> T:
    """Run a work to its end without an event loop; one that waits for anything is a mistake."""
    try:
        running.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    running.close()
    raise RuntimeError("A work waited for something other than its transaction.")
