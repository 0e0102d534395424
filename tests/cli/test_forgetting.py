"""Readers and forgetting at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

GROUPS = "CASEWORK_PERSON_GROUPS"


def test_forgetting_shows_what_would_go_and_does_it_only_with_yes(cli: Cli) -> None:
    shown = cli("forget", "alder.txt")
    assert shown.code == 0
    assert "This would forget: alder.txt." in shown.flat
    assert "in alder" in shown.flat
    assert "cells that go back to be run without it" in shown.flat
    assert "Out of reach from here:" in shown.flat
    assert "the same with --yes" in shown.flat
    assert cli("documents", "alder.txt").code == 0
    done = cli("forget", "alder.txt", "--yes", "--note", "asked for", "--who", "Ada")
    assert "Forgotten: alder.txt." in done.flat
    assert cli("documents", "alder.txt").code == 1
    listed = cli("forget", "--list")
    assert "Ada asked for" in listed.flat


def test_what_forgetting_did_is_told_as_json(cli: Cli) -> None:
    told = cli("forget", "birch.txt", "--yes", "--json").json
    assert (told["done"], told["swept"], told["cases"]) == (True, True, ["birch"])
    assert told["counts"]["quotes"] >= 3
    (one,) = cli("forget", "--list", "--json").json["forgotten"]
    assert one["sha256"] == told["documents"][0][0]


def test_there_must_be_something_to_forget(cli: Cli) -> None:
    answer = cli("forget", "nothing.txt")
    assert answer.code == 1
    assert "There is no document 'nothing.txt'." in answer.flat
    answer = cli("forget")
    assert answer.code == 1
    assert "Forget which document?" in answer.flat


def test_a_forgotten_file_is_left_out_until_again_is_said(cli: Cli, tmp_path: Path) -> None:
    late = tmp_path / "late.txt"
    late.write_text("Invoice of Dill Ltd\nNet amount: EUR 1.00\n", "utf-8")
    cli("add", late, "--cases", "file")
    cli("forget", late, "--yes", "--who", "Ada")
    answer = cli("add", late)
    assert "late.txt was forgotten on" in answer.flat
    assert "late.txt" not in cli("documents").out
    assert cli("add", late, "--again").code == 0
    assert "late.txt" in cli("documents").out


def test_readers_are_named_when_adding_shown_and_changed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = tmp_path / "late.txt"
    late.write_text("Invoice of Dill Ltd\nNet amount: EUR 1.00\n", "utf-8")
    assert cli("add", late, "--cases", "file", "--readers", "North,auditors").code == 0
    assert "open to auditors, north" in cli("documents").flat
    assert cli("documents", "late.txt", "--json").json["readers"] == ["auditors", "north"]
    monkeypatch.setenv(GROUPS, "south")
    assert "late.txt" not in cli("documents").out
    monkeypatch.setenv(GROUPS, "north")
    assert "late.txt" in cli("documents").out
    assert cli("documents", "late.txt", "--readers", "everybody", "--json").json["readers"] is None
    answer = cli("documents", "--readers", "north")
    assert answer.code == 1
    assert "Who may read which document?" in answer.flat


def test_a_hidden_cell_says_so_in_the_table_and_by_itself(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("documents", "alder.txt", "--readers", "north")
    assert "open to north" in cli("cell", "alder", "Net").flat
    monkeypatch.setenv(GROUPS, "south")
    shown = cli("show")
    assert "not yours to read" in shown.flat
    assert "Alder Ltd" not in shown.flat
    assert "Birch & Sons" in shown.flat
    assert "Alder" not in cli("show", "--json").out
    refused = cli("accept", "alder", "Net")
    assert refused.code == 1
    assert "is not yours to read" in refused.flat
