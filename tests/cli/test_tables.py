"""show, cell and export."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_the_table_fits_the_terminal_and_loses_no_value(
    cli: Cli, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    answer = cli("show")
    assert answer.code == 0
    assert all(len(line) <= columns for line in answer.out.splitlines())
    for text in ("Alder Ltd", "EUR 250.00", "Sums agree", "⧗ waits for", "● quoted"):
        assert text in answer.flat


def test_without_colour_every_cell_is_still_told_by_sign_and_word(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    text = cli("show").out
    assert "\x1b" not in text
    assert "◆ no" in text
    assert "! look: the rule says no" in text


def test_one_case_is_a_form_with_places_and_reasons(cli: Cli) -> None:
    text = cli("show", "birch").flat
    assert "● Birch & Sons line 1" in text
    assert "◆ no from Net, VAT, Total due ! look: the rule says no" in text
    assert re.search(r"⧗ waits for a model[^●◆▲⧗]{0,30}needs a model", text)


def test_look_shows_only_cases_with_something_to_look_at(cli: Cli) -> None:
    text = cli("show", "--look").out
    assert "birch" in text
    assert "alder" not in text


def test_a_page_behind_the_last_one_says_how_many_there_are(cli: Cli) -> None:
    answer = cli("show", "--limit", 2, "--page", 9)
    assert answer.code == 1
    assert "There is no page 9: 3 cases make 2 pages of 2 cases." in answer.flat


def test_the_json_of_a_table_has_values_proofs_and_counts(cli: Cli) -> None:
    told = cli("show", "--json").json
    assert [case["case"] for case in told["cases"]] == ["alder", "birch", "cedar"]
    net = told["cases"][1]["cells"]["net"]
    assert net["value"] == {"amount": "200.00", "currency": "EUR"}
    assert net["proof"]["citations"][0]["place"] == "line 2"
    assert told["states"] == {"value": 15, "waiting": 3}
    assert told["needs_person"] == 1


def test_a_cell_shows_its_quote_in_context_and_writes_the_page(cli: Cli, tmp_path: Path) -> None:
    text = cli("cell", "alder", "Total due")
    assert "● EUR 119.00" in text.out
    assert "»EUR 119.00«" in text.flat
    assert "stands there letter by letter; it says this value" in text.flat
    assert "alder.txt line 4 (page 1)" in text.flat
    picture = tmp_path / "workspace" / "pictures" / "alder-total-due-1.png"
    assert str(picture) in text.out
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_pictures_go_where_they_are_wanted(cli: Cli, tmp_path: Path) -> None:
    told = cli("cell", "1", "net", "--pictures", tmp_path / "out", "--json").json
    assert Path(told["citations"][0]["picture"]).parent == tmp_path / "out"
    assert told["citations"][0]["before"].endswith("Net: ")


def test_a_rule_is_shown_with_its_inputs_filled_in(cli: Cli) -> None:
    text = cli("cell", "birch", "sums").flat
    assert "{Net} + {VAT} == {Total due}" in text
    assert "EUR 200.00 + EUR 38.00 == EUR 250.00" in text
    assert "history" in text


def test_a_decision_is_told_with_who_took_it(cli: Cli) -> None:
    cli("correct", "birch", "total due", "EUR 238.00", "--who", "Ada", "-n", "asked them")
    text = cli("cell", "birch", "total due").flat
    assert "■ EUR 238.00" in text
    assert "corrected by Ada" in text
    assert "asked them" in text


@pytest.mark.parametrize("name", ["bills.csv", "bills.xlsx", "bills.json", "bills.parquet"])
def test_export_writes_each_format(cli: Cli, tmp_path: Path, name: str) -> None:
    answer = cli("export", tmp_path / name)
    assert answer.code == 0
    assert (tmp_path / name).stat().st_size > 0
    assert "Wrote 3 cases" in answer.flat


def test_an_exported_csv_has_a_row_a_case(cli: Cli, tmp_path: Path) -> None:
    told = cli("export", tmp_path / "out.txt", "--format", "csv", "--json").json
    rows = list(csv.reader(Path(told["file"]).read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["Case", "alder", "birch", "cedar"]
    assert told["cases"] == 3


def test_a_format_that_is_not_written_is_refused_with_those_that_are(
    cli: Cli, tmp_path: Path
) -> None:
    answer = cli("export", tmp_path / "bills.pdf", "--json")
    assert answer.code == 1
    error = json.loads(answer.out)["error"]
    assert error["status"] == 400
    assert "parquet" in error["fix"]
