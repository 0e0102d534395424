"""The places that people take values from: checked against the page, kept, shown, and hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.base.errors import CaseworkError, NotFoundError, UsageError
from casework.sdk.casefile.views import FieldView
from casework.sdk.deciding import Said
from casework.sdk.told_places import MOST_BOXES, MOST_PLACES, ToldPlace
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import CaseDocument
from casework.types.document import Box
from casework.types.trust import WHOLE, PromiseMade
from tests.sdk.conftest import invoice
from tests.sdk.trusted import trusted

TWICE = "\nPaid on account: EUR 19.00\nRemaining: EUR 19.00\n"


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await workspace.new_worksheet("invoices", procedure)
    for name, told in (("a", invoice("A-1") + TWICE), ("b", invoice("B-1", total="120.00"))):
        (tmp_path / f"{name}.txt").write_text(told, "utf-8")
    await made.add(tmp_path / "a.txt", tmp_path / "b.txt")
    await made.run()
    return made


async def _document(sheet: Worksheet, case: str = "a") -> CaseDocument:
    return next(one for one in await sheet.cases() if one.name == case).documents[0]


async def _at(sheet: Worksheet, quote: str, *boxes: Box, case: str = "a") -> ToldPlace:
    return ToldPlace((await _document(sheet, case)).sha256, 1, quote, boxes)


async def _field(sheet: Worksheet, id: str, case: str = "a") -> FieldView:
    file = await sheet.case_files.of(case)
    return next(one for one in file.fields if one.id == id)


async def test_a_place_is_found_on_its_page_and_is_the_first_place_of_the_value(
    sheet: Worksheet,
) -> None:
    at = await _at(sheet, "Net  amount: EUR 100.00")
    view = await sheet.correct("a", "Total due", "EUR 100.00", at=[at])
    (place,) = view.proof.citations
    assert (view.proof.kind, view.proof_word) == ("person", "person")
    assert (place.grade, place.support, place.page) == ("normalised", "yes", 1)
    assert (place.quote, place.asked) == ("Net amount: EUR 100.00", "Net  amount: EUR 100.00")
    words = (await sheet.paper.words(at.document, 1)).words
    last = next(one for one in words if one.text == "100.00")
    assert place.boxes[0].x1 == pytest.approx(last.x1)
    field = await _field(sheet, "total-due")
    assert [(one.quote, one.part, one.grade) for one in field.places] == [
        ("Net amount: EUR 100.00", "value", "normalised")
    ]


async def test_of_words_that_stand_twice_the_boxes_tell_which_are_meant(sheet: Worksheet) -> None:
    document = await _document(sheet)
    words = (await sheet.paper.words(document.sha256, 1)).words
    for one in [one for one in words if one.text == "19.00"]:
        box = Box(one.x0 + 1, one.y0 + 1, one.x1 - 1, one.y1 - 1)
        view = await sheet.correct("a", "Net", "19.00", at=[await _at(sheet, "19.00", box)])
        (place,) = view.proof.citations
        assert (place.start, place.end, place.alike) == (one.start, one.end, 1)
    beside = Box(words[-1].x0, words[-1].y1 + 30, words[-1].x1, words[-1].y1 + 40)
    view = await sheet.correct("a", "Net", "19.00", at=[await _at(sheet, "19.00", beside)])
    assert view.proof.citations[0].start == words[-1].start


async def test_words_that_do_not_stand_there_are_kept_as_they_were_told(sheet: Worksheet) -> None:
    box = Box(10, 20, 30, 40)
    at = await _at(sheet, "zwölf Euro, handschriftlich", box)
    view = await sheet.correct("a", "Net", "EUR 12.00", at=[at])
    (place,) = view.proof.citations
    assert view.shown == "EUR 12.00"
    assert (place.grade, place.support, place.boxes) == ("none", "cannot_tell", (box,))
    assert (place.page, place.quote) == (1, "zwölf Euro, handschriftlich")
    report = await sheet.cell("a", "Net")
    assert (report.citations[0].before, report.citations[0].after) == ("", "")
    assert (await _field(sheet, "net")).places[0].boxes == ((1, (box,)),)


async def test_a_value_typed_by_hand_gets_no_place_by_itself(sheet: Worksheet) -> None:
    view = await sheet.correct("a", "Total due", "EUR 100.00")
    assert (view.proof.kind, view.proof.citations) == ("person", ())


async def test_what_a_place_says_otherwise_is_told(sheet: Worksheet) -> None:
    view = await sheet.correct("a", "Net", "EUR 7.00", at=[await _at(sheet, "EUR 100.00")])
    assert view.proof.citations[0].support == "no"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"document": "0" * 64}, "no document"),
        ({"document": "'; DROP TABLE verdicts; --"}, "no document"),
        ({"page": 2}, "no page 2"),
        ({"page": 0}, "no page 0"),
        ({"page": -1}, "no page -1"),
        ({"page": 10**18}, "no page"),
        ({"quote": ""}, "words of a place"),
        ({"quote": " \n\t"}, "words of a place"),
        ({"quote": "x" * 20_001}, "words of a place"),
        ({"boxes": (Box(-50, 0, 10, 10),)}, "does not lie on page 1"),
        ({"boxes": (Box(0, 0, 10_000, 10),)}, "does not lie on page 1"),
        ({"boxes": (Box(10, 10, 5, 20),)}, "does not lie on page 1"),
        ({"boxes": (Box(0, 0, float("nan"), 10),)}, "does not lie on page 1"),
        ({"boxes": (Box(0, 0, float("inf"), 10),)}, "does not lie on page 1"),
        ({"boxes": (Box(0, 0, 1, 1),) * (MOST_BOXES + 1)}, "does not lie on page 1"),
    ],
)
async def test_a_place_that_cannot_be_is_refused_and_nothing_is_kept(
    sheet: Worksheet, told: dict[str, object], words: str
) -> None:
    good = await _at(sheet, "EUR 100.00")
    fields = {"document": good.document, "page": 1, "quote": good.quote, "boxes": (), **told}
    with pytest.raises(CaseworkError, match=words) as raised:
        await sheet.correct("a", "Net", "EUR 7.00", at=[ToldPlace(**fields)])  # type: ignore[arg-type]
    assert raised.value.http_status in (400, 404)
    assert (await sheet.cell("a", "Net")).cell.verdict is None


async def test_too_many_places_and_places_of_no_value_are_refused(sheet: Worksheet) -> None:
    at = await _at(sheet, "EUR 100.00")
    with pytest.raises(UsageError, match="places were told"):
        await sheet.correct("a", "Net", "EUR 1.00", at=[at] * (MOST_PLACES + 1))
    with pytest.raises(UsageError, match="rejected, which has no place"):
        await sheet.case_files.decide("a", "net", Said("rejected", at=(at,)))
    view = await sheet.correct("a", "Net", "EUR 100.00", at=[at, at])
    assert len(view.proof.citations) == 1


async def test_a_document_of_another_case_is_none_of_this_one(sheet: Worksheet) -> None:
    other = await _at(sheet, "EUR 120.00", case="b")
    with pytest.raises(NotFoundError) as raised:
        await sheet.correct("a", "Net", "EUR 120.00", at=[other])
    assert raised.value.code == "place.no_document"


async def test_undo_and_redo_take_the_place_along(sheet: Worksheet) -> None:
    at = await _at(sheet, "EUR 100.00")
    before = (await sheet.cell("a", "Total due")).cell.proof
    await sheet.correct("a", "Total due", "EUR 100.00", at=[at])
    view = await sheet.undo("a", "Total due")
    assert view.proof == before
    view = await sheet.redo("a", "Total due")
    assert [one.quote for one in view.proof.citations] == ["EUR 100.00"]


async def test_of_an_accepted_value_the_place_of_the_person_comes_first(sheet: Worksheet) -> None:
    words = (await sheet.paper.words((await _document(sheet)).sha256, 1)).words
    found = (await sheet.cell("a", "VAT")).cell.proof
    last = [one for one in words if one.text == "19.00"][-1]
    box = Box(last.x0, last.y0, last.x1, last.y1)
    said = Said("accepted", at=(await _at(sheet, "19.00", box),))
    view = await sheet.case_files.decide("a", "vat", said)
    assert [one.start for one in view.proof.citations] == [
        last.start,
        *(one.start for one in found.citations),
    ]
    assert view.proof.kind == found.kind


async def test_the_place_leads_to_the_value_and_stands_in_history_and_export(
    sheet: Worksheet, tmp_path: Path
) -> None:
    at = await _at(sheet, "EUR 100.00")
    await sheet.correct("a", "Total due", "EUR 100.00", at=[at], who="Ada")
    uses = await sheet.documents.where_used(at.document, page=1, quote="EUR 100.00")
    told = [(one.step_id, one.who, one.shown) for one in uses.current]
    assert ("total-due", "Ada", "EUR 100.00") in told
    assert ("net", "", "EUR 100.00") in told
    last = (await sheet.past.history("a", "Total due"))[-1]
    assert [(one.quote, one.page) for one in last.places] == [("EUR 100.00", 1)]
    trace = (await sheet.case_files.trace("a", "total-due")).as_json()
    assert "EUR 100.00" in json.dumps(trace["history"])
    await sheet.export(tmp_path / "out.json")
    case = json.loads((tmp_path / "out.json").read_text("utf-8"))["cases"][0]
    cell = case["cells"]["total-due"]
    assert cell["proof"]["citations"][0]["quote"] == "EUR 100.00"
    assert cell["verdict"]["citations"][0]["page"] == 1
    columns = (await sheet.frame()).to_struct_array().to_pylist()
    row = next(one for one in columns if (one["case"], one["step"]) == ("a", "Total due"))
    assert (row["quote"], row["grade"], row["page"]) == ("EUR 100.00", "exact", 1)


async def test_an_answer_read_blind_keeps_its_place(workspace: Workspace, tmp_path: Path) -> None:
    bills = await trusted(workspace, tmp_path, 3)
    (tmp_path / "bill.txt").write_text("Net amount: EUR 10.00\n", "utf-8")
    await bills.sheet.add(tmp_path / "bill.txt", case="case 0001")
    made = PromiseMade(WHOLE, 0.05, 0.1, "Ada", bills.now())
    await bills.store.promises.make(bills.sheet_id, made)
    place = (bills.cases["case 0001"], "net")
    await bills.store.audits.draw([place[0]], 0.5, [], bills.now())
    item = await bills.sheet.desk.take(*place)
    assert item.item.blind
    document = item.item.pages[0].document
    said = Said("corrected", "EUR 10.00", at=(ToldPlace(document, 1, "EUR 10.00"),))
    answered = await bills.sheet.desk.answer(*place, said)
    assert (answered.kept, answered.agrees) == ("accepted", True)
    view = (await bills.sheet.cell("case 0001", "Net")).cell
    assert [(one.quote, one.support) for one in view.proof.citations] == [("EUR 10.00", "yes")]
    assert view.proof.kind == "person"  # the machine's own is unproved


async def test_a_draft_beside_it_and_its_adoption_leave_the_place_where_it_is(
    sheet: Worksheet,
) -> None:
    at = await _at(sheet, "EUR 100.00")
    await sheet.correct("a", "Total due", "EUR 100.00", at=[at])
    told = sheet.procedure_path.read_text("utf-8")
    assert "including tax" in told
    sheet.procedure_path.write_text(told.replace("including tax", "with tax"), "utf-8")
    await sheet.changes.run()
    beside = (await sheet.cell("a", "Total due")).cell
    assert [one.quote for one in beside.proof.citations] == ["EUR 100.00"]
    await sheet.changes.adopt()
    after = (await sheet.cell("a", "Total due")).cell
    assert after.shown == "EUR 100.00"
    assert [one.quote for one in after.proof.citations] == ["EUR 100.00"]
    await sheet.bulk.accept()
    assert (await sheet.cell("a", "Net")).cell.proof.citations


# rights


@pytest.fixture
async def mixed(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    """A case with a paper for everybody and one of north's, with a value taken from the latter."""
    made = await workspace.new_worksheet("mixed", procedure)
    (tmp_path / "open.txt").write_text(invoice("A-1"), "utf-8")
    (tmp_path / "closed.txt").write_text("Secret agreement: EUR 471.00 net\n", "utf-8")
    await made.add(tmp_path / "open.txt", case="one")
    await made.run()
    await made.add(tmp_path / "closed.txt", case="one", readers=["north"])
    case = (await made.cases())[0]
    closed = next(one for one in case.documents if one.name == "closed.txt")
    at = ToldPlace(closed.sha256, 1, "EUR 471.00")
    await made.correct("one", "Net", "EUR 471.00", at=[at], note="see the agreement")
    return made


async def test_who_may_not_read_the_document_sees_nothing_of_what_was_taken_from_it(
    mixed: Worksheet, tmp_path: Path
) -> None:
    folder = tmp_path / "workspace"
    async with await Workspace.open(folder, flags={"person.groups": "south"}) as opened:
        south = await opened.worksheet("mixed")
        report = await south.cell("one", "Net")
        row = (await south.table()).rows[0]
        (tmp_path / "south").mkdir()
        path = await south.export(tmp_path / "south" / "out.json")
        told = [repr(report), repr(row), path.read_text("utf-8")]
        told.append(repr(await south.past.history("one", "Net")))
        told.append(repr(await south.case_files.of("one")))
        document = next(one for one in row.case.documents if one.sha256)
        told.append(repr(await south.documents.where_used(document.sha256)))
        for text in told:
            assert "471.00" not in text
            assert "Secret" not in text
            assert "agreement" not in text
        assert report.cell.hidden
        closed = (await mixed.cases())[0].documents[1].sha256
        at = ToldPlace(closed, 1, "Secret")
        with pytest.raises(NotFoundError):
            await south.correct("one", "VAT", "EUR 1.00", at=[at])
    async with await Workspace.open(folder, flags={"person.groups": "north"}) as opened:
        north = await opened.worksheet("mixed")
        assert (await north.cell("one", "Net")).cell.proof.citations[0].quote == "EUR 471.00"


async def test_what_reads_the_value_is_closed_to_the_same_people(mixed: Worksheet) -> None:
    await mixed.run()
    row = (await mixed.table()).rows[0]
    agree = next(one for one in row.cells if one.step_id == "sums-agree")
    assert agree.readers == frozenset({"north"})


async def test_a_forgotten_document_takes_the_value_and_its_quote_along(
    workspace: Workspace, mixed: Worksheet
) -> None:
    closed = next(one for one in (await mixed.cases())[0].documents if one.name == "closed.txt")
    await workspace.forget(closed.sha256)
    report = await mixed.cell("one", "Net")
    assert report.cell.shown == "EUR 100.00"
    assert report.cell.verdict is None
    assert "471.00" not in repr(report)
