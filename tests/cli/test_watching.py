"""casework watch, as a user of a terminal, of cron and of a service manager has it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

BILL = "Supplier: Dogwood Inc\nNet: EUR 10.00\nVAT: EUR 1.90\nTotal due: EUR 11.90\n"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASEWORK_WATCH_SETTLE", "0.1")
    monkeypatch.setenv("CASEWORK_WATCH_EVERY", "0.1")
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_once_takes_runs_and_says_a_line_a_case(cli: Cli, inbox: Path) -> None:
    (inbox / "dogwood.txt").write_text(BILL, "utf-8")
    answer = cli("watch", inbox, "--once")
    assert answer.code == 0
    assert "arrived   dogwood  dogwood.txt" in answer.out
    assert "waits     dogwood  needs a model" in answer.out
    assert "1 file taken, 1 case waiting." in answer.out
    assert "0 files taken." in cli("watch", inbox, "--once").out


def test_with_json_each_line_is_a_document(cli: Cli, inbox: Path) -> None:
    (inbox / "dogwood.txt").write_text(BILL, "utf-8")
    lines = cli("watch", inbox, "--once", "--json").out.split("\n{\n")
    news = [json.loads(line) for line in lines[0].splitlines()]
    assert [one["kind"] for one in news] == ["arrived", "waits"]
    assert {one["worksheet"] for one in news} == {"bills"}
    assert json.loads("{" + lines[1])["taken"] == 1


def test_watched_folders_are_listed_with_what_arrived_and_can_be_stopped(
    cli: Cli, inbox: Path
) -> None:
    assert "No folder is watched" in cli("watch", "--list").flat
    (inbox / "dogwood.txt").write_text(BILL, "utf-8")
    cli("watch", inbox, "--once", "--no-run")
    assert "1 taken" in cli("watch", "--list").flat
    (row,) = cli("watch", inbox, "--arrivals", "--json").json["arrivals"]
    assert (row["path"], row["state"]) == ("dogwood.txt", "taken")
    assert "no longer watched" in cli("watch", inbox, "--stop").flat
    assert "stopped" in cli("watch", "--list").flat
    assert cli("watch", "--once").code == 1
    assert "Which folder?" in cli("watch", "--stop").flat


@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise elsewhere")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_watch_cleanly(
    cli: Cli, inbox: Path, tmp_path: Path, number: signal.Signals
) -> None:
    (inbox / "dogwood.txt").write_text(BILL, "utf-8")
    program = "from casework.cli.main import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, "watch", str(inbox), "-w", str(tmp_path / "workspace")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(30, child.kill)
    guard.start()
    assert child.stdout is not None
    for line in child.stdout:
        if "waits" in line:
            child.send_signal(number)
            break
    _, err = child.communicate()
    guard.cancel()
    assert child.returncode == 0
    assert "Stopped. Everything taken is kept" in err
    assert "not watched just now" in cli("watch", "--list").flat


def test_a_folder_that_nobody_watches_is_told_with_those_that_are(cli: Cli, inbox: Path) -> None:
    nothing = cli("watch")
    assert "No folder is watched." in nothing.flat
    assert "Ctrl-C ends it" not in nothing.flat
    assert "What is watched: no folder." in cli("watch", inbox, "--stop").flat
