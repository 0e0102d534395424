"""casework replay and casework dossier, for people and for scripts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.conftest import Cli


def test_a_run_replays_equal_to_itself(cli: Cli) -> None:
    answer = cli("replay")
    assert answer.code == 0
    assert "All 15 outcomes worked out again are equal." in answer.out
    told = cli("replay", "last", "--json").json
    assert told["proved"] is True
    assert told["recorded_digest"] == told["replayed_digest"]


def test_what_differs_is_shown_with_both_values_and_exits_with_1(cli: Cli, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "workspace" / "casework.db")
    with database:
        database.execute(
            "UPDATE outcomes SET value = 'false', value_digest = 'x'"
            " WHERE step_id = 'sums-agree' AND value = 'true'"
        )
    database.close()
    answer = cli("replay")
    assert answer.code == 1
    assert "2 differ:" in answer.flat
    assert "alder · Sums agree another value" in answer.flat
    assert "then no" in answer.flat
    assert "now yes" in answer.flat


def test_an_unknown_run_is_an_error_with_the_known_ones(cli: Cli) -> None:
    answer = cli("replay", "nothing")
    assert answer.code == 1
    assert "There is no run 'nothing'." in answer.flat
    assert "casework runs lists them" in answer.flat


def test_a_run_is_named_by_its_number_as_everywhere(cli: Cli) -> None:
    number = cli("runs", "--json").json["runs"][-1]["number"]
    answer = cli("replay", str(number))
    assert answer.code == 0
    assert "worked out again are equal" in answer.flat


def test_a_dossier_is_written_where_one_says(cli: Cli, tmp_path: Path) -> None:
    answer = cli("dossier", "-o", tmp_path / "bills.html")
    assert answer.code == 0
    page = (tmp_path / "bills.html").read_text("utf-8")
    assert "<title>bills · dossier</title>" in page
    told = cli("dossier", "bills", "-o", tmp_path / "again.html", "--json").json
    assert told["file"] == (tmp_path / "again.html").as_posix()
