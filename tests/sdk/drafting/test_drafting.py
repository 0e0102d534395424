"""Drafts of steps: tried while somebody writes, in force only when they are applied."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, ProcedureError, RightsError, UsageError
from casework.procedures.compile import compile_procedure
from casework.sdk.drafting.impact import touched
from casework.sdk.drafting.views import DraftSample, StepEdit
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model

PROCEDURE = """# Orders

## Net
- type: money
- model: embedded

## Total due
- type: money
- model: embedded

## Remark
- by: model
Say something about {Total due}.

## Large
`{Total due} > 100`
"""


NESTED = """# Orders

## Lines
- type: table: What, Amount (money)

### Doubled
`{Amount} * 2`

## Sum
`sum({Lines.Amount})`

## Most
`max({Lines.Doubled})`
"""


def remark(words: str) -> Json:
    claims: Json = [{"text": words, "cells": ["total-due"]}]
    return {"status": "answered", "value": words, "claims": claims, "note": ""}


async def made(workspace: Workspace, folder: Path, *, count: int = 7) -> Worksheet:
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in range(count):
        text = invoice(f"A-{number}", total=f"{117 + number}.00")
        (inbox / f"a{number}.txt").write_text(text, "utf-8")
    path = folder / "orders.md"
    path.write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("orders", path)
    await sheet.add(inbox)
    await sheet.run()
    return sheet


@pytest.fixture
async def sheet(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer, workspace: Workspace
) -> Worksheet:
    return await made(workspace, tmp_path)


async def edit_of(sheet: Worksheet, step: str, instruction: str) -> StepEdit:
    form = await sheet.drafting.form(step)
    return StepEdit(form.name, instruction, form.keys, form.step, over=form.sha256)


async def test_a_draft_of_a_rule_is_tried_on_five_cases_and_changes_nothing(
    sheet: Worksheet,
) -> None:
    text = sheet.procedure_path.read_text("utf-8")
    edit = await edit_of(sheet, "large", "`{Total due} > 120`")
    seen: list[DraftSample] = []
    found = await sheet.drafting.sample(edit, on_sample=seen.append)
    assert len(found.cells) == 5
    assert found.done
    told = {one.case_name: (one.old.shown, one.new.shown) for one in found.cells if one.new}
    assert told["a0"] == ("yes", "no")
    assert found.changed == sum(old != new for old, new in told.values())
    assert found.cost_usd == 0
    assert not seen[0].done
    assert sheet.procedure_path.read_text("utf-8") == text
    assert (await sheet.plan()).empty
    assert await sheet.changes.open() is None
    assert len(await sheet.runs()) == 1
    report = await sheet.cell("a0", "Large")
    assert [item.what for item in report.history] == ["value"]


async def test_what_a_draft_found_is_not_paid_again_when_it_is_applied(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play(rules=[{"match": "", "answer": remark("a remark")}])
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await made(workspace, tmp_path)
        before = server.stats().calls
        edit = await edit_of(sheet, "remark", "Say a word about {Total due}.")
        found = await sheet.drafting.sample(edit)
        assert server.stats().calls - before == found.calls == 5
        again = await sheet.drafting.sample(edit)
        assert (again.calls, server.stats().calls - before) == (0, 5)
        impact = await sheet.drafting.impact(edit)
        assert (impact.plan.count(), impact.plan.remembered, impact.cells) == (7, 5, 28)
        assert "because" in impact.because
        assert {one.name: one.cells for one in impact.scopes} == {
            "all": 7, "unverified": 7, "sample": 5,
        }  # fmt: skip
        await sheet.drafting.apply(edit)
        assert server.stats().calls - before == 7
        assert (await sheet.changes.compare()).tried == 7


async def test_drafts_stop_at_their_budget_and_say_which_setting_it_was(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play(rules=[{"match": "", "answer": remark("a remark")}])
    async with await Workspace.create(tmp_path / "w", flags={"draft.calls": 2}) as workspace:
        sheet = await made(workspace, tmp_path)
        before = server.stats().calls
        found = await sheet.drafting.sample(await edit_of(sheet, "remark", "Judge {Total due}."))
        assert server.stats().calls - before == 2
        assert "2 of the 2 calls that draft.calls allows" in found.stopped
        waiting = [one for one in found.cells if one.new and one.new.state == "waiting"]
        assert len(waiting) == 3


async def test_without_a_model_a_draft_says_what_is_missing(sheet: Worksheet) -> None:
    found = await sheet.drafting.sample(await edit_of(sheet, "remark", "Judge {Total due}."))
    assert "model" in found.stopped
    assert all(one.new is not None and one.new.state == "waiting" for one in found.cells)


async def test_two_people_draft_at_once_and_disturb_neither_each_other_nor_the_sheet(
    sheet: Worksheet, workspace: Workspace
) -> None:
    one = await edit_of(sheet, "large", "`{Total due} > 118`")
    other = replace(one, instruction="`{Total due} > 1000`")
    run = asyncio.create_task(sheet.run())
    first, second = await asyncio.gather(sheet.drafting.sample(one), sheet.drafting.sample(other))
    await run
    assert {cell.new.shown for cell in second.cells if cell.new} == {"no"}
    assert {cell.new.shown for cell in first.cells if cell.new} == {"no", "yes"}
    assert (await sheet.plan()).empty


async def test_a_verdict_stays_and_the_draft_says_so(sheet: Worksheet) -> None:
    await sheet.accept("a0", "Large")
    found = await sheet.drafting.sample(await edit_of(sheet, "large", "`{Total due} > 1000`"))
    cell = next(cell for cell in found.cells if cell.case_name == "a0")
    assert cell.because == "yes stays; shown as a conflict"
    impact = await sheet.drafting.impact(await edit_of(sheet, "large", "`{Total due} > 1000`"))
    assert impact.plan.verified == 1
    assert "The 1 human value stays in force." in impact.because
    unverified = next(one for one in impact.scopes if one.name == "unverified")
    assert unverified.cells == 6


async def test_cases_are_pinned_and_unpinned(sheet: Worksheet) -> None:
    assert [case.name for case in await sheet.drafting.pins()] == ["a0", "a1", "a2", "a4", "a5"]
    await sheet.drafting.pin("a6")
    await sheet.drafting.unpin("a0")
    assert [case.name for case in await sheet.drafting.pins()] == ["a1", "a2", "a4", "a5", "a6"]
    found = await sheet.drafting.sample(await edit_of(sheet, "large", "`{Total due} > 1`"))
    assert [cell.case_name for cell in found.cells] == ["a1", "a2", "a4", "a5", "a6"]
    for name in ("a1", "a2", "a4", "a5"):
        await sheet.drafting.unpin(name)
    with pytest.raises(UsageError, match="one case at least"):
        await sheet.drafting.unpin("a6")


async def test_the_words_alone_tell_type_and_who_fills_it(sheet: Worksheet) -> None:
    look = await sheet.drafting.look(await edit_of(sheet, "large", "Is {Total due} large?"))
    assert (look.type, look.by) == ("text", "model")
    assert look.by_because == "it names a step in braces"
    assert look.changed
    new = StepEdit("Supplier", "Who issued it.", after="net")
    look = await sheet.drafting.look(new)
    assert (look.step, look.by, look.right) == ("supplier", "document", True)
    wrong = await sheet.drafting.look(replace(new, instruction="One line.\nSee {Nett}."))
    assert [(one.line, one.code) for one in wrong.mistakes] == [(2, "rule.unknown_step")] or (
        wrong.mistakes[0].line == 2
    )
    bad_type = await sheet.drafting.look(replace(new, keys={"type": "moneyy"}))
    assert bad_type.mistakes[0].line == 0
    assert "money" in bad_type.mistakes[0].fix


async def test_a_new_step_is_written_behind_another_and_touches_no_other_line(
    sheet: Worksheet,
) -> None:
    edit = StepEdit("Due date", "When it is to be paid.", {"type": "date"}, after="net")
    assert await sheet.drafting.save(edit) == "due-date"
    text = sheet.procedure_path.read_text("utf-8")
    assert text == PROCEDURE.replace(
        "## Total due", "## Due date\n- type: date\nWhen it is to be paid.\n\n## Total due", 1
    )
    await sheet.drafting.move("due-date", after="remark")
    moved = sheet.procedure_path.read_text("utf-8")
    assert moved.index("## Remark") < moved.index("## Due date") < moved.index("## Large")
    await sheet.drafting.remove("due-date")
    assert sheet.procedure_path.read_text("utf-8") == PROCEDURE
    with pytest.raises(ProcedureError, match="Total due"):
        await sheet.drafting.remove("total-due")
    assert sheet.procedure_path.read_text("utf-8") == PROCEDURE


async def test_a_draft_does_not_overwrite_an_edit_made_meanwhile(sheet: Worksheet) -> None:
    edit = await edit_of(sheet, "large", "`{Total due} > 50`")
    theirs = PROCEDURE.replace("Say something", "Say much")
    sheet.procedure_path.write_text(theirs, "utf-8")
    with pytest.raises(ConflictError, match="edited since"):
        await sheet.drafting.save(edit)
    assert sheet.procedure_path.read_text("utf-8") == theirs


async def test_another_name_keeps_the_id_and_runs_nothing(sheet: Worksheet) -> None:
    form = await sheet.drafting.form("total-due")
    edit = StepEdit("Amount due", form.instruction, form.keys, "total-due", over=form.sha256)
    impact = await sheet.drafting.impact(edit)
    assert impact.plan.count() == 0
    await sheet.drafting.save(edit)
    text = sheet.procedure_path.read_text("utf-8")
    assert "- id: total-due" in text
    assert "{Amount due} > 100" in text
    assert (await sheet.plan()).count() == 0


async def test_the_same_meaning_comes_in_force_and_runs_nothing(sheet: Worksheet) -> None:
    edit = await edit_of(sheet, "large", "`{Total due} > 100.00`")
    await sheet.drafting.same(edit)
    assert (await sheet.plan()).empty
    assert (await sheet.view()).procedure_version == 2
    assert not (await sheet.view()).pending


async def test_a_reader_may_look_but_not_draft(sheet: Worksheet, workspace: Workspace) -> None:
    reader = workspace.acting_as(Person("r", "Rea", "reader", login="rea"))
    theirs = await reader.worksheet("orders")
    edit = await edit_of(theirs, "large", "`{Total due} > 1`")
    assert (await theirs.drafting.look(edit)).right
    for act in (theirs.drafting.sample, theirs.drafting.apply, theirs.drafting.save):
        with pytest.raises(RightsError):
            await act(edit)


async def test_applying_runs_the_step_and_what_reads_it_and_nothing_else(sheet: Worksheet) -> None:
    procedure = await sheet.procedure()
    assert touched(procedure, "total-due") == ("total-due", "remark", "large")
    assert touched(procedure, "large") == ("large",)
    nested = compile_procedure(NESTED)
    assert touched(nested, "lines") == ("lines", "lines.doubled", "sum", "most")
    assert touched(nested, "lines.doubled") == ("lines.doubled", "most")
