from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from casework.base.clock import SystemClock
from casework.base.errors import StoreError
from casework.store.migrate import Migration, shipped
from casework.store.sqlite.database import FILE, SqliteDatabase

NOTES = Migration(
    len(shipped()) + 1,
    "-- a later schema\nCREATE TABLE notes (a TEXT); -- with; a semicolon\n"
    "INSERT INTO notes VALUES ('one;\ntwo');\n-- the end\n",
)


async def tables(database: SqliteDatabase) -> set[str]:
    return {
        row[0] for row in await database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def test_the_shipped_migrations_count_from_one_without_a_gap() -> None:
    numbers = [migration.number for migration in shipped()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_fresh_database_has_no_backup(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, SystemClock())
    assert await database.row("PRAGMA user_version") == (len(shipped()),)
    assert not (tmp_path / "backups").exists()
    await database.close()


async def test_an_older_database_is_copied_and_then_brought_up_to_date(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, SystemClock())
    born = await database.rows("SELECT key, value FROM meta")
    await database.close()
    later = SqliteDatabase(tmp_path, SystemClock(), migrations=[*shipped(), NOTES])
    assert await later.rows("SELECT a FROM notes") == [("one;\ntwo",)]
    assert await later.rows("SELECT key, value FROM meta") == born
    await later.close()
    copy = sqlite3.connect(tmp_path / "backups" / f"casework-schema-{len(shipped())}.db")
    assert copy.execute("SELECT key, value FROM meta").fetchall() == born
    assert not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'notes'").fetchall()
    copy.close()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    await SqliteDatabase(tmp_path, SystemClock()).close()
    broken = Migration(NOTES.number, "CREATE TABLE half (a);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(StoreError):
        SqliteDatabase(tmp_path, SystemClock(), migrations=[*shipped(), broken])
    database = SqliteDatabase(tmp_path, SystemClock(), create=False)
    assert "half" not in await tables(database)
    await database.close()


async def test_a_database_that_moved_on_is_refused_by_the_older_version(tmp_path: Path) -> None:
    await SqliteDatabase(tmp_path, SystemClock(), migrations=[*shipped(), NOTES]).close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="Update casework"):
        SqliteDatabase(tmp_path, SystemClock())
    assert (tmp_path / FILE).read_bytes() == before
