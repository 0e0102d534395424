"""Promises about errors: what is drawn, what certifies, what passes then, and how it is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, UsageError
from casework.base.ids import uuid7
from casework.review.queue import AUDIT
from casework.sdk.workspace import Workspace
from casework.types.verdict import SecondReading
from tests.sdk.trusted import PROCEDURE, Trusted, spread, trusted, value_of


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Workspace]:
    """A workspace in which one person reads each drawn case."""
    async with await Workspace.create(tmp_path / "own", flags={"trust.twice": 0.0}) as made:
        yield made


@pytest.fixture
async def bills(own: Workspace, tmp_path: Path) -> Trusted:
    return await trusted(own, tmp_path, 60)


async def sentence(bills: Trusted) -> str:
    (view,) = (await bills.sheet.trust.view()).promises
    return view.sentence


async def needs(bills: Trusted, case: str) -> dict[str, str]:
    """Why a person should look at the cells of a case."""
    rows = [row async for row in bills.sheet.rows()]
    return next(
        {cell.step_id: cell.needs for cell in row.cells} for row in rows if row.case.id == case
    )


async def test_nothing_passes_where_nothing_was_measured(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "bills.md"
    path.write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("bills", path)
    view = await sheet.trust.promise()
    assert view.sentence.startswith("Nothing passes without a person yet: how sure")
    assert (view.epsilon, view.delta, view.measured, view.bins) == (0.05, 0.10, 0, ())


async def test_what_was_checked_blind_certifies_and_then_cells_pass_whatever_their_proof(
    bills: Trusted,
) -> None:
    before = await bills.sheet.trust.promise()
    assert before.sentence == (
        "Nothing passes without a person yet; nobody has checked any that were drawn at random; "
        "about 48 more checks would allow 100 %."
    )
    await bills.read()
    assert await sentence(bills) == (
        "Everything passes without a person; of 120 values in 60 randomly checked documents none "
        "was wrong: at most 5 % with 90 % confidence."
    )
    (late,) = await bills.add(1)
    row = next(row for row in (await bills.sheet.table()).rows if row.case.id == late)
    cells = {cell.step_id: cell for cell in row.cells}
    assert cells["net"].needs == ""
    assert "accepted" in cells["net"].flags
    await bills.sheet.trust.withdraw()
    assert (await needs(bills, late))["net"] == "unproved: no quote was given"


async def test_drawn_cells_wait_to_be_read_and_no_bulk_acceptance_takes_them(
    bills: Trusted,
) -> None:
    view = await bills.sheet.trust.promise()
    assert view.open == 60
    case = next(iter(bills.cases.values()))
    assert (await needs(bills, case))["net"] == AUDIT
    taken = await bills.sheet.bulk.accept(dry=True)
    assert taken.cells == 0
    assert "Alder Ltd" not in await bills.sheet.html()
    await bills.read([case])
    assert "Alder Ltd" in await bills.sheet.html()


async def test_cases_are_drawn_by_chance_and_never_again(own: Workspace, tmp_path: Path) -> None:
    bills = await trusted(own, tmp_path, 150)
    await bills.sheet.trust.promise()
    first = await bills.store.audits.of_worksheet(bills.sheet_id)
    assert len(first) == 96  # twice as many as a certificate takes without an error
    assert 0.5 < next(iter(first.values())).probability < 0.8
    assert list(first) != [id for id in bills.cases.values() if id in first]
    await bills.sheet.run(only="none")
    assert await bills.store.audits.of_worksheet(bills.sheet_id) == first


async def test_the_stream_goes_on_with_a_share_after_the_certificate(
    own: Workspace, tmp_path: Path
) -> None:
    bills = await trusted(own, tmp_path, 60)
    await bills.sheet.trust.promise()
    await bills.read()
    late = await bills.add(200)
    await bills.sheet.run(only="none")
    drawn = await bills.store.audits.of_worksheet(bills.sheet_id)
    of_late = [drawn[id] for id in late if id in drawn]
    assert 5 <= len(of_late) <= 40
    assert {one.probability for one in of_late} == {0.1}
    undrawn = next(id for id in late if id not in drawn)
    assert (await needs(bills, undrawn))["net"] == ""
    waiting = next(id for id in late if id in drawn)
    assert (await needs(bills, waiting))["net"] == AUDIT


async def test_a_case_that_somebody_has_judged_is_not_drawn(bills: Trusted) -> None:
    judged = list(bills.cases.values())[:7]
    await bills.read(judged, blind=False, stream=False)
    view = await bills.sheet.trust.promise()
    assert view.open == 53
    await bills.read()
    (view,) = (await bills.sheet.trust.view()).promises
    assert view.documents == 53


async def test_what_was_shown_certifies_nothing(bills: Trusted) -> None:
    await bills.sheet.trust.promise()
    await bills.read(blind=False)
    told = await sentence(bills)
    assert told.startswith("Nothing passes without a person yet; nobody has checked any")


async def test_nobody_chooses_which_of_the_drawn_cases_count(bills: Trusted) -> None:
    await bills.sheet.trust.promise()
    drawn = list(await bills.store.audits.of_worksheet(bills.sheet_id))
    await bills.read([id for id in drawn if id != drawn[3]])
    (view,) = (await bills.sheet.trust.view()).promises
    assert (view.documents, view.behind, view.open, view.threshold) == (3, 56, 1, None)
    await bills.sheet.reviewing.begin(only="audit")
    item = await bills.sheet.reviewing.next()
    assert item is not None
    assert item.case_id == drawn[3]
    await bills.sheet.reviewing.end()
    await bills.read([drawn[3]])
    assert (await sentence(bills)).startswith("Everything passes")


async def test_an_older_version_that_is_put_back_has_the_certificate_it_had(
    bills: Trusted,
) -> None:
    before = bills.versions["net"]
    await bills.sheet.trust.promise()
    await bills.read()
    told = await sentence(bills)
    await bills.new_version("net")
    assert (await sentence(bills)).startswith("Nothing passes without a person yet")
    await bills.store.learned.pin(bills.sheet_id, [before], "Ada")
    assert await sentence(bills) == told


async def test_a_new_version_begins_anew(bills: Trusted) -> None:
    await bills.sheet.trust.promise()
    await bills.read()
    assert (await sentence(bills)).startswith("Everything passes")
    await bills.new_version("net")
    assert (await sentence(bills)).startswith("Nothing passes without a person yet; nobody has")
    await bills.add(60)
    await bills.sheet.run(only="none")
    await bills.read()
    assert (await sentence(bills)).startswith("Everything passes")


async def test_a_step_may_have_a_promise_of_its_own(bills: Trusted) -> None:
    await bills.sheet.trust.promise(step="Net", epsilon=0.05)
    alone = await bills.sheet.trust.view()
    assert [one.step for one in alone.promises] == ["net"]
    await bills.read(steps=["net"])
    assert await sentence(bills) == (
        "Everything passes without a person; of 60 randomly checked none was wrong: "
        "at most 5 % with 90 % confidence."
    )
    (late,) = await bills.add(1)
    found = await needs(bills, late)
    assert found["net"] == ""
    assert found["supplier"] == "unproved: no quote was given"
    await bills.new_version("supplier")
    assert (await needs(bills, late))["net"] == ""


async def test_errors_leave_what_is_unsure_to_people_and_more_checks_are_estimated(
    own: Workspace, tmp_path: Path
) -> None:
    bills = await trusted(own, tmp_path)
    await bills.add(96, lambda at: 0.95 if at % 4 else 0.6)
    await bills.sheet.trust.promise()
    unsure = [id for at, id in enumerate(bills.cases.values()) if at % 4 == 0]
    await bills.read(wrong=unsure[:10])
    (view,) = (await bills.sheet.trust.view()).promises
    assert view.threshold == 0.7
    assert view.sentence.startswith("75 % pass without a person; of 144 values in 72 randomly")
    assert [(one.threshold, one.wrong, one.certified) for one in view.points] == [
        (0.9, 0, True),
        (0.7, 0, True),
        (0.5, 20, False),
    ]
    assert view.further is None  # with one in ten wrong no number of checks allows the rest
    (late,) = await bills.add(1, lambda at: 0.62)
    assert (await needs(bills, late))["net"] == "unsure: 0.62, and values are accepted from 0.70"


async def test_the_estimate_carries_the_bet_on(own: Workspace, tmp_path: Path) -> None:
    bills = await trusted(own, tmp_path, 30)
    await bills.sheet.trust.promise()
    await bills.read()
    (view,) = (await bills.sheet.trust.view()).promises
    assert view.further is not None
    assert view.further.checks == 18  # 48 without an error, of which 30 are there
    assert view.sentence.endswith("about 18 more checks would allow 100 %.")


async def test_two_people_who_disagree_count_as_an_error(tmp_path: Path) -> None:
    flags = {"trust.twice": 1.0}
    async with await Workspace.create(tmp_path / "pair", flags=flags) as pair:
        bills = await trusted(pair, tmp_path, 3)
        await bills.sheet.trust.promise()
        await bills.read()
        (view,) = (await bills.sheet.trust.view()).promises
        assert (view.second, view.documents) == (3, 0)
        verdicts = await bills.store.verdicts.of_worksheet(bills.sheet_id)
        bad = verdicts[0].id
        for one in verdicts:
            value = value_of(one.step_id, one.id == bad)
            await bills.store.second_readings.add(
                SecondReading(
                    uuid7(), one.case_id, one.step_id, one.id,
                    value, "", "Grace", bills.now(),  # type: ignore[arg-type]
                )
            )  # fmt: skip
        (view,) = (await bills.sheet.trust.view()).promises
        assert (view.cells, view.wrong, view.twice.cells, view.twice.agreed) == (6, 1, 6, 5)


async def test_errors_after_the_certificate_suspend_it_and_say_why(bills: Trusted) -> None:
    await bills.sheet.trust.promise()
    await bills.read()
    late = await bills.add(120)
    await bills.sheet.run(only="none")
    drawn = await bills.store.audits.of_worksheet(bills.sheet_id)
    await bills.read(wrong=[id for id in late if id in drawn])
    (view,) = (await bills.sheet.trust.view()).promises
    assert view.threshold is None
    assert view.suspended.startswith("6 of the last 6 randomly checked were wrong")
    assert view.sentence.startswith(
        f"Nothing passes without a person since {view.suspended_at[:10]}"
    )
    assert (view.suspensions, view.passing) == (1, 0.0)
    undrawn = next(id for id in late if id not in drawn)
    assert (await needs(bills, undrawn))["net"] == "unproved: no quote was given"
    await bills.sheet.run(
        only="none"
    )  # a promise that lacks checks draws more of those that are there
    assert len(await bills.store.audits.of_worksheet(bills.sheet_id)) > len(drawn)


async def test_documents_unlike_those_that_were_checked_suspend_it(
    own: Workspace, tmp_path: Path
) -> None:
    bills = await trusted(own, tmp_path)
    await bills.add(60, novelty=0.2)
    await bills.sheet.trust.promise()
    await bills.read()
    await bills.add(20, novelty=0.9)
    (view,) = (await bills.sheet.trust.view()).promises
    assert "5 of the last 5 documents are more unlike" in view.sentence


async def test_confidence_is_compared_with_what_people_found(
    own: Workspace, tmp_path: Path
) -> None:
    bills = await trusted(own, tmp_path)
    await bills.add(60, spread)
    await bills.sheet.trust.promise()
    await bills.read()
    (view,) = (await bills.sheet.trust.view()).promises
    assert sum(one.cells for one in view.bins) == 120
    assert all(one.low <= one.mean <= one.high for one in view.bins)
    assert all(one.right == 1.0 and 0.7 < one.right_low < 1.0 for one in view.bins)


async def test_shares_are_weighted_by_how_likely_each_case_was_drawn(bills: Trusted) -> None:
    store, ids = bills.store, list(bills.cases.values())
    await store.audits.draw(ids[:30], 1.0, set(), bills.now())
    await store.audits.draw(ids[30:60], 0.1, set(), bills.now())
    await bills.sheet.trust.promise()
    await bills.read(wrong=ids[30:36])
    (view,) = (await bills.sheet.trust.view()).promises
    error = view.points[-1].error
    # of 30 that stand for themselves none is wrong, of 30 that stand for 300 one in five is
    assert error == pytest.approx(60 / 330)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 0.1), (0.7, 0.1), (0.05, 0.0), (0.05, 1.0)])
async def test_what_cannot_be_promised_is_refused(
    bills: Trusted, epsilon: float, delta: float
) -> None:
    with pytest.raises(UsageError, match="No promise can be made"):
        await bills.sheet.trust.promise(epsilon, delta)


async def test_nothing_is_promised_for_rules_and_for_what_is_always_reviewed(
    bills: Trusted,
) -> None:
    for step in ("Large", "Signed off"):
        with pytest.raises(UsageError, match=f"Nothing can be promised for {step}"):
            await bills.sheet.trust.promise(step=step)


async def test_only_a_promise_that_was_made_is_taken_back_or_shown(bills: Trusted) -> None:
    with pytest.raises(NotFoundError, match="Nothing is promised for the worksheet"):
        await bills.sheet.trust.withdraw()
    with pytest.raises(NotFoundError, match="Nothing is promised for Net by itself"):
        await bills.sheet.trust.view(step="Net")
    assert (await bills.sheet.trust.view()).promises == ()


async def test_an_edited_step_begins_anew(bills: Trusted) -> None:
    await bills.sheet.trust.promise(step="Supplier")
    await bills.read()
    assert (await sentence(bills)).startswith("Everything passes")
    path = bills.sheet.procedure_path
    path.write_text(path.read_text("utf-8").replace("## Supplier\n", "## Supplier\nWho sent it.\n"))
    assert (await sentence(bills)).startswith("Everything passes")  # an edit is pending until a run
    await bills.sheet.run(only="none")
    assert (await sentence(bills)).startswith("Nothing passes without a person yet")
