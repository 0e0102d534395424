"""Brings a SQLite database to the schema of this version, one migration after the other.

The number in `PRAGMA user_version` says which have run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from casework.base.clock import Clock
from casework.store.migrate import INTRODUCE, Migration, check_version, introduction
from casework.store.sqlite import faults

APPLICATION_ID = 0x43574B31
"""`CWK1` in the header of the file: says that the database is ours."""


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], clock: Clock
) -> None:
    """Apply what is missing, each in a transaction of its own; a copy is kept before. A new
    database is made in one: it is whole or not there, and the disk is waited for once.

    Raises `NewerStoreError` for a database of a later version and leaves it as it is.
    """
    version = _version(connection, path)
    newest = migrations[-1].number
    check_version(path, version, newest)
    if 0 < version < newest:
        _back_up(connection, path, version)
    missing = [one for one in migrations if one.number > version]
    for together in [[one] for one in missing] if version else [missing]:
        _apply(connection, together, clock)


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


def _apply(connection: sqlite3.Connection, migrations: Sequence[Migration], clock: Clock) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have been faster while we waited for the lock.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for migration in migrations:
            if migration.number <= version:
                continue
            for statement in migration.statements():
                connection.execute(statement)
            if migration.number == 1:
                connection.executemany(INTRODUCE, introduction(clock))
            connection.execute(f"PRAGMA user_version = {migration.number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
