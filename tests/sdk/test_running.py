"""What a run tells while it goes on, beside other runs of the same workspace."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casework.sdk.workspace import Workspace
from casework.types.run import Progress
from tests.sdk.conftest import invoice


async def test_a_run_tells_of_its_own_progress_alone(
    workspace: Workspace, tmp_path: Path, procedure: Path
) -> None:
    told: dict[str, list[Progress]] = {"north": [], "south": []}
    sheets = {}
    for name, count in (("north", 1), ("south", 3)):
        sheets[name] = sheet = await workspace.new_worksheet(name, procedure)
        for number in range(count):
            paper = tmp_path / f"{name}-{number}.txt"
            paper.write_text(invoice(f"{name}-{number}"), "utf-8")
            await sheet.add(paper)
    runs = await asyncio.gather(
        *(sheets[name].run(on_progress=heard.append) for name, heard in told.items())
    )
    for (name, heard), run in zip(told.items(), runs, strict=True):
        assert {one.run_id for one in heard} == {run.id}, name
        assert {one.worksheet_id for one in heard} == {sheets[name].id}
        assert heard[-1].done == heard[-1].total
