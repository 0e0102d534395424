"""Files that hold several documents: where they are cut, and moving cuts later."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.sdk.splitting import Cuts, SplitView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.documents.samples import pdf


def page(number: str, part: int, of: int, *, total: str = "") -> list[tuple[float, float, str]]:
    """A page of an invoice with its number and its place in it."""
    head = [(72, 60, "Invoice"), (72, 90, f"Invoice number: {number}"), (400, 60, "Acme Ltd")]
    end = [(72, 200, f"Total due: EUR {total}")] if total else [(72, 200, "carried forward")]
    return [*head, *end, (72, 800, f"Page {part} of {of}")]


BUNDLE = [
    page("A-101", 1, 2),
    page("A-101", 2, 2, total="119.00"),
    page("B-202", 1, 1, total="40.00"),
    page("C-303", 1, 3),
    page("C-303", 2, 3),
    page("C-303", 3, 3, total="77.00"),
]


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path) -> Worksheet:
    return await workspace.new_worksheet("invoices", procedure)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(BUNDLE))
    return path


def ranges(view: SplitView) -> list[tuple[int, int]]:
    return [(part.first, part.last) for part in view.parts]


async def pages(sheet: Worksheet) -> dict[str, tuple[int, int]]:
    """The cases by name, with the pages of their only document."""
    return {
        case.name: (case.documents[0].first_page, case.documents[0].last_page)
        for case in await sheet.cases()
    }


async def test_a_bundle_is_told_when_it_is_added_and_nothing_is_cut(
    sheet: Worksheet, scan: Path
) -> None:
    added = await sheet.add(scan)
    assert added.files[0].parts == 3
    view = await sheet.splitting.look("scan.pdf")
    assert ranges(view) == [(1, 2), (3, 3), (4, 6)]
    assert (view.split, view.bundle, view.made) == (False, True, "cases")
    assert [part.document_number for part in view.parts] == ["A-101", "B-202", "C-303"]
    assert all(part.reason for part in view.parts)
    assert all(part.sure > 0.8 for part in view.parts)
    assert await pages(sheet) == {"scan": (0, 0)}


async def test_a_document_of_several_pages_is_left_alone(sheet: Worksheet, tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf(BUNDLE[3:]))
    assert (await sheet.add(path)).files[0].parts == 0
    assert ranges(await sheet.splitting.look("one")) == [(1, 3)]


async def test_accepted_parts_are_cases_that_read_their_pages_alone(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    view = await sheet.splitting.split("scan.pdf", who="Ann")
    assert view.split
    assert [part.fate for part in view.parts] == ["new", "new", "new"]
    assert await pages(sheet) == {"scan 1-2": (1, 2), "scan 3": (3, 3), "scan 4-6": (4, 6)}
    await sheet.run()
    totals = [(await sheet.cell(name, "Total due")).cell for name in ("scan 1-2", "scan 4-6")]
    assert [cell.shown for cell in totals] == ["EUR 119.00", "EUR 77.00"]
    assert totals[1].proof.citations[0].page == 6, "pages keep the numbers of the file"
    (record,) = await sheet.splitting.history("scan.pdf")
    assert (record.who, record.how, len(record.parts)) == ("Ann", "accepted", 3)


async def test_moving_a_cut_keeps_verdicts_where_pages_stay_the_same(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf", Cuts(at=(3, 5)))
    await sheet.run()
    await sheet.accept("scan 1-2", "Total due")
    await sheet.correct("scan 3-4", "Net", "EUR 1.00")
    view = await sheet.splitting.split("scan.pdf", Cuts(at=(3, 4)))
    assert [part.fate for part in view.parts] == ["stays", "changes", "new"]
    names = await pages(sheet)
    assert names["scan 1-2"] == (1, 2)
    first = (await sheet.cell("scan 1-2", "Total due")).cell
    assert first.verdict is not None
    plan = await sheet.plan(cases=["scan 1-2"])
    assert plan.count() == 0, "its pages stayed the same: nothing runs again"
    assert view.gone == ("scan 5-6",)


async def test_a_case_comes_back_with_its_pages_and_all_that_was_decided(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf")
    await sheet.run()
    await sheet.accept("scan 4-6", "Total due")
    ids = {case.name: case.id for case in await sheet.cases()}
    joined = await sheet.splitting.split("scan.pdf", Cuts(join="2-3"))
    assert ranges(joined) == [(1, 2), (3, 6)]
    assert joined.gone == ("scan 4-6",)
    assert set(await pages(sheet)) == {"scan 1-2", "scan 3"}
    again = await sheet.splitting.split("scan.pdf", Cuts(also=(4,)))
    assert [part.fate for part in again.parts] == ["stays", "comes back", "comes back"] or [
        part.fate for part in again.parts
    ] == ["stays", "changes", "comes back"]
    assert {case.name: case.id for case in await sheet.cases()}["scan 4-6"] == ids["scan 4-6"]
    assert (await sheet.cell("scan 4-6", "Total due")).cell.verdict is not None


async def test_whole_again_is_the_case_that_it_was(sheet: Worksheet, scan: Path) -> None:
    await sheet.add(scan)
    (before,) = await sheet.cases()
    await sheet.splitting.split("scan.pdf", Cuts(each_page=True))
    assert len(await sheet.cases()) == 6
    view = await sheet.splitting.split("scan.pdf", Cuts(whole=True))
    assert len(view.gone) == 6
    assert await sheet.cases() == [before]
    history = await sheet.splitting.history("scan.pdf")
    assert [record.how for record in history] == ["each page", "whole"]
    with pytest.raises(ConflictError, match="is not split"):
        await sheet.splitting.split("scan.pdf", Cuts(whole=True))


async def test_in_a_case_with_other_files_parts_become_documents_of_it(
    sheet: Worksheet, scan: Path, tmp_path: Path
) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear all, see the invoices.\n", "utf-8")
    await sheet.add(scan, other, case="claim")
    view = await sheet.splitting.split("scan.pdf")
    assert view.made == "documents"
    (case,) = await sheet.cases()
    told = [(d.name, d.first_page, d.last_page) for d in case.documents if d.last_page]
    assert told == [("scan.pdf 1-2", 1, 2), ("scan.pdf 3", 3, 3), ("scan.pdf 4-6", 4, 6)]
    assert all("invoice" in d.kinds for d in case.documents if d.last_page)
    cases = await sheet.splitting.split("scan.pdf", Cuts(), made="cases")
    assert cases.made == "cases"
    assert {case.name for case in await sheet.cases()} == {
        "claim", "scan 1-2", "scan 3", "scan 4-6",
    }  # fmt: skip
    await sheet.splitting.split("scan.pdf", Cuts(whole=True))
    (case,) = await sheet.cases()
    assert sorted(d.name for d in case.documents) == ["letter.txt", "scan.pdf"]


async def test_a_split_file_that_comes_again_is_left_out(sheet: Worksheet, scan: Path) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf")
    again = await sheet.add(scan)
    assert "the same bytes" in again.left_out[0].left_out
    assert len(await sheet.cases()) == 3


async def test_another_file_of_that_name_is_told_apart_by_its_case(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf")
    scan.write_bytes(pdf(BUNDLE[2:3]))
    await sheet.add(scan)
    assert (await pages(sheet))["scan"] == (0, 0)
    with pytest.raises(UsageError, match="Several"):
        await sheet.splitting.look("scan.pdf")
    assert (await sheet.splitting.look("scan.pdf", case="scan")).pages == 1
    assert (await sheet.splitting.look("scan.pdf", case="scan 4-6")).pages == 6


async def test_a_part_can_be_moved_to_another_case(sheet: Worksheet, scan: Path) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf")
    await sheet.move("scan.pdf 3", case="scan 3", to="scan 1-2")
    cases = {case.name: [d.name for d in case.documents] for case in await sheet.cases()}
    assert cases["scan 1-2"] == ["scan.pdf 1-2", "scan.pdf 3"]


async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    for cuts, words in (
        (Cuts(at=(9,)), "no page 9"),
        (Cuts(join="2-9"), "does not name parts"),
        (Cuts(join="x"), "does not name parts"),
        (Cuts(at=(2,), each_page=True), "several ways"),
    ):
        with pytest.raises(UsageError, match=words):
            await sheet.splitting.split("scan.pdf", cuts)
    with pytest.raises(NotFoundError, match="no document"):
        await sheet.splitting.look("nothing.pdf")
    assert await pages(sheet) == {"scan": (0, 0)}


async def test_bundles_are_cut_as_they_come_where_that_is_wanted(
    sheet: Worksheet, scan: Path, tmp_path: Path
) -> None:
    single = tmp_path / "single.pdf"
    single.write_bytes(pdf(BUNDLE[2:3]))
    added = await sheet.add(scan, single)
    (view,) = await sheet.splitting.split_bundles(added)
    assert view.name == "scan.pdf"
    assert len(await sheet.cases()) == 4


async def test_a_file_in_two_cases_is_split_in_each_by_itself(
    sheet: Worksheet, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        folder = tmp_path / "inbox" / name
        folder.mkdir(parents=True)
        (folder / "scan.pdf").write_bytes(pdf(BUNDLE))
        (folder / "note.txt").write_text(f"For {name}.", "utf-8")
    await sheet.add(tmp_path / "inbox")
    await sheet.splitting.split("scan.pdf", Cuts(at=(3,)), case="one")
    await sheet.splitting.split("scan.pdf", Cuts(at=(4,)), case="two")
    held = {
        case.name: [(one.first_page, one.last_page) for one in case.documents if one.last_page]
        for case in await sheet.cases()
    }
    assert held == {"one": [(1, 2), (3, 6)], "two": [(1, 3), (4, 6)]}
    assert ranges(await sheet.splitting.look("scan.pdf", case="one")) == [(1, 2), (3, 6)]
    (record,) = await sheet.splitting.history("scan.pdf", case="two")
    assert [(part.first, part.last) for part in record.parts] == [(1, 3), (4, 6)]
    with pytest.raises(UsageError, match="Several cases"):
        await sheet.splitting.look("scan.pdf")


async def test_a_split_file_keeps_the_name_that_it_has_in_its_worksheet(
    workspace: Workspace, sheet: Worksheet, scan: Path, procedure: Path
) -> None:
    await sheet.add(scan)
    other = await workspace.new_worksheet("other", procedure)
    await other.add(scan.rename(scan.with_name("pile.pdf")))
    await other.splitting.split("pile.pdf")
    view = await other.splitting.split("pile", Cuts(at=(3,)))
    assert [part.name for part in view.parts] == ["pile.pdf 1-2", "pile.pdf 3-6"]


async def test_parts_of_one_file_are_not_taken_for_the_same_file(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf", Cuts())
    views = await sheet.documents.page()
    assert [(view.first_page, view.last_page) for view in views] == [(1, 2), (3, 3), (4, 6)]
    assert not [flag for view in views for flag in view.flags if flag.code == "same_bytes"]
    used = await sheet.documents.where_used("scan.pdf", page=3)
    assert used.document_name == "scan.pdf"


async def test_words_are_found_in_the_part_that_has_their_page(
    sheet: Worksheet, scan: Path
) -> None:
    await sheet.add(scan)
    await sheet.splitting.split("scan.pdf", Cuts())
    for asked in ("", "scan.pdf"):
        found = await sheet.documents.find("EUR 40.00", document=asked)
        (place,) = found.places
        assert (place.page, place.document_name, place.case_names) == (3, "scan.pdf 3", ("scan 3",))
    assert (await sheet.documents.find("EUR 40.00", case="scan 3")).places
    assert not (await sheet.documents.find("EUR 40.00", case="scan 4-6")).places
    assert not (await sheet.documents.find("EUR 40.00", document="scan.pdf 4-6")).places
