"""The documents of a worksheet: in order, by name, and where else they are."""

from __future__ import annotations

from casework.base.hashing import sha256_text
from casework.store.shelf import OnShelf
from casework.store.store import Store
from casework.types.case import CaseDocument
from tests.store.test_documents import document


async def _sheet(store: Store, name: str, cases: dict[str, list[str]]) -> str:
    record = await store.worksheets.add(name, f"{name}.md")
    for case, names in cases.items():
        documents = []
        for each in names:
            await store.documents.put(document(each))
            documents.append(CaseDocument(sha256_text(each), f"{each}.pdf", "application/pdf"))
        await store.cases.add(record.id, case, case, documents=documents)
    return record.id


def _told(found: list[OnShelf]) -> list[tuple[str, str]]:
    return [(one.name, one.case_name) for one in found]


async def test_documents_come_case_by_case_a_page_at_a_time(store: Store) -> None:
    sheet = await _sheet(store, "bills", {"one": ["a", "b"], "two": ["c"], "three": ["a"]})
    assert await store.shelf.count(sheet) == 4
    assert _told(await store.shelf.page(sheet, limit=3)) == [
        ("a.pdf", "one"), ("b.pdf", "one"), ("c.pdf", "two"),
    ]  # fmt: skip
    assert _told(await store.shelf.page(sheet, skip=3)) == [("a.pdf", "three")]
    (_, last) = await store.shelf.page(sheet, skip=2)
    assert _told(await store.shelf.page(sheet, case_ids=[last.case_id])) == [("a.pdf", "three")]


async def test_a_document_is_found_by_name_its_beginning_and_its_digest(store: Store) -> None:
    sheet = await _sheet(store, "bills", {"one": ["lease", "lease v2"], "two": ["100%_sure"]})
    assert _told(await store.shelf.named(sheet, "lease.pdf")) == [("lease.pdf", "one")]
    assert len(await store.shelf.named(sheet, "LEASE")) == 2
    assert _told(await store.shelf.named(sheet, "100%_s")) == [("100%_sure.pdf", "two")]
    assert await store.shelf.named(sheet, "1%") == []
    digest = sha256_text("lease")
    assert _told(await store.shelf.named(sheet, digest[:8])) == [("lease.pdf", "one")]
    assert await store.shelf.beginning(digest[:10]) == [digest]
    assert await store.shelf.beginning("0" * 20) == []


async def test_the_cases_that_hold_a_document_are_told_and_counted(store: Store) -> None:
    await _sheet(store, "bills", {f"case {n}": ["terms"] for n in range(6)})
    await _sheet(store, "other", {"else": ["terms", "own"]})
    terms, own = sha256_text("terms"), sha256_text("own")
    found = await store.shelf.holders([terms, own, sha256_text("nothing")])
    assert [one.case_name for one in found[terms]] == ["case 0", "case 1", "case 2", "case 3"]
    assert found[terms][0].homes == 7
    assert [(one.worksheet, one.homes) for one in found[own]] == [("other", 1)]
    assert set(found) == {terms, own}
