"""The tables of the newest schema, read from the migrations themselves. Opens no workspace."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from casework.store.migrate import shipped

DERIVED = frozenset(
    {
        "cell_log", "look_indexes", "case_looks", "cell_looks", "look_sums", "row_looks",
        "waits", "wait_sums",
    }
)  # fmt: skip
"""Tables that are made again from the others wherever they are missing."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, those that its rows are told apart by, and whether that is a number
    which the database gives."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    numbered: bool


@cache
def tables() -> tuple[Table, ...]:
    """All tables, each after those that it refers to."""
    connection = sqlite3.connect(":memory:")
    try:
        for migration in shipped():
            connection.executescript(migration.sql)
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        refers = {
            name: {row[2] for row in connection.execute(f"PRAGMA foreign_key_list({name})")}
            for name in names
        }
        found = {name: _table(connection, name) for name in names}
    finally:
        connection.close()
    order = TopologicalSorter({name: others - {name} for name, others in refers.items()})
    return tuple(found[name] for name in order.static_order())


def kept_tables() -> tuple[Table, ...]:
    """All but those that are made again from the others."""
    return tuple(table for table in tables() if table.name not in DERIVED)


def _table(connection: sqlite3.Connection, name: str) -> Table:
    told: Sequence[tuple[int, str, str, int, object, int]] = connection.execute(
        f"PRAGMA table_info({name})"
    ).fetchall()
    columns = tuple(column for _, column, *_ in told)
    keyed = sorted((place, column, type) for _, column, type, _, _, place in told if place)
    key = tuple(column for _, column, _ in keyed)
    return Table(name, columns, key or columns, key == ("n",) and keyed[0][2] == "INTEGER")
