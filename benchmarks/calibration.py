"""How far a confidence can be believed, and how well it ranks, on documents that were not seen.

    .venv/bin/python benchmarks/calibration.py ../shared/data/documents/receipts --reviewed 100

Each seed learns from so many documents, whole groups of them, calibrates on answers out of fold,
and is asked about other groups. Three confidences are compared: `raw` (the model's own chance),
`platt` (its log odds alone) and `signals` (all of them), each field by itself. `ece` is over ten
bins of equal size; `risk60` and `risk80` are the share of wrong cells among the surest 60 and 80 %.
Means over seeds. Prints one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from extraction import _document, _gold, _wanted

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted, prepare, read
from casework.extraction.learned import FieldModel
from casework.extraction.meaning import meaning
from casework.judges.confidence import Calibration, confidence
from casework.learn.calibrate import calibrate
from casework.learn.estimators import Estimators
from casework.learn.examples import Reviewed, asked_of, plain
from casework.learn.gate import HAND_SET, pass_gate
from casework.learn.judged import Judged, answered, by_hand, familiar_of, out_of_fold
from casework.types.confidence import CHANCE
from casework.types.learned import Taught
from casework.types.values import Json

_BINS = 10
_LEAST, _MOST = 0.001, 0.999
KINDS = ("raw", "platt", "signals")


@dataclass
class Told:
    """Confidences by seed, with whether each cell was right."""

    sure: dict[str, list[list[float]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    right: list[list[bool]] = field(default_factory=list)
    fit_s: float = 0.0
    gate_s: float = 0.0
    calibrate_s: float = 0.0
    passed: int = 0
    refused: int = 0
    without: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    options = _options(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    cells = _cells(folder)
    told = Told()
    for seed in range(options.seeds):
        _round(cells, options.reviewed, seed, told)
    figures = {kind: _means(told.sure[kind], told.right) for kind in KINDS}
    right = [was for one in told.right for was in one]
    print(
        json.dumps(
            {
                "reviewed": options.reviewed,
                "seeds": options.seeds,
                "cells": len(right),
                "right": round(sum(right) / len(right), 4),
                "fit_cpu_s": round(told.fit_s / options.seeds, 3),
                "gate_cpu_s": round(told.gate_s / options.seeds, 3),
                "calibrate_cpu_s": round(told.calibrate_s / options.seeds, 3),
                "passed": told.passed,
                "refused": told.refused,
                "not_measured": sorted(set(told.without)),
                **figures,
            }
        )
    )
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder")
    parser.add_argument("--reviewed", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=5)
    return parser.parse_args(arguments)


def _cells(folder: Path) -> dict[str, list[Reviewed]]:
    """All cells by field; fields with many values and tables are left out."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    fields = [_wanted(each) for each in json.loads((folder / "fields.json").read_text("utf-8"))]
    wanted = [each for each in fields if each.type.name != "table" and not each.type.many]
    found: dict[str, list[Reviewed]] = {each.id: [] for each in wanted}
    for row in rows:
        prepared = prepare(_document(folder, row), str(row["id"]))
        for each in wanted:
            intent = meaning(each.name, each.instruction, each.type, lexicon())
            asked = read([prepared], each)
            gold = _gold(row, each)
            taught = _taught(row, each, bool(gold))
            said = frozenset(plain(_as_value(value, each), each.type.name) for value in gold)
            found[each.id].append(
                Reviewed(taught, asked_of(intent, asked), said, str(row["group"]))
            )
    return found


def _taught(row: dict[str, object], wanted: Wanted, there: bool) -> Taught:
    id, absence = str(row["id"]), "" if there else "not_found"
    return Taught(f"{id}:{wanted.id}", id, wanted.id, None, absence, (id,), "verdict", "")


def _as_value(told: str, wanted: Wanted) -> Json:
    return {"amount": told} if wanted.type.name == "money" else told


def _round(cells: dict[str, list[Reviewed]], count: int, seed: int, told: Told) -> None:
    groups = sorted({cell.group for cell in next(iter(cells.values()))})
    np.random.default_rng(seed).shuffle(groups)
    used: set[str] = set()
    for group in groups:
        members = [cell for cell in next(iter(cells.values())) if cell.group in used]
        if len(members) >= count:
            break
        used.add(group)
    fit = Estimators().fit
    by_field: dict[str, tuple[list[Judged], list[Judged]]] = {}
    for name, every in cells.items():
        learned_from = [cell for cell in every if cell.group in used][:count]
        asked = [cell for cell in every if cell.group not in used]
        began = time.process_time()
        model = fit([example for cell in learned_from for example in cell.examples]).model
        fitted = time.process_time()
        after = list(out_of_fold(learned_from, fit))
        gate = pass_gate(after, by_hand(learned_from), HAND_SET)
        told.fit_s += fitted - began
        told.gate_s += time.process_time() - fitted
        told.passed += gate.passed
        told.refused += not gate.passed
        by_field[name] = (after, _asked(asked, model, learned_from))
    _tell(by_field, told)


def _asked(
    asked: Sequence[Reviewed], model: FieldModel, learned_from: Sequence[Reviewed]
) -> list[Judged]:
    """The answers to documents that were not learned from."""
    familiar = familiar_of(learned_from)
    told = []
    for cell in asked:
        answer, spoke = answered(cell.asked, model, familiar)
        told.append(Judged(cell.taught.id, cell.group, cell.is_right(answer), spoke))
    return told


def _tell(by_field: dict[str, tuple[list[Judged], list[Judged]]], told: Told) -> None:
    began = time.process_time()
    told.right.append([])
    for kind in KINDS:
        told.sure[kind].append([])
    for name, (after, asked) in by_field.items():
        fitted, platt = calibrate(after), calibrate(_chances(after))
        if fitted is None or platt is None:
            told.without.append(name)
            continue
        for one in asked:
            told.right[-1].append(one.right)
            told.sure["raw"][-1].append(one.signals.get(CHANCE, 0.5))
            told.sure["platt"][-1].append(confidence(one.signals, _only_chance(platt)))
            told.sure["signals"][-1].append(confidence(one.signals, fitted))
    told.calibrate_s += time.process_time() - began


def _chances(cells: Sequence[Judged]) -> list[Judged]:
    return [
        Judged(one.id, one.group, one.right, {CHANCE: one.signals.get(CHANCE, 0.5)}, one.weight)
        for one in cells
    ]


def _only_chance(platt: Calibration) -> Calibration:
    weights = {term: weight for term, weight in platt.weights.items() if CHANCE in term}
    return Calibration(weights, platt.bias, platt.examples)


def _means(sure: Sequence[Sequence[float]], right: Sequence[Sequence[bool]]) -> dict[str, float]:
    """The means over seeds: a confidence ranks the cells of one worksheet, not those of several."""
    each = [_figures(*one) for one in zip(sure, right, strict=True) if one[0]]
    return {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}


def _figures(sure: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    chance = np.clip(np.array(sure), _LEAST, _MOST)
    was = np.array(right, np.float64)
    order = np.argsort(-chance, kind="stable")
    bins = np.array_split(order, _BINS)
    ece = sum(len(one) * abs(chance[one].mean() - was[one].mean()) for one in bins) / len(was)
    log_loss = -(was * np.log(chance) + (1 - was) * np.log(1 - chance)).mean()
    risk = {
        f"risk{share}": 1 - was[order[: math.ceil(share / 100 * len(order))]].mean()
        for share in (60, 80)
    }
    figures = {"ece": ece, "brier": ((chance - was) ** 2).mean(), "log_loss": log_loss, **risk}
    return {name: float(value) for name, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
