"""One cell after another before a person: what comes, what is hidden, what becomes of answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError, UsageError, ValueReadError
from casework.sdk.desk.reviewing import Reviewing
from casework.sdk.desk.views import IDLE_CAP_S, ReviewItem
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.trust import WHOLE, PromiseMade
from casework.types.verdict import Verdict
from tests.sdk.conftest import invoice
from tests.sdk.trusted import Trusted, trusted

AT = "2026-01-02T00:00:00.000Z"


@dataclass(slots=True)
class Bills:
    """A worksheet with a promise, one case of which was drawn at random."""

    made: Trusted
    drawn: str

    @property
    def sheet(self) -> Worksheet:
        return self.made.sheet

    async def verdicts(self) -> list[Verdict]:
        return await self.made.store.verdicts.of_worksheet(self.made.sheet_id)


@pytest.fixture
async def bills(workspace: Workspace, tmp_path: Path) -> Bills:
    made = await trusted(workspace, tmp_path, 4)
    promise = PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT)
    await made.store.promises.make(made.sheet_id, promise)
    drawn = made.cases["case 0002"]
    await made.store.audits.draw([drawn], 0.5, [drawn], AT)
    return Bills(made, drawn)


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(invoice("A-1"), "utf-8")
    (inbox / "b.txt").write_text(invoice("B-2", total="120.00"), "utf-8")
    made = await workspace.new_worksheet("invoices", procedure)
    await made.add(inbox)
    await made.run()
    return made


async def _all(reviewing: Reviewing) -> list[ReviewItem]:
    found = []
    while (item := await reviewing.next()) is not None:
        found.append(item)
    return found


async def _audit(bills: Bills, who: str = "Ada", step: str = "net") -> ReviewItem:
    await bills.sheet.reviewing.begin(only="audit", steps=[step], who=who)
    item = await bills.sheet.reviewing.next()
    assert item is not None
    return item


async def test_every_cell_that_wants_a_person_comes_once(bills: Bills) -> None:
    wanted = {(view.case_id, view.step_id) for view in await bills.sheet.waiting_for_people()}
    count = await bills.sheet.reviewing.begin()
    items = await _all(bills.sheet.reviewing)
    assert {(item.case_id, item.step_id) for item in items} == wanted
    assert len(items) == count == len(wanted)
    assert [item.progress.left for item in items[:2]] == [count, count]


async def test_a_promised_step_that_was_never_measured_is_asked_about_though_it_is_proved(
    sheet: Worksheet,
) -> None:
    before = await sheet.reviewing.begin()
    await sheet.trust.promise(0.05, 0.1, step="net")
    assert await sheet.reviewing.begin() == before + 2
    taught = [one for one in await sheet.reviewing.items() if one.because.startswith("to learn")]
    assert {one.step for one in taught} == {"Net"}
    assert not any(one.blind for one in taught)
    await sheet.accept(taught[0].case, "net")
    assert await sheet.reviewing.begin() == before + 1
    await sheet.trust.withdraw(step="net")
    assert await sheet.reviewing.begin() == before


async def test_a_step_that_was_corrected_is_asked_about_where_it_stands_too(
    sheet: Worksheet,
) -> None:
    before = await sheet.reviewing.begin()
    await sheet.correct("a", "net", "EUR 77.00")
    assert await sheet.reviewing.begin() == before + 1
    (asked,) = [one for one in await sheet.reviewing.items() if one.step == "Net"]
    assert (asked.case, asked.because) == ("b", "looks right: an answer teaches what must stay so")
    await sheet.accept("b", "net")
    assert await sheet.reviewing.begin() == before


async def test_an_item_shows_the_quote_in_context_and_why_it_is_shown(sheet: Worksheet) -> None:
    reviewing = sheet.reviewing
    await reviewing.begin(cases=["b"])
    (item,) = await reviewing.items()
    assert (item.case, item.step, item.shown, item.kind) == ("b", "Sums agree", "no", "unsure")
    assert item.because == "the rule says no"
    assert {told.step: told.shown for told in item.inputs} == {
        "Net": "EUR 100.00",
        "VAT": "EUR 19.00",
        "Total due": "EUR 120.00",
    }
    assert item.acceptable
    assert [page.document_name for page in item.pages] == ["b.txt"]


async def test_a_drawn_cell_tells_nothing_of_what_the_machine_found(bills: Bills) -> None:
    item = await _audit(bills)
    assert (item.kind, item.blind, item.acceptable) == ("audit", True, False)
    assert "'10'" not in repr(item)
    assert "EUR 10" not in repr(item)
    assert not item.shown
    assert item.value is None
    assert item.confidence is None
    assert not item.citations
    listed = await bills.sheet.reviewing.items()
    assert not any(one.shown for one in listed if one.kind == "audit")


async def test_all_cells_of_a_drawn_case_are_blind_and_no_others(bills: Bills) -> None:
    items = await _all(bills.sheet.reviewing)
    assert {(i.case_id, i.step_id) for i in items if i.blind} == {
        (bills.drawn, "net"),
        (bills.drawn, "supplier"),
    }
    await bills.sheet.reviewing.begin(only="unsure")
    assert not any(item.blind for item in await _all(bills.sheet.reviewing))


async def test_a_blind_answer_that_says_the_same_accepts_and_certifies(bills: Bills) -> None:
    item = await _audit(bills)
    told = await bills.sheet.reviewing.answer(item, "corrected", "10.00 EUR", seconds=7.5)
    assert (told.kept, told.agrees, told.machine) == ("accepted", True, "EUR 10")
    (verdict,) = await bills.verdicts()
    assert (verdict.kind, verdict.stream, verdict.blind) == ("accepted", "audit", True)
    assert (verdict.shown_probability, verdict.seconds, verdict.who) == (0.5, 7.5, "Ada")
    assert verdict.value == {"amount": "10", "currency": "EUR"}


async def test_a_blind_answer_that_says_something_else_corrects(bills: Bills) -> None:
    item = await _audit(bills)
    told = await bills.sheet.reviewing.answer(item, "corrected", absent="not_found")
    assert (told.kept, told.agrees) == ("corrected", False)
    (verdict,) = await bills.verdicts()
    assert (verdict.kind, verdict.absence, verdict.blind) == ("corrected", "not_found", True)


async def test_nobody_accepts_what_they_do_not_see(bills: Bills) -> None:
    item = await _audit(bills)
    with pytest.raises(UsageError, match="read blind"):
        await bills.sheet.reviewing.answer(item, "accepted")
    assert await bills.verdicts() == []


async def test_after_a_revision_the_later_value_holds_and_the_first_answer_certifies(
    bills: Bills,
) -> None:
    item = await _audit(bills)
    first = await bills.sheet.reviewing.answer(item, "corrected", "EUR 11.00")
    later = await bills.sheet.reviewing.revise(first, "accepted")
    assert later.shown == "EUR 10"
    blind, revised = await bills.verdicts()
    assert (blind.kind, blind.stream, blind.blind) == ("corrected", "audit", True)
    assert (revised.kind, revised.stream, revised.blind) == ("accepted", "", False)
    assert "EUR 11.00" in revised.note
    cells = await bills.made.store.cells.of_case(bills.drawn)
    assert cells["net"].human == revised
    with pytest.raises(UsageError, match="blind answer"):
        await bills.sheet.reviewing.revise(first, "accepted")


async def test_a_machine_value_that_changed_meanwhile_is_said_and_does_not_count(
    bills: Bills,
) -> None:
    item = await _audit(bills)
    await _find_again(bills, "12")
    told = await bills.sheet.reviewing.answer(item, "corrected", "EUR 10.00")
    assert "something else while you looked" in told.remark
    (verdict,) = await bills.verdicts()
    assert (verdict.stream, verdict.blind, verdict.against) == ("audit", False, item.against)
    cells = await bills.made.store.cells.of_case(bills.drawn)
    assert cells["net"].conflict


async def test_what_was_accepted_is_what_was_seen_whatever_the_machine_found_since(
    bills: Bills,
) -> None:
    await bills.sheet.reviewing.begin(only="unsure", cases=["case 0000"], steps=["net"])
    item = await bills.sheet.reviewing.next()
    assert item is not None
    assert item.shown == "EUR 10"
    await _find_again(bills, "12", "case 0000")
    told = await bills.sheet.reviewing.answer(item, "accepted")
    assert told.shown == "EUR 10"
    (verdict,) = await bills.verdicts()
    assert verdict.value == {"amount": "10", "currency": "EUR"}


async def test_a_cell_that_was_chosen_never_certifies(bills: Bills) -> None:
    await bills.sheet.reviewing.begin(only="unsure", steps=["net"])
    item = await bills.sheet.reviewing.next()
    assert item is not None
    await bills.sheet.reviewing.answer(item, "accepted")
    (verdict,) = await bills.verdicts()
    assert (verdict.stream, verdict.blind, verdict.shown_probability) == ("", False, 0.0)
    assert verdict.shown_because == item.because


async def test_a_second_reading_is_asked_of_another_person_only(bills: Bills) -> None:
    item = await _audit(bills, "Ada")
    await bills.sheet.reviewing.answer(item, "corrected", "EUR 10.00")
    assert await bills.sheet.reviewing.begin(only="audit", steps=["net"], who="Ada") == 0
    second = await _audit(bills, "Grace")
    assert (second.kind, second.blind, second.shown) == ("second", True, "")
    told = await bills.sheet.reviewing.answer(second, "corrected", "EUR 10.00", seconds=3.0)
    assert (told.kept, told.machine, told.agrees) == ("read", "", None)
    (reading,) = await bills.made.store.second_readings.of_worksheet(bills.made.sheet_id)
    (first,) = await bills.verdicts()
    assert (reading.verdict, reading.who, reading.seconds) == (first.id, "Grace", 3.0)
    agreement = await bills.sheet.reviewing.two_readers()
    assert (agreement.agreed, agreement.decided) == (1, 1)
    assert await bills.sheet.reviewing.begin(only="audit", steps=["net"], who="Joan") == 0


async def test_two_who_read_differently_are_decided_between(bills: Bills) -> None:
    await bills.sheet.reviewing.answer(await _audit(bills, "Ada"), "corrected", "EUR 10.00")
    second = await _audit(bills, "Grace")
    await bills.sheet.reviewing.answer(second, "corrected", "EUR 11.00")
    assert (await bills.sheet.reviewing.two_readers()).agreed == 0
    await bills.sheet.reviewing.begin(cases=["case 0002"], steps=["net"], who="Joan")
    item = await bills.sheet.reviewing.next()
    assert item is not None
    assert item.because == "Ada and Grace read it differently"
    told = [(one.who, one.shown, one.agrees) for one in item.others]
    assert told == [("Ada", "EUR 10", True), ("Grace", "EUR 11.00", False)]
    await bills.sheet.reviewing.answer(item, "accepted", over=True)
    assert await bills.sheet.reviewing.begin(cases=["case 0002"], steps=["net"]) == 0


async def test_a_second_reading_can_be_taken_back_and_is_blind_again(bills: Bills) -> None:
    await bills.sheet.reviewing.answer(await _audit(bills, "Ada"), "corrected", "EUR 10.00")
    second = await _audit(bills, "Grace")
    await bills.sheet.reviewing.answer(second, "corrected", "EUR 11.00")
    again = await bills.sheet.reviewing.undo()
    assert (again.kind, again.blind) == ("second", True)
    assert await bills.made.store.second_readings.of_worksheet(bills.made.sheet_id) == []


async def test_a_blind_answer_that_was_taken_back_is_shown_openly_and_stays_on_record(
    bills: Bills,
) -> None:
    item = await _audit(bills)
    await bills.sheet.reviewing.answer(item, "corrected", "EUR 11.00")
    again = await bills.sheet.reviewing.undo()
    assert (again.blind, again.shown, again.because) == (
        False,
        "EUR 10",
        "you took your answer back",
    )
    await bills.sheet.reviewing.answer(again, "accepted")
    assert [one.kind for one in await bills.verdicts()] == ["corrected", "undone", "accepted"]
    assert [one.blind for one in await bills.verdicts()] == [True, False, False]
    await bills.sheet.undo("case 0002", "net")
    await bills.sheet.reviewing.begin(cases=["case 0002"], steps=["net"])
    later = await bills.sheet.reviewing.next()
    assert later is not None
    assert not later.blind


async def test_who_was_slower_is_told_and_theirs_is_not_written_over(
    sheet: Worksheet,
) -> None:
    await sheet.reviewing.begin(steps=["Sums agree"], who="Grace")
    item = await sheet.reviewing.next()
    assert item is not None
    await sheet.correct("b", "Sums agree", "yes", who="Ada")
    with pytest.raises(ConflictError, match="while you looked, and says yes") as told:
        await sheet.reviewing.answer(item, "accepted")
    assert told.value.code == "review.decided_meanwhile"
    assert (await sheet.cell("b", "Sums agree")).cell.shown == "yes"
    await sheet.reviewing.answer(item, "accepted", over=True)
    assert (await sheet.cell("b", "Sums agree")).cell.shown == "no"


async def test_who_reads_blind_while_another_decides_has_given_a_second_reading(
    bills: Bills,
) -> None:
    item = await _audit(bills, "Grace")
    await bills.sheet.correct("case 0002", "net", "EUR 10.00", who="Ada")
    told = await bills.sheet.reviewing.answer(item, "corrected", "EUR 11.00")
    assert told.kept == "read"
    assert "Ada has decided" in told.remark
    assert len(await bills.made.store.second_readings.of_worksheet(bills.made.sheet_id)) == 1


async def test_two_who_review_at_once_are_shown_different_cells(
    bills: Bills, tmp_path: Path
) -> None:
    async with await Workspace.open(tmp_path / "workspace") as other:
        beside = (await other.worksheet("bills")).reviewing
        await bills.sheet.reviewing.begin(who="Ada")
        await beside.begin(who="Grace")
        ours = [await bills.sheet.reviewing.next() for _ in range(3)]
        theirs = await _all(beside)
        taken = {(item.case_id, item.step_id) for item in ours if item}
        assert taken.isdisjoint((item.case_id, item.step_id) for item in theirs)
        assert (await beside.statistics()).elsewhere == 3
        await bills.sheet.reviewing.end()
        await beside.begin(who="Grace")
        assert taken <= {(item.case_id, item.step_id) for item in await _all(beside)}


async def test_what_somebody_may_not_read_does_not_come_before_them(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.txt").write_text(invoice("B-2", total="120.00"), "utf-8")
    made = await workspace.new_worksheet("invoices", procedure)
    await made.add(tmp_path / "b.txt", readers=["legal"])
    await made.run()
    for groups, waiting in (("sales", 0), ("legal", 1), ("", 1)):
        flags = {"person.groups": groups}
        async with await Workspace.open(tmp_path / "workspace", flags=flags) as theirs:
            assert await (await theirs.worksheet("invoices")).reviewing.begin() == waiting


async def test_what_was_decided_meanwhile_is_passed_over(sheet: Worksheet) -> None:
    assert await sheet.reviewing.begin() == 1
    await sheet.accept("b", "Sums agree")
    assert await sheet.reviewing.next() is None
    assert (await sheet.reviewing.statistics()).elsewhere == 1


async def test_what_was_skipped_comes_back_once_at_the_end(bills: Bills) -> None:
    reviewing = bills.sheet.reviewing
    await reviewing.begin(steps=["net"])
    first = await reviewing.next()
    assert first is not None
    await reviewing.skip(first)
    rest = await _all(reviewing)
    assert (rest[-1].case_id, rest[-1].step_id) == (first.case_id, first.step_id)
    await reviewing.skip(rest[-1])
    assert await reviewing.next() is None
    assert (await reviewing.statistics()).skipped == 2


async def test_the_last_answer_is_taken_back_and_what_was_shown_comes_next(bills: Bills) -> None:
    reviewing = bills.sheet.reviewing
    await reviewing.begin(only="unsure", steps=["net"])
    first, second = await reviewing.next(), None
    assert first is not None
    await reviewing.answer(first, "rejected")
    second = await reviewing.next()
    assert second is not None
    again = await reviewing.undo(second)
    assert (again.case_id, again.stood) == (first.case_id, "")
    assert (await bills.made.store.cells.of_case(first.case_id))["net"].human is None
    following = await reviewing.next()
    assert following is not None
    assert following.case_id == second.case_id
    with pytest.raises(ConflictError, match="Nothing was answered"):
        await reviewing.undo()


async def test_only_the_last_word_can_be_taken_back(sheet: Worksheet) -> None:
    await sheet.reviewing.begin(who="Grace")
    item = await sheet.reviewing.next()
    assert item is not None
    await sheet.reviewing.answer(item, "accepted")
    await sheet.correct("b", "Sums agree", "yes", who="Ada")
    with pytest.raises(ConflictError, match="Ada has decided"):
        await sheet.reviewing.undo()


async def test_a_value_that_cannot_be_read_is_refused_and_nothing_is_kept(bills: Bills) -> None:
    item = await _audit(bills)
    with pytest.raises(ValueReadError):
        await bills.sheet.reviewing.answer(item, "corrected", "a lot")
    assert await bills.verdicts() == []


async def test_how_a_sitting_went_is_counted(bills: Bills) -> None:
    reviewing = bills.sheet.reviewing
    await reviewing.begin(only="unsure", steps=["net"], who="Ada")
    for seconds, kind, value in ((4.0, "accepted", ""), (9000.0, "corrected", "EUR 1")):
        item = await reviewing.next()
        assert item is not None
        await reviewing.answer(item, kind, value, seconds=seconds)  # type: ignore[arg-type]
    told = await reviewing.statistics()
    assert (told.answered, told.kinds) == (2, {"accepted": 1, "corrected": 1})
    assert told.seconds == (4.0 + IDLE_CAP_S) / 2
    assert (told.agreed, told.compared, told.left) == (1, 2, 1)
    item = await reviewing.next()
    assert item is not None
    assert (item.progress.number, item.progress.today) == (3, 2)


async def test_pages_are_shown_with_the_place_marked_and_as_text(sheet: Worksheet) -> None:
    await sheet.correct("a", "Total due", "EUR 5.00")
    await sheet.run()
    await sheet.reviewing.begin(cases=["a"])
    item = await sheet.reviewing.next()
    assert item is not None
    page = await sheet.reviewing.page(item)
    assert (page.document_name, page.page, page.number, page.count) == ("a.txt", 1, 1, 1)
    assert page.picture.startswith(b"\x89PNG")
    assert "Total due: EUR 119.00" in page.text
    with pytest.raises(NotFoundError, match="no page 2"):
        await sheet.reviewing.page(item, 2)


async def _find_again(bills: Bills, amount: str, case: str = "case 0002") -> None:
    """Let the machine find something else in a cell."""
    from dataclasses import replace

    from casework.base.ids import uuid7
    from casework.types.case import CellWrite

    store, sheet_id = bills.made.store, bills.made.sheet_id
    id = bills.made.cases[case]
    machine = (await store.cells.of_case(id))["net"].machine
    assert machine is not None
    value = {"amount": amount, "currency": "EUR"}
    outcome = replace(machine.outcome, value=value)  # type: ignore[arg-type]
    found = replace(machine, id=uuid7(), fingerprint=uuid7(), outcome=outcome)
    await store.cells.commit(
        CellWrite(sheet_id, id, "net", "value", "", bills.made.now(), recorded=found)
    )
