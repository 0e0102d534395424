"""The desk where more waits than anybody looks ahead: it goes on to the last one, and counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.deciding import Said
from casework.sdk.desk.desk import Desk
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person

CASES = 620
PROCEDURE = """# Calls

## Called back
- by: person
Who called back?
"""
ADA = Person("1", "Ada", "reviewer")
AT = "2026-01-02T00:00:00.000Z"


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    path = tmp_path / "calls.md"
    path.write_text(PROCEDURE, "utf-8")
    made = await workspace.new_worksheet("calls", path)
    for number in range(CASES):
        key = f"call {number:04}"
        await workspace._house.store.cases.add(made.id, key, key, documents=[], arrived_at=AT)
    await made.run()
    return made


@pytest.fixture
async def ada(workspace: Workspace, sheet: Worksheet) -> Desk:
    return (await workspace.acting_as(ADA).worksheet("calls")).desk


async def _told(desk: Desk) -> None:
    """Wait until all that waits is known."""
    while not (await desk.queue()).ready:
        pass


@pytest.mark.parametrize("order", ["teaches", "unsure", "oldest"])
async def test_a_line_goes_on_until_the_last_one(ada: Desk, order: str) -> None:
    await _told(ada)
    found = await ada.queue(order, limit=CASES + 1)  # type: ignore[arg-type]
    assert len({one.case_id for one in found.entries}) == found.count == CASES
    assert found.oldest
    first = await ada.queue(order, limit=3)  # type: ignore[arg-type]
    assert first.entries == found.entries[:3]


async def test_every_answer_counts_down_and_nothing_else_moves(ada: Desk) -> None:
    await _told(ada)
    before = await ada.queue(limit=8)
    for entry in before.entries[:2]:
        await ada.answer(entry.case_id, entry.path, Said("corrected", "Grace"))
    after = await ada.queue(limit=6)
    assert after.count == CASES - 2
    assert [one.case_id for one in after.entries] == [one.case_id for one in before.entries[2:]]
    undone = await ada.undo()
    assert undone.item.case_id == before.entries[1].case_id
    assert (await ada.queue()).count == await ada.count() == CASES - 1


async def test_many_changes_at_once_are_taken_up(
    workspace: Workspace, sheet: Worksheet, ada: Desk
) -> None:
    await _told(ada)
    before = await ada.queue(limit=200)
    for entry in before.entries[:100]:
        await sheet.correct(entry.case, entry.step, "Grace", who="Grace")
    while (after := await ada.queue(limit=CASES + 1)).count > CASES - 100:
        pass
    gone = {one.case_id for one in before.entries[:100]}
    item = await ada.next()
    assert item is not None
    assert item.item.case_id not in gone
    assert after.count == CASES - 100


async def test_what_is_put_off_comes_back_behind_all_others(ada: Desk) -> None:
    await _told(ada)
    first = await ada.next()
    assert first is not None
    await ada.skip(first.item.case_id, first.item.path)
    second = await ada.next()
    assert second is not None
    assert second.item.case_id != first.item.case_id
