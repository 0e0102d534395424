from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import (
    CaseworkError,
    DiskError,
    NewerStoreError,
    NotFoundError,
    StoreAwayError,
    StoreError,
)
from casework.store.database import Transaction, Work
from casework.store.migrate import Migration, shipped
from casework.store.postgres.address import Address, read_address
from casework.store.postgres.database import PostgresDatabase
from tests.store.servers import Server, programs, start_server

PUT = "INSERT INTO meta (key, value) VALUES (?, ?)"


@pytest.fixture
async def database(schema: str, clock: FrozenClock) -> AsyncIterator[PostgresDatabase]:
    made = await PostgresDatabase.open(read_address(schema), clock)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server that a test may stop."""
    found = programs()
    if found is None:
        pytest.skip("no Postgres is installed here, so none can be stopped")
    server = start_server(found)
    yield server
    server.stop()


def put(key: str, value: str = "") -> Work[str]:
    async def work(tx: Transaction) -> str:
        await tx.execute(PUT, (key, value))
        return key

    return work


async def keys(database: PostgresDatabase) -> set[str]:
    return {row[0] for row in await database.rows("SELECT key FROM meta")}


async def test_works_that_queue_together_share_a_transaction(database: PostgresDatabase) -> None:
    numbers: list[int] = []

    async def number(tx: Transaction) -> None:
        row = await tx.row("SELECT txid_current()")
        numbers.append(row[0] if row else 0)

    await asyncio.gather(*(database.write(number) for _ in range(200)))
    assert len(numbers) == 200
    assert len(set(numbers)) < 20


async def test_a_bad_work_fails_alone(database: PostgresDatabase) -> None:
    async def bad(tx: Transaction) -> str:
        await tx.execute(PUT, ("half", ""))
        raise ValueError("no")

    works = [put("a"), bad, put("b"), put("a"), put("c")]
    results = await asyncio.gather(
        *(database.write(work) for work in works), return_exceptions=True
    )
    assert results[0] == "a"
    assert isinstance(results[1], ValueError)
    assert results[2] == "b"
    assert isinstance(results[3], StoreError)
    assert results[4] == "c"
    assert {"a", "b", "c"} <= await keys(database)
    assert "half" not in await keys(database)


async def test_more_works_than_the_queue_holds_all_arrive(database: PostgresDatabase) -> None:
    await asyncio.gather(*(database.write(put(f"k{n}")) for n in range(6_000)))
    assert len(await keys(database) & {f"k{n}" for n in range(6_000)}) == 6_000


async def test_closing_commits_what_has_queued(
    database: PostgresDatabase, clock: FrozenClock
) -> None:
    tasks = [asyncio.create_task(database.write(put(f"k{n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*tasks)
    with pytest.raises(StoreError, match="closed"):
        await database.write(put("late"))
    again = await PostgresDatabase.open(database.where, clock)
    assert {f"k{n}" for n in range(200)} <= await keys(again)
    await again.close()


async def test_what_nobody_waited_for_is_told_at_the_next_time(database: PostgresDatabase) -> None:
    async def bad(tx: Transaction) -> None:
        await tx.execute("INSERT INTO nothing VALUES (1)")

    database.post(bad)
    await database.write(put("a"))
    with pytest.raises(StoreError):
        database.post(bad)


async def test_a_caller_who_goes_away_does_not_stop_the_others(database: PostgresDatabase) -> None:
    tasks = [asyncio.create_task(database.write(put(f"k{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    tasks[10].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [n for n, told in enumerate(results) if told != f"k{n}"] in ([10], [])
    reads = [asyncio.create_task(keys(database)) for _ in range(20)]
    await asyncio.sleep(0)
    for read in reads[::2]:
        read.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    assert "k0" in await keys(database)


async def test_two_openers_of_a_fresh_schema_make_one_workspace(
    schema: str, clock: FrozenClock
) -> None:
    opened = await asyncio.gather(
        *(PostgresDatabase.open(read_address(schema), clock) for _ in range(4))
    )
    ids = {await one.row("SELECT value FROM meta WHERE key = 'workspace_id'") for one in opened}
    assert len(ids) == 1
    for one in opened:
        await one.close()


async def test_connections_that_break_are_replaced_and_nothing_is_lost_or_done_twice(
    own_server: Server, clock: FrozenClock
) -> None:
    where = read_address(f"{own_server.url}?schema=breaks")
    database = await PostgresDatabase.open(where, clock)
    other = await asyncpg.connect(own_server.url)

    async def cut() -> None:
        for _ in range(15):
            await asyncio.sleep(0.03)
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'casework'"
            )

    async def write_many(worker: int) -> None:
        for number in range(60):
            key = f"{worker} {number}"
            assert await database.write(put(key)) == key
            await database.row("SELECT 1")

    await asyncio.gather(cut(), *(write_many(worker) for worker in range(8)))
    assert len(await keys(database)) == 8 * 60 + 3
    await other.close()
    await database.close()


async def test_a_server_that_comes_back_is_waited_for(
    own_server: Server, clock: FrozenClock
) -> None:
    where = read_address(f"{own_server.url}?schema=returns")
    database = await PostgresDatabase.open(where, clock)
    await database.write(put("before"))
    await asyncio.to_thread(own_server.halt)
    waiting = [asyncio.create_task(database.write(put(f"k{n}"))) for n in range(10)]
    reading = asyncio.create_task(keys(database))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(own_server.start)
    await asyncio.gather(*waiting)
    assert "before" in await reading
    assert {f"k{n}" for n in range(10)} < await keys(database)
    await database.close()


async def test_a_server_that_stays_away_is_told_and_tried_again_later(
    own_server: Server, clock: FrozenClock
) -> None:
    where = read_address(f"{own_server.url}?schema=away")
    database = await PostgresDatabase.open(where, clock, wait_s=0.3)
    await asyncio.to_thread(own_server.halt)
    for act in (database.write(put("a")), keys(database)):
        with pytest.raises(StoreAwayError, match="cannot be reached") as told:
            await act
        assert told.value.retryable
        assert "saved is kept" in told.value.fix
    assert (await database.damage())[0].startswith("The database server")
    await asyncio.to_thread(own_server.start)
    assert await database.write(put("a")) == "a"
    await database.close()


async def test_a_full_disk_and_a_read_only_server_are_told(
    own_server: Server, clock: FrozenClock
) -> None:
    where = read_address(f"{own_server.url}?schema=limits")
    database = await PostgresDatabase.open(where, clock)
    other = await asyncpg.connect(own_server.url)
    await other.execute("ALTER ROLE tester SET default_transaction_read_only = on")
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'casework'"
    )
    with pytest.raises(DiskError, match="read-only"):
        await database.write(put("a"))
    await other.execute("SET default_transaction_read_only = off")
    await other.execute("ALTER ROLE tester RESET default_transaction_read_only")
    await other.close()
    await database.close()


async def refused(where: Address, clock: FrozenClock, *, create: bool = True) -> CaseworkError:
    with pytest.raises(CaseworkError) as told:
        await PostgresDatabase.open(where, clock, create=create, wait_s=0.1)
    assert told.value.fix
    return told.value


async def test_why_a_workspace_cannot_be_opened_is_told_with_what_to_do(
    own_server: Server, clock: FrozenClock, tmp_path: Path
) -> None:
    address = own_server.url

    error = await refused(read_address(f"{address}?schema=nothing"), clock, create=False)
    assert isinstance(error, NotFoundError)
    assert "casework init" in error.fix

    error = await refused(read_address(address.replace("/postgres", "/nowhere")), clock)
    assert error.code == "store.no_database"
    assert "createdb nowhere" in error.fix

    error = await refused(read_address("postgresql://ada@127.0.0.1:1/work"), clock)
    assert isinstance(error, StoreAwayError)
    assert "nothing listens" in error.message

    error = await refused(read_address("postgresql://ada@no-such-host.invalid/work"), clock)
    assert isinstance(error, StoreAwayError)

    error = await refused(read_address(address.replace("tester@", "stranger@")), clock)
    assert error.code == "store.unauthorised"

    other = await asyncpg.connect(address)
    await other.execute("CREATE ROLE guest LOGIN")
    await other.execute("CREATE SCHEMA foreign_one CREATE TABLE mine (a INT)")
    await other.close()
    error = await refused(
        read_address(f"{address}?schema=fresh".replace("tester@", "guest@")), clock
    )
    assert error.code == "store.forbidden"
    assert "AUTHORIZATION guest" in error.fix

    error = await refused(read_address(f"{address}?schema=foreign_one"), clock)
    assert error.code == "store.not_a_database"


async def test_a_schema_of_a_newer_version_is_refused_and_left_alone(
    schema: str, clock: FrozenClock
) -> None:
    later = Migration(len(shipped()) + 1, "CREATE TABLE notes (a TEXT);")
    where = read_address(schema)
    made = await PostgresDatabase.open(where, clock, migrations=[*shipped(), later])
    error = await refused(where, clock)
    assert isinstance(error, NewerStoreError)
    assert await made.rows("SELECT a FROM notes") == []
    await made.close()


async def test_an_older_schema_is_brought_up_to_date_or_left_as_it_was(
    schema: str, clock: FrozenClock
) -> None:
    where = read_address(schema)
    born = await PostgresDatabase.open(where, clock)
    about = await keys(born)
    await born.close()
    number = len(shipped()) + 1
    broken = Migration(number, "CREATE TABLE half (a TEXT);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(StoreError):
        await PostgresDatabase.open(where, clock, migrations=[*shipped(), broken])
    fine = Migration(number, "CREATE TABLE notes (a TEXT);\nINSERT INTO notes VALUES ('one;');\n")
    later = await PostgresDatabase.open(where, clock, migrations=[*shipped(), fine])
    assert await later.rows("SELECT a FROM notes") == [("one;",)]
    assert await keys(later) == about
    await later.close()


async def test_a_table_that_is_gone_is_found_by_looking_for_damage(
    database: PostgresDatabase,
) -> None:
    assert await database.damage() == []

    async def drop(tx: Transaction) -> None:
        await tx.execute("DROP TABLE outgoing")

    await database.write(drop)
    assert await database.damage() == ["the tables outgoing are gone"]


async def test_sums_and_averages_are_numbers_as_on_sqlite(database: PostgresDatabase) -> None:
    for size in (1, 2):
        await database.write(put(str(size)))
    row = await database.row(
        "SELECT sum(length(key)), avg(length(key)) FROM meta WHERE key IN ('1', '2')"
    )
    assert row == (2, 1.0)
    assert [type(value) for value in row] == [int, float]
