"""Forgetting: what came from a document is taken out of the rows, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import LeaseHeldError
from casework.base.ids import uuid7
from casework.store.forgetting import FORGOTTEN, SWEPT
from casework.store.schema import tables
from casework.store.store import Store
from casework.types.case import CaseDocument, CaseRecord, Outcome
from casework.types.label import LEARNED, Label
from casework.types.learned import Gate, Stored, Version
from casework.types.message import ModelAnswer
from casework.types.proof import Citation, Proof
from casework.types.quality import Assessed, Quality
from casework.types.rows import RowsWrite, RowWrite
from casework.types.run import RunRecord
from tests.store.build import AT, add_case, add_document, recorded, span, verdict, write

MARK = "Rosalind Marker"
"""What stands in the document that is forgotten, in everything that comes from it."""


async def _case(store: Store, key: str, text: str) -> tuple[CaseRecord, CaseDocument]:
    case = await add_case(store, key)
    document = await add_document(store, text, f"{text}.pdf")
    await store.cases.add_document(case.id, document)
    return case, document


def _outcome(document: CaseDocument, value: str = MARK) -> Outcome:
    quote = Citation(document.sha256, document.name, 1, 0, 5, value, (), "exact", "yes")
    return Outcome(
        "value",
        value,
        reason="",
        proof=Proof("quoted", (quote,), note=value),
        label=Label(frozenset({document.sha256})),
        spans=(span(prompt=f"{value} " * 40), span(prompt="the same for all " * 40)),
        signals={"chance": 0.5},
    )


async def _fill(store: Store, case: CaseRecord, document: CaseDocument) -> None:
    """Everything that may hold something of a document."""
    value = f"{MARK} of {document.name}"
    told = recorded(_outcome(document, value), seed=document.sha256)
    await store.cells.commit(write(case, "name", told))
    await store.verdicts.add(replace(verdict(case, "name", "corrected", value), note=value))
    await store.recognised.keep(document.sha256, 1, "engine", value)
    store.answers.keep(case.worksheet_id, uuid7(), ModelAnswer(value, model="m"), counted=True)
    assessed = Assessed(Quality(), None)
    await store.assessments.put(document.sha256, "1", (), assessed, lambda one, other: None)


async def _everything(store: Store) -> str:
    """Every row of every table, as text."""
    found = []
    for table in tables():
        rows = await store.database.rows(f"SELECT * FROM {table.name}")
        found += [f"{table.name} {row}" for row in rows]
    return "\n".join(found)


async def test_nothing_of_a_forgotten_document_is_left_in_any_table(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    other, kept = await _case(store, "two", "kept")
    await _fill(store, case, document)
    await _fill(store, other, kept)
    await store.forgetting.forget([document.sha256], who="Ada", note="asked for")
    told = await _everything(store)
    assert f"{MARK} of kept.pdf" in told
    assert f"{MARK} of gone.pdf" not in told
    assert "gone.pdf" not in told
    named = [line for line in told.splitlines() if document.sha256 in line]
    assert [line.split()[0] for line in named] == ["forgotten"]


async def test_a_cell_whose_value_was_forgotten_waits_to_be_run_without_it(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    await _fill(store, case, document)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    cell = (await store.cells.of_case(case.id))["name"]
    assert (cell.state, cell.machine, cell.human) == ("idle", None, None)
    assert cell.reason.startswith("forgotten on ")
    assert cell.reason.endswith(" by Ada")
    (past,) = await store.cells.history(case.id, "name")
    assert (past.outcome.kind, past.outcome.code, past.outcome.value) == ("failed", FORGOTTEN, None)
    assert not past.outcome.signals
    assert past.outcome.label == Label()


async def test_a_verdict_that_was_forgotten_cannot_be_brought_back(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    await _fill(store, case, document)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    await store.verdicts.add(verdict(case, "name", "redone"))
    assert (await store.cells.of_case(case.id))["name"].human is None


async def test_a_case_that_keeps_a_document_keeps_what_came_from_that(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    other = await add_document(store, "kept", "kept.pdf")
    await store.cases.add_document(case.id, other)
    await _fill(store, case, document)
    told = recorded(_outcome(other, "stays"), seed="other")
    await store.cells.commit(write(case, "date", told))
    await store.verdicts.add(verdict(case, "decision", "corrected", "pay"))
    remains, _ = await store.forgetting.forget([document.sha256], who="Ada", note="")
    cells = await store.cells.of_case(case.id)
    assert cells["date"].machine is not None
    assert cells["date"].machine.outcome.value == "stays"
    assert cells["decision"].human is not None
    assert {step for _, step in remains.written} == {"decision"}
    assert [d.name for d in await store.cases.documents(case.id)] == ["kept.pdf"]


async def test_what_a_person_took_from_it_goes_though_the_machine_read_another(
    store: Store,
) -> None:
    case, document = await _case(store, "one", "gone")
    other = await add_document(store, "kept", "kept.pdf")
    await store.cases.add_document(case.id, other)
    await store.cells.commit(write(case, "name", recorded(_outcome(other, "of the other"))))
    quote = Citation(document.sha256, document.name, 1, 0, 5, MARK, (), "exact", "yes")
    label = Label(frozenset({document.sha256}))
    said = replace(verdict(case, "name", "corrected", MARK), citations=(quote,), label=label)
    await store.verdicts.add(said)
    remains, counts = await store.forgetting.look([document.sha256])
    assert (len(remains.verdicts), counts.verdicts) == (1, 1)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert MARK not in await _everything(store)
    cell = (await store.cells.of_case(case.id))["name"]
    assert cell.human is None
    assert cell.machine is not None
    assert cell.machine.outcome.value == "of the other"
    assert await store.database.rows("SELECT * FROM verdict_places") == []


async def test_what_a_person_wrote_goes_with_the_only_document_of_a_case(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    await store.verdicts.add(verdict(case, "decision", "corrected", MARK))
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert MARK not in await _everything(store)


async def test_a_value_that_was_replaced_since_leaves_the_newer_one_alone(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    other = await add_document(store, "kept", "kept.pdf")
    await store.cases.add_document(case.id, other)
    await store.cells.commit(write(case, "name", recorded(_outcome(document), seed="a")))
    newer = recorded(_outcome(other, "stays"), seed="b")
    await store.cells.commit(write(case, "name", newer))
    given = replace(verdict(case, "name", "accepted", "stays"), against=newer.id)
    await store.verdicts.add(given)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    cell = (await store.cells.of_case(case.id))["name"]
    assert cell.machine is not None
    assert cell.machine.id == newer.id
    assert cell.human is not None
    assert cell.human.id == given.id
    assert MARK not in await _everything(store)


async def test_texts_that_other_work_used_as_well_stay(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    other, kept = await _case(store, "two", "kept")
    await _fill(store, case, document)
    await _fill(store, other, kept)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert "the same for all" in await _everything(store)
    (left,) = await store.cells.history(other.id, "name")
    spans = await store.spans.of_outcome(left.id)
    assert {part.text for one in spans for part in one.parts} >= {"the same for all " * 40}


async def test_what_was_learned_of_it_goes_and_work_done_with_it_loses_its_texts(
    store: Store,
) -> None:
    case, document = await _case(store, "one", "gone")
    other, kept = await _case(store, "two", "kept")
    stored = Stored(b"arrays", {"seen": MARK})
    gate = Gate(True, 5, 5, 0.5, 0.9, 2, 0, "better")
    label = Label(frozenset({document.sha256, kept.sha256}))
    version = Version(
        uuid7(), case.worksheet_id, "name", 1, "live", "zero", stored.sha256, gate, AT, label=label
    )
    await store.learned.add(version, stored)
    sources = frozenset({kept.sha256, f"{LEARNED}{version.id}"})
    told = replace(_outcome(kept, "own"), label=Label(sources), spans=(span(prompt=MARK * 40),))
    found = recorded(told)
    await store.cells.commit(write(other, "name", found))
    remains, _ = await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert [row[0] for row in remains.versions] == [version.id]
    assert await store.learned.of_worksheet(case.worksheet_id) == []
    assert (await store.cells.outcome(found.id)).outcome.value == "own"
    assert MARK not in await _everything(store)
    (left,) = await store.forgotten.unfinished()
    assert len(left.blobs) == 2  # its own bytes, and the arrays that were learned


async def test_the_rows_of_its_tables_go_with_it(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    sheets = await store.rows.make_sheets(case.worksheet_id, ["lines"], AT)
    await store.cells.commit(write(case, "lines", recorded(_outcome(document))))
    row = RowWrite(uuid7(), MARK, {"name": MARK})
    await store.rows.put(
        RowsWrite(sheets["lines"], case.id, "lines", "digest", "source", AT, (row,))
    )
    inner = await store.cases.get(row.id)
    await store.cells.commit(write(inner, "name", recorded(_outcome(document), seed="row")))
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert MARK not in await _everything(store)
    assert (await store.rows.of(sheets["lines"], [case.id])) == {}
    assert await store.rows.made_from([case.id]) == {}


async def test_looking_first_changes_nothing(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    await _fill(store, case, document)
    before = await _everything(store)
    remains, counts = await store.forgetting.look([document.sha256])
    assert await _everything(store) == before
    assert (counts.outcomes, counts.quotes, counts.verdicts) == (1, 1, 1)
    assert (counts.answers, counts.recognised_pages, counts.texts) == (1, 1, 2)
    assert len(remains.places) == 1


async def test_nothing_is_forgotten_while_a_run_works_on_it(store: Store) -> None:
    case, document = await _case(store, "one", "gone")
    await store.runs.start(RunRecord(uuid7(), case.worksheet_id, "running", AT, "", 1))
    with pytest.raises(LeaseHeldError):
        await store.forgetting.forget([document.sha256], who="Ada", note="")
    assert await store.documents.find(document.sha256) is not None


async def test_a_case_that_bore_its_name_bears_it_no_longer(store: Store) -> None:
    case = await add_case(store, "gone")
    document = await add_document(store, "x", "gone.pdf")
    await store.cases.add_document(case.id, document)
    await store.forgetting.forget([document.sha256], who="Ada", note="")
    after = await store.cases.get(case.id)
    assert (after.key, after.name) == (f"forgotten {case.id[-8:]}",) * 2


async def test_all_swept_tables_are_there(store: Store) -> None:
    assert set(SWEPT) <= {table.name for table in tables()}
    assert await store.database.sweep(SWEPT)
