from __future__ import annotations

from dataclasses import replace

from casework.store.store import Store
from casework.types.batch import BatchJob, BatchRequest
from casework.types.message import ModelAnswer
from casework.types.usage import Usage
from tests.store.conftest import Reopen

_JOB = BatchJob("j1", "openai:gpt-5-mini", requests=2, sent_at="2026-01-02T03:04:05.000Z")
_ONE = BatchRequest("s1", "k1", "m1", schema_name="price")
_TWO = BatchRequest("s1", "k2", "m2")
_ANSWER = ModelAnswer("yes", "gpt", usage=Usage(1, 10, 2, 0, 0.25))


async def test_a_job_and_its_requests_outlive_the_process(store: Store, reopen: Reopen) -> None:
    await store.batches.begin(_JOB, [_ONE, _TWO])
    again = await reopen()
    assert await again.batches.jobs(open_only=True) == [_JOB]
    assert await again.batches.request("s1", "k1") == replace(_ONE, job_id="j1")
    assert await again.batches.request("s2", "k1") is None
    assert [each.key for each in await again.batches.requests_of("j1")] == ["k1", "k2"]
    sent = replace(_JOB, state="sent", remote_id="batch_1")
    await again.batches.save(sent)
    assert await store.batches.job("j1") == sent


async def test_answers_of_a_job_become_remembered_answers_that_nobody_counted(
    store: Store,
) -> None:
    await store.batches.begin(_JOB, [_ONE, _TWO])
    one, two = await store.batches.requests_of("j1")
    ended = replace(_JOB, state="done", answered=1, failed=1, ended_at="2026-01-02T04:00:00.000Z")
    failed = replace(two, state="failed", code="model.bad_request", problem="bad")
    for _ in range(2):  # taken in again after a crash, it adds nothing
        await store.batches.settle(ended, [(one, _ANSWER)], [failed])
    assert await store.answers.count() == 1
    assert await store.answers.find("s1", "k1") == _ANSWER
    assert await store.batches.request("s1", "k1") is None
    assert await store.batches.request("s1", "k2") == failed
    assert await store.batches.jobs(open_only=True) == []
    assert await store.batches.jobs() == [ended]


async def test_a_request_moves_to_the_job_that_it_is_sent_with_next(store: Store) -> None:
    await store.batches.begin(_JOB, [_ONE, _TWO])
    second = BatchJob("j2", _JOB.model, requests=1)
    await store.batches.begin(second, [replace(_TWO, tries=2)])
    moved = await store.batches.request("s1", "k2")
    assert moved is not None
    assert (moved.job_id, moved.tries) == ("j2", 2)
    assert [each.key for each in await store.batches.requests_of("j1")] == ["k1"]
    await store.batches.drop([_ONE])
    assert await store.batches.requests_of("j1") == []
    assert [job.id for job in await store.batches.jobs()] == ["j2", "j1"]
