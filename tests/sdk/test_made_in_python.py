"""Procedures that were made of functions in this program, and what is left of them without it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel

import casework
from casework.base.errors import ConflictError, ProcedureError, UsageError
from casework.sdk.workspace import Workspace
from casework.types.procedure import Procedure


class LineItem(BaseModel):
    what: str
    amount: Annotated[Decimal, "money: EUR"]
    pieces: int = 1


class Summary(BaseModel):
    lines: int
    total: Decimal
    biggest: str | None = None


@casework.step(type="money: EUR")
def total() -> object:
    """The amount of the order."""


def items(total: dict[str, str]) -> list[LineItem]:
    """The order, in two halves."""
    half = Decimal(total["amount"]) / 2
    return [LineItem(what="left", amount=half), LineItem(what="right", amount=half, pieces=2)]


def summary(items: list[LineItem]) -> Summary:
    """What the lines come to."""
    return Summary(lines=len(items), total=sum((i.amount * i.pieces for i in items), Decimal(0)))


def large(summary: Summary) -> bool:
    """Whether somebody has to sign."""
    return summary.total > 100


def made() -> Procedure:
    return casework.procedure("Orders", [total, items, summary, large])


@pytest.fixture
def order(tmp_path: Path) -> Path:
    path = tmp_path / "order.txt"
    path.write_text("Total: EUR 120.00\n", "utf-8")
    return path


async def test_models_go_through_tables_and_records_from_one_function_to_the_next(
    workspace: Workspace, order: Path
) -> None:
    sheet = await workspace.new_worksheet("orders", made())
    await sheet.add(order)
    await sheet.run()
    lines = (await sheet.cell("order", "Items")).cell
    assert lines.state == "value", lines.reason
    assert lines.value == [
        {"what": "left", "amount": {"amount": "60.00", "currency": "EUR"}, "pieces": "1"},
        {"what": "right", "amount": {"amount": "60.00", "currency": "EUR"}, "pieces": "2"},
    ]
    record = (await sheet.cell("order", "Summary")).cell
    assert record.value == {"lines": "2", "total": "180", "biggest": None}
    assert (await sheet.cell("order", "Large")).cell.shown == "yes"
    assert (await sheet.plan()).empty


async def test_without_the_program_values_stay_and_python_steps_wait_with_the_way_on(
    tmp_path: Path, order: Path
) -> None:
    second = tmp_path / "second.txt"
    second.write_text("Total: EUR 20.00\n", "utf-8")
    async with await Workspace.create(tmp_path / "kept") as workspace:
        sheet = await workspace.new_worksheet("orders", made())
        await sheet.add(order)
        await sheet.run()
    async with await Workspace.open(tmp_path / "kept") as workspace:
        sheet = await workspace.worksheet("orders")
        assert not (await sheet.view()).pending
        await sheet.add(second)
        await sheet.run()
        assert (await sheet.cell("order", "Large")).cell.shown == "yes"
        waiting = (await sheet.cell("second", "Items")).cell
        assert (waiting.state, waiting.waiting_for) == ("waiting", "person")
        assert "workspace.worksheet(NAME, procedure)" in waiting.reason
        assert (await sheet.cell("second", "Total")).cell.shown == "EUR 20.00"
        sheet = await workspace.worksheet("orders", made())
        await sheet.run()
        assert (await sheet.cell("second", "Large")).cell.shown == "no"
        again = await workspace.worksheet("orders")
        assert (await again.plan()).empty


async def test_the_source_is_the_version_and_a_changed_function_runs_anew(
    workspace: Workspace, order: Path
) -> None:
    sheet = await workspace.new_worksheet("orders", made())
    await sheet.add(order)
    await sheet.run()
    kept = (await sheet.procedure()).step("large").code
    assert "summary.total > 100" in kept

    def large(summary: Summary) -> bool:
        """Whether somebody has to sign."""
        return summary.total > 1000

    changed = casework.procedure("Orders", [total, items, summary, large])
    sheet = await workspace.worksheet("orders", changed)
    plan = await sheet.plan()
    assert [(group.step_name, group.cells) for group in plan.groups] == [("Large", 1)]
    assert plan.new_version
    await sheet.run()
    assert (await sheet.cell("order", "Large")).cell.shown == "no"
    assert (await sheet.view()).procedure_version == 2


async def test_what_has_no_file_says_so(workspace: Workspace, procedure: Path) -> None:
    sheet = await workspace.new_worksheet("orders", made())
    with pytest.raises(UsageError, match="made in Python"):
        sheet.procedure_path  # noqa: B018
    with pytest.raises(UsageError, match="made in Python"):
        await sheet.rename_step("Large", "Big")
    await workspace.new_worksheet("invoices", procedure)
    with pytest.raises(UsageError, match=r"invoices\.md"):
        await workspace.worksheet("invoices", made())


async def test_mistakes_of_units_are_told_and_leave_nothing_behind(workspace: Workspace) -> None:
    @casework.step(type="money")
    def net() -> object:
        """The net."""

    @casework.step(type="date")
    def due() -> object:
        """The day."""

    def odd() -> object:
        """`{Net} + {Due}`"""

    with pytest.raises(ProcedureError, match="date"):
        await workspace.new_worksheet("odd", casework.procedure("Odd", [net, due, odd]))
    assert await workspace.worksheets() == []


async def test_a_grouping_that_is_none_is_refused_before_anything_is_made(
    workspace: Workspace, procedure: Path
) -> None:
    with pytest.raises(UsageError, match="nonsense"):
        await workspace.new_worksheet("invoices", procedure, grouping="nonsense")
    assert await workspace.worksheets() == []
    await workspace.new_worksheet("invoices", procedure, grouping="folder")
    with pytest.raises(ConflictError, match="Invoices"):
        await workspace.new_worksheet("Invoices", made())
