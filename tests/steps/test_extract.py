"""Documents read without a model: a citation is exact by construction, an absence names pages."""

from __future__ import annotations

from dataclasses import replace

from casework.steps.extract import ExtractStep
from casework.steps.sources import Sources
from casework.types.case import Outcome
from tests.steps.material import Shelf, task

PROCEDURE = "# P\n\n## Total due\n- type: money\n\n## Licence number\n- type: number\n"
BILL = "Bill\n\nNet amount: EUR 100.00\nTotal due: EUR 119.00\n"


async def read(step: str, shelf: Shelf) -> Outcome:
    return await ExtractStep(Sources(shelf)).run(task(PROCEDURE, step, shelf))


async def test_a_value_is_a_piece_of_its_page() -> None:
    shelf = Shelf({"bill.txt": BILL})
    outcome = await read("total-due", shelf)
    assert outcome.value == {"amount": "119.00", "currency": "EUR"}
    (citation,) = outcome.proof.citations
    (source,) = await shelf.sources()
    page = source.document.pages[0]
    assert page.text[citation.start : citation.end] == citation.quote
    assert (citation.grade, citation.support, outcome.proof.solid) == ("exact", "yes", True)
    assert citation.boxes or not page.words


async def test_a_value_in_poorly_recognised_words_is_shown_but_not_proved() -> None:
    shelf = Shelf({"scan.txt": BILL})
    made = shelf.document("scan.txt")
    (page,) = made.pages
    poor = tuple(0.4 if page.text[w.start : w.end] == "119.00" else 0.98 for w in page.words)
    seen = replace(page, read_by="ocr", confidences=poor)
    shelf.put("scan.txt", replace(made, pages=(seen,)))
    outcome = await read("total-due", shelf)
    assert outcome.value == {"amount": "119.00", "currency": "EUR"}
    assert outcome.proof.citations[0].support == "cannot_tell"
    assert not outcome.proof.solid


async def test_what_is_not_there_is_not_found_with_the_pages_searched() -> None:
    outcome = await read("licence-number", Shelf({"note.txt": "Thank you for your visit.\n"}))
    assert (outcome.kind, outcome.absence) == ("absent", "not_found")
    assert outcome.reason
    assert outcome.proof.searched[0].pages == (1,)


async def test_what_may_stand_in_a_document_that_cannot_be_read_is_unreadable() -> None:
    shelf = Shelf({"note.txt": "Thank you.\n", "torn.pdf": "%PDF-1.4 torn"})
    outcome = await read("licence-number", shelf)
    assert outcome.absence == "unreadable"
    assert "torn.pdf" in outcome.reason


async def test_a_case_without_a_readable_document_is_unreadable_and_says_why() -> None:
    outcome = await read("total-due", Shelf({"torn.pdf": "%PDF-1.4 torn"}))
    assert (outcome.kind, outcome.absence) == ("absent", "unreadable")
    assert outcome.reason.startswith("torn.pdf (")


async def test_the_second_document_is_cited_when_the_value_stands_there() -> None:
    outcome = await read("total-due", Shelf({"a.txt": "Hello.\n", "b.txt": BILL}))
    assert outcome.proof.citations[0].document_name == "b.txt"


STATEMENT = (
    "| EUR thousand | 2024 | 2023 |\n|---|---|---|\n| Revenue | 1,204 | 1,100 |\n"
    "| Cost of sales | (800) | (790) |\n"
)
ORDER = (
    "| Item | Quantity | Unit price | Amount |\n|---|---|---|---|\n"
    "| Paper | 2 | 120.00 | 240.00 |\n| Ink | 4 | 2.50 | 10.00 |\n"
)


async def run(procedure: str, step: str, shelf: Shelf) -> Outcome:
    return await ExtractStep(Sources(shelf)).run(task(procedure, step, shelf))


async def test_a_figure_of_a_statement_cites_its_cell_its_row_and_its_column() -> None:
    procedure = "# P\n\n## Cost of sales 2023\n- type: money\n"
    outcome = await run(procedure, "cost-of-sales-2023", Shelf({"s.md": STATEMENT}))
    assert outcome.value == {"amount": "-790000.00", "currency": "EUR"}
    quotes = [citation.quote for citation in outcome.proof.citations]
    assert quotes == ["(790)", "Cost of sales", "2023", "EUR thousand"]
    assert outcome.proof.solid


async def test_each_cell_of_a_table_is_cited_with_what_it_is() -> None:
    procedure = "# P\n\n## Lines\n- type: table: Item, Quantity (number), Amount (money)\n"
    outcome = await run(procedure, "lines", Shelf({"o.md": ORDER}))
    assert isinstance(outcome.value, list)
    whole, *cells = outcome.proof.citations
    assert whole.quote.startswith("Paper")
    assert [(cell.asked, cell.quote, cell.support) for cell in cells[:3]] == [
        ("Item, row 1", "Paper", "yes"),
        ("Quantity, row 1", "2", "yes"),
        ("Amount, row 1", "240.00", "yes"),
    ]
    assert len(cells) == 6


async def test_words_beside_a_figure_that_make_it_doubtful_are_not_overlooked() -> None:
    shelf = Shelf({"bill.txt": "Bill\n\nTotal due: approximately EUR 119.00\n"})
    outcome = await read("total-due", shelf)
    assert outcome.value == {"amount": "119.00", "currency": "EUR"}
    assert outcome.proof.citations[0].support == "cannot_tell"
    assert not outcome.proof.solid


async def test_a_figure_read_without_the_scale_of_its_heading_is_not_proved() -> None:
    table = "| Position | EUR thousand |\n|---|---|\n| Total due | 1,204 |\n| Net | 1,000 |\n"
    outcome = await read("total-due", Shelf({"table.md": table}))
    assert outcome.value == {"amount": "1204.00", "currency": "EUR"}
    assert outcome.proof.citations[0].support == "cannot_tell"
