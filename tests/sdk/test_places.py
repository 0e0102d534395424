"""Words to places in documents, and places back to cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, UsageError
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    """A worksheet of two invoices, run without a model."""
    procedure = tmp_path / "check.md"
    procedure.write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("Invoices", procedure)
    for number, total in (("A-1", "119.00"), ("A-2", "1,119.00")):
        (tmp_path / f"{number}.txt").write_text(invoice(number, total=total), "utf-8")
    await sheet.add(tmp_path / "A-1.txt", tmp_path / "A-2.txt", cases="file")
    await sheet.run()
    return sheet


async def test_words_are_found_in_all_documents_with_what_stands_around_them(
    sheet: Worksheet,
) -> None:
    found = await sheet.documents.find("Total due: EUR")
    assert [(p.document_name, p.case_names, p.grade) for p in found.places] == [
        ("A-1.txt", ("A-1",), "exact"),
        ("A-2.txt", ("A-2",), "exact"),
    ]
    assert found.places[0].after.startswith(" 119.00")
    assert (found.documents, found.complete) == (2, True)


async def test_what_stands_literally_in_one_document_is_not_looked_for_roughly_in_others(
    sheet: Worksheet,
) -> None:
    assert [p.document_name for p in (await sheet.documents.find("EUR 1,119.00")).places] == [
        "A-2.txt"
    ]
    rewritten = (await sheet.documents.find("EUR 1119.00")).places
    assert [(p.quote, p.grade) for p in rewritten] == [("EUR 1,119.00", "normalised")]
    rough = (await sheet.documents.find("Totel due: EUR 119.00")).places
    assert [(p.quote, p.grade) for p in rough] == [("Total due: EUR 119.00", "fuzzy")]


async def test_one_case_or_document_can_be_named_and_the_limit_is_told(sheet: Worksheet) -> None:
    assert len((await sheet.documents.find("EUR", case="A-1")).places) == 3
    one = await sheet.documents.find("EUR", document="A-2.txt", limit=2)
    assert (len(one.places), one.complete, one.places[0].alike) == (2, False, 3)
    with pytest.raises(UsageError):
        await sheet.documents.find("  ")


async def test_the_page_of_a_place_can_be_drawn(sheet: Worksheet, tmp_path: Path) -> None:
    found = await sheet.documents.find("Net amount", case="A-1", pictures=tmp_path / "out")
    (place,) = found.places
    assert Path(place.picture).read_bytes().startswith(b"\x89PNG")


async def test_a_place_tells_the_cells_that_rest_on_it(sheet: Worksheet) -> None:
    uses = (await sheet.documents.where_used("A-1.txt")).uses
    assert [(use.step_name, use.shown) for use in uses] == [
        ("Invoice number", "A-1"),
        ("Net", "EUR 100.00"),
        ("VAT", "EUR 19.00"),
        ("Total due", "EUR 119.00"),
    ]
    assert {(use.case_name, use.standing) for use in uses} == {("A-1", "current")}
    (total,) = (await sheet.documents.where_used("A-1.txt", quote="Total due: EUR 119.00")).uses
    assert total.step_name == "Total due"
    box = total.stretches[0].boxes[0]
    (same,) = (await sheet.documents.where_used("A-1.txt", page=1, box=box)).uses
    assert same == total
    empty = await sheet.documents.where_used("A-1.txt", page=1, box=(0, 0, 1, 1))
    assert empty.uses == ()


async def test_a_step_that_is_gone_is_told_by_its_id(sheet: Worksheet) -> None:
    path = sheet.procedure_path
    path.write_text(path.read_text("utf-8").replace("## Total due", "## Net total"), "utf-8")
    uses = (await sheet.documents.where_used("A-1.txt", quote="119.00")).uses
    assert [(use.step_name, use.standing) for use in uses] == [("total-due", "current")]


async def test_what_there_is_not_is_refused_with_what_to_do(sheet: Worksheet) -> None:
    with pytest.raises(NotFoundError, match="does not stand in"):
        await sheet.documents.where_used("A-1.txt", quote="payable in silver")
    with pytest.raises(NotFoundError, match="has no page 7"):
        await sheet.documents.where_used("A-1.txt", page=7)
    with pytest.raises(UsageError, match="A box is on a page"):
        await sheet.documents.where_used("A-1.txt", box=(0, 0, 1, 1))
    with pytest.raises(NotFoundError):
        await sheet.documents.where_used("B.txt")
