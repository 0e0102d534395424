"""A run looked at afterwards: what it computed itself, and what was there already."""

from __future__ import annotations

from pathlib import Path

from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice


async def test_what_came_from_memory_is_counted_beside_what_a_run_computed(
    workspace: Workspace, tmp_path: Path, procedure: Path
) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    paper = tmp_path / "A-1.txt"
    paper.write_text(invoice("A-1"), "utf-8")
    await sheet.add(paper)
    await sheet.run()
    computed = await sheet.observing.one((await sheet.observing.all())[0].run.id)
    assert computed.remembered == 0
    assert sum(step.cells for step in computed.steps) == 6
    assert all(step.first <= step.last <= 1 for step in computed.steps)
    assert sum(pulse.cells for pulse in computed.pulses) == 6

    edited = PROCEDURE.replace("{Net} + {VAT}", "{VAT} * 2")
    sheet.procedure_path.write_text(edited, "utf-8")
    await sheet.changes.run()
    await sheet.changes.drop(restore=True)
    sheet.procedure_path.write_text(edited, "utf-8")
    tried = await sheet.changes.run()
    again = await sheet.observing.one(tried.id)
    settled = sum(again.run.counts.get(kind, 0) for kind in ("value", "absent"))
    assert again.remembered > 0
    assert again.remembered + sum(step.cells for step in again.steps) == settled
