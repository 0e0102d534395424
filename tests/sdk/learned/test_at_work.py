"""A learned version seen from outside: tried beside what stands, adopted, dropped, replayed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import Recorded
from casework.types.change import Trial
from casework.types.learned import Stored
from casework.types.values import Json
from tests.sdk.conftest import invoice
from tests.sdk.taught import AT, SURE, offer, teach

PROCEDURE = """# Orders

## Total due
- type: money

## Large
- type: yes/no

`{Total due} > 110`
"""
NET: Mapping[str, Json] = {
    name: {"amount": f"{100 + at}.00", "currency": "EUR"} for at, name in enumerate("abcd")
}
TOTAL: Mapping[str, Json] = {"a": {"amount": "119.00", "currency": "EUR"}}
TRIAL = Trial(versions=("Total due",))


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    """Four invoices, run. Somebody means the net amount by their total."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for at, name in enumerate("abcd"):
        text = invoice(name.upper(), net=f"{100 + at}.00", total=f"{119 + at}.00")
        (inbox / f"{name}.txt").write_text(text, "utf-8")
    path = tmp_path / "procedure.md"
    path.write_text(PROCEDURE, "utf-8")
    made = await workspace.new_worksheet("orders", path)
    await made.add(inbox)
    await made.run()
    return made


async def shown(sheet: Worksheet, step: str = "total-due") -> list[str]:
    table = await sheet.table()
    return [c.shown for row in table.rows for c in row.cells if c.step_id == step]


async def recorded(sheet: Worksheet, case: str = "a", step: str = "total-due") -> Recorded:
    found = await sheet._house.store.finding.exact(sheet._record.id, case)
    cell = (await sheet._house.store.cells.of_case(found))[step]
    assert cell.machine is not None
    return cell.machine


async def states(sheet: Worksheet) -> list[tuple[int, str]]:
    versions = await sheet._house.store.learned.of_worksheet(sheet._record.id)
    return [(one.number, one.state) for one in versions]


TOTALS = ["EUR 119.00", "EUR 120.00", "EUR 121.00", "EUR 122.00"]
NETS = ["EUR 100.00", "EUR 101.00", "EUR 102.00", "EUR 103.00"]


async def test_an_offered_version_changes_nothing_and_neither_does_a_verdict(
    sheet: Worksheet,
) -> None:
    await teach(sheet, "total-due", NET)
    await sheet.accept("a", "Total due")
    await sheet.correct("b", "Total due", "EUR 101.00")
    plan = await sheet.plan()
    assert {group.step_id for group in plan.groups} <= {"large"}  # b reads the corrected value
    assert "learned_changed" not in {group.why for group in plan.groups}


async def test_a_plan_says_which_version_it_is_about(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", NET)
    plan = await sheet.plan(trial=TRIAL)
    assert plan.changes == ("Version 1 of Total due is tried.",)
    (first, then) = plan.groups
    assert (first.step_id, first.why, first.cells) == ("total-due", "learned_changed", 4)
    assert first.detail == "version 1 now, none before"
    assert (then.step_id, then.certain) == ("large", False)
    assert (await sheet.plan()).empty


async def test_it_is_tried_beside_what_is_in_force_and_adopted(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    assert await shown(sheet) == TOTALS
    found = await sheet.changes.compare()
    assert found.changes == ("Version 1 of Total due is tried.",)
    assert {(group.step_id, group.kind) for group in found.groups} == {
        ("total-due", "value"),
        ("large", "value"),
    }
    assert await states(sheet) == [(1, "offered")]
    done = await sheet.changes.adopt(who="ann")
    assert (done.taken_up, done.learned) == (False, ("version 1 of Total due",))
    assert (done.left, done.state, done.next and done.next.empty) == (0, "adopted", True)
    assert await shown(sheet) == NETS
    assert await states(sheet) == [(1, "live")]
    assert (await sheet.plan()).empty
    (version,) = await sheet._house.store.learned.live(sheet._record.id)
    assert version.decided_by == "ann"


async def test_what_comes_out_the_same_is_adopted_in_silence(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", TOTAL)
    await sheet.changes.run(TRIAL)
    found = await sheet.changes.compare()
    assert (found.cells, found.equal) == (0, 4)
    before = await recorded(sheet)
    assert before.outcome.confidence is None
    done = await sheet.changes.adopt()
    assert (done.state, done.left) == ("adopted", 0)
    assert (await sheet.plan()).empty
    after = await recorded(sheet)
    assert after.outcome.confidence is not None
    assert after.meaning != before.meaning


async def test_what_a_person_said_stays_above_it(sheet: Worksheet) -> None:
    await sheet.correct("a", "Total due", "EUR 7.00")
    await sheet.accept("b", "Total due")
    await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    measured = (await sheet.changes.compare()).regression
    assert (measured.verified, measured.agrees, measured.before) == (2, 0, 1)
    await sheet.changes.adopt()
    assert await shown(sheet) == ["EUR 7.00", "EUR 120.00", *NETS[2:]]
    cells = {name: (await sheet.cell(name, "Total due")).cell for name in ("a", "b")}
    assert all(cell.conflict for cell in cells.values())


async def test_dropping_leaves_it_offered(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    await sheet.changes.drop()
    assert await states(sheet) == [(1, "offered")]
    assert await shown(sheet) == TOTALS
    assert (await sheet.plan()).empty


async def test_an_answer_tells_its_signals_its_confidence_and_where_it_was_learned(
    sheet: Worksheet,
) -> None:
    before = (await recorded(sheet)).outcome
    assert before.confidence is None
    assert {"chance", "margin", "proved", "absent"} <= before.signals.keys()
    assert "novelty" not in before.signals
    version = await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt()
    after = (await recorded(sheet)).outcome
    assert after.signals["zero_agrees"] == 0.0
    assert after.signals["novelty"] == 0.0
    assert 0.0 < (after.confidence or 0.0) < 1.0
    assert f"learned:{version.id}" in after.label.sources
    large = (await recorded(sheet, step="large")).outcome
    assert f"learned:{version.id}" in large.label.sources


async def test_without_a_calibration_nothing_is_measured(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", NET, calibration=None)
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt()
    after = (await recorded(sheet)).outcome
    assert after.confidence is None
    assert after.signals["chance"] > 0.5


async def test_a_version_without_a_model_says_nothing_of_what_the_extractor_finds(
    sheet: Worksheet,
) -> None:
    version = await offer(sheet, "total-due", Stored(b"", {"calibration": SURE.as_json()}))
    await sheet._house.store.learned.pin(sheet._record.id, [version.id], "ann", AT)
    assert (await sheet.plan()).empty
    await sheet.run(force=True)
    assert (await recorded(sheet)).outcome.confidence is None


async def test_a_later_version_takes_the_place_of_an_earlier_one_and_history_names_both(
    sheet: Worksheet,
) -> None:
    for right in (NET, TOTAL):
        await teach(sheet, "total-due", right)
        await sheet.changes.run(TRIAL)
        await sheet.changes.adopt(who="ann")
    assert await states(sheet) == [(1, "retired"), (2, "live")]
    assert await shown(sheet) == TOTALS
    report = await sheet.cell("a", "Total due")
    told = [item.why for item in report.history if item.what in ("proposed", "adopted")]
    assert [why for why in told if "learned version 1" in why]
    assert [why for why in told if "learned version 2" in why]
    # going back is a change like any other
    plan = await sheet.plan(trial=Trial(versions=("Total due 1",)))
    assert plan.groups[0].detail == "version 1 now, version 2 before"
    assert plan.remembered == 4


async def test_a_run_is_replayed_with_the_version_that_it_had(sheet: Worksheet) -> None:
    first = await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt()
    (sheet._house.folder.parent / "inbox" / "e.txt").write_text(invoice("E"), "utf-8")
    await sheet.add(sheet._house.folder.parent / "inbox" / "e.txt")
    await sheet.run()
    assert (await shown(sheet))[-1] == "EUR 100.00"
    await teach(sheet, "total-due", TOTAL)
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt()
    report = await sheet.replaying.replay("2")
    assert report.proved, (report.differing, report.not_replayable)
    assert report.equal == 2
    await sheet._house.store.learned.delete(first.id)
    report = await sheet.replaying.replay("2")
    (line,) = report.not_replayable
    assert line.reason == "it was done with learned version 1, which was deleted since"


async def test_a_run_before_anything_was_learned_is_replayed_without_it(sheet: Worksheet) -> None:
    await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt()
    report = await sheet.replaying.replay("1")
    assert report.proved
    assert report.equal == 8


async def test_a_damaged_version_makes_its_cells_wait_and_is_named(sheet: Worksheet) -> None:
    version = await teach(sheet, "total-due", NET)
    await sheet._house.store.learned.pin(sheet._record.id, [version.id], "ann", AT)
    for name in list(sheet._house.store.blobs.all()):
        path = sheet._house.store.blobs.path_of(name)
        if path.read_bytes().startswith(b"PK"):
            path.write_bytes(path.read_bytes()[:200])
    await sheet.run()
    cell = (await sheet.cell("a", "Total due")).cell
    assert cell.state == "waiting"
    assert "Version 1 of total-due is damaged" in cell.reason
    assert "casework learn" in cell.reason


async def test_a_version_whose_estimator_is_gone_makes_its_cells_wait_and_is_named(
    sheet: Worksheet,
) -> None:
    ours = await teach(sheet, "total-due", NET)
    stored = await sheet._house.store.learned.load(ours.id)
    await offer(sheet, "total-due", stored, estimator="forest")
    await sheet.changes.run(Trial(versions=("Total due 2",)))
    (group, _) = (await sheet.changes.compare()).groups
    assert group.kind == "waiting"
    assert "Version 2 of total-due cannot be used" in group.cells[0].new.reason
    assert "'forest'" in group.cells[0].new.reason


async def test_a_version_is_named_by_its_step_its_number_or_its_id(sheet: Worksheet) -> None:
    first = await teach(sheet, "total-due", NET)
    second = await teach(sheet, "total-due", NET)
    for name, number in (
        ("total-due", 2), ("Total due:1", 1), ("Total due version 1", 1), (second.id, 2),
        (first.id, 1),
    ):  # fmt: skip
        plan = await sheet.plan(trial=Trial(versions=(name,)))
        assert plan.changes == (f"Version {number} of Total due is tried.",)
    for name in ("Large", "Total due 3", "Nonsense"):
        with pytest.raises(NotFoundError, match="no learned version"):
            await sheet.plan(trial=Trial(versions=(name,)))


async def test_what_was_refused_cannot_be_tried(sheet: Worksheet) -> None:
    version = await teach(sheet, "total-due", NET)
    await sheet._house.store.learned.set_state(version.id, "refused", "ann", AT, "Worse on 2.")
    with pytest.raises(ConflictError, match=r"Version 1 of Total due was refused: Worse on 2\."):
        await sheet.changes.run(Trial(versions=(version.id,)))


async def test_a_version_that_was_deleted_while_it_was_tried_is_told(sheet: Worksheet) -> None:
    version = await teach(sheet, "total-due", NET)
    await sheet.changes.run(TRIAL)
    await sheet._house.store.learned.delete(version.id)
    found = await sheet.changes.compare()
    assert found.changes == ("A learned version that was tried is gone: it was deleted.",)
    await sheet.changes.drop()
    assert (await sheet.plan()).empty


async def test_a_step_of_another_type_is_not_read_with_what_was_learned_before(
    sheet: Worksheet,
) -> None:
    version = await teach(sheet, "total-due", NET)
    await sheet._house.store.learned.pin(sheet._record.id, [version.id], "ann", AT)
    text = sheet.procedure_path.read_text("utf-8").partition("\n## Large")[0]
    sheet.procedure_path.write_text(text.replace("type: money", "type: number"), "utf-8")
    await sheet.run()
    found = (await recorded(sheet)).outcome
    assert found.confidence is None
    assert not any(source.startswith("learned:") for source in found.label.sources)
