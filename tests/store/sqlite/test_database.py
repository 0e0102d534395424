from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock, SystemClock
from casework.base.errors import (
    CaseworkError,
    DiskError,
    NewerStoreError,
    NotFoundError,
    StoreError,
)
from casework.store.database import Transaction, Work
from casework.store.sqlite.database import FILE, SqliteDatabase


@pytest.fixture
async def database(tmp_path: Path, clock: FrozenClock) -> SqliteDatabase:
    return SqliteDatabase(tmp_path, clock)


def put(key: str, value: str = "") -> Work[str]:
    async def work(tx: Transaction) -> str:
        await tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))
        return key

    return work


async def keys(database: SqliteDatabase) -> set[str]:
    return {row[0] for row in await database.rows("SELECT key FROM meta")}


async def test_what_a_write_returned_can_be_read_at_once(database: SqliteDatabase) -> None:
    assert await database.write(put("a")) == "a"
    assert "a" in await keys(database)
    await database.close()


async def test_numbers_are_read_beside_everything_else_and_in_order(
    database: SqliteDatabase,
) -> None:
    await asyncio.gather(*(database.write(put(f"k{n:03}", str(n))) for n in range(50)))
    sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE key LIKE ? ORDER BY key DESC"
    found = await database.long_numbers(sql, ("k%",))
    assert (found.typecode, list(found)) == ("q", list(reversed(range(50))))
    await database.close()


async def test_works_that_queue_together_share_a_transaction(database: SqliteDatabase) -> None:
    async def commits() -> int:
        return int((await database.row("PRAGMA data_version"))[0])  # type: ignore[index]

    before = await commits()
    await asyncio.gather(*(database.write(put(f"k{n}")) for n in range(500)))
    assert 1 <= await commits() - before < 500
    await database.close()


async def test_a_bad_work_fails_alone(database: SqliteDatabase) -> None:
    async def bad(tx: Transaction) -> None:
        await tx.execute("INSERT INTO meta VALUES ('half', '')")
        raise ValueError("no")

    works = [put("a"), bad, put("b"), put("a"), put("c")]
    results = await asyncio.gather(
        *(database.write(work) for work in works),
        return_exceptions=True,
    )
    assert results[0] == "a"
    assert isinstance(results[1], ValueError)
    assert results[2] == "b"
    assert isinstance(results[3], StoreError)
    assert results[4] == "c"
    assert {"a", "b", "c"} <= await keys(database)
    assert "half" not in await keys(database)
    await database.close()


async def test_a_work_that_waits_for_something_else_is_told(database: SqliteDatabase) -> None:
    async def waits(tx: Transaction) -> None:
        await tx.execute("INSERT INTO meta VALUES ('half', '')")
        await asyncio.sleep(0)

    results = await asyncio.gather(
        database.write(put("a")), database.write(waits), return_exceptions=True
    )
    assert results[0] == "a"
    assert "waited" in str(results[1])
    assert "half" not in await keys(database)
    await database.close()


async def test_more_works_than_the_queue_holds_all_arrive(database: SqliteDatabase) -> None:
    await asyncio.gather(*(database.write(put(f"k{n}")) for n in range(6_000)))
    assert len(await keys(database) & {f"k{n}" for n in range(6_000)}) == 6_000
    await database.close()


async def test_closing_commits_what_has_queued(database: SqliteDatabase, tmp_path: Path) -> None:
    tasks = [asyncio.create_task(database.write(put(f"k{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*tasks)
    again = SqliteDatabase(tmp_path, SystemClock())
    assert {f"k{n}" for n in range(200)} <= await keys(again)
    await again.close()


async def test_a_closed_database_says_so(database: SqliteDatabase) -> None:
    await database.close()
    with pytest.raises(StoreError, match="closed"):
        await database.write(put("a"))


async def test_a_caller_who_goes_away_does_not_stop_the_others(database: SqliteDatabase) -> None:
    tasks = [asyncio.create_task(database.write(put(f"k{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    tasks[10].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [n for n, told in enumerate(results) if told != f"k{n}"] in ([10], [])
    await database.close()


async def test_readers_go_on_while_a_writer_is_at_work(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO meta VALUES ('unseen', '')")
    assert "unseen" not in await keys(database)
    other.execute("COMMIT")
    assert "unseen" in await keys(database)
    other.close()
    await database.close()


async def test_a_writer_waits_for_another_process_and_then_says_who_is_in_the_way(
    tmp_path: Path,
) -> None:
    database = SqliteDatabase(tmp_path, SystemClock(), busy_s=0.05)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process") as told:
        await database.write(put("a"))
    assert told.value.code == "store.busy"
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(put("a")) == "a"
    await database.close()


async def test_a_full_disk_is_told_and_costs_nothing_that_was_saved(
    database: SqliteDatabase,
) -> None:
    await database.write(put("before"))

    async def fill(tx: Transaction) -> None:
        pages = (await tx.row("PRAGMA page_count"))[0]  # type: ignore[index]
        await tx.execute(f"PRAGMA max_page_count = {pages + 2}")

    async def free(tx: Transaction) -> None:
        await tx.execute("PRAGMA max_page_count = 1000000")

    await database.write(fill)
    big = put("big", "x" * 100_000)
    with pytest.raises(DiskError, match="full"):
        await database.write(big)
    assert "before" in await keys(database)
    assert "big" not in await keys(database)
    await database.write(free)
    assert await database.write(big) == "big"
    assert await database.damage() == []
    await database.close()


async def test_what_nobody_waited_for_is_told_at_the_next_time(database: SqliteDatabase) -> None:
    async def bad(tx: Transaction) -> None:
        await tx.execute("INSERT INTO nothing VALUES (1)")

    database.post(bad)
    await database.write(put("a"))
    with pytest.raises(StoreError):
        database.post(bad)
    await database.close()


async def test_two_openers_of_a_fresh_folder_make_one_database(tmp_path: Path) -> None:
    opened = await asyncio.gather(
        *(asyncio.to_thread(SqliteDatabase, tmp_path, SystemClock()) for _ in range(6))
    )
    ids = {await one.row("SELECT value FROM meta WHERE key = 'workspace_id'") for one in opened}
    assert len(ids) == 1
    for one in opened:
        await one.close()


async def test_a_missing_database_is_not_made_by_opening(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="casework init"):
        SqliteDatabase(tmp_path, SystemClock(), create=False)
    assert list(tmp_path.iterdir()) == []


def damage_header(path: Path) -> None:
    path.write_bytes(b"this is a text, not a database\n" * 100)


def damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(bytes(data))


def make_foreign(path: Path) -> None:
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (a)")
    other.commit()
    other.close()


def make_newer(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 9999")
    other.commit()
    other.close()


async def open_and_read(folder: Path) -> None:
    await SqliteDatabase(folder, SystemClock()).rows("SELECT * FROM meta")


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (damage_header, StoreError, "not a casework database"),
        (damage_pages, StoreError, "damaged"),
        (make_foreign, StoreError, "not a casework database"),
        (make_newer, NewerStoreError, "newer casework"),
    ],
)
async def test_a_database_that_cannot_be_used_is_refused_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], None], error: type[CaseworkError], words: str
) -> None:
    database = SqliteDatabase(tmp_path, SystemClock())
    await database.write(put("a"))
    await database.close()
    spoil(tmp_path / FILE)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(error, match=words) as told:
        await open_and_read(tmp_path)
    assert told.value.fix
    assert (tmp_path / FILE).read_bytes() == before


async def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteDatabase(tmp_path / "file", SystemClock())


async def test_items_that_come_one_by_one_are_committed_in_groups(
    database: SqliteDatabase,
) -> None:
    groups: list[int] = []

    async def together(tx: Transaction, items: Sequence[str]) -> None:
        groups.append(len(items))
        for item in items:
            await tx.execute("INSERT INTO meta (key, value) VALUES (?, '')", (item,))

    async def late(number: int) -> None:
        await asyncio.sleep(number / 2000)
        await database.write_each(together, f"item {number}")

    await asyncio.gather(*(late(number) for number in range(60)))
    assert sum(groups) == 60
    assert len(groups) < 60
    assert {f"item {number}" for number in range(60)} <= await keys(database)
    await database.close()


async def test_what_gathered_is_committed_when_the_database_is_closed(
    database: SqliteDatabase, tmp_path: Path, clock: FrozenClock
) -> None:
    async def together(tx: Transaction, items: Sequence[str]) -> None:
        for item in items:
            await tx.execute("INSERT INTO meta (key, value) VALUES (?, '')", (item,))

    await database.write_each(together, "first")
    second = asyncio.ensure_future(database.write_each(together, "second"))
    await asyncio.sleep(0)
    await database.close()
    await second
    again = SqliteDatabase(tmp_path, clock)
    assert {"first", "second"} <= await keys(again)
    await again.close()
