"""A pending change seen from outside: planned, tried beside what is in force, compared, decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.change import Trial
from tests.sdk.conftest import invoice, use_model

PROCEDURE = """# Orders

## Total due
- type: money

## Remark
- by: model
Say something about {Total due}.

## Verdict
- by: model
Judge {Remark}.
"""
RULES = """# Orders

## Net
- type: money

## VAT
- type: money

## Total due
- type: money

## Sums agree
`{Net} + {VAT} == {Total due}`

## Decision
- type: choice: pay, query

`"pay" if {Sums agree} else "query"`
"""


def edit(sheet: Worksheet, old: str, new: str) -> None:
    text = sheet.procedure_path.read_text("utf-8")
    assert old in text
    sheet.procedure_path.write_text(text.replace(old, new), "utf-8")


async def made(workspace: Workspace, folder: Path, text: str) -> Worksheet:
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    totals = {"a": "119.00", "b": "120.00", "c": "119.00", "d": "90.00"}
    for name, total in totals.items():
        (inbox / f"{name}.txt").write_text(invoice(name.upper(), total=total), "utf-8")
    path = folder / "procedure.md"
    path.write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("orders", path)
    await sheet.add(inbox)
    await sheet.run()
    return sheet


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    """Four invoices under rules, run; those of b and d do not add up."""
    return await made(workspace, tmp_path, RULES)


LOOSER = ("`{Net} + {VAT} == {Total due}`", "`{Net} + {VAT} <= {Total due}`")


async def values(sheet: Worksheet, step: str) -> dict[str, str]:
    table = await sheet.table()
    return {c.case_name: c.shown for row in table.rows for c in row.cells if c.step_id == step}


async def test_a_change_is_tried_beside_what_is_in_force(sheet: Worksheet) -> None:
    before = await values(sheet, "decision")
    assert before == {"a": "pay", "b": "query", "c": "pay", "d": "query"}
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    assert await values(sheet, "decision") == before
    found = await sheet.changes.compare()
    told = {(g.step_id, g.kind): [(c.case_name, c.old.shown, c.new.shown) for c in g.cells]
            for g in found.groups}  # fmt: skip
    assert told == {
        ("sums-agree", "value"): [("b", "no", "yes")],
        ("decision", "value"): [("b", "query", "pay")],
    }
    assert (found.cells, found.undecided, found.left, found.equal) == (2, 2, 0, 3)
    assert "Sums agree: the rule was" in found.changes[0]
    cell = (await sheet.cell("b", "Decision")).cell
    assert cell.flags == ("proposed",)
    assert cell.shown == "query"


async def test_what_people_verified_measures_the_change(sheet: Worksheet) -> None:
    for case in ("a", "b", "c"):
        await sheet.accept(case, "Decision")
    await sheet.correct("d", "Decision", "pay")
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    measured = (await sheet.changes.compare()).regression
    assert (measured.verified, measured.agrees, measured.before) == (4, 2, 3)
    assert [(d.case_name, d.said, d.new, d.before) for d in measured.disagreements] == [
        ("b", "query", "pay", True),
        ("d", "pay", "query", False),
    ]
    assert [one.case_name for one in measured.worse] == ["b"]


async def test_adopting_all_takes_the_procedure_up_and_leaves_nothing_to_run(
    sheet: Worksheet,
) -> None:
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    done = await sheet.changes.adopt(who="ann")
    assert (done.version, done.taken_up, done.left, done.state) == (2, True, 0, "adopted")
    assert done.next is not None
    assert done.next.empty
    assert (await values(sheet, "decision"))["b"] == "pay"
    assert await sheet.changes.open() is None
    assert (await sheet.plan()).empty
    report = await sheet.cell("b", "Decision")
    assert ("adopted", "ann") in [(item.what, item.by) for item in report.history]
    assert report.cell.flags == ()


async def test_a_group_is_adopted_and_single_cells_are_kept(sheet: Worksheet) -> None:
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    first = await sheet.changes.adopt(steps=["Sums agree"])
    assert (first.cells, first.left, first.state) == (1, 1, "open")
    second = await sheet.changes.keep([("b", "Decision")], who="ben")
    assert (second.cells, second.left, second.state) == (1, 0, "adopted")
    assert (await values(sheet, "sums-agree"))["b"] == "yes"
    assert (await values(sheet, "decision"))["b"] == "query"
    await sheet.run()
    assert (await values(sheet, "decision"))["b"] == "query"
    assert (await sheet.plan()).empty
    kept = (await sheet.cell("b", "Decision")).history[-1]
    assert (kept.what, kept.by) == ("kept", "ben")


async def test_keeping_everything_keeps_everything(sheet: Worksheet) -> None:
    before = [await values(sheet, step) for step in ("sums-agree", "decision")]
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    kept = await sheet.changes.keep()
    assert (kept.left, kept.state, kept.version) == (0, "open", 1)
    done = await sheet.changes.adopt()
    assert (done.state, done.version) == ("adopted", 2)
    await sheet.run()
    assert [await values(sheet, step) for step in ("sums-agree", "decision")] == before


async def test_a_dropped_change_leaves_no_trace_in_what_is_in_force(sheet: Worksheet) -> None:
    text = sheet.procedure_path.read_text("utf-8")
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    dropped = await sheet.changes.drop(restore=True, who="ann")
    assert (dropped.state, dropped.ended_by) == ("dropped", "ann")
    assert sheet.procedure_path.read_text("utf-8") == text
    assert (await sheet.plan()).empty
    assert (await sheet.cell("b", "Decision")).cell.flags == ()
    with pytest.raises(NotFoundError, match="No change is being tried"):
        await sheet.changes.compare()


async def test_a_run_meanwhile_follows_the_version_in_force(
    sheet: Worksheet, tmp_path: Path
) -> None:
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    (tmp_path / "e.txt").write_text(invoice("E", total="150.00"), "utf-8")
    await sheet.add(tmp_path / "e.txt")
    await sheet.run()
    assert (await values(sheet, "sums-agree"))["e"] == "no"
    assert (await sheet.view()).pending
    assert (await sheet.plan()).trying
    await sheet.changes.run()
    found = await sheet.changes.compare(steps=["Sums agree"])
    assert [c.case_name for g in found.groups for c in g.cells] == ["b", "e"]


async def test_an_edit_after_the_trial_must_be_tried_before_it_is_adopted(
    sheet: Worksheet,
) -> None:
    edit(sheet, *LOOSER)
    await sheet.changes.run()
    edit(sheet, '"pay" if {Sums agree} else "query"', '"query" if {Sums agree} else "pay"')
    assert (await sheet.changes.compare()).stale
    with pytest.raises(ConflictError, match="edited since"):
        await sheet.changes.adopt()
    await sheet.changes.run()
    assert not (await sheet.changes.compare()).stale
    await sheet.changes.adopt()
    assert await values(sheet, "decision") == {"a": "query", "b": "query", "c": "query", "d": "pay"}


async def test_there_is_nothing_to_try_before_an_edit(sheet: Worksheet) -> None:
    with pytest.raises(ConflictError, match="Nothing is pending"):
        await sheet.changes.run()


async def test_a_value_is_tried_before_it_is_said(sheet: Worksheet) -> None:
    trial = Trial(corrections=(("b", "Total due", "EUR 119.00"),))
    plan = await sheet.plan(trial=trial)
    assert [(g.step_name, g.cells, g.certain) for g in plan.groups] == [
        ("Sums agree", 1, True),
        ("Decision", 1, False),
    ]
    await sheet.changes.run(trial)
    found = await sheet.changes.compare()
    assert [(g.step_id, g.cells[0].new.shown) for g in found.groups] == [
        ("sums-agree", "yes"),
        ("decision", "pay"),
    ]
    assert (await values(sheet, "total-due"))["b"] == "EUR 120.00"
    await sheet.changes.adopt(who="ann")
    report = await sheet.cell("b", "Total due")
    assert (report.cell.shown, report.cell.proof_word) == ("EUR 119.00", "person")
    assert (await sheet.plan()).empty


async def test_a_plan_can_be_limited_to_a_sample_that_stays_the_same(sheet: Worksheet) -> None:
    edit(sheet, *LOOSER)
    plan = await sheet.plan(sample=2)
    assert plan.count(certain=True) == 2
    assert plan.left_out == 4
    first = [one.case_name async for one in sheet.planned(sample=2)]
    assert first == [one.case_name async for one in sheet.planned(sample=2)]
    await sheet.run(sample=2)
    left = await sheet.plan()
    assert left.count(certain=True) == 2
    assert (await sheet.plan(sample=2)).count() == 0
    table = await sheet.table()
    stale = {c.case_name: c for row in table.rows for c in row.cells if "stale" in c.flags
             and c.step_id == "sums-agree"}  # fmt: skip
    assert len(stale) == 2
    assert not set(stale) & set(first)
    some = next(iter(stale.values()))
    assert some.shown
    assert some.outdated == "the step changed and this cell has not run since"


async def test_a_procedure_is_taken_up_without_running_anything(sheet: Worksheet) -> None:
    edit(sheet, *LOOSER)
    plan = await sheet.plan(only="none")
    assert (plan.count(), plan.left_out, plan.new_version) == (0, 8, True)
    await sheet.run(only="none")
    assert (await sheet.view()).procedure_version == 2
    report = await sheet.cell("b", "Decision")
    assert report.cell.flags == ("stale",)
    assert report.cell.shown == "query"
    assert report.cell.outdated == "it rests on Sums agree, which is out of date"


async def test_cells_that_people_verified_can_be_left_out(sheet: Worksheet) -> None:
    await sheet.accept("b", "Sums agree")
    edit(sheet, *LOOSER)
    assert (await sheet.plan(only="unverified")).count(certain=True) == 3
    await sheet.run(only="unverified")
    cell = (await sheet.cell("b", "Sums agree")).cell
    assert (cell.shown, cell.conflict) == ("no", False)


async def test_the_planned_cells_are_listed_one_by_one(sheet: Worksheet) -> None:
    await sheet.accept("a", "Sums agree")
    edit(sheet, *LOOSER)
    cells = [one async for one in sheet.planned()]
    told = [(c.case_name, c.step_id, c.why, c.certain, c.verified) for c in cells]
    assert told[:2] == [
        ("a", "sums-agree", "instruction_changed", True, True),
        ("b", "sums-agree", "instruction_changed", True, False),
    ]
    assert len(cells) == 7  # the decision of a reads the person's word, which stays


@pytest.fixture
async def asking(
    own_configuration: Path, server: ScriptedServer, workspace: Workspace, tmp_path: Path
) -> AsyncIterator[Worksheet]:
    """Four orders whose remarks and verdicts a model gives."""
    use_model(own_configuration, server)
    async with await Workspace.open(workspace.folder) as opened:
        yield await made(opened, tmp_path, PROCEDURE)


async def test_no_call_is_made_twice_when_a_change_is_adopted(
    asking: Worksheet, server: ScriptedServer
) -> None:
    calls = server.stats().calls
    edit(asking, "Say something about", "Remark on")
    plan = await asking.plan()
    certain = sum(g.calls for g in plan.groups if g.certain)
    assert certain == 4
    assert plan.input_tokens
    await asking.changes.run()
    tried = server.stats().calls - calls
    assert 4 <= tried <= 8
    assert (await asking.plan()).remembered >= 4
    await asking.changes.adopt()
    await asking.run()
    assert server.stats().calls - calls == tried


async def test_an_edit_called_the_same_runs_nothing_and_can_be_taken_back(
    asking: Worksheet, server: ScriptedServer
) -> None:
    calls = server.stats().calls
    edit(asking, "Say something about", "Please say something about")
    assert (await asking.plan()).count(certain=True) == 4
    (said,) = await asking.changes.same(["Remark"], who="ann")
    assert (said.step_name, said.who) == ("Remark", "ann")
    plan = await asking.plan()
    assert plan.count() == 0
    assert plan.new_version
    await asking.run()
    assert server.stats().calls == calls
    assert (await asking.plan()).empty
    history = (await asking.cell("a", "Remark")).history
    assert ("same meaning", "ann") in [(item.what, item.by) for item in history]
    (back,) = await asking.changes.not_same(["Remark"], who="ben")
    assert (back.undone_by, back.who) == ("ben", "ann")
    assert (await asking.plan()).count(certain=True) == 4
    with pytest.raises(NotFoundError):
        await asking.changes.not_same()


async def test_another_model_is_planned_and_tried_without_being_set(
    asking: Worksheet, server: ScriptedServer
) -> None:
    trial = Trial(models={"default": "test:other"})
    plan = await asking.plan(trial=trial)
    reasons = {group.step_id: group.why for group in plan.groups if group.certain}
    assert reasons == {"total-due": "model_changed"}
    assert plan.cost_usd is None
    assert any("has not run with test:other yet" in reason for reason in plan.unknown)
    await asking.changes.run(trial)
    found = await asking.changes.compare()
    assert found.change.settings == {"model.default": "test:other"}
    assert "model.default is test:other." in found.changes
    done = await asking.changes.adopt()
    assert done.taken_up
    calls = server.stats().calls
    await asking.run()
    assert server.stats().calls == calls
    assert (await asking.plan()).empty


async def test_while_a_model_is_unavailable_the_old_value_is_shown_as_out_of_date(
    own_configuration: Path, asking: Worksheet, workspace: Workspace
) -> None:
    shown = (await asking.cell("a", "Remark")).cell.shown
    edit(asking, "Say something about", "Remark on")
    settings = own_configuration / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace("test:scripted", "nowhere:x"), "utf-8")
    async with await Workspace.open(workspace.folder) as without:
        sheet = await without.worksheet()
        await sheet.run()
        total = (await sheet.cell("a", "Total due")).cell
        assert (total.state, total.waiting_for, total.shown) == ("waiting", "model", "EUR 119.00")
        assert total.flags == ("stale",)
        assert "nowhere" in total.outdated
        remark = (await sheet.cell("a", "Remark")).cell
        assert (remark.state, remark.waiting_for, remark.shown) == ("waiting", "input", shown)
        assert remark.outdated.startswith("waits for Total due")


async def test_a_step_that_is_gone_is_listed_with_what_it_held(sheet: Worksheet) -> None:
    edit(
        sheet,
        '## Decision\n- type: choice: pay, query\n\n`"pay" if {Sums agree} else "query"`\n',
        "",
    )
    await sheet.changes.run()
    found = await sheet.changes.compare()
    ((group),) = found.groups
    assert (group.step_id, group.kind, len(group.cells)) == ("decision", "removed", 4)
    assert found.undecided == 0
    done = await sheet.changes.adopt()
    assert (done.state, done.version) == ("adopted", 2)


TABLES = """# Costs

## Total due
- type: money

## Lines
- by: person
- type: table: Item, Amount (number)

### Dear
- type: yes/no

`{Amount} > 100`

## Any dear
- type: yes/no

`any({Lines.Dear})`
"""


async def test_rows_of_tables_are_compared_by_their_case_and_step(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheet = await made(workspace, tmp_path, TABLES)
    await sheet.correct("a", "Lines", '[{"Item": "pump", "Amount": "90"}]')
    await sheet.run()
    edit(sheet, "{Amount} > 100", "{Amount} > 80")
    await sheet.changes.run()
    found = await sheet.changes.compare()
    told = [(g.step_name, g.cells[0].case_name, g.cells[0].new.shown) for g in found.groups]
    assert told == [("Lines › Dear", "a/Lines/1", "yes"), ("Any dear", "a", "yes")]
    [row] = found.groups[0].cells
    kept = await sheet.changes.keep([(row.case_id, row.path)])
    assert (kept.cells, kept.left) == (1, 1)
    done = await sheet.changes.adopt(steps=["Lines.Dear"])
    assert (done.cells, done.left) == (1, 1)
    done = await sheet.changes.adopt()
    assert done.next is not None
    assert done.next.empty
