"""The benchmark of readers one after the other runs on a small folder and counts what it says."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.sdk.conftest import invoice

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "cascade.py"


@pytest.fixture(scope="module")
def cascade() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_cascade", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["benchmark_cascade"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine invoices with known totals."""
    (tmp_path / "docs").mkdir()
    fields = [{"name": "total_due", "type": "money", "description": "The amount payable."}]
    (tmp_path / "fields.json").write_text(json.dumps(fields), "utf-8")
    rows = []
    for at in range(9):
        total = f"{119 + at}.00"
        (tmp_path / "docs" / f"{at}.txt").write_text(invoice(f"A-{at}", total=total), "utf-8")
        row = {"id": f"d{at}", "file": f"docs/{at}.txt", "group": f"g{at}"}
        rows.append({**row, "values": {"total_due": total}})
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


def test_calls_are_those_of_cells_that_were_passed_on(
    cascade: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cascade.main([str(folder), "--reviewed", "6"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["cells"] == 3
    assert told["accuracy_oracle"] == 1.0
    assert told["calls_oracle"] == 3
    assert told["calls_cascade"] == round(3 * (1 - told["taken"]))
    assert told["accuracy_cascade"] >= told["accuracy_embedded"]


def test_what_is_not_there_is_told(cascade: ModuleType, folder: Path, tmp_path: Path) -> None:
    assert cascade.main([str(tmp_path / "nowhere")]) == 2
    assert cascade.main([str(folder), "--reviewed", "9"]) == 2


def test_a_threshold_is_chosen_by_what_the_confidences_expect(cascade: ModuleType) -> None:
    outcome = cascade.Outcome
    answers = cascade.Answers(
        {(str(at), "f"): outcome("value", value="v", confidence=sure)
         for at, sure in enumerate((0.99, 0.97, 0.9, 0.5))}
    )  # fmt: skip
    assert cascade._chosen(answers, 0.05) == 0.9
    assert cascade._chosen(answers, 0.005) is None
    assert cascade._chosen(cascade.Answers(), 0.05) is None
