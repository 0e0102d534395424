"""Who may read a document, and what its readers do to the labels of what came from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import InputError
from casework.base.ids import uuid7
from casework.store.readers import reader_groups
from casework.store.store import Store
from casework.types.case import Outcome
from casework.types.label import LEARNED, Label
from casework.types.learned import Gate, Stored, Version
from tests.store.build import AT, add_case, add_document, citation, recorded, verdict, write

NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})


async def test_a_document_without_a_row_is_open_to_everybody(store: Store) -> None:
    document = await add_document(store)
    assert await store.readers.of([document.sha256]) == {document.sha256: None}
    assert not await store.readers.used()


async def test_cases_are_loaded_with_the_readers_of_their_documents(store: Store) -> None:
    case = await add_case(store)
    closed, opened = await add_document(store, "a"), await add_document(store, "b")
    for document in (closed, opened):
        await store.cases.add_document(case.id, document)
    await store.readers.set([closed.sha256], NORTH, who="Ada")
    documents = (await store.cases.get(case.id)).documents
    assert [document.readers for document in documents] == [NORTH, None]


async def test_the_same_bytes_for_another_group_are_read_by_both(store: Store) -> None:
    document = await add_document(store)
    await store.readers.grant([document.sha256], NORTH, who="Ada")
    await store.readers.grant([document.sha256], SOUTH, who="Ben")
    assert (await store.readers.of([document.sha256]))[document.sha256] == NORTH | SOUTH


async def test_what_was_open_to_everybody_stays_so_when_it_is_handed_in_again(
    store: Store,
) -> None:
    case, document = await add_case(store), await add_document(store)
    await store.cases.add_document(case.id, document)
    await store.readers.grant([document.sha256], NORTH, who="Ada")
    assert (await store.readers.of([document.sha256]))[document.sha256] is None


async def test_everybody_may_be_let_in_again(store: Store) -> None:
    document = await add_document(store)
    await store.readers.set([document.sha256], NORTH, who="Ada")
    await store.readers.set([document.sha256], None, who="Ada")
    assert (await store.readers.of([document.sha256]))[document.sha256] is None


async def test_what_was_attached_is_found_below_its_mail(store: Store) -> None:
    case = await add_case(store)
    mail, paper, inner = [await add_document(store, text) for text in ("m", "p", "i")]
    await store.cases.add_document(case.id, mail)
    for child, parent in ((paper, mail), (inner, paper)):
        await store.cases.add_document(case.id, replace(child, parent=parent.sha256))
    assert set(await store.readers.below([mail.sha256])) == {
        mail.sha256,
        paper.sha256,
        inner.sha256,
    }


async def _label(store: Store, id: str) -> Label:
    return (await store.cells.outcome(id)).outcome.label


async def test_values_of_a_document_follow_its_readers(store: Store) -> None:
    case = await add_case(store)
    one, two = await add_document(store, "a"), await add_document(store, "b")
    both = Outcome("value", "1", label=Label(frozenset({one.sha256, two.sha256})))
    other = Outcome("value", "2", label=Label(frozenset({two.sha256})))
    told, beside = recorded(both, seed="x"), recorded(other, seed="y")
    await store.cells.commit(write(case, "total", told))
    await store.cells.commit(write(case, "date", beside))
    await store.readers.set([one.sha256], NORTH | SOUTH, who="Ada")
    await store.readers.set([two.sha256], NORTH, who="Ada")
    assert (await _label(store, told.id)).readers == NORTH
    assert (await _label(store, beside.id)).readers == NORTH
    await store.readers.set([two.sha256], None, who="Ada")
    assert (await _label(store, told.id)).readers == NORTH | SOUTH
    assert (await _label(store, beside.id)).readers is None


async def test_what_a_person_took_from_a_document_follows_its_readers(store: Store) -> None:
    case, paper = await add_case(store), await add_document(store)
    label = Label(frozenset({paper.sha256}))
    quote = citation(document=paper.sha256)
    taken = replace(verdict(case, "total", "corrected", "1"), citations=(quote,), label=label)
    await store.verdicts.add(taken)
    await store.readers.set([paper.sha256], NORTH, who="Ada")
    (said,) = await store.verdicts.of_cell(case.id, "total")
    assert said.label == Label(frozenset({paper.sha256}), NORTH)
    await store.readers.set([paper.sha256], None, who="Ada")
    assert await store.verdicts.of_cell(case.id, "total") == [taken]


async def test_what_something_learned_had_a_part_in_is_never_opened_wider(store: Store) -> None:
    case, document = await add_case(store), await add_document(store)
    await store.readers.set([document.sha256], NORTH, who="Ada")
    sources = frozenset({document.sha256, f"{LEARNED}v1"})
    told = recorded(Outcome("value", "1", label=Label(sources, NORTH)))
    await store.cells.commit(write(case, "total", told))
    await store.readers.set([document.sha256], None, who="Ada")
    assert (await _label(store, told.id)).readers == NORTH


async def test_a_version_is_taken_out_of_work_when_its_audience_may_not_read_its_documents(
    store: Store,
) -> None:
    case, document = await add_case(store), await add_document(store)
    arrays = Stored(b"", {"calibration": None})
    gate = Gate(True, 5, 5, 0.5, 0.9, 2, 0, "better")
    label = Label(frozenset({document.sha256}))
    version = Version(
        uuid7(), case.worksheet_id, "total", 1, "live", "zero", arrays.sha256, gate, AT, label=label
    )
    await store.learned.add(version, arrays)
    await store.readers.set([document.sha256], NORTH, who="Ada")
    found = await store.learned.get(version.id)
    assert (found.state, found.label.readers, found.decided_by) == ("retired", NORTH, "Ada")
    assert "not open to all of its readers" in found.reason


async def test_what_was_learned_of_documents_that_are_not_here_is_never_opened_wider(
    store: Store,
) -> None:
    """A version that was taken in names documents of other workspaces, of which nothing is known
    but for whom it was taken in."""
    case, document = await add_case(store), await add_document(store)
    await store.readers.set([document.sha256], NORTH, who="Ada")
    arrays = Stored(b"", {})
    gate = Gate(True, 5, 5, 0.5, 0.9, 2, 0, "better")
    label = Label(frozenset({document.sha256, "f" * 64}), NORTH)
    version = Version(
        uuid7(), case.worksheet_id, "total", 1, "offered", "zero", arrays.sha256, gate, AT,
        "north", label=label,
    )  # fmt: skip
    await store.learned.add(version, arrays)
    await store.readers.set([document.sha256], None, who="Ada")
    assert (await store.learned.get(version.id)).label.readers == NORTH


def test_groups_are_named_with_commas_in_any_letters() -> None:
    found = reader_groups(["Claims-North, auditors", "ops@hq"])
    assert found == frozenset({"claims-north", "auditors", "ops@hq"})
    assert reader_groups(["everybody"]) is None


@pytest.mark.parametrize("words", [[""], ["a|b"], ["nobody"], ["everybody,north"], ["two words"]])
def test_what_is_no_name_of_a_group_is_refused(words: list[str]) -> None:
    with pytest.raises(InputError):
        reader_groups(words)
