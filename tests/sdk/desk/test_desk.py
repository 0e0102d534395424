"""The desk that several people share: what waits for whom, in which order, and who has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from casework.base.errors import ConflictError, NotFoundError, RightsError, UsageError
from casework.sdk.deciding import Said
from casework.sdk.desk.desk import Desk
from casework.sdk.desk.desk_views import DeskItem
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.assignment import Assignment
from casework.types.person import Person
from casework.types.trust import WHOLE, PromiseMade
from tests.documents.samples import pdf
from tests.sdk.conftest import invoice
from tests.sdk.trusted import Trusted, trusted

AT = "2026-01-02T00:00:00.000Z"
ADA = Person("1", "Ada", "reviewer")
GRACE = Person("2", "Grace", "reviewer")
TWICE = """# Bills

## Net
- type: money

## Large
- review: twice
`{Net} < 500`
"""


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await workspace.new_worksheet("invoices", procedure)
    await _add(made, tmp_path, 4)
    return made


async def _add(sheet: Worksheet, folder: Path, count: int) -> None:
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    for number in range(count):
        told = invoice(f"A-{number}", total="120.00")
        (inbox / f"{number}.txt").write_text(told, "utf-8")
    await sheet.add(inbox)
    await sheet.run()


async def _as(workspace: Workspace, person: Person, name: str = "invoices") -> Desk:
    return (await workspace.acting_as(person).worksheet(name)).desk


async def _next(desk: Desk) -> DeskItem:
    item = await desk.next()
    assert item is not None
    return item


def _place(item: DeskItem) -> tuple[str, str]:
    return (item.item.case_id, item.item.path)


@pytest.fixture
async def ada(workspace: Workspace, sheet: Worksheet) -> Desk:
    return await _as(workspace, ADA)


async def test_the_queue_holds_every_cell_that_wants_a_person_in_any_order(
    sheet: Worksheet, ada: Desk
) -> None:
    wanted = {(one.case_id, one.step_id) for one in await sheet.waiting_for_people()}
    for order in ("teaches", "unsure", "oldest"):
        found = await ada.queue(order)
        assert {(one.case_id, one.path) for one in found.entries} == wanted
        assert (found.count, found.ready, found.mine) == (len(wanted), True, 0)
    dates = [one.since for one in (await ada.queue("oldest")).entries]
    assert dates == sorted(dates)
    assert (await ada.queue("mine")).entries == ()


async def test_two_people_never_have_the_same_cell_before_them(
    workspace: Workspace, ada: Desk
) -> None:
    grace = await _as(workspace, GRACE)
    hers: list[tuple[str, str]] = []
    his: list[tuple[str, str]] = []
    while (item := await ada.next(but=hers)) is not None:
        hers.append(_place(item))
        if len(hers) == 2:
            break
    while (item := await grace.next(but=his)) is not None:
        his.append(_place(item))
    assert not set(hers) & set(his)
    assert len(hers) + len(his) == (await ada.queue()).count
    assert {one.holder for one in (await ada.queue()).entries} == {"", "Grace"}
    assert [one.who for one in (await ada.queue()).deciding] == ["Grace"]
    await grace.release(*his[0])
    assert his[0] in {_place(one) for one in [await _next_but(ada, hers)]}


async def _next_but(desk: Desk, but: list[tuple[str, str]]) -> DeskItem:
    item = await desk.next(but=but)
    assert item is not None
    return item


async def test_what_somebody_else_has_is_shown_and_not_kept(
    workspace: Workspace, ada: Desk
) -> None:
    item = await _next(ada)
    grace = await _as(workspace, GRACE)
    seen = await grace.take(*_place(item))
    assert seen.holder == "Ada"
    assert [one.holder for one in (await grace.queue()).entries][-1] == "Ada"
    assert {one.holder for one in (await grace.queue()).entries[:-1]} == {""}
    assert not (await grace.queue(limit=1)).entries[0].holder


async def test_a_sitting_goes_on_after_a_restart(workspace: Workspace, ada: Desk) -> None:
    item = await _next(ada)
    again = await _as(workspace, ADA)
    assert _place(await _next(again)) == _place(item)
    answered = await again.answer(*_place(item), Said("accepted"), token=item.token)
    assert answered.kept == "accepted"
    once_more = await _as(workspace, ADA)
    undone = await once_more.undo()
    assert _place(undone) == _place(item)
    assert (await once_more.today()).decided == 0


async def test_an_answer_to_what_changed_meanwhile_is_refused(
    workspace: Workspace, sheet: Worksheet, ada: Desk
) -> None:
    item = await _next(ada)
    await sheet.correct(item.item.case, item.item.step, "yes", who="Grace")
    with pytest.raises(ConflictError) as told:
        await ada.answer(*_place(item), Said("accepted"), token=item.token)
    assert told.value.code == "review.decided_meanwhile"
    later = await _as(workspace, ADA)
    with pytest.raises(NotFoundError) as gone:
        await later.answer(*_place(item), Said("accepted"), token=item.token)
    assert gone.value.code == "review.settled"


async def test_what_was_put_off_comes_back_when_nothing_else_is_left(ada: Desk) -> None:
    first = await _next(ada)
    await ada.skip(*_place(first))
    seen: list[tuple[str, str]] = []
    while (item := await ada.next(but=seen)) is not None:
        seen.append(_place(item))
    assert seen[-1] == _place(first)


async def test_what_is_assigned_waits_for_whom_it_was_assigned_to_alone(
    workspace: Workspace, ada: Desk
) -> None:
    count = (await ada.queue()).count
    item = await _next(ada)
    assert await ada.assign([_place(item)], "Grace", note="you know the supplier") == 1
    assert (await ada.queue()).count == count - 1
    grace = await _as(workspace, GRACE)
    mine = await grace.queue("mine")
    assert [(one.case_id, one.path) for one in mine.entries] == [_place(item)]
    assert mine.entries[0].because == "assigned by Ada: you know the supplier"
    assert mine.mine == 1
    assert _place(await _next(grace)) == _place(item)
    await grace.answer(*_place(item), Said("accepted"))
    assert (await grace.queue("mine")).entries == ()
    await grace.undo()
    assert (await grace.queue("mine")).mine == 1
    assert await ada.assign([_place(item)], "") == 1
    assert (await ada.queue()).count == count


async def test_a_cell_that_needs_nobody_can_be_assigned_too(
    workspace: Workspace, sheet: Worksheet, ada: Desk
) -> None:
    cell = (await sheet.cell("0", "net")).cell
    await ada.assign([(cell.case_id, "net")], "Grace")
    grace = await _as(workspace, GRACE)
    item = await _next(grace)
    assert (item.item.step, item.item.because) == ("Net", "assigned by Ada")
    assert item.item.choices[0].places[0].quote == "EUR 100.00"


async def test_what_is_sent_back_goes_to_who_decided_with_the_note(
    workspace: Workspace, ada: Desk
) -> None:
    item = await _next(ada)
    with pytest.raises(ConflictError, match="Assign it to somebody"):
        await ada.send_back(*_place(item), "why?")
    await ada.assign([_place(item)], "Grace")
    grace = await _as(workspace, GRACE)
    assert (await _next(grace)).sendable == "Ada"
    with pytest.raises(UsageError, match="Say why"):
        await grace.send_back(*_place(item), " ")
    assert await grace.send_back(*_place(item), "the second page is missing") == "Ada"
    assert (await grace.queue("mine")).mine == 0
    (back,) = (await ada.queue("mine")).entries
    assert back.because == "sent back by Grace: the second page is missing"


async def test_who_may_only_look_keeps_nothing_and_decides_nothing(
    workspace: Workspace, ada: Desk
) -> None:
    reader = await _as(workspace, Person("3", "Ray", "reader"))
    item = await _next(reader)
    assert _place(await _next(ada)) == _place(item)
    with pytest.raises(RightsError):
        await reader.answer(*_place(item), Said("accepted"))


async def test_a_step_that_wants_two_waits_for_a_second_person(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "bills.md"
    path.write_text(TWICE, "utf-8")
    sheet = await workspace.new_worksheet("bills", path)
    await _add(sheet, tmp_path, 1)
    ada, grace = await _as(workspace, ADA, "bills"), await _as(workspace, GRACE, "bills")
    item = await _next(ada)
    assert item.item.because == "always reviewed, by two people"
    await ada.answer(*_place(item), Said("accepted"), token=item.token)
    assert (await ada.queue()).count == 0
    (second,) = (await grace.queue()).entries
    assert second.because == "a second pair of eyes: Ada accepted it"
    assert (await sheet.cell("0", "Large")).cell.needs == second.because
    seen = await _next(grace)
    assert seen.sendable == "Ada"
    await grace.answer(*_place(seen), Said("accepted"), token=seen.token)
    cell = (await sheet.cell("0", "Large")).cell
    assert (cell.needs, cell.verdict and cell.verdict.stream) == ("", "second")
    assert (await grace.queue()).count == 0
    await grace.undo()
    assert (await grace.queue()).count == 1
    await grace.answer(*_place(seen), Said("corrected", "no"))
    assert (await grace.queue()).count == 0
    (again,) = (await ada.queue()).entries
    assert again.because == "a second pair of eyes: Grace corrected it"


@pytest.fixture
async def bills(workspace: Workspace, tmp_path: Path) -> Trusted:
    made = await trusted(workspace, tmp_path, 4)
    promise = PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT)
    await made.store.promises.make(made.sheet_id, promise)
    drawn = made.cases["case 0002"]
    await made.store.audits.draw([drawn], 0.5, [drawn], AT)
    return made


async def test_an_audited_cell_tells_nothing_before_the_answer_and_all_after(
    workspace: Workspace, bills: Trusted
) -> None:
    ada = await _as(workspace, ADA, "bills")
    place = (bills.cases["case 0002"], "net")
    entry = next(one for one in (await ada.queue()).entries if (one.case_id, one.path) == place)
    assert (entry.mark, entry.because) == ("audit", "drawn at random: read it yourself first")
    item = await ada.take(*place)
    told = repr(item) + repr(entry)
    assert item.item.blind
    assert "EUR 10" not in told
    assert "'10'" not in told
    assert item.item.choices == ()
    answered = await ada.answer(*place, Said("corrected", "EUR 11.00"), token=item.token)
    assert (answered.machine, answered.agrees) == ("EUR 10", False)
    revised = await ada.revise(*place, Said("accepted"))
    assert revised.shown == "EUR 10"
    grace = await _as(workspace, GRACE, "bills")
    second = await grace.take(*place)
    assert (second.item.kind, second.item.blind) == ("second", True)
    assert place not in {(one.case_id, one.path) for one in (await ada.queue()).entries}


async def test_what_rests_on_an_audited_cell_does_not_tell_it_either(
    workspace: Workspace, bills: Trusted
) -> None:
    ada = await _as(workspace, ADA, "bills")
    case = bills.cases["case 0002"]
    waiting = [one for one in (await ada.queue()).entries if one.case_id == case]
    assert {one.path for one in waiting if one.mark == "audit"} == {"net", "supplier"}
    await ada.assign([(case, "large")], "Ada")
    item = await ada.take(case, "large")
    assert [one.shown for one in item.item.inputs] == ["drawn at random, still to be read"]
    assert "EUR 10" not in repr(item)


async def test_new_cells_join_the_queue_and_decided_ones_leave_it(
    sheet: Worksheet, ada: Desk, tmp_path: Path
) -> None:
    before = await ada.queue()
    first = before.entries[0]
    await sheet.accept(first.case, first.step)
    (tmp_path / "inbox" / "9.txt").write_text(invoice("A-9", total="1.00"), "utf-8")
    await sheet.add(tmp_path / "inbox")
    await sheet.run()
    after = await ada.queue()
    assert after.count == before.count
    assert (first.case_id, first.path) not in {(one.case_id, one.path) for one in after.entries}
    assert "9" in {one.case for one in after.entries}


async def test_what_is_asked_of_people_elsewhere_does_not_make_all_be_gathered_anew(
    workspace: Workspace, ada: Desk
) -> None:
    item = await _next(ada)
    grace = await _as(workspace, GRACE)
    await grace.queue()
    board, queue = await ada._seat.board()
    given = Assignment(item.item.case_id, item.item.step_id, "assigned", "Grace", "Alan", "", AT)
    await ada._house.store.assignments.give(ada._record.id, [given])  # as another server does
    assert [(one.case_id, one.path) for one in (await grace.queue("mine")).entries] == [
        _place(item)
    ]
    assert _place(item) not in {(one.case_id, one.path) for one in (await ada.queue()).entries}
    assert (await ada._seat.board()) == (board, queue)
    assert (await grace.queue()).count == (await ada.queue()).count + 1


async def test_the_first_item_comes_while_the_others_are_still_gathered(
    sheet: Worksheet, workspace: Workspace
) -> None:
    desk = await _as(workspace, ADA)
    assert await desk.next() is not None


BROKEN = """# Papers

## Number

## Total
- type: money

## Paid
- by: person
"""


async def test_a_file_that_cannot_be_read_is_one_decision(
    workspace: Workspace, tmp_path: Path
) -> None:
    path, inbox = tmp_path / "papers.md", tmp_path / "papers"
    path.write_text(BROKEN, "utf-8")
    inbox.mkdir()
    (inbox / "torn.pdf").write_bytes(b"%PDF-1.7 nothing else")
    sheet = await workspace.new_worksheet("papers", path)
    await sheet.add(inbox)
    await sheet.run()
    ada = await _as(workspace, ADA, "papers")
    before = await ada.queue()
    torn = next(one for one in before.entries if one.mark == "unreadable")
    assert (before.count, len(before.entries), len(torn.alike)) == (3, 2, 1)
    item = await ada.take(torn.case_id, torn.path)
    assert {item.item.step, *item.alike} == {"Number", "Total"}
    following = await ada.next(but=[_place(item)])
    assert following is not None
    assert following.item.step == "Paid"
    with pytest.raises(UsageError, match="several"):
        await ada.answer(*_place(item), Said("corrected", "1"), token=item.token, alike=True)
    await ada.answer(*_place(item), Said("accepted"), token=item.token, alike=True)
    for step in ("Number", "Total"):
        cell = (await sheet.cell("torn", step)).cell
        assert (cell.absence, cell.verdict and cell.verdict.kind) == ("unreadable", "accepted")
    assert (await ada.queue()).count == 1
    again = await ada.undo()
    assert {again.item.step, *again.alike} == {"Number", "Total"}
    assert (await ada.queue()).count == 3


async def test_what_could_not_be_read_is_shown_first_and_a_locked_file_is_named(
    tmp_path: Path,
) -> None:
    path, inbox = tmp_path / "papers.md", tmp_path / "papers"
    path.write_text("# Papers\n\n## Number\n", "utf-8")
    inbox.mkdir()
    (inbox / "a.txt").write_text("A letter without what is asked for\n", "utf-8")
    Image.new("RGB", (600, 400), "white").save(inbox / "scan.png")
    (inbox / "locked.pdf").write_bytes(pdf([[(72, 100, "secret")]], password="walnut"))
    unread = {"documents.ocr": "off"}
    async with await Workspace.create(tmp_path / "scans", flags=unread) as workspace:
        sheet = await workspace.new_worksheet("papers", path)
        await sheet.add(inbox, case="one")
        await sheet.run()
        assert (await sheet.cell("one", "Number")).cell.absence == "unreadable"
        item = (await _next(await _as(workspace, ADA, "papers"))).item
    assert [one.document_name for one in item.pages] == ["scan.png", "a.txt"]
    assert item.pages[0].width_pt > item.pages[0].height_pt > 0
    assert [(one.document_name, one.state) for one in item.unread] == [("locked.pdf", "password")]
    assert "password" in item.unread[0].reason


async def test_all_that_is_told_of_what_waits_is_told_of_steps_that_one_may_decide_on(
    workspace: Workspace, sheet: Worksheet, ada: Desk
) -> None:
    every = await ada.queue(limit=100)
    step = every.entries[0].path
    await sheet.locks.put(step, "decide", ["owner"])
    left = await ada.queue(limit=100)
    assert step not in {one.path for one in left.entries}
    assert left.count == len(left.entries) == await ada.count() < every.count
    assert sum(one.count for one in await ada.reasons()) == left.count
