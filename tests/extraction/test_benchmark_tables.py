"""The benchmark of tables writes statements, reads them and counts; layouts are kept apart."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))  # they run as scripts, side by side

from statements import DEVELOPMENT, HELD_OUT, statement

from benchmarks.tables import main


def test_statements_are_written_read_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--statements", "development", "--seeds", "1", "--only", "income, Markdown"]
    assert main(options) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["development"]
    assert told["cells"] > 0
    assert told["right"] == 1.0
    assert told["invented"] == 0


def test_without_a_task_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_same_seed_writes_the_same_statement() -> None:
    assert statement(DEVELOPMENT[0], 3) == statement(DEVELOPMENT[0], 3)
    assert statement(DEVELOPMENT[0], 3) != statement(DEVELOPMENT[0], 4)


def test_no_layout_is_both_looked_at_and_held_out() -> None:
    names = [layout.name for layout in (*DEVELOPMENT, *HELD_OUT)]
    assert len(set(names)) == len(names)
