"""The measurement of the promise runs on a folder of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.trust import main


def _folder(folder: Path, count: int) -> Path:
    fields = [{"name": "total", "type": "money", "description": "Total to pay"}]
    (folder / "docs").mkdir()
    rows = []
    for at in range(count):
        texts = ("TAX INVOICE", f"Date: {at % 27 + 1:02}/04/2019", f"Total: RM {at + 12}.30")
        segments = [
            {"t": text, "box": [40, 40 + 30 * row, 40 + 9 * len(text), 58 + 30 * row]}
            for row, text in enumerate(texts)
        ]
        words = {"width": 400, "height": 600, "segments": segments}
        (folder / "docs" / f"{at}.words.json").write_text(json.dumps(words), "utf-8")
        values = {"total": f"{at + 12}.30"}
        name = f"docs/{at}.words.json"
        rows.append({"id": str(at), "words": name, "values": values, "group": str(at)})
    (folder / "fields.json").write_text(json.dumps(fields), "utf-8")
    (folder / "gold.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return folder


def test_documents_that_are_all_alike_are_accepted_without_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path, 120)
    arguments = [str(folder), "--reviewed", "100", "--resamples", "3", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["violations"], told["violations_peeking"]) == (0, 0)
    assert told["certified"] >= 2
    assert told["accepted"] > 0.5
    assert told["error"] == 0.0


def test_some_documents_must_stay_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(_folder(tmp_path, 5)), "--reviewed", "5"]) == 2
    assert "leave none untouched" in capsys.readouterr().err
