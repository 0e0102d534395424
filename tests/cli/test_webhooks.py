"""Webhooks from the command line: made with a secret shown once, tried, sent again, removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedReceiver
from tests.cli.conftest import Cli

HOOK = "https://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def may_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses on this machine may be told."""
    monkeypatch.setenv("CASEWORK_OUTSIDE_PRIVATE", "127.0.0.1:9")


def test_a_webhook_is_made_tried_and_removed_and_its_secret_is_shown_once(cli: Cli) -> None:
    assert "Nobody is told" in cli("webhooks").flat
    made = cli("webhooks", "add", HOOK, "--events", "case.decided", "--worksheets", "bills")
    assert made.code == 0, made.flat
    assert "case.decided in bills, ids and states" in made.flat
    secret = next(word for word in made.flat.split() if word.startswith("whsec_"))
    assert secret not in cli("webhooks", "list").flat
    assert cli("webhooks", "test", "127.0.0.1:9").code == 0
    (told,) = cli("webhooks", "deliveries", HOOK, "--json").json["deliveries"]
    assert (told["kind"], told["state"]) == ("webhook.test", "waiting")
    rotated = cli("webhooks", "rotate", HOOK, "--json").json
    assert rotated["secret"] not in ("", secret)
    assert cli("webhooks", "remove", HOOK).code == 0
    assert cli("webhooks", "--json").json == {"webhooks": []}


def test_what_was_never_taken_is_sent_again(cli: Cli, tmp_path: Path) -> None:
    hook = cli("webhooks", "add", HOOK, "--json").json["webhook"]["id"]
    cli("webhooks", "test", hook)
    with sqlite3.connect(tmp_path / "workspace" / "casework.db") as store:
        store.execute("UPDATE deliveries SET state = 'dead', problem = 'refused'")
    assert "dead; refused" in cli("webhooks", "deliveries", hook[:12], "--state", "dead").flat
    assert "1 is in line" in cli("webhooks", "resend", hook).flat
    assert cli("webhooks", "deliveries", hook, "--state", "dead", "--json").json["deliveries"] == []


def test_an_unknown_webhook_event_and_state_are_refused(cli: Cli) -> None:
    assert "There is no webhook" in cli("webhooks", "test", "nowhere").flat
    assert "There is no event" in cli("webhooks", "add", HOOK, "--events", "case.lost").flat
    cli("webhooks", "add", HOOK)
    cli("webhooks", "add", f"{HOOK}/2")
    assert "There is no state" in cli("webhooks", "deliveries", HOOK, "--state", "lost").flat
    assert "fits several" in cli("webhooks", "remove", "127.0.0.1").flat


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedReceiver]:
    with ScriptedReceiver() as running:
        monkeypatch.setenv("CASEWORK_OUTSIDE_PRIVATE", f"{running.host}, 127.0.0.1:9")
        yield running


def test_what_happened_without_a_studio_is_told_by_deliver(
    cli: Cli, receiver: ScriptedReceiver
) -> None:
    assert "Nobody is told" in cli("webhooks", "deliver").flat
    hook = cli("webhooks", "add", receiver.url, "--json").json["webhook"]["id"]
    assert "Nothing waits" in cli("webhooks", "deliver").flat
    cli("webhooks", "test", hook)
    assert f"{receiver.url}: 1 told" in cli("webhooks", "deliver").flat
    cli("webhooks", "test", hook)
    receiver.answers(503)
    refused = cli("webhooks", "deliver", "--strict")
    assert refused.code == 3
    assert "1 waiting. The address answered 503." in refused.flat
    assert "tried again by a studio, or by: casework webhooks deliver" in refused.flat
    told = cli("webhooks", "deliveries", hook, "--json").json["deliveries"]
    assert [(one["state"], one["status"]) for one in told] == [("waiting", 503), ("sent", 204)]


def test_a_run_tells_what_it_did_unless_it_is_not_to(
    cli: Cli, receiver: ScriptedReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("webhooks", "add", receiver.url, "--events", "run.ended")
    monkeypatch.setenv("CASEWORK_WEBHOOKS_AFTER_RUN", "0")
    assert cli("run", "--force", "--case", "alder", "--json").json["webhooks"] == []
    assert receiver.told == []
    monkeypatch.setenv("CASEWORK_WEBHOOKS_AFTER_RUN", "30")
    (told,) = cli("run", "--force", "--case", "alder", "--json").json["webhooks"]
    assert (told["sent"], told["waiting"]) == (2, 0)
    assert [one.type for one in receiver.told] == ["run.ended", "run.ended"]


def test_a_run_says_what_its_webhooks_did_not_take(cli: Cli) -> None:
    cli("webhooks", "add", HOOK, "--events", "run.ended")
    told = cli("run", "--force", "--case", "alder")
    assert told.code == 0
    assert f"{HOOK}: 1 waiting." in told.flat
    assert "tried again by a studio, or by: casework webhooks deliver" in told.flat


def test_steps_and_states_are_named_and_unknown_states_refused(cli: Cli) -> None:
    made = cli(
        "webhooks", "add", HOOK, "--events", "cell.settled", "--steps", "net,vat", "--states",
        "failed",
    )  # fmt: skip
    assert "cell.settled of net, vat that came to failed, ids and states" in made.flat
    refused = cli("webhooks", "add", f"{HOOK}/2", "--states", "idle")
    assert "No cell is told of as 'idle'" in refused.flat
