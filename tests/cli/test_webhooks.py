"""Webhooks from the command line: made with a secret shown once, tried, sent again, removed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

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
