"""Two groups of readers: what came from one's documents is hidden from the other, at every door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, RightsError, UsageError
from casework.sdk.rights import NOT_YOURS, Rights, rights_of
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import CaseDocument, CaseRecord, Cell, Outcome, Recorded
from casework.types.label import Label
from tests.sdk.conftest import PROCEDURE, invoice

NORTH, SOUTH, SHARED = "N-4711", "S-1147", "A-1"


async def _as(folder: Path, groups: str) -> tuple[Workspace, Worksheet]:
    """The workspace as a person of these groups opens it."""
    workspace = await Workspace.open(folder, flags={"person.groups": groups})
    return workspace, await workspace.worksheet()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an invoice of north's, one of south's, and one for everybody."""
    place = tmp_path_factory.mktemp("readers")
    procedure = PROCEDURE.replace("## Net\n", "## Net\n- review: always\n")
    (place / "check.md").write_text(procedure, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEWORK_CONFIG", str(place))
        asyncio.run(_make(place))
    return place / "workspace"


async def _make(place: Path) -> None:
    async with await Workspace.create(place / "workspace") as workspace:
        sheet = await workspace.new_worksheet("Invoices", place / "check.md")
        for number, net, readers in (
            (NORTH, "471.00", ["north"]),
            (SOUTH, "114.00", ["south"]),
            (SHARED, "100.00", []),
        ):
            file = place / f"{number}.txt"
            file.write_text(invoice(number, net=net), "utf-8")
            await sheet.add(file, cases="file", readers=readers)
        await sheet.run()


@pytest.fixture
async def north(folder: Path) -> AsyncIterator[Worksheet]:
    """The worksheet as somebody in north sees it."""
    workspace, sheet = await _as(folder, "North")
    yield sheet
    await workspace.close()


def _hides(text: str) -> bool:
    return not any(secret in text for secret in (SOUTH, "114.00", "114,00"))


async def test_who_names_no_group_reads_everything(folder: Path) -> None:
    workspace, sheet = await _as(folder, "")
    async with workspace:
        table = await sheet.table()
    assert not any(cell.hidden for row in table.rows for cell in row.cells)
    assert {row.case.name for row in table.rows} == {NORTH, SOUTH, SHARED}


async def test_values_carry_the_readers_of_their_documents_and_of_what_they_read(
    north: Worksheet,
) -> None:
    table = await north.table()
    of_north, _, of_all = table.rows
    assert {cell.readers for cell in of_north.cells} == {frozenset({"north"})}
    assert {cell.readers for cell in of_all.cells} == {None}


async def test_hidden_cells_have_a_state_and_nothing_else(north: Worksheet) -> None:
    hidden = (await north.table()).rows[1]
    assert hidden.case.name.startswith(NOT_YOURS)
    assert [d.name for d in hidden.case.documents] == [NOT_YOURS]
    for cell in hidden.cells:
        assert cell.hidden
        assert cell.state == "value"
        assert (cell.shown, cell.value, cell.reason) == ("", None, NOT_YOURS)
        assert (cell.proof.citations, cell.verdict, cell.machine_shown) == ((), None, "")


async def test_no_export_or_frame_tells_what_is_hidden(north: Worksheet, tmp_path: Path) -> None:
    for name in ("out.csv", "out.json"):
        path = await north.export(tmp_path / name)
        told = path.read_text("utf-8-sig")
        assert NORTH in told
        assert SHARED in told
        assert NOT_YOURS in told
        assert _hides(told)
    for wide in (False, True):
        frame = await north.frame(wide=wide)
        told = json.dumps({name: frame.column(name).to_pylist() for name in frame.column_names})
        assert NORTH in told
        assert _hides(told)
    assert _hides(await north.html())


async def test_a_hidden_cell_is_reported_without_quotes_history_or_documents(
    folder: Path, north: Worksheet
) -> None:
    case = (await north.table()).rows[1].case.id
    report = await north.cell(case, "Net")
    assert report.cell.hidden
    assert (report.citations, report.history) == ((), ())
    assert [d.sha256 for d in report.documents] == [""]
    assert await north.past.history(case, "Net") == ()
    report = await north.cell(case, "Sums agree")
    assert all(read.hidden for read in report.inputs)


async def test_nobody_decides_on_what_they_may_not_read(north: Worksheet) -> None:
    case = (await north.table()).rows[1].case.id
    with pytest.raises(RightsError):
        await north.accept(case, "Net")
    with pytest.raises(RightsError):
        await north.correct(case, "Net", "EUR 1.00")


async def test_many_cells_at_once_are_never_hidden_ones(folder: Path, north: Worksheet) -> None:
    workspace, everything = await _as(folder, "")
    async with workspace:
        assert (await everything.bulk.accept(steps=["Net"], dry=True)).cells == 3
    assert (await north.bulk.accept(steps=["Net"], dry=True)).cells == 2


async def test_hidden_documents_are_not_there(folder: Path, north: Worksheet) -> None:
    seen = [view.name async for view in north.documents.all()]
    assert seen == [f"{NORTH}.txt", f"{SHARED}.txt"]
    with pytest.raises(NotFoundError):
        await north.documents.of(f"{SOUTH}.txt")
    with pytest.raises(NotFoundError):
        await north.documents.picture(f"{SOUTH}.txt")
    everything = [f"{view.alike}{view.flags}" async for view in north.documents.all()]
    assert _hides("".join(everything))


async def test_hidden_words_are_not_found_and_hidden_uses_not_told(north: Worksheet) -> None:
    assert (await north.documents.find(SOUTH)).places == ()
    assert (await north.documents.find(NORTH)).places != ()
    found = await north.documents.where_used(f"{NORTH}.txt")
    assert {use.case_name for use in found.uses} == {NORTH}


async def test_what_tells_of_a_whole_worksheet_is_refused(north: Worksheet) -> None:
    for asking in (north.dossier.html, north.spans, north.replaying.replay):
        with pytest.raises(RightsError):
            await asking()
    with pytest.raises(RightsError):
        await north.past.revert("last", dry=True)


async def test_a_hidden_file_is_neither_cut_nor_read_again(folder: Path, north: Worksheet) -> None:
    with pytest.raises((NotFoundError, UsageError)):
        await north.splitting.look(f"{SOUTH}.txt")
    workspace, _ = await _as(folder, "north")
    async with workspace:
        assert SOUTH not in repr(await workspace.rereading.waiting(all_of_them=True))


async def test_past_tables_hide_the_same(north: Worksheet) -> None:
    table = await north.past.table("last")
    told = repr([(row.case, row.cells) for row in table.rows])
    assert NORTH in told
    assert _hides(told)


async def test_the_readers_of_a_document_can_be_changed_by_who_may_read_it(
    folder: Path, north: Worksheet
) -> None:
    view = await north.documents.set_readers(f"{NORTH}.txt", ["north,south"])
    assert view.readers == frozenset({"north", "south"})
    workspace, south = await _as(folder, "south")
    async with workspace:
        assert not any(cell.hidden for cell in (await south.table()).rows[0].cells)
        await south.documents.set_readers(f"{NORTH}.txt", ["north", "south"])
    with pytest.raises(NotFoundError):
        await north.documents.set_readers(f"{SOUTH}.txt", ["north"])
    await north.documents.set_readers(f"{NORTH}.txt", ["north"])


async def test_attachments_are_read_by_who_may_read_their_mail(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Bill", "a@b.example", "c@d.example"
    mail.set_content("See the paper.")
    mail.add_attachment(invoice("A-9").encode(), maintype="text", subtype="plain", filename="p.txt")
    path = tmp_path / "bill.eml"
    path.write_bytes(mail.as_bytes())
    sheet = await workspace.new_worksheet("Invoices", procedure)
    await sheet.add(path, readers=["north"])
    (case,) = await sheet.cases()
    assert [d.readers for d in case.documents] == [frozenset({"north"})] * 2
    await sheet.documents.set_readers("bill.eml", ["everybody"])
    (case,) = await sheet.cases()
    assert [d.readers for d in case.documents] == [None, None]


async def test_a_watched_folder_hands_its_readers_on(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")
    sheet = await workspace.new_worksheet("Invoices", procedure)
    view = await workspace.watching.add(inbox, run=False, readers=["north"])
    assert view.watch.options.readers == ("north",)
    await workspace.watching.run(inbox, once=True)
    (case,) = await sheet.cases()
    assert [d.readers for d in case.documents] == [frozenset({"north"})]


async def test_plans_name_no_hidden_case(folder: Path, north: Worksheet) -> None:
    plan = await north.plan(force=True)
    told = repr(plan) + repr([one async for one in north.planned(force=True)])
    assert plan.count() == 18
    assert SHARED in told
    assert NOT_YOURS in told
    assert _hides(told)


async def test_what_was_set_aside_tells_no_name_or_reason_of_a_hidden_case(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "check.md"
    path.write_text(PROCEDURE + "\n## Share\n`{Net} / ({VAT} - {VAT})`\n", "utf-8")
    sheet = await workspace.new_worksheet("Invoices", path)
    for number, readers in ((NORTH, ["north"]), (SOUTH, ["south"])):
        file = tmp_path / f"{number}.txt"
        file.write_text(invoice(number), "utf-8")
        await sheet.add(file, cases="file", readers=readers)
    for _ in range(3):
        await sheet.run()
    (everything,) = await sheet.aside()
    assert set(everything.cases) == {NORTH, SOUTH}
    other, mine = await _as(workspace.folder, "north")
    async with other:
        (group,) = await mine.aside()
        assert len(group.cells) == 2
        assert NORTH in group.cases
        assert SOUTH not in repr(group.cases)
        with pytest.raises(NotFoundError):
            await mine.aside(cases=[SOUTH], reason=SOUTH)


async def test_bytes_added_again_do_not_tell_the_name_of_a_hidden_case(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    sheet = await workspace.new_worksheet("Invoices", procedure)
    paths = []
    for name in (SOUTH, "mine"):
        path = tmp_path / f"{name}.txt"
        path.write_text(invoice("A-1"), "utf-8")
        paths.append(path)
    await sheet.add(paths[0], cases="file", readers=["south"])
    other, mine = await _as(workspace.folder, "north")
    async with other:
        added = await mine.add(paths[1], cases="file")
        assert SOUTH not in repr(added)
        again = await mine.add(paths[1], cases="file")
        assert "not yours to read" in repr(again)
    assert (await sheet.add(paths[1], cases="file", case="third")).cases[0].files[
        0
    ].same_as == SOUTH


async def test_what_tells_how_work_stands_tells_nothing_that_is_hidden(
    folder: Path, north: Worksheet
) -> None:
    waiting = await north.reviewing.begin()
    try:
        items = await north.reviewing.items(50)
        readers = await north.reviewing.two_readers()
    finally:
        await north.reviewing.end()
    assert waiting == len(items) > 0
    told = [
        items,
        readers,
        await north.learning.state(),
        await north.learning.versions(),
        await north.trust.view(),
        await north.summary(),
        await north.waiting_for_people(),
        await north.past_decisions.all(),
        await north.past.runs(),
        await north.documents.where_used(f"{SHARED}.txt"),
        await north.times(),
    ]
    assert _hides(repr(told))


def _case(*readers: frozenset[str] | None) -> CaseRecord:
    documents = tuple(CaseDocument(str(n), f"{n}.txt", readers=r) for n, r in enumerate(readers))
    return CaseRecord("id", "sheet", "key", "name", documents, {"given": "1"})


def test_a_case_with_one_open_document_keeps_its_name() -> None:
    seen = Rights(frozenset({"south"})).case(_case(frozenset({"north"}), None))
    assert (seen.name, [d.name for d in seen.documents]) == ("name", [NOT_YOURS, "1.txt"])


def test_what_is_made_of_two_documents_is_read_by_who_reads_both() -> None:
    label = Label(readers=frozenset({"north", "audit"})).join(
        Label(readers=frozenset({"south", "audit"}))
    )
    assert rights_of("audit").may_read(label)
    assert not rights_of("north, south").may_read(label)


def test_a_proposed_value_hides_a_cell_as_its_own_value_does() -> None:
    def found(readers: frozenset[str] | None) -> Recorded:
        return Recorded(
            "o", "f", 0, "m", {}, Outcome("value", 1, label=Label(readers=readers)), "r", "t"
        )

    cell = Cell("id", "net", "value", machine=found(None), proposed=found(frozenset({"north"})))
    assert not rights_of("south").may_read_cell(_case(None), cell)
    assert rights_of("").may_read_cell(_case(None), cell)
