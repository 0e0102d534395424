"""A case as a form: sections, places through to the documents, decisions on what was shown, the
work behind a cell, pages for a viewer; and what is not told to whom it is not open."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from casework.base.errors import CaseworkError, ConflictError, NotFoundError, RightsError
from casework.sdk.casefile.views import CaseFile, FieldView
from casework.sdk.deciding import Said
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from casework.types.trust import WHOLE, PromiseMade
from tests.sdk.conftest import invoice, use_model
from tests.sdk.test_nested import ACME
from tests.sdk.test_nested import PROCEDURE as ORDERS
from tests.sdk.test_written import NET, VAT, WRITES
from tests.sdk.test_written import PROCEDURE as LETTERS
from tests.sdk.trusted import trusted

AT = "2026-01-02T00:00:00.000Z"


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await workspace.new_worksheet("invoices", procedure)
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    (tmp_path / "b.txt").write_text(invoice("A-2", total="120.00"), "utf-8")
    await made.add(tmp_path / "a.txt", tmp_path / "b.txt")
    await made.run()
    return made


def field(file: CaseFile, id: str) -> FieldView:
    return next(one for one in file.fields if one.id == id)


async def test_fields_are_laid_out_in_sections_with_the_currency_in_the_heading(
    sheet: Worksheet,
) -> None:
    file = await sheet.case_files.of("a")
    told = [(one.title, one.unit, [field.id for field in one.fields]) for one in file.sections]
    assert told == [
        ("From the documents", "", ["invoice-number"]),
        ("Amounts", "EUR", ["net", "vat", "total-due"]),
        ("Checks and decisions", "", ["sums-agree", "decision"]),
    ]
    assert field(file, "net").shown == "100.00"
    assert [one.name for one in file.documents] == ["a.txt"]
    assert (file.cost_usd, file.conflicts, file.hidden) == (0, 0, 0)


async def test_a_derived_value_leads_through_its_inputs_to_their_places(sheet: Worksheet) -> None:
    decision = field(await sheet.case_files.of("a"), "decision")
    assert [one.quote for one in decision.places] == ["EUR 100.00", "EUR 19.00", "EUR 119.00"]
    assert {one.part for one in decision.places} == {"input"}
    (agree,) = decision.inputs
    assert (agree.field, [one.number for one in agree.places]) == ("sums-agree", [1, 2, 3])
    agrees = field(await sheet.case_files.of("a"), "sums-agree")
    assert agrees.expression == "Net + VAT == Total due"
    assert [one.of for one in agrees.places] == ["Net", "VAT", "Total due"]


async def test_nobody_accepts_what_they_did_not_see(sheet: Worksheet) -> None:
    seen = field(await sheet.case_files.of("a"), "net")
    with pytest.raises(ConflictError) as raised:
        await sheet.case_files.decide("a", "net", Said("accepted", against="something else"))
    assert raised.value.code == "case.changed_meanwhile"
    view = await sheet.case_files.decide("a", "net", Said("accepted", against=seen.against))
    assert view.verdict is not None
    assert view.verdict.against == seen.against


async def test_what_is_typed_is_told_before_it_is_kept(sheet: Worksheet) -> None:
    told = await sheet.case_files.typed("a", "net", "1.250,00")
    assert (told.shown, told.problem) == ("EUR 1,250.00", "")
    wrong = await sheet.case_files.typed("a", "net", "soon")
    assert wrong.shown == ""
    assert "soon" in wrong.problem


async def test_values_on_the_pages_are_suggested_with_their_places(sheet: Worksheet) -> None:
    found = await sheet.case_files.suggest("a", "vat")
    assert found[0].shown == "EUR 19.00"
    assert {"EUR 100.00", "EUR 119.00"} <= {one.shown for one in found}
    assert all(one.place.boxes for one in found)
    quotes = [one.quote for one in found]
    assert len(quotes) == len(set(quotes))


async def test_the_rows_of_a_table_are_fields_that_can_be_decided_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "order.md").write_text(ORDERS, "utf-8")
    (tmp_path / "acme.csv").write_text(ACME, "utf-8")
    sheet = await workspace.new_worksheet("orders", tmp_path / "order.md")
    await sheet.add(tmp_path / "acme.csv")
    await sheet.run()
    file = await sheet.case_files.of("acme")
    table = next(one for one in file.sections if one.rows)
    assert [step.id for step in table.columns][-1] == "agreed"
    row = table.rows[1]
    asked = next(one for one in row.fields if one.cell.step_id == "agreed")
    assert [one.said for one in asked.choices] == ["yes", "no"]
    view = await sheet.case_files.decide("acme", "agreed", Said("corrected", "yes"), row=row.id)
    assert (view.case_id, view.shown) == (row.id, "yes")
    assert (await sheet.case_files.home(row.id)).id == file.case.id
    with pytest.raises(NotFoundError):
        await sheet.case_files.decide("acme", "agreed", Said("corrected", "yes"), row="gone")


async def test_every_sentence_of_a_document_leads_to_what_it_rests_on(
    workspace: Workspace, tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [WRITES, NET, VAT]})
    (tmp_path / "check.md").write_text(LETTERS, "utf-8")
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    async with await Workspace.create(tmp_path / "second") as opened:
        sheet = await opened.new_worksheet("check", tmp_path / "check.md")
        await sheet.add(tmp_path / "a.txt")
        await sheet.run()
        file = await sheet.case_files.of("a")
        memo, letter = field(file, "memo"), field(file, "letter")
        assert [one.holds for one in memo.claims] == [True, False]
        assert memo.claims[0].section == "Amounts"
        assert memo.claims[0].fields == (("net", "Net"), ("vat", "VAT"))
        assert [one.of for one in memo.claims[0].places] == ["Net", "VAT"]
        assert "forgery" in memo.claims[1].problem
        assert letter.claims[0].fields == (("net", "Net"),)
        trace = await sheet.case_files.trace("a", "net")
        work = trace.works[0]
        assert (work.model, work.usage.calls) == ("scripted-2026-01-01", 1)
        told = str(trace.as_json())
        assert "Net amount: EUR 100.00" in told
        assert work.fingerprint in told
        assert trace.work_of(trace.history[0]) is work
        assert [check.holds for check in work.checks] == [True]


async def test_a_cell_that_is_to_be_read_blind_tells_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = await trusted(workspace, tmp_path, 4)
    await made.store.promises.make(made.sheet_id, PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT))
    drawn = made.cases["case 0002"]
    before = field(await made.sheet.case_files.of(drawn), "net")
    await made.store.audits.draw([drawn], 0.5, [drawn], AT)
    blind = field(await made.sheet.case_files.of(drawn), "net")
    assert (blind.blind, blind.shown, blind.places, blind.against) == (True, "", (), "")
    assert before.cell.shown == "EUR 10"
    assert "EUR 10" not in str(blind)
    files = made.sheet.case_files
    for read in (files.trace(drawn, "net"), files.suggest(drawn, "net")):
        with pytest.raises(ConflictError, match="drawn at random"):
            await read


async def test_what_is_hidden_has_neither_pages_nor_places_nor_work(
    workspace: Workspace, sheet: Worksheet
) -> None:
    sha256 = (await sheet.cases())[0].documents[0].sha256
    await sheet.documents.set_readers(sha256, ["board"])
    ada = workspace.acting_as(Person("p1", "Ada", "reviewer", frozenset({"clerks"})))
    seen = await ada.worksheet("invoices")
    file = await seen.case_files.of((await sheet.cases())[0].id)
    assert (file.hidden, file.documents) == (1, ())
    assert all(not one.places and not one.shown for one in file.fields if one.step.reads_documents)
    for read in (seen.paper.words(sha256, 1), seen.paper.picture(sha256, 1, 400)):
        with pytest.raises(NotFoundError):
            await read
    with pytest.raises(NotFoundError):
        await seen.paper.original(sha256)
    with pytest.raises(RightsError):
        await seen.case_files.trace(file.case.id, "net")


async def test_pages_have_words_with_boxes_and_pictures_no_wider_than_asked(
    sheet: Worksheet,
) -> None:
    sha256 = (await sheet.cases())[0].documents[0].sha256
    (leaf,) = await sheet.paper.leaves(sha256)
    words = await sheet.paper.words(sha256, 1)
    assert leaf.width_pt == words.width_pt
    texts = [word.text for word in words.words]
    assert "INVOICE" in texts
    for word in words.words:
        assert words.text[word.start : word.end] == word.text
        assert 0 <= word.x0 < word.x1 <= leaf.width_pt
    picture = await sheet.paper.picture(sha256, 1, 333)
    assert int.from_bytes(picture[16:20]) <= 333
    with pytest.raises(CaseworkError):
        await sheet.paper.words(sha256, 99)


async def test_a_case_shows_itself_in_a_notebook_with_crops_and_without_any_script(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "bills.md").write_text("# Bills\n\n## Total due <i>\n- type: money\n", "utf-8")
    (tmp_path / "<script>x.txt").write_text("<script>y</script> Total due: EUR 3.00\n", "utf-8")
    sheet = await workspace.new_worksheet("bills", tmp_path / "bills.md")
    await sheet.add(tmp_path / "<script>x.txt")
    await sheet.run()
    file = await sheet.case_files.of("1", crops=True)
    html = file._repr_html_()
    assert "<script" not in html
    assert "<i>" not in html
    assert "EUR 3.00" in html
    assert "light-dark(" in html
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', html)
    assert picture is not None
    assert base64.b64decode(picture[1]).startswith(b"\x89PNG")
    assert "<img" not in (await sheet.case_files.of("1"))._repr_html_()
