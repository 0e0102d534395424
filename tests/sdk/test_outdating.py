"""What other models would put out of date is told before they are set, and agrees with the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import SettingsError
from casework.sdk.workspace import Workspace
from casework.types.run import Plan
from tests.sdk.conftest import invoice

READ = ("Invoice number", "Net", "VAT", "Total due")
"""The steps of the procedure that read documents."""
MODEL = {"model.default": "office:m"}


async def _sheet(
    workspace: Workspace, name: str, procedure: Path, folder: Path, cases: int
) -> None:
    sheet = await workspace.new_worksheet(name, procedure)
    for number in range(1, cases + 1):
        paper = folder / f"{name}-{number}.txt"
        paper.write_text(invoice(f"A-{number}"), "utf-8")
        await sheet.add(paper)
    await sheet.run()


def _moved(plan: Plan) -> int:
    """The cells of a plan that get another model."""
    return sum(group.cells for group in plan.groups if group.why == "model_changed")


async def test_a_first_model_is_told_to_outdate_what_was_read_without_one(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    await _sheet(workspace, "north", procedure, tmp_path, 3)
    await _sheet(workspace, "south", procedure, tmp_path, 2)
    await workspace.new_worksheet("empty", procedure)
    found = await workspace.configuration.outdated(MODEL)
    assert (found.cells, found.reading, found.worksheets) == (5 * len(READ), 5 * len(READ), 2)
    await workspace.configuration.put("provider.office.base_url", "http://127.0.0.1:9/v1")
    await workspace.configuration.put("model.default", "office:m")
    plans = [await (await workspace.worksheet(name)).plan() for name in ("north", "south")]
    assert sum(map(_moved, plans)) == found.cells
    # the same model again moves nothing, and what is out of date already is not counted twice
    assert (await workspace.configuration.outdated(MODEL)).cells == 0
    assert (await workspace.configuration.outdated({"model.default": "office:other"})).cells == 0


async def test_what_a_person_decided_and_what_no_model_reads_stays(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    await _sheet(workspace, "north", procedure, tmp_path, 2)
    north = await workspace.worksheet("north")
    await north.accept("north-1", "Net")
    found = await workspace.configuration.outdated(MODEL)
    assert found.cells == 2 * len(READ) - 1
    told = await workspace.configuration.outdated({**MODEL, "extract.with": "embedded"})
    assert told.cells == 0


async def test_half_a_name_is_no_model(workspace: Workspace) -> None:
    with pytest.raises(SettingsError):
        await workspace.configuration.outdated({"model.default": "office:"})
