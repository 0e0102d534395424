"""Any mixture of edits, trials, decisions and runs ends where a fresh worksheet would end, and the
words of people stand through all of it (laws 1, 2 and 3)."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice
from tests.sdk.test_changes import RULES

_RULES = ("==", "<=", ">=")
_ANSWERS = ('"pay" if {Sums agree} else "query"', '"query" if {Sums agree} else "pay"')
_CASES = ("a", "b", "c")
_TOTALS = ("119.00", "120.00", "90.00")
_SAID = {"total-due": ("EUR 119.00", "EUR 5.00"), "sums-agree": ("yes", "no"), "decision": ("pay",)}

_WHERE = (st.sampled_from(_CASES), st.sampled_from(sorted(_SAID)))
_OPERATIONS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(_RULES), st.sampled_from(_ANSWERS)),
    st.tuples(st.just("correct"), *_WHERE, st.sampled_from((0, -1))),
    st.tuples(st.just("undo"), *_WHERE),
    st.tuples(st.just("redo"), *_WHERE),
    st.tuples(st.just("run")),
    st.tuples(st.just("try")),
    st.tuples(st.just("adopt"), st.sampled_from(["", "Sums agree", "Decision"])),
    st.tuples(st.just("drop"), st.booleans()),
)
_Operation = tuple[Any, ...]


def _text(rule: str, answer: str) -> str:
    return RULES.replace("==", rule).replace(_ANSWERS[0], answer)


async def _worksheet(workspace: Workspace, folder: Path, text: str) -> Worksheet:
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    for name, total in zip(_CASES, _TOTALS, strict=True):
        (inbox / f"{name}.txt").write_text(invoice(name.upper(), total=total), "utf-8")
    procedure = folder / "orders.md"
    procedure.write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("orders", procedure)
    await sheet.add(inbox)
    await sheet.run()
    return sheet


async def _do(sheet: Worksheet, operation: _Operation) -> None:
    """One operation; one that cannot be done now is refused by name and changes nothing."""
    try:
        match operation:
            case ("edit", rule, answer):
                sheet.procedure_path.write_text(_text(rule, answer), "utf-8")
            case ("correct", case, step, which):
                await sheet.correct(case, step, _SAID[step][which])
            case ("undo", case, step):
                await sheet.undo(case, step)
            case ("redo", case, step):
                await sheet.redo(case, step)
            case ("run",):
                await sheet.run()
            case ("try",):
                await sheet.changes.run()
            case ("adopt", step):
                await sheet.changes.adopt(steps=[step] if step else ())
            case ("drop", restore):
                await sheet.changes.drop(restore=restore)
            case _:
                raise AssertionError(operation)
    except (ConflictError, NotFoundError, UsageError):
        pass


async def _said(sheet: Worksheet) -> dict[tuple[str, str], str]:
    """What people said that is in force, by case and step."""
    table = await sheet.table()
    return {
        (cell.case_name, cell.step_id): cell.shown
        for row in table.rows
        for cell in row.cells
        if cell.verdict is not None and cell.verdict.kind == "corrected"
    }


async def _seen(sheet: Worksheet) -> dict[tuple[str, str], tuple[str, str]]:
    table = await sheet.table()
    return {
        (cell.case_name, cell.step_id): (cell.state, cell.shown)
        for row in table.rows
        for cell in row.cells
    }


async def _settle(sheet: Worksheet) -> None:
    """Decide on what is being tried, and run until there is nothing to do."""
    if await sheet.changes.open() is not None:
        try:
            await sheet.changes.run()
            await sheet.changes.adopt()
        except (ConflictError, NotFoundError):
            if await sheet.changes.open() is not None:
                await sheet.changes.drop()
    await sheet.run()


async def _holds(operations: Sequence[_Operation]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        async with await Workspace.create(folder / "mixed") as workspace:
            sheet = await _worksheet(workspace, folder, _text(_RULES[0], _ANSWERS[0]))
            for operation in operations:
                before = await _said(sheet)
                await _do(sheet, operation)
                if operation[0] not in ("correct", "undo", "redo"):
                    assert await _said(sheet) == before, operation
            await _settle(sheet)
            assert (await sheet.plan()).empty
            said, seen = await _said(sheet), await _seen(sheet)
            text = sheet.procedure_path.read_text("utf-8")
        async with await Workspace.create(folder / "fresh") as workspace:
            fresh = await _worksheet(workspace, folder, text)
            for (case, step), value in said.items():
                await fresh.correct(case, step, value)
            await fresh.run()
            assert await _seen(fresh) == seen


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_OPERATIONS, min_size=1, max_size=9))
def test_any_mixture_ends_where_a_fresh_worksheet_ends(
    operations: list[_Operation],
) -> None:
    asyncio.run(_holds(operations))


async def _comes_back(operations: Sequence[_Operation]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        async with await Workspace.create(folder / "mixed") as workspace:
            sheet = await _worksheet(workspace, folder, _text(_RULES[0], _ANSWERS[0]))
            for operation in operations:
                await _do(sheet, operation)
            await _settle(sheet)
            said, seen = await _said(sheet), await _seen(sheet)
            (number, *_) = [str(one.number) for one in await sheet.past.runs() if one.run.counts]
            taken_back = await sheet.past.revert(number, later=True)
            assert taken_back.cells
            assert await _said(sheet) == said
            if taken_back.run_id:
                await sheet.past.revert("last", later=True)
            assert await _said(sheet) == said
            assert await _seen(sheet) == seen


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_OPERATIONS, max_size=6))
def test_a_run_taken_back_twice_is_as_it_was(operations: list[_Operation]) -> None:
    asyncio.run(_comes_back(operations))
