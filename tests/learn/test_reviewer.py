"""The measurement of a reviewer's work runs on a folder of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.reviewer import main

FIELDS = [
    {"name": "handler", "type": "text", "description": "Who handles the matter"},
    {"name": "total", "type": "money", "description": "Total to pay"},
]
_NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Tony", "Jean", "Ken")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Letters whose handler stands behind a word that no lexicon knows."""
    (tmp_path / "docs").mkdir()
    rows = []
    for at in range(20):
        name = f"{_NAMES[at % 10]} {chr(65 + at)}. Marsh"
        text = f"Office of claims\nMatter {at + 300}\nOversight: {name}\nTotal: EUR {at + 12}.30\n"
        (tmp_path / "docs" / f"{at}.txt").write_text(text, "utf-8")
        values = {"handler": name, "total": f"{at + 12}.30"}
        rows.append({"id": str(at), "file": f"docs/{at}.txt", "values": values, "group": str(at)})
    (tmp_path / "fields.json").write_text(json.dumps(FIELDS), "utf-8")
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return tmp_path


def test_what_a_reviewer_says_makes_the_other_cases_right(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--rows", "10", "--json"]) == 0
    (look,) = json.loads(capsys.readouterr().out.splitlines()[-1])["looks"]
    assert look["by_hand"] < 1.0
    assert look["accuracy"] == 1.0
    assert look["live"] >= 1


def test_a_folder_without_gold_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "There is no gold.jsonl" in capsys.readouterr().err


def test_more_rows_than_there_are_documents_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--rows", "20"]) == 2
    assert "20 of 20 documents leave none to ask." in capsys.readouterr().err
