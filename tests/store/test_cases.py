from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import ConflictError, NotFoundError
from casework.store.records import Placed
from casework.store.store import Store
from casework.types.case import CaseDocument
from tests.store.build import add_case, add_document


async def test_a_case_is_read_back_with_its_fields_and_documents(
    store: Store, clock: FrozenClock
) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    form = await add_document(store, "form", "form.pdf")
    mail = CaseDocument(
        (await add_document(store, "mail")).sha256, "re: claim.eml", "application/pdf",
        kinds=("mail", "claim form"), reader="pdf", reader_version="1", parent=form.sha256,
    )  # fmt: skip
    made = await store.cases.add(
        sheet.id, "C-1", "Müller", fields={"amount": {"net": [1, None]}}, documents=(mail, form)
    )
    assert made.documents == (mail, form)
    assert made.fields == {"amount": {"net": [1, None]}}
    assert made.arrived_at == stamp(clock.now())
    assert await store.cases.get(made.id) == made
    assert await store.cases.by_key(sheet.id, "C-1") == made
    assert await store.cases.by_key(sheet.id, "C-2") is None
    assert [case async for case in store.cases.stream(sheet.id)] == [made]


async def test_a_key_is_taken_once_in_a_worksheet_and_free_in_another(store: Store) -> None:
    case = await add_case(store, "one")
    other = await store.worksheets.add("Other", "other.md")
    with pytest.raises(ConflictError, match="one"):
        await add_case(store, "one", case.worksheet_id)
    assert (await add_case(store, "one", other.id)).key == "one"


async def test_a_case_needs_a_worksheet_and_documents_that_are_there(store: Store) -> None:
    with pytest.raises(NotFoundError, match="worksheet"):
        await store.cases.add("nothing", "one", "One")
    sheet = await store.worksheets.add("Claims", "claims.md")
    stranger = CaseDocument("0" * 64, "stranger.pdf")
    with pytest.raises(NotFoundError, match=r"stranger\.pdf"):
        await store.cases.add(sheet.id, "one", "One", documents=(stranger,))
    assert await store.cases.count(sheet.id) == 0


async def test_cases_stream_in_the_order_in_which_they_came(store: Store) -> None:
    sheet = await store.worksheets.add("Claims", "claims.md")
    document = await add_document(store)
    made = await asyncio.gather(
        *(
            store.cases.add(sheet.id, f"k{n}", "", documents=(document,) if n % 2 else ())
            for n in range(520)
        )
    )
    assert [case async for case in store.cases.stream(sheet.id)] == made
    assert await store.cases.count(sheet.id) == 520
    some = [made[400].id, made[3].id, "nothing", made[256].id]
    only = [case async for case in store.cases.stream(sheet.id, some)]
    assert only == [made[3], made[256], made[400]]
    assert [case async for case in store.cases.stream(sheet.id, [])] == []
    other = await store.worksheets.add("Other", "other.md")
    assert [case async for case in store.cases.stream(other.id, some)] == []


async def test_cases_may_be_added_while_others_stream(store: Store) -> None:
    first = await add_case(store, "one")
    keys = []
    async for case in store.cases.stream(first.worksheet_id):
        keys.append(case.key)
        if len(keys) < 3:
            await add_case(store, f"late {len(keys)}", first.worksheet_id)
    assert keys == ["one", "late 1", "late 2"]


async def test_a_case_is_found_by_id_key_or_name(store: Store) -> None:
    one, two = await add_case(store, "one"), await add_case(store, "two")
    for words in (one.id, "one", "One"):
        assert (await store.cases.find(one.worksheet_id, words)).id == one.id
    await store.cases.rename(two.id, "One")
    assert (await store.cases.find(one.worksheet_id, "one")).id == one.id
    with pytest.raises(ConflictError, match="Several"):
        await store.cases.find(one.worksheet_id, "One")
    with pytest.raises(NotFoundError, match="three"):
        await store.cases.find(one.worksheet_id, "three")


async def test_renaming_and_setting_aside_change_nothing_else(store: Store) -> None:
    case = await add_case(store)
    await store.cases.rename(case.id, "Another")
    await store.cases.set_aside(case.id, "two cells failed")
    await store.cases.set_fields(case.id, {"a": 1})
    now = await store.cases.get(case.id)
    assert (now.name, now.set_aside, now.fields) == ("Another", "two cells failed", {"a": 1})
    assert (now.key, now.arrived_at) == (case.key, case.arrived_at)
    await store.cases.set_aside(case.id, "")
    assert (await store.cases.get(case.id)).set_aside == ""


async def test_changing_a_case_that_is_not_there_is_told(store: Store) -> None:
    for act in (store.cases.rename, store.cases.set_aside):
        with pytest.raises(NotFoundError, match="nobody"):
            await act("nobody", "x")
    with pytest.raises(NotFoundError, match="nobody"):
        await store.cases.get("nobody")


async def test_the_same_bytes_twice_are_told_and_kept_once(store: Store) -> None:
    one, two = await add_case(store, "one"), await add_case(store, "two")
    elsewhere = await add_case(store, "x", (await store.worksheets.add("Other", "o.md")).id)
    document = await add_document(store)
    assert await store.cases.add_document(one.id, document) == Placed(False)
    assert await store.cases.add_document(elsewhere.id, document) == Placed(False)
    assert await store.cases.add_document(one.id, document) == Placed(True)
    assert await store.cases.add_document(two.id, document) == Placed(False, (one.id,))
    assert await store.cases.documents(one.id) == (document,)
    assert await store.cases.holding(document.sha256) == [one.id, two.id, elsewhere.id]


async def test_a_document_moves_between_cases_with_its_name_and_kinds(store: Store) -> None:
    one, two = await add_case(store, "one"), await add_case(store, "two")
    known = await add_document(store)
    kept = CaseDocument(
        known.sha256, "receipt.pdf", known.media_type, kinds=("receipt",), reader="pdf",
        reader_version="1",
    )  # fmt: skip
    await store.cases.add_document(one.id, kept)
    await store.cases.move_document(kept.sha256, one.id, two.id)
    assert await store.cases.documents(one.id) == ()
    assert await store.cases.documents(two.id) == (kept,)
    with pytest.raises(NotFoundError):
        await store.cases.move_document(kept.sha256, one.id, two.id)
    assert await store.cases.documents(two.id) == (kept,)


async def test_moving_a_document_to_a_case_that_has_it_or_is_the_same_loses_nothing(
    store: Store,
) -> None:
    one, two = await add_case(store, "one"), await add_case(store, "two")
    document = await add_document(store)
    for case in (one, two):
        await store.cases.add_document(case.id, document)
    await store.cases.move_document(document.sha256, one.id, two.id)
    await store.cases.move_document(document.sha256, two.id, two.id)
    assert await store.cases.documents(one.id) == ()
    assert await store.cases.documents(two.id) == (document,)


async def test_a_document_read_anew_shows_so_in_its_cases(store: Store) -> None:
    case = await add_case(store)
    document = await add_document(store)
    await store.cases.add_document(case.id, document)
    known = await store.documents.get(document.sha256)
    await store.documents.put(replace(known, state="broken", reason="torn", reader_version="2"))
    (now,) = await store.cases.documents(case.id)
    assert (now.state, now.reason, now.reader_version) == ("broken", "torn", "2")
    assert now.input_digest != document.input_digest
