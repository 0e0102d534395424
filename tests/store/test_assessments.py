"""Reports of documents, and like documents found without comparing all with all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import NotFoundError
from casework.store.assessments import Assessment, LikeDocument
from casework.store.store import Store
from casework.types.case import CaseDocument
from casework.types.quality import Alike, Assessed, HiddenText, Quality, Sketch
from tests.store.build import add_case
from tests.store.test_documents import document

_QUALITY = Quality(pages=3, words=250, language="de", hidden=(HiddenText("tiny", 2, "pay", 1),))


def _sketch(name: str, *keys: int) -> Sketch:
    return Sketch(f"{name:0>64}", 3, (1, 2, 3), keys=keys)


def _by_keys(one: Sketch, other: Sketch) -> Alike | None:
    """As alike as the share of their keys that they have in common."""
    if one.text == other.text:
        return Alike("same_text", 1.0)
    share = len(set(one.keys) & set(other.keys)) / len(one.keys)
    return Alike("nearly_same" if share > 0.8 else "similar", share) if share else None


async def _put(store: Store, name: str, *keys: int, text: str = "") -> str:
    record = document(name)
    await store.documents.put(record)
    made = Assessed(_QUALITY, _sketch(text or name, *keys) if keys else None)
    await store.assessments.put(record.sha256, "1.1", ("!hidden_text",), made, _by_keys)
    return record.sha256


async def test_a_report_is_read_back_as_it_was(store: Store) -> None:
    sha256 = await _put(store, "a", 1, 2)
    assert await store.assessments.many([sha256, "ff" * 32]) == {
        sha256: Assessment(sha256, "1.1", ("!hidden_text",), _QUALITY)
    }


async def test_a_document_that_is_not_there_has_no_report(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.assessments.put("ff" * 32, "1.1", (), Assessed(Quality()), _by_keys)


async def test_like_documents_find_each_other_the_likest_first(store: Store) -> None:
    a = await _put(store, "a", 1, 2, 3, 4, 5, 6)
    b = await _put(store, "b", 1, 2, 9, 10, 11, 12)
    await _put(store, "c", 70, 71)
    d = await _put(store, "d", 1, 2, 3, 4, 5, 6, 7)
    found = await store.assessments.alike([d, a])
    assert found[d] == [
        LikeDocument(a, "nearly_same", 6 / 7, later=False),
        LikeDocument(b, "similar", 2 / 7, later=False),
    ]
    assert found[a] == [
        LikeDocument(d, "nearly_same", 6 / 7, later=True),
        LikeDocument(b, "similar", 2 / 6, later=True),
    ]


async def test_the_same_words_are_found_without_a_common_key(store: Store) -> None:
    a = await _put(store, "a", 1, text="f00")
    b = await _put(store, "b", 2, text="f00")
    assert await store.assessments.alike([b]) == {b: [LikeDocument(a, "same_text", 1.0, False)]}


async def test_a_key_of_a_template_is_not_kept_for_ever_and_rare_keys_still_find(
    store: Store,
) -> None:
    for number in range(70):
        await _put(store, f"letter {number}", 5, 1_000 + number)
    row = await store.database.row("SELECT count(*) FROM likeness_keys WHERE likeness_key = 5")
    assert row == (64,)
    again = await _put(store, "letter 68 again", 5, 1_068)
    found = await store.assessments.alike([again])
    assert found[again][0].kind == "nearly_same"
    assert len(found[again]) == 8


async def test_reading_anew_takes_back_what_the_document_was_like(store: Store) -> None:
    a = await _put(store, "a", 1, 2, 3)
    b = await _put(store, "b", 1, 2, 3)
    assert (await store.assessments.alike([a]))[a][0].sha256 == b
    await _put(store, "b", 50, 51)
    assert await store.assessments.alike([a, b]) == {}
    c = await _put(store, "c", 50, 51)
    assert (await store.assessments.alike([c]))[c][0].sha256 == b


async def test_reading_anew_with_the_same_words_keeps_what_it_is_like(store: Store) -> None:
    a = await _put(store, "a", 1, 2, 3)
    b = await _put(store, "b", 1, 2, 3)
    await _put(store, "b", 1, 2, 3)
    assert [like.sha256 for like in (await store.assessments.alike([b]))[b]] == [a]
    row = await store.database.row("SELECT count(*) FROM likeness_keys")
    assert row == (6,)


async def test_a_document_of_few_words_is_like_none(store: Store) -> None:
    await _put(store, "a")
    b = await _put(store, "b")
    assert await store.assessments.alike([b]) == {}


async def test_keys_of_all_64_bits_but_the_sign_are_kept(store: Store) -> None:
    a = await _put(store, "a", 2**63 - 1)
    b = await _put(store, "b", 2**63 - 1)
    assert [like.sha256 for like in (await store.assessments.alike([a]))[a]] == [b]


async def test_the_report_of_a_damaged_name_is_kept(store: Store) -> None:
    record = document("a")
    await store.documents.put(record)
    odd = replace(_QUALITY, hidden=(HiddenText("tiny", 1, "nul\0 and \ud800", 1),))
    await store.assessments.put(record.sha256, "1.1", (), Assessed(odd), _by_keys)
    kept = (await store.assessments.many([record.sha256]))[record.sha256]
    assert kept.quality.hidden[0].page == 1


async def test_like_documents_of_a_worksheet_come_in_pairs(store: Store) -> None:
    a = await _put(store, "a", 1, 2, 3)
    b = await _put(store, "b", 1, 2, 9)
    await _put(store, "c", 70, 71)
    case = await add_case(store)
    assert await store.assessments.pairs(case.worksheet_id) == []
    for sha256 in (a, b):
        await store.cases.add_document(case.id, CaseDocument(sha256, sha256))
    assert await store.assessments.pairs(case.worksheet_id) == [(b, a)]
