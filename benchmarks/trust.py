"""Whether the promise about errors holds: what is accepted without a person, and how wrong it is.

    .venv/bin/python benchmarks/trust.py DIR --reviewed 100 --epsilon 0.05 --delta 0.1

Each resample draws the reviewed documents; the first of them are learned from (models, and the
calibration of their confidence out of fold, as in a worksheet), the others are the audit stream
that certifies a threshold of confidence (`review/bound.py`). The documents that were not drawn are
untouched: among them the error of what would be accepted is counted. `violations` are resamples
whose error there exceeds ε; `violations_peeking` those where it did at any look, after every ten
verdicts, each look with models fitted anew and a stream of its own (null with `--no-peek`, which
takes a quarter of the time). Resamples are dealt out to as many processes as there are cores.
`accepted` and `error` are means over resamples. The error is averaged over documents, as the bound
is. Thresholds are fixed by how sure the models are of the untouched documents, whose values nobody
has looked at. Fields with many values and tables are left out.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from extraction import _document, _gold, _plainly, _wanted

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Prepared, Wanted, prepare, read
from casework.extraction.meaning import meaning
from casework.judges.confidence import confidence
from casework.learn.calibrate import thresholds_of
from casework.learn.estimators import Estimators
from casework.learn.examples import Reviewed, asked_of, plain
from casework.learn.field import FieldVersion, fit_field
from casework.learn.judged import answered
from casework.review.bound import Audited, Checked, Promise, certify
from casework.types.learned import Taught
from casework.types.values import Json

_LEARNED_SHARE = 0.3
"""Of the reviewed documents; the others certify."""
_LOOKS = 10
"""Verdicts between two looks."""

Documents = Sequence[Mapping[str, Reviewed]]
"""What is right in each document, by field."""


@dataclass
class Result:
    """Sums over resamples."""

    violations: int = 0
    peeking: int = 0
    accepted: float = 0.0
    error: float = 0.0
    certified: int = 0

    def __add__(self, other: Result) -> Result:
        return Result(
            self.violations + other.violations,
            self.peeking + other.peeking,
            self.accepted + other.accepted,
            self.error + other.error,
            self.certified + other.certified,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    options = _options(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    documents = _documents(folder)
    if options.reviewed >= len(documents):
        told = f"{options.reviewed} of {len(documents)} documents leave none untouched."
        print(f"{told} Give --reviewed a smaller number.", file=sys.stderr)
        return 2
    promise = Promise(options.epsilon, options.delta)
    result = _resamples(documents, promise, options)
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
    parser.add_argument(
        "--peek",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="look after every ten verdicts too",
    )
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    return parser.parse_args(arguments)


def _documents(folder: Path) -> list[dict[str, Reviewed]]:
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    fields = [_wanted(each) for each in json.loads((folder / "fields.json").read_text("utf-8"))]
    wanted = [each for each in fields if each.type.name != "table" and not each.type.many]
    documents = []
    for row in rows:
        prepared = prepare(_document(folder, row), str(row["id"]))
        documents.append({each.id: _reviewed(row, prepared, each) for each in wanted})
    return documents


def _reviewed(row: dict[str, Json], prepared: Prepared, wanted: Wanted) -> Reviewed:
    """A field of a document with what is right in it; right is what compares as the gold does."""
    intent = meaning(wanted.name, wanted.instruction, wanted.type, lexicon())
    reading = read([prepared], wanted, None)
    gold, as_plain, kind = _gold(row, wanted), _plainly(wanted), wanted.type.name
    stated = [value for one in reading.found for value in one.candidates.values]
    said = {plain(value, kind) for value in stated if as_plain(value) in gold}
    said = said or {f"?{value}" for value in gold}
    id = str(row["id"])
    taught = Taught(f"{id}/{wanted.id}", id, wanted.id, None, "", (id,), "verdict", "")
    return Reviewed(taught, asked_of(intent, reading), frozenset(said), str(row["group"]))


def _resamples(documents: Documents, promise: Promise, options: argparse.Namespace) -> Result:
    """All of them. The processes are forked, so that the documents are not sent to them."""
    count = min(os.cpu_count() or 1, options.resamples)
    if count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return _some(range(options.resamples), documents, promise, options)
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()

    def work(first: int) -> None:
        seeds = range(first, options.resamples, count)
        answers.put(_some(seeds, documents, promise, options))

    processes = [forking.Process(target=work, args=(first,)) for first in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise ChildProcessError("a process of the resamples failed; its error is above")
    return sum((answers.get() for _ in processes), Result())


def _some(
    seeds: range, documents: Documents, promise: Promise, options: argparse.Namespace
) -> Result:
    """The resamples of these seeds, with how far they are."""
    result = Result()
    for number, seed in enumerate(seeds, start=1):
        _resample(documents, promise, options, seed, result)
        if not options.json and seeds.start == 0:
            print(f"\r{number} of {len(seeds)} resamples", end="", file=sys.stderr)
    return result


def _resample(
    documents: Documents, promise: Promise, options: argparse.Namespace, seed: int, result: Result
) -> None:
    order = np.random.default_rng(seed).permutation(len(documents)).tolist()
    drawn = [documents[at] for at in order[: options.reviewed]]
    untouched = [documents[at] for at in order[options.reviewed :]]
    looks = range(_LOOKS, options.reviewed + 1, _LOOKS) if options.peek else [options.reviewed]
    broken = False
    for count in sorted({*looks, options.reviewed}):
        learned_from = round(count * _LEARNED_SHARE)
        if count - learned_from < _fewest(promise):
            continue
        versions = _learned(drawn[:learned_from])
        stream = [_audited(one, versions) for one in drawn[learned_from:count]]
        others = [_audited(one, versions) for one in untouched]
        thresholds = thresholds_of([cell.confidence for one in others for cell in one.cells])
        threshold = certify(stream, thresholds, promise).threshold
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


def _fewest(promise: Promise) -> int:
    """No bound certifies anything from fewer documents, none of them wrong."""
    return math.ceil(math.log(promise.delta) / math.log(1 - promise.epsilon))


def _learned(documents: Documents) -> dict[str, FieldVersion]:
    """What a worksheet would learn of each field."""
    return {
        field: fit_field([one[field] for one in documents], Estimators().fit)
        for field in documents[0]
    }


def _audited(document: Mapping[str, Reviewed], versions: Mapping[str, FieldVersion]) -> Audited:
    """How sure one may be of each answer; not at all where no confidence was measured."""
    cells = []
    for field, cell in document.items():
        version = versions[field]
        answer, signals = answered(cell.asked, version.fitted.model, version.familiar)
        sure = confidence(signals, version.calibration) if version.calibration else 0.0
        cells.append(Checked(sure, not cell.is_right(answer)))
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
