"""Columns of tables in their rows, and rows that are parts of documents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from casework.base.errors import DocumentError
from casework.documents.splitting.parts import parts_of
from casework.procedures.compile import compile_procedure
from casework.steps.given import GivenStep
from casework.steps.prompt import cell_pieces
from casework.steps.python import value_in_python
from casework.steps.sources import Sources
from casework.steps.split import SplitStep
from casework.types.case import CaseRecord, Effective, value_digest
from casework.types.document import Document
from casework.types.label import Label
from casework.types.needs import StepInput, StepTask
from casework.types.procedure import Procedure, Step
from casework.types.proof import Citation, Proof
from casework.types.values import Json, ValueType
from tests.steps.material import Shelf

LINES = """## Lines
- type: table: Item, Amount (number)
### Check
- by: model
Is {Amount} right for {Item}?
"""
BILL = "Bill\n\nPump P-10    120.00\nValve V-2     80.00\nTotal        200.00\n"
FEED = "\f"


def given_task(shelf: Shelf, column: str, row: dict[str, Json], proof: Proof) -> StepTask:
    procedure: Procedure = compile_procedure(LINES)
    table = procedure.step("lines")
    step = next(one for one in table.nested if one.id == column)
    case = CaseRecord("row", "rows", "r", "r", tuple(shelf.members), row)
    whole: Json = [row]
    read = Effective(whole, "", value_digest(whole, ""), Label(), proof)
    return StepTask(procedure, step, case, (), {"lines": StepInput(table, read)}, "2026-01-02")


def table_proof(shelf: Shelf) -> Proof:
    (member,) = shelf.members
    return Proof("quoted", (Citation(member.sha256, member.name, 1, 0, 500, BILL, (), "exact"),))


async def test_a_column_of_a_row_is_proved_by_its_place_in_the_row() -> None:
    shelf = Shelf({"bill.txt": BILL})
    row: dict[str, Json] = {"item": "Valve V-2", "amount": "80"}
    outcome = await GivenStep(Sources(shelf)).run(
        given_task(shelf, "amount", row, table_proof(shelf))
    )
    assert (outcome.kind, outcome.value) == ("value", "80")
    (citation,) = outcome.proof.citations
    assert "80.00" in citation.quote
    assert "120" not in citation.quote
    assert outcome.proof.solid


async def test_a_place_that_cannot_be_told_is_that_of_the_table() -> None:
    shelf = Shelf({"bill.txt": BILL})
    row: dict[str, Json] = {"item": "Seal", "amount": "7"}
    proof = table_proof(shelf)
    outcome = await GivenStep(Sources(shelf)).run(given_task(shelf, "amount", row, proof))
    assert outcome.proof.citations == proof.citations
    assert outcome.proof.note


async def test_a_figure_of_a_row_is_read_by_the_scale_over_its_column() -> None:
    table = (
        "| Item | Pieces | EUR thousand |\n|---|---|---|\n| Pump | 3 | 120 |\n| Seal | 4 | 80 |\n"
    )
    shelf = Shelf({"list.md": table})
    for amount, solid in (("80000", True), ("80", False)):
        row: dict[str, Json] = {"item": "Seal", "amount": amount}
        task = given_task(shelf, "amount", row, table_proof(shelf))
        assert (await GivenStep(Sources(shelf)).run(task)).proof.solid is solid


async def test_a_figure_of_a_row_that_is_only_about_right_is_not_proved() -> None:
    shelf = Shelf({"bill.txt": "Bill\n\nPump P-10    120.00\nSeal S-1    approx. 80.00\n"})
    row: dict[str, Json] = {"item": "Seal S-1", "amount": "80"}
    task = given_task(shelf, "amount", row, table_proof(shelf))
    assert not (await GivenStep(Sources(shelf)).run(task)).proof.solid


async def test_an_empty_place_in_a_row_is_not_found() -> None:
    shelf = Shelf({"bill.txt": BILL})
    row: dict[str, Json] = {"item": "Seal", "amount": None}
    outcome = await GivenStep(Sources(shelf)).run(
        given_task(shelf, "amount", row, table_proof(shelf))
    )
    assert (outcome.kind, outcome.absence) == ("absent", "not_found")
    assert outcome.reason == "the row has no Amount"


async def test_a_row_of_a_table_that_a_person_wrote_is_the_persons() -> None:
    shelf = Shelf({})
    row: dict[str, Json] = {"item": "Seal", "amount": "7"}
    task = given_task(shelf, "amount", row, Proof("person", note="by hand"))
    outcome = await GivenStep(Sources(shelf)).run(task)
    assert (outcome.proof.kind, outcome.proof.note) == ("person", "by hand")


def paged(*texts: str) -> Document:
    """A document with these pages, made of text documents."""
    pages = []
    whole: Document | None = None
    for number, text in enumerate(texts, 1):
        shelf = Shelf({f"{number}.txt": text})
        whole = shelf.document(f"{number}.txt")
        pages += [replace(page, number=number) for page in whole.pages[:1]]
    assert whole is not None
    return replace(whole, pages=tuple(pages))


FIRST = "Invoice\nInvoice no. 4711\n\nPump 10.00\n"
SECOND = "Invoice\nInvoice no. 4712\n\nValve 20.00\n"


@pytest.mark.parametrize(
    ("pages", "parts"),
    [
        ([FIRST, SECOND], [(1, 1), (2, 2)]),
        ([FIRST, FIRST.replace("Pump", "Hose"), SECOND], [(1, 2), (3, 3)]),
        (["Page 1 of 2\nx", "Page 2 of 2\nx", "Page 1 of 1\nx"], [(1, 2), (3, 3)]),
        (["Seite 1 von 2\nx", "Seite 2 von 2\nx"], [(1, 2)]),
        ([FIRST, "and so on", SECOND], [(1, 2), (3, 3)]),
        (["a letter", "goes on"], [(1, 2)]),
        ([FIRST, "Delivery note\n\nPump 1\n"], [(1, 1), (2, 2)]),
        ([], []),
    ],
)
def test_a_part_begins_at_a_page_that_looks_like_a_first_page(
    pages: list[str], parts: list[tuple[int, int]]
) -> None:
    document = paged(*pages) if pages else replace(paged("x"), pages=())
    assert parts_of(document) == parts


async def test_the_pages_of_a_part_keep_their_numbers() -> None:
    shelf = Shelf({"bundle.txt": "x"})
    shelf.put("bundle.txt", paged(FIRST, SECOND, "third"))
    (member,) = shelf.members
    sources = Sources(shelf)
    (part,) = await sources.open((replace(member, first_page=2, last_page=3),))
    assert [page.number for page in part.document.pages] == [2, 3]
    (whole,) = await sources.open((member,))
    assert len(whole.document.pages) == 3


async def test_pages_that_a_document_does_not_have_are_told() -> None:
    shelf = Shelf({"bundle.txt": "x"})
    shelf.put("bundle.txt", paged(FIRST, SECOND))
    (member,) = shelf.members
    with pytest.raises(DocumentError, match="has 2 pages, and pages 2 to 4 are asked for"):
        await Sources(shelf).open((replace(member, first_page=2, last_page=4),))


async def test_without_a_model_a_document_is_split_at_its_first_pages() -> None:
    shelf = Shelf({"bundle.txt": "x"})
    shelf.put("bundle.txt", paged(FIRST, FIRST, SECOND))
    procedure = compile_procedure(
        "## Parts\n- type: table: Kind, Pages\n- split: pages\n### Total\n- type: money\n"
    )
    case = CaseRecord("case", "sheet", "k", "k", tuple(shelf.members))
    task = StepTask(procedure, procedure.step("parts"), case, tuple(shelf.members), {}, "2026")
    outcome = await SplitStep(Sources(shelf)).run(task)
    assert outcome.value == [{"Kind": None, "Pages": "1-2"}, {"Kind": None, "Pages": "3"}]
    assert [citation.page for citation in outcome.proof.citations] == [1, 3]


async def test_a_model_reads_a_column_of_all_rows_row_by_row() -> None:
    step = Step("lines.amount", "Lines.Amount", ValueType("number", many=True), "given")
    read = Effective(["10", "20"], "", "mark", Label(), Proof("derived"), "2 of 3 rows")
    (piece,) = cell_pieces({"lines.amount": StepInput(step, read)})
    assert piece.text.splitlines() == [
        "row | Lines.Amount",
        "1 | 10",
        "2 | 20",
        "only 2 of 3 rows have an answer yet",
    ]


async def test_a_function_is_given_a_column_of_all_rows_as_numbers() -> None:
    step = Step("lines.amount", "Lines.Amount", ValueType("number", many=True), "given")
    read = Effective(["10", "20"], "", "mark", Label(), Proof("derived"))
    assert value_in_python(StepInput(step, read)) == [Decimal(10), Decimal(20)]
