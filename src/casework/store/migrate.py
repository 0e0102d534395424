"""Brings a database to the schema of this version, one numbered SQL file after the other.

The number in `PRAGMA user_version` says which files have run. Of the tables it knows `meta` only,
where a new workspace gets its id.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from importlib.resources import files
from pathlib import Path

from casework.base.clock import Clock, stamp
from casework.base.errors import NewerStoreError
from casework.base.ids import uuid7
from casework.store import faults

APPLICATION_ID = 0x43574B31
"""`CWK1` in the header of the file: says that the database is ours."""

_FILE = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """The SQL that leads from version `number - 1` to `number`."""

    number: int
    sql: str


def shipped() -> list[Migration]:
    """The migrations that come with this version, in order."""
    found = []
    for file in files("casework.store").joinpath("migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is missing, each in a transaction of its own; a copy is kept before.

    Raises `NewerStoreError` for a database of a later version and leaves it as it is.
    """
    version = _version(connection, path)
    newest = migrations[-1].number
    if version > newest:
        raise NewerStoreError(
            f"{path} was written by a newer casework (schema {version}, this one knows {newest}).",
            fix="Update casework, then open the workspace again.",
        )
    if 0 < version < newest:
        _back_up(connection, path, version)
    for migration in migrations:
        if migration.number > version:
            _apply(connection, migration, clock)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    connection.execute("BEGIN")  # all three are read as of one moment
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    used = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    connection.execute("COMMIT")
    if owner != APPLICATION_ID and (version or owner or used):
        raise faults.not_a_database(path)
    return version


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the database, write-ahead log included, to `backups/casework-schema-N.db`."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    copy = sqlite3.connect(folder / f"{path.stem}-schema-{version}.db")
    try:
        connection.backup(copy)
    finally:
        copy.close()


def _apply(connection: sqlite3.Connection, migration: Migration, clock: Clock) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have been faster while we waited for the lock.
        if connection.execute("PRAGMA user_version").fetchone()[0] < migration.number:
            for statement in _statements(migration.sql):
                connection.execute(statement)
            if migration.number == 1:
                _introduce(connection, clock)
            connection.execute(f"PRAGMA user_version = {migration.number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _introduce(connection: sqlite3.Connection, clock: Clock) -> None:
    told = {
        "workspace_id": uuid7(),
        "created_at": stamp(clock.now()),
        "casework_version": installed("casework"),
    }
    connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", told.items())


def _statements(sql: str) -> Iterator[str]:
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        yield gathered
