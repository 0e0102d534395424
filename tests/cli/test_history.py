"""`learn --from`: what a file of past decisions would teach is shown, taken in, and let go."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

ROWS = (
    ("Name of file", "Vendor", "Gross", "VAT", "Remark"),
    ("alder.txt", "Alder Ltd", "119.00", "19.00", "ok"),
    ("birch", "Birch & Sons", "251.00", "38.00", ""),
    ("oak.pdf", "Oak", "1.00", "1.00", ""),
)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return path


def test_a_file_is_shown_before_it_is_taken(cli: Cli, history: Path) -> None:
    told = cli("learn", "--from", history)
    assert told.code == 0
    assert "3 rows, of which 2 match a case by the column Name of file." in told.flat
    assert "Vendor → Supplier the same meaning" in told.flat
    assert "Gross → Total due the same meaning" in told.flat
    assert "Columns of no step: Remark" in told.flat
    assert "Steps without a column: Net" in told.flat
    assert "Would take in 6 values: 5 found in their documents, 1 not; and 0 absences." in told.flat
    assert "1 row names no case or file: row 4: oak.pdf" in told.flat
    assert "row 3 · birch · Gross: 251.00" in told.flat
    assert "Nothing was changed yet; take it in with --yes." in told.flat


def test_what_is_taken_is_counted_and_said_in_json(cli: Cli, history: Path) -> None:
    looked = cli("learn", "--from", history, "--json").json
    assert (looked["done"], looked["located"], looked["unlocated"]) == (False, 5, 1)
    assert [issue["kind"] for issue in looked["issues"]] == ["not_located", "no_case"]
    taken = cli("learn", "--from", history, "--yes", "--json").json
    assert taken == {**looked, "done": True}
    again = cli("learn", "--from", history, "--yes")
    assert "Each counts 0.5 beside a verdict" in again.flat
    gone = cli("learn", "--forget", "history.csv", "--json").json
    assert gone == {"forgotten": 6, "source": "history.csv"}
    assert "No decisions came from a file" in cli("learn", "--forget", "history.csv").flat


def test_what_a_person_says_of_columns_holds_and_a_report_lists_the_rest(
    cli: Cli, history: Path, tmp_path: Path
) -> None:
    report = tmp_path / "left.csv"
    told = cli(
        *("learn", "--from", history, "--map", "Remark=Net", "--map", "VAT="),
        *("--match", "name of file", "--empty", "absent", "--report", report, "--json"),
    ).json
    steps = {one["column"]: (one["step"], one["how"]) for one in told["columns"]}
    assert steps["Remark"] == ("net", "as you said")
    assert "VAT" not in steps
    assert told["absences"] == 1
    rows = list(csv.reader(report.open(encoding="utf-8")))
    assert len(rows) == 1 + len(told["issues"])
    assert {row[0] for row in rows[1:]} == {"unreadable", "not_located", "no_case"}


def test_headings_and_cells_steer_neither_a_terminal_nor_a_spreadsheet(
    cli: Cli, tmp_path: Path
) -> None:
    path, report = tmp_path / "evil.json", tmp_path / "left.csv"
    evil = "\x1b]52;c;eA==\x07[red]\x9b2J\u202eEvil[/red]"
    rows = [
        ("File", "Gross", "Net", f"=cmd|{evil}"),
        ("alder.txt", f"=HYPERLINK(1){evil}", "@SUM(1)", evil),
        (f"+{evil}", "1", "-1+1", ""),
    ]
    head, *body = rows
    path.write_text(json.dumps([dict(zip(head, row, strict=True)) for row in body]), "utf-8")
    for words in ((), ("--json",)):
        told = cli("learn", "--from", path, "--report", report, *words)
        assert told.code == 0
        shown = told.out + told.err
        assert "[red]" in shown
        assert not any(unicodedata.category(one) == "Cc" for one in shown if one != "\n")
        assert "\u202e" not in shown
    kept = list(csv.reader(report.open(encoding="utf-8", newline="")))[1:]
    assert len(kept) == 3
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in kept for cell in row)


def test_options_that_do_not_fit_are_refused(cli: Cli, history: Path) -> None:
    both = cli("learn", "--from", history, "--now")
    assert (both.code, "do not go together" in both.flat) == (1, True)
    zero = cli("learn", "--from", history, "--empty", "zero")
    assert (zero.code, "An empty cell cannot stand for 'zero'" in zero.flat) == (1, True)
    gone = cli("learn", "--from", history.with_name("gone.xlsx"))
    assert (gone.code, "gone.xlsx" in gone.flat) == (1, True)
