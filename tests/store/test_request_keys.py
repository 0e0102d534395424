"""A named request is begun once; what was answered is kept for a while."""

from __future__ import annotations

from casework.base.clock import FrozenClock, stamp
from casework.store.records import DocumentRecord
from casework.store.store import Store
from casework.types.case import CaseDocument

LONG_AGO = "2000-01-01T00:00:00.000Z"


async def test_a_request_is_begun_once_and_its_answer_is_kept(store: Store) -> None:
    assert await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO) is None
    again = await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO)
    assert again is not None
    assert (again.request, again.status) == ("abc", 0)
    await store.request_keys.end("ada", "k", 201, {"location": "/x"}, '{"a":"\u20ac"}')
    done = await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO)
    assert done is not None
    assert (done.status, done.headers, done.answer) == (201, {"location": "/x"}, '{"a":"\u20ac"}')


async def test_the_names_of_two_senders_are_two(store: Store) -> None:
    assert await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO) is None
    assert await store.request_keys.begin("bob", "k", "xyz", kept=LONG_AGO) is None


async def test_one_that_came_to_nothing_or_is_old_may_be_begun_again(
    store: Store, clock: FrozenClock
) -> None:
    assert await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO) is None
    await store.request_keys.drop("ada", "k")
    assert await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO) is None
    clock.advance(60)
    assert await store.request_keys.begin("ada", "k", "new", kept=stamp(clock.now())) is None


async def test_none_is_left_when_a_document_is_forgotten(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    case = await store.cases.add(sheet.id, "a", "a")
    await store.documents.put(DocumentRecord("f" * 64, "a.txt", 1, "text/plain", "read"))
    await store.cases.add_document(case.id, CaseDocument("f" * 64, "a.txt"))
    assert await store.request_keys.begin("ada", "k", "abc", kept=LONG_AGO) is None
    await store.forgetting.forget(["f" * 64], who="ada", note="")
    assert await store.request_keys.begin("ada", "k", "other", kept=LONG_AGO) is None
