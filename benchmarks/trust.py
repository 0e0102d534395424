"""Whether the promise about errors holds: what is accepted without a person, and how wrong it is.

    .venv/bin/python benchmarks/trust.py DIR --reviewed 100 --epsilon 0.05 --delta 0.1

Each resample draws the reviewed documents; the first of them are learned from, the others are the
audit stream that certifies a threshold of confidence (`review/bound.py`). The documents that were
not drawn are untouched: among them the error of what would be accepted is counted. `violations` are
resamples whose error there exceeds ε; `violations_peeking` those where it did at any look, after
every ten verdicts, each look with a model fitted anew and a stream of its own (null without
`--peek`). `accepted` and `error` are means over resamples. The error is averaged over documents, as
the bound is. Thresholds are fixed by how sure the model is of the untouched documents, whose values
nobody has looked at. Fields with many values and tables are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from extraction import _document, _gold, _plainly, _wanted
from reviewed import Reviewed, reviewed

from casework.extraction.extract import Wanted, prepare
from casework.extraction.learned import Learned, chances
from casework.learn.fit import Example, fit
from casework.review.bound import Audited, Checked, Promise, certify

_COVERAGES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Thresholds are those that let these shares of cells pass, strictest first."""
_LEARNED_SHARE = 0.25
"""Of the reviewed documents; the others certify."""
_LOOKS = 10
"""Verdicts between two looks."""


@dataclass
class Result:
    """Sums over resamples."""

    violations: int = 0
    peeking: int = 0
    accepted: float = 0.0
    error: float = 0.0
    certified: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    options = _options(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    wanted, documents = _documents(folder)
    if options.reviewed >= len(documents):
        told = f"{options.reviewed} of {len(documents)} documents leave none untouched."
        print(f"{told} Give --reviewed a smaller number.", file=sys.stderr)
        return 2
    promise = Promise(options.epsilon, options.delta)
    result = Result()
    for seed in range(options.resamples):
        _resample(documents, wanted, promise, options, seed, result)
        if not options.json:
            print(f"\r{seed + 1} of {options.resamples} resamples", end="", file=sys.stderr)
    count = options.resamples
    figures = {
        "reviewed": options.reviewed,
        "epsilon": options.epsilon,
        "delta": options.delta,
        "resamples": count,
        "violations": result.violations,
        "violations_peeking": result.peeking if options.peek else None,
        "accepted": round(result.accepted / count, 4),
        "error": round(result.error / max(result.certified, 1), 4),
        "certified": result.certified,
    }
    print(json.dumps(figures))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder")
    parser.add_argument("--reviewed", type=int, default=100)
    parser.add_argument("--epsilon", type=float, default=0.05)
    parser.add_argument("--delta", type=float, default=0.1)
    parser.add_argument("--resamples", type=int, default=200)
    parser.add_argument("--peek", action="store_true", help="look after every ten verdicts too")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    return parser.parse_args(arguments)


def _documents(folder: Path) -> tuple[list[Wanted], list[Reviewed]]:
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    fields = [_wanted(each) for each in json.loads((folder / "fields.json").read_text("utf-8"))]
    wanted = [each for each in fields if each.type.name != "table" and not each.type.many]
    documents = []
    for row in rows:
        right = {each.id: _gold(row, each) for each in wanted}
        prepared = prepare(_document(folder, row), str(row["id"]))
        documents.append(
            reviewed(str(row["id"]), str(row["group"]), prepared, wanted, right, _plainly)
        )
    return [each for each in wanted if each.id in documents[0].found], documents


def _resample(
    documents: Sequence[Reviewed],
    wanted: Sequence[Wanted],
    promise: Promise,
    options: argparse.Namespace,
    seed: int,
    result: Result,
) -> None:
    order = np.random.default_rng(seed).permutation(len(documents)).tolist()
    drawn = [documents[at] for at in order[: options.reviewed]]
    untouched = [documents[at] for at in order[options.reviewed :]]
    looks = range(_LOOKS, options.reviewed + 1, _LOOKS) if options.peek else [options.reviewed]
    broken = False
    for count in sorted({*looks, options.reviewed}):
        learned_from = round(count * _LEARNED_SHARE)
        models = _fitted(drawn[:learned_from], wanted)
        stream = [_audited(one, wanted, models) for one in drawn[learned_from:count]]
        others = [_audited(one, wanted, models) for one in untouched]
        threshold = certify(stream, _thresholds(others), promise).threshold
        if threshold is None:
            continue
        accepted, error = _outcome(others, threshold)
        broken = broken or error > promise.epsilon
        if count == options.reviewed:
            result.certified += 1
            result.accepted += accepted
            result.error += error
            result.violations += error > promise.epsilon
    result.peeking += broken


def _thresholds(documents: Sequence[Audited]) -> list[float]:
    sure = sorted((cell.confidence for one in documents for cell in one.cells), reverse=True)
    return [sure[max(0, round(share * len(sure)) - 1)] for share in _COVERAGES]


def _fitted(documents: Sequence[Reviewed], wanted: Sequence[Wanted]) -> dict[str, Learned]:
    return {
        each.id: fit([Example(one.id, one.found[each.id], one.right[each.id]) for one in documents])
        for each in wanted
    }


def _audited(document: Reviewed, wanted: Sequence[Wanted], models: dict[str, Learned]) -> Audited:
    cells = []
    for each in wanted:
        likely, nothing = chances(document.found[each.id], models[each.id])
        best = max(likely, key=lambda key: likely[key], default="")
        right = document.right[each.id]
        if not likely or nothing >= likely[best]:
            cells.append(Checked(nothing, bool(right)))
        else:
            cells.append(Checked(likely[best], best not in right))
    return Audited(tuple(cells))


def _outcome(documents: Sequence[Audited], threshold: float) -> tuple[float, float]:
    """The share of cells that are accepted, and the share of wrong ones among those of a document,
    averaged over documents that have any."""
    accepted = [[cell for cell in one.cells if cell.confidence >= threshold] for one in documents]
    shares = [sum(cell.wrong for cell in cells) / len(cells) for cells in accepted if cells]
    every = sum(len(one.cells) for one in documents)
    share = sum(map(len, accepted)) / max(every, 1)
    return share, sum(shares) / max(len(shares), 1)


if __name__ == "__main__":
    sys.exit(main())
