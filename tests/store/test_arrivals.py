"""Watched folders and their files as rows: one for each path and its bytes, held by one process."""

from __future__ import annotations

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import LeaseHeldError, NotFoundError
from casework.base.hashing import sha256_text
from casework.store.database import Transaction
from casework.store.store import Store
from casework.types.arrival import ArrivalRecord, WatchOptions, WatchRecord
from tests.store.build import AT, add_case

FOLDER = "/mnt/inbox"
ONE, TWO = sha256_text("one"), sha256_text("two")


@pytest.fixture
async def watch(store: Store) -> WatchRecord:
    sheet = await store.worksheets.add("Claims", "claims.md")
    return await store.arrivals.start(sheet.id, FOLDER, WatchOptions("folder"))


def seen(path: str = "a.pdf", size: int = 3, reason: str = "") -> ArrivalRecord:
    return ArrivalRecord(path, size, 1_700_000_000_000_000_000, "seen", reason, seen_at=AT)


def taken(path: str = "a.pdf", sha256: str = ONE, case_id: str = "c1") -> ArrivalRecord:
    at = "2026-01-02T03:04:09.000Z"
    return ArrivalRecord(path, 3, 1_700_000_000_000_000_000, "taken", "", sha256, case_id, at, at)


async def test_watching_a_folder_again_keeps_its_row_and_takes_the_new_options(
    store: Store, watch: WatchRecord
) -> None:
    await store.arrivals.stop(watch.id)
    again = await store.arrivals.start(watch.worksheet_id, FOLDER, WatchOptions("file", False, 1.5))
    assert again.id == watch.id
    assert (again.state, again.options) == ("watching", WatchOptions("file", False, 1.5))
    assert [one.id for one in await store.arrivals.watches()] == [watch.id]


async def test_a_folder_is_watched_for_a_worksheet_that_exists(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.arrivals.start("nothing", FOLDER, WatchOptions())


async def test_a_file_that_is_taken_replaces_what_was_said_while_it_was_seen(
    store: Store, watch: WatchRecord
) -> None:
    await store.arrivals.note_seen(watch.id, [seen(), seen("b.pdf", reason="it is empty so far")])
    await store.arrivals.note_done(watch.id, taken())
    rows = {row.path: row for row in await store.arrivals.of_watch(watch.id)}
    assert (rows["a.pdf"].state, rows["a.pdf"].seen_at) == ("taken", AT)
    assert rows["b.pdf"].reason == "it is empty so far"
    assert await store.arrivals.counts(watch.id) == {"taken": 1, "seen": 1}


async def test_the_same_bytes_under_the_same_path_are_one_row_and_other_bytes_another(
    store: Store, watch: WatchRecord
) -> None:
    await store.arrivals.note_done(watch.id, taken())
    await store.arrivals.note_done(watch.id, taken(case_id="c9"))
    await store.arrivals.note_done(watch.id, taken(sha256=TWO, case_id="c1"))
    rows = await store.arrivals.of_watch(watch.id, "taken")
    assert [(row.sha256, row.case_id) for row in rows] == [(ONE, "c1"), (TWO, "c1")]
    assert await store.arrivals.homes(watch.id, ["a.pdf", "b.pdf"]) == {"a.pdf": "c1"}


async def test_a_folder_is_held_by_one_process_until_it_is_heard_no_more(
    store: Store, watch: WatchRecord, clock: FrozenClock
) -> None:
    await store.arrivals.hold(watch.id, "casework watch")
    assert await store.arrivals.beat(watch.id, "")

    async def elsewhere() -> None:
        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE watches SET host = 'other', pid = 1, beat_at = ?", (AT,))

        await store.database.write(work)

    await elsewhere()
    with pytest.raises(LeaseHeldError, match="process 1 on other"):
        await store.arrivals.hold(watch.id, "casework watch")
    assert not await store.arrivals.beat(watch.id, "")
    clock.advance(60)
    await store.arrivals.hold(watch.id, "casework watch")
    (found,) = await store.arrivals.watches()
    assert found.holder == "casework watch"
    await store.arrivals.release(watch.id)
    (found,) = await store.arrivals.watches()
    assert found.holder == ""


async def test_a_stopped_folder_tells_its_watcher_to_end(store: Store, watch: WatchRecord) -> None:
    await store.arrivals.hold(watch.id, "casework watch")
    assert await store.arrivals.beat(watch.id, "it is not there")
    (found,) = await store.arrivals.watches()
    assert found.problem == "it is not there"
    await store.arrivals.stop(watch.id)
    assert not await store.arrivals.beat(watch.id, "")


async def test_the_first_answer_of_a_case_stays_and_its_decision_may_be_taken_back(
    store: Store,
) -> None:
    case = await add_case(store)
    assert (case.answered_at, case.decided_at) == ("", "")
    await store.cases.set_times(case.id, AT, AT)
    await store.cases.set_times(case.id, "2027-01-01T00:00:00.000Z", "")
    after = await store.cases.get(case.id)
    assert (after.answered_at, after.decided_at) == (AT, "")
