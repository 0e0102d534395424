"""Webhooks are told of what happened, signed, once it happened; of nothing that is not theirs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casework.base.errors import BorderError, ConflictError, NotFoundError, RightsError, UsageError
from casework.sdk.testing import ScriptedReceiver
from casework.sdk.webhooks.sending import Pace
from casework.sdk.webhooks.signing import verify
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from casework.types.webhook import Filter
from tests.sdk.webhooks.conftest import DEAD, QUICK, add_one, deliver

LINES = """# Lines

## Lines
- type: table: Item, Amount (number)

### Double
`{Amount} * 2`
"""


async def test_what_happens_to_a_case_is_told_signed_and_without_its_text(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    await add_one(sheet, tmp_path)
    await sheet.accept("A-1", "Net")
    await deliver(workspace)
    kinds = {one.type for one in receiver.told}
    assert kinds >= {"case.added", "cell.settled", "case.answered", "verdict.given", "run.ended"}
    settled = [one.data for one in receiver.told if one.type == "cell.settled"]
    assert {one["step"] for one in settled} >= {"net", "vat", "total-due", "decision"}
    assert {one["state"] for one in settled} == {"value"}
    for one in receiver.told:
        one.check(made.secret)
        assert b"119" not in one.body
        assert b"A-1" not in one.body


async def test_nothing_that_happened_before_a_webhook_was_made_is_told(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await add_one(sheet, tmp_path)
    await workspace.webhooks.add(receiver.url)
    await deliver(workspace)
    assert receiver.told == []


async def test_what_happened_while_nobody_delivered_is_told_after_a_restart_and_once(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("cell.settled",)))
    await add_one(sheet, tmp_path)
    async with await Workspace.open(
        workspace.folder, flags={"outside.private": receiver.host}
    ) as other:
        await deliver(other)
    told = len(receiver.told)
    assert told == 6
    await deliver(workspace)
    assert len(receiver.told) == told


async def test_a_failed_telling_is_tried_again_with_the_same_id(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    receiver.answers(500, 503)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    assert [one.status for one in receiver.told] == [500, 503, 204]
    assert len({one.id for one in receiver.told}) == 1
    (delivery,) = await workspace.webhooks.deliveries(made.webhook.id)
    assert (delivery.state, delivery.tries, delivery.status) == ("sent", 3, 204)


async def test_one_that_never_succeeds_is_dead_until_somebody_sends_it_again(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    receiver.answers(500, 500, 500)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    (dead,) = await workspace.webhooks.deliveries(made.webhook.id, state="dead")
    assert "500" in dead.problem
    assert await workspace.webhooks.resend(made.webhook.id) == 1
    await deliver(workspace)
    assert (await workspace.webhooks.deliveries(made.webhook.id))[0].state == "sent"


async def test_an_address_that_says_it_is_gone_is_told_nothing_more(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    receiver.answers(410)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    assert "gone" in (await workspace.webhooks.get(made.webhook.id)).paused
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    assert len(receiver.told) == 1


async def test_a_redirect_is_not_followed(workspace: Workspace, receiver: ScriptedReceiver) -> None:
    made = await workspace.webhooks.add(receiver.url)
    receiver.answers(302, 302, 302, headers={"location": receiver.url})
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    assert [one.status for one in receiver.told] == [302, 302, 302]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest",
        "https://0/x",
        "https://0x7f000001/x",
        "http://example.com/unencrypted",
    ],
)
async def test_an_address_in_here_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(BorderError):
        await workspace.webhooks.add(url)


@pytest.mark.parametrize(
    "url", ["", "ftp://example.com", "https://", "http://[", "https://a:b@x.org"]
)
async def test_what_is_no_address_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(UsageError):
        await workspace.webhooks.add(url)


async def test_a_name_that_leads_to_this_machine_is_not_called(tmp_path: Path) -> None:
    async with await Workspace.create(tmp_path / "other") as workspace:
        made = await workspace.webhooks.add("https://localhost.localdomain.test/x")
        await workspace.webhooks.test(made.webhook.id)
        await deliver(workspace, Pace(waits_s=(60.0,), every_s=0.02, timeout_s=2.0), turns=2)
        (waiting,) = await workspace.webhooks.deliveries(made.webhook.id)
        assert waiting.state == "waiting"
        assert waiting.problem


async def test_both_secrets_sign_while_one_takes_the_place_of_the_other(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    new = await workspace.webhooks.rotate(made.webhook.id)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    (told,) = receiver.told
    told.check(made.secret)
    told.check(new.secret)
    assert made.secret != new.secret


async def test_the_secret_is_not_in_the_workspace(
    workspace: Workspace, receiver: ScriptedReceiver, own_configuration: Path
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    for path in workspace.folder.rglob("*"):
        if path.is_file():
            assert made.secret.encode() not in path.read_bytes()
    keys = own_configuration / "keys.toml"
    assert made.secret in keys.read_text("utf-8")
    assert keys.stat().st_mode & 0o077 == 0


async def test_a_forged_or_old_telling_is_seen_through(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace)
    (told,) = receiver.told
    with pytest.raises(ValueError, match="no signature"):
        verify(made.secret, told.headers, told.body + b" ")
    at_s = float(told.headers["webhook-timestamp"])
    with pytest.raises(ValueError, match="too old"):
        verify(made.secret, told.headers, told.body, now_s=at_s + 301)


async def test_values_are_told_only_of_documents_that_the_webhook_may_read(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    only = Filter(events=("cell.settled",), steps=("net",))
    open_one = await workspace.webhooks.add(receiver.url, filter=only, include="values")
    await workspace.webhooks.add(
        receiver.url + "/claims", filter=only, include="values", readers=["claims"]
    )
    await add_one(sheet, tmp_path, "A-1")
    await sheet.documents.set_readers("A-1.txt", ["claims"])
    await add_one(sheet, tmp_path, "A-2")
    await deliver(workspace)
    by_path = {
        path: sorted(str(one.data["case_name"]) for one in receiver.told if one.path == path)
        for path in ("/told", "/told/claims")
    }
    assert by_path == {"/told": ["A-2"], "/told/claims": ["A-1", "A-2"]}
    withheld = await workspace.webhooks.deliveries(open_one.webhook.id, state="withheld")
    assert len(withheld) == 1
    cell = receiver.told[0].data["cell"]
    assert isinstance(cell, dict)
    assert cell["value"] == {"amount": "100.00", "currency": "EUR"}


async def test_nobody_lets_a_webhook_read_more_than_themselves(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    ada = workspace.acting_as(Person("ada", "Ada", "owner", frozenset({"claims"})))
    await ada.webhooks.add(receiver.url, readers=["claims"])
    for readers in (["everything"], ["board"]):
        with pytest.raises(RightsError):
            await ada.webhooks.add(receiver.url, readers=readers)


async def test_only_who_manages_sees_webhooks(workspace: Workspace) -> None:
    bob = workspace.acting_as(Person("bob", "Bob", "editor"))
    with pytest.raises(RightsError):
        await bob.webhooks.all()


async def test_a_change_of_an_older_version_is_a_conflict(
    workspace: Workspace, receiver: ScriptedReceiver
) -> None:
    made = await workspace.webhooks.add(receiver.url)
    changed = await workspace.webhooks.change(made.webhook.id, note="books", version=1)
    assert (changed.note, changed.version) == ("books", 2)
    with pytest.raises(ConflictError):
        await workspace.webhooks.change(made.webhook.id, paused=True, version=1)
    assert (await workspace.webhooks.change(made.webhook.id, paused=True)).paused
    await workspace.webhooks.remove(made.webhook.id)
    with pytest.raises(NotFoundError):
        await workspace.webhooks.get(made.webhook.id)


async def test_it_is_recorded_what_left(workspace: Workspace, receiver: ScriptedReceiver) -> None:
    made = await workspace.webhooks.add(receiver.url)
    await workspace.webhooks.test(made.webhook.id)
    await deliver(workspace, QUICK)
    (call,) = await workspace.outgoing()
    assert (call.purpose, call.host, call.local) == ("webhook", receiver.host, True)


async def test_what_happens_is_told_within_moments_and_a_slow_address_holds_up_nobody(
    workspace: Workspace, sheet: Worksheet, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    await workspace.webhooks.add(f"http://{DEAD}/told")
    await workspace.webhooks.add(receiver.url, filter=Filter(events=("verdict.given",)))
    delivering = asyncio.create_task(workspace.webhooks.deliverer().run())
    try:
        await add_one(sheet, tmp_path)
        await sheet.accept("A-1", "Net")
        (told,) = await asyncio.to_thread(receiver.wait, 1)
        assert told.type == "verdict.given"
        assert told.data["state"] == "accepted"
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


async def test_what_happens_in_a_row_of_a_table_is_told_with_its_path(
    workspace: Workspace, receiver: ScriptedReceiver, tmp_path: Path
) -> None:
    procedure = tmp_path / "lines.md"
    procedure.write_text(LINES, "utf-8")
    sheet = await workspace.new_worksheet("lines", procedure)
    await workspace.webhooks.add(
        receiver.url, filter=Filter(events=("cell.settled",), steps=("lines.double",))
    )
    path = tmp_path / "a.csv"
    path.write_text("Item,Amount\nPen,2\nInk,3\n", "utf-8")
    await sheet.add(path)
    await sheet.run()
    await deliver(workspace)
    rows = (await sheet.row_tables.rows("a", "Lines")).rows
    assert {one.data["case"] for one in receiver.told} == {row.case.id for row in rows}
    assert {one.data["worksheet"] for one in receiver.told} == {"lines"}
