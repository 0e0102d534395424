"""The benchmark runs on a folder of our own and refuses what is not here yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.extraction import main

ROWS = ("TAX INVOICE", "ACME TRADING SDN BHD", "Date: 03/04/2019", "Total: RM 12.30")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fields = [
        {"name": "company", "type": "text", "description": "Name of the shop"},
        {"name": "date", "type": "date", "description": "Date", "hint": "day first"},
        {"name": "total", "type": "money", "description": "Total to pay"},
        {"name": "policy number", "type": "text", "description": "Number of the policy"},
    ]
    segments = [
        {"t": text, "box": [40, 40 + 30 * at, 40 + 9 * len(text), 58 + 30 * at]}
        for at, text in enumerate(ROWS)
    ]
    values = {"company": "Acme Trading Sdn. Bhd.", "date": "3/4/19", "total": "12.30"}
    row = {"id": "1", "words": "docs/1.words.json", "values": values, "group": "acme"}
    (tmp_path / "docs").mkdir()
    words = {"width": 400, "height": 600, "segments": segments}
    (tmp_path / "docs" / "1.words.json").write_text(json.dumps(words), encoding="utf-8")
    (tmp_path / "fields.json").write_text(json.dumps(fields), encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


def test_right_values_and_right_empties_count(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["macro"] == 1.0
    assert told["micro_f1"] == 1.0
    assert told["documents"] == 1
    assert told["false_fills"] == 0


def test_learning_from_all_rows_leaves_none_to_ask(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--reviewed", "1"]) == 2
    assert "leave none to ask" in capsys.readouterr().err


@pytest.mark.parametrize("split", ["random", "group"])
def test_some_rows_are_learned_from_and_the_others_asked(
    folder: Path, split: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    rows = [{**row, "id": str(at), "group": f"group {at // 2}"} for at in range(6)]
    text = "".join(json.dumps(each) + "\n" for each in rows)
    (folder / "gold.jsonl").write_text(text, encoding="utf-8")
    assert main([str(folder), "--reviewed", "2", "--seeds", "3", "--split", split]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["documents"] == 12
    assert (told["macro"], told["macro_spread"]) == (1.0, 0.0)
    assert told["learn_cpu_s"] > 0
