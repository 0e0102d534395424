"""What happened while nobody told anything is told in one pass, or by whoever runs next."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casework.base.errors import RightsError
from casework.sdk.testing import ScriptedReceiver
from casework.sdk.webhooks.sending import Pace
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from casework.types.webhook import Filter
from tests.sdk.webhooks.conftest import DEAD, add_one


async def test_a_pass_tells_what_happened_since_and_nothing_twice(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    made = await workspace.webhooks.add(receiver.url, filter=Filter(events=("cell.settled",)))
    await add_one(sheet, tmp_path)
    shown: list[tuple[int, int, str]] = []
    (done,) = await workspace.webhooks.deliver(on_told=lambda *told: shown.append(told))
    assert (done.webhook.id, done.sent, done.waiting) == (made.webhook.id, 6, 0)
    assert shown[-1] == (6, 6, receiver.url)
    assert len(receiver.told) == 6
    (again,) = await workspace.webhooks.deliver()
    assert (again.sent, len(receiver.told)) == (0, 6)


async def test_more_than_one_look_finds_is_told_in_one_pass(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("case.added",)))
    cases = workspace._house.store.cases
    for number in range(1_005):
        await cases.add(sheet._record.id, f"c-{number}", f"c-{number}")
    (done,) = await workspace.webhooks.deliver()
    assert (done.sent, done.waiting) == (1_005, 0)


async def test_in_a_pass_each_is_tried_once_and_an_address_that_is_away_is_left_alone(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(f"http://{DEAD}/told", filter=Filter(events=("cell.settled",)))
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("cell.settled",)))
    receiver.answers(400)
    await add_one(sheet, tmp_path)
    await add_one(sheet, tmp_path, "A-2")
    await add_one(sheet, tmp_path, "A-3")
    away, there = await workspace.webhooks.deliver()
    assert (there.sent, there.waiting) == (17, 1)
    assert "400" in there.problem
    assert (away.sent, away.waiting) == (0, 18)
    tried = [one.tries for one in await workspace.webhooks.deliveries(away.webhook.id)]
    assert 0 < sum(tried) < len(tried)
    assert set(tried) == {0, 1}


async def test_after_its_time_a_pass_begins_nothing_more(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("cell.settled",)))
    await add_one(sheet, tmp_path)
    (done,) = await workspace.webhooks.deliver(most_s=0.0)
    assert (done.sent, done.waiting, receiver.told) == (0, 6, [])


async def test_what_a_pass_could_not_tell_a_studio_tells(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("case.answered",)))
    await add_one(sheet, tmp_path)
    receiver.answers(503)
    (done,) = await workspace.webhooks.deliver()
    assert (done.sent, done.waiting) == (0, 1)
    async with await Workspace.open(
        workspace.folder, flags={"outside.private": receiver.host}
    ) as other:
        running = asyncio.create_task(other.webhooks.deliverer(Pace(every_s=0.05)).run())
        try:
            told = await asyncio.to_thread(receiver.wait, 2, seconds=30.0)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert [one.status for one in told] == [503, 204]
    assert told[0].id == told[1].id


async def test_a_case_that_was_decided_when_whoever_looked_died_is_told_by_the_next(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("case.answered",)))
    await add_one(sheet, tmp_path)
    happenings = workspace._house.store.happenings
    while (await happenings.look(lambda told: [], cases=False)).more:
        pass  # all rows were seen, and how cases stand was still to be looked at
    assert not await happenings.changed()
    running = asyncio.create_task(workspace.webhooks.deliverer(Pace(every_s=0.05)).run())
    try:
        (told,) = await asyncio.to_thread(receiver.wait, 1, seconds=30.0)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert told.type == "case.answered"


async def test_a_paused_webhook_keeps_what_waits(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    await workspace.webhooks.test(made.webhook.id)
    await workspace.webhooks.change(made.webhook.id, paused=True)
    (done,) = await workspace.webhooks.deliver()
    assert (done.sent, done.waiting) == (0, 1)
    assert done.webhook.paused
    await workspace.webhooks.change(made.webhook.id, paused=False)
    assert (await workspace.webhooks.deliver())[0].sent == 1


async def test_only_who_manages_delivers(workspace: Workspace) -> None:
    bob = workspace.acting_as(Person("bob", "Bob", "editor"))
    with pytest.raises(RightsError):
        await bob.webhooks.deliver()
