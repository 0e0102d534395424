from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import ConflictError, StoreError
from casework.store.blobs import BlobFolder
from casework.store.database import Database, Parameters, Row
from casework.store.home import Home, open_database
from casework.store.postgres.address import read_address
from casework.store.postgres.database import PostgresDatabase
from casework.store.schema import kept_tables
from casework.store.sqlite.database import SqliteDatabase
from casework.store.store import Store
from casework.store.transfer import copy_blobs, copy_rows
from tests.store.build import add_case, add_document, recorded, stored, verdict, write


async def fill(store: Store) -> None:
    document = await add_document(store)
    for number in range(5):
        case = await add_case(store, f"case {number} é")
        await store.cases.add_document(case.id, document)
        await store.cells.commit(write(case, "total", recorded(seed=str(number))))
        await store.verdicts.add(verdict(case, "total", "accepted", "12.30"))


def unheard(done: int, total: int, table: str) -> None:
    """Nobody listens."""


async def test_all_rows_move_there_and_back_and_are_the_same_by_digest(
    tmp_path: Path, schema: str, clock: FrozenClock
) -> None:
    store = Store.create(tmp_path / "one", clock)
    await fill(store)
    server = await PostgresDatabase.open(read_address(schema), clock)
    told: list[tuple[int, int, str]] = []
    compared = await copy_rows(store.database, server, lambda *news: told.append(news))
    assert {one.table for one in compared} == {table.name for table in kept_tables()}
    assert all(one.same for one in compared)
    assert {one.table: one.rows for one in compared}["outcomes"] == 5
    assert told[-1][0] == told[-1][1] == sum(one.rows for one in compared if one.table != "meta")

    (tmp_path / "two").mkdir()
    back = SqliteDatabase(tmp_path / "two", clock)
    again = await copy_rows(server, back, unheard)
    assert [one.target for one in again] == [one.source for one in compared]
    for database in (server, back):
        await database.close()
    await store.close()


async def test_a_moved_workspace_is_the_same_workspace_and_goes_on(
    tmp_path: Path, schema: str, clock: FrozenClock
) -> None:
    store = Store.create(tmp_path / "one", clock)
    await fill(store)
    server = await PostgresDatabase.open(read_address(schema), clock)
    await copy_rows(store.database, server, unheard)
    await server.close()
    moved = await Store.open_at(tmp_path / "one", Home(schema), clock)
    assert await moved.about() == await store.about()
    case = await add_case(moved, "late")
    await moved.cells.commit(write(case, "total", written := recorded(seed="late")))
    assert (await moved.cells.of_case(case.id))["total"].machine == stored(written)
    assert await moved.cases.count(case.worksheet_id) == 6
    await moved.close()
    await store.close()


class Breaks(SqliteDatabase):
    """A source that fails in the middle."""

    reads = 12

    async def long_read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        self.reads -= 1
        if not self.reads:
            raise StoreError("The disk is gone.")
        return await super().long_read(sql, parameters)


async def test_a_move_that_was_broken_off_goes_on_where_it_stopped(
    tmp_path: Path, home: Home, clock: FrozenClock
) -> None:
    store = Store.create(tmp_path / "one", clock)
    await fill(store)
    breaking = Breaks(tmp_path / "one", clock)
    target = (await Store.create_at(tmp_path / "two", home, clock)).database
    with pytest.raises(StoreError, match="gone"):
        await copy_rows(breaking, target, unheard, batch=2)
    with pytest.raises(StoreError, match="not finished"):
        await open_database(tmp_path / "two", home, clock)
    breaking.reads = 10_000
    compared = await copy_rows(breaking, target, unheard, batch=2)
    assert all(one.same for one in compared)
    await (await open_database(tmp_path / "two", home, clock)).close()
    await target.close()
    await breaking.close()
    await store.close()


async def test_a_place_that_holds_another_workspace_is_left_alone(
    tmp_path: Path, store: Store, clock: FrozenClock
) -> None:
    other = Store.create(tmp_path / "other", clock)
    await fill(other)
    await fill(store)
    before = await store.about()
    with pytest.raises(ConflictError, match="another workspace"):
        await copy_rows(other.database, store.database, unheard)
    assert await store.about() == before
    await other.close()


async def test_nobody_writes_while_rows_are_copied(
    tmp_path: Path, home: Home, clock: FrozenClock
) -> None:
    database: Database
    if home.url:
        database = await PostgresDatabase.open(read_address(home.url), clock, busy_s=0.1)
    else:
        database = SqliteDatabase(tmp_path, clock, busy_s=0.1)
    other = Store(tmp_path, database)
    async with database.frozen():
        with pytest.raises(StoreError, match="another process") as told:
            await other.worksheets.add("Claims", "claims.md")
        assert told.value.code == "store.busy"
        assert await other.worksheets.all() == []
    await other.worksheets.add("Claims", "claims.md")
    await database.close()


def test_blobs_that_are_there_are_not_copied_again(tmp_path: Path) -> None:
    source, target = BlobFolder(tmp_path / "one"), BlobFolder(tmp_path / "two")
    names = sorted(source.put(text) for text in (b"a", b"b", b"c"))
    target.put(b"a")
    told: list[int] = []
    assert copy_blobs(source, target, lambda done, total, what: told.append(done)) == 3
    assert list(target.all()) == names
    assert told == [1, 2, 3]


def test_a_damaged_blob_stops_the_move(tmp_path: Path) -> None:
    source, target = BlobFolder(tmp_path / "one"), BlobFolder(tmp_path / "two")
    sha256 = source.put(b"whole")
    source.path_of(sha256).write_bytes(b"whale")
    with pytest.raises(StoreError, match="damaged"):
        copy_blobs(source, target, unheard)
