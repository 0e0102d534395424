from __future__ import annotations

import asyncio
from dataclasses import replace

from casework.store.store import Store
from casework.types.message import ModelAnswer, Thought, ToolCall
from casework.types.usage import NO_USAGE, Usage
from tests.store.conftest import Reopen

_KEY = "ab" * 32
_USED = Usage(1, 100, 20, 0, 0.5, 1.25)
_ANSWER = ModelAnswer(
    '{"value": "é€"}',
    "m-2026",
    "tool_calls",
    _USED,
    request_id="r1",
    tool_calls=(ToolCall("1", "look", '{"page": 2}', "seal"),),
    thoughts=(Thought("hm", "seal"),),
)


async def _written(store: Store) -> None:
    """What is posted is committed with the next group."""
    await store.database.write(lambda tx: tx.execute("DELETE FROM answers WHERE key = 'x'"))


async def test_an_answer_is_found_in_its_worksheet_and_nowhere_else(
    store: Store, reopen: Reopen
) -> None:
    store.answers.keep("s1", _KEY, _ANSWER, counted=True)
    await _written(store)
    again = await reopen()
    assert await again.answers.find("s1", _KEY) == replace(_ANSWER, usage=NO_USAGE)
    assert await again.answers.find("s2", _KEY) is None
    assert await again.answers.find("s1", "cd" * 32) is None
    assert await again.answers.find("s1", _KEY[:-1] + "c") is None


async def test_the_newest_answer_is_found_and_a_forgotten_one_is_not(store: Store) -> None:
    store.answers.keep("s1", _KEY, _ANSWER, counted=True)
    store.answers.keep("s1", _KEY, replace(_ANSWER, text="new"), counted=True)
    await _written(store)
    found = await store.answers.find("s1", _KEY)
    assert found is not None
    assert found.text == "new"
    store.answers.forget("s1", _KEY)
    await _written(store)
    assert await store.answers.find("s1", _KEY) is None


async def test_what_is_kept_and_forgotten_at_once_ends_as_the_last_one_said(store: Store) -> None:
    for text in ("one", "two"):
        store.answers.keep("s1", _KEY, replace(_ANSWER, text=text), counted=True)
        store.answers.keep("s1", "cd" * 32, _ANSWER, counted=True)
        store.answers.forget("s1", _KEY)
    store.answers.keep("s2", _KEY, replace(_ANSWER, text="other"), counted=True)
    store.answers.forget("s1", "cd" * 32)
    store.answers.keep("s1", "cd" * 32, replace(_ANSWER, text="last"), counted=True)
    await _written(store)
    assert await store.answers.find("s1", _KEY) is None
    last = await store.answers.find("s1", "cd" * 32)
    assert last is not None
    assert last.text == "last"
    assert await store.answers.count() == 2


async def test_what_nobody_counted_yet_is_told_once(store: Store) -> None:
    store.answers.keep("s1", _KEY, _ANSWER, counted=False)
    await _written(store)
    first = await store.answers.find("s1", _KEY)
    await _written(store)
    second = await store.answers.find("s1", _KEY)
    assert first is not None
    assert second is not None
    assert (first.usage, second.usage) == (_USED, NO_USAGE)


async def test_keeping_needs_no_wait_and_is_durable_a_moment_later(store: Store) -> None:
    for number in range(100):
        store.answers.keep("s1", f"{number:064x}", _ANSWER, counted=True)
    async with asyncio.timeout(30):
        while await store.answers.count() < 100:
            await asyncio.sleep(0.01)
