"""What waits for a person in all worksheets, by reason."""

from __future__ import annotations

from pathlib import Path

from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

REVIEWED = """# Invoices

## Total due
- type: money
- review: always

## Invoice number

## Cheap
`{Total due} < 10`
"""


async def test_what_waits_is_counted_over_all_worksheets_as_their_desks_count_it(
    workspace: Workspace, tmp_path: Path, procedure: Path
) -> None:
    waiting = {}
    for name, count in (("north", 1), ("south", 3)):
        sheet = await workspace.new_worksheet(name, procedure)
        for number in range(count):
            paper = tmp_path / f"{name}-{number}.txt"
            paper.write_text(invoice(f"{name}-{number}", total="120.00"), "utf-8")
            await sheet.add(paper)
        await sheet.run()
        waiting[name] = (await sheet.desk.queue()).count
    lines = await workspace.overview.waits()
    assert waiting["south"] > waiting["north"] > 0
    assert sum(line.count for line in lines) == sum(waiting.values())
    assert [line.count for line in lines] == sorted((one.count for one in lines), reverse=True)
    assert {line.slug for line in lines} == {"south"}, "each leads to where most of it waits"
    assert {line.sheets for line in lines} == {2}


async def test_what_is_always_reviewed_is_told_as_that_and_not_by_its_shape(
    workspace: Workspace, tmp_path: Path
) -> None:
    told = tmp_path / "reviewed.md"
    told.write_text(REVIEWED, "utf-8")
    sheet = await workspace.new_worksheet("reviewed", told)
    for number in ("A-1", "A-2"):
        paper = tmp_path / f"{number}.txt"
        paper.write_text(invoice(number), "utf-8")
        await sheet.add(paper)
    await sheet.run()
    queue = await sheet.desk.queue()
    assert {entry.because for entry in queue.entries} == {"always reviewed", "the rule says no"}
    lines = {(line.why, line.mark): line for line in await workspace.overview.waits()}
    assert set(lines) == {("always", "quoted"), ("shape", "derived")}
    assert [line.count for line in lines.values()] == [2, 2]
    assert all(line.since for line in lines.values())
