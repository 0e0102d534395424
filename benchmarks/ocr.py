"""How much of the text of pictures is recognised, and at what cost, for each engine installed.

Run: .venv/bin/python benchmarks/ocr.py ../shared/data/documents/receipts [--every N] [--json]

The folder holds `docs/` with pictures and beside each `NAME.words.json`, a list of text segments
that were read by people: the truth. Pictures go through the same worker processes and layout as in
the product. `word_recall` is the share of the words of the truth that are found on the page (in
small letters, letters and digits only, each as often as it stands there), `number_recall` the same
for words of digits alone. CPU counts the worker and what it starts, its start included. Words are
counted, not places. The engine's settings were chosen on the development receipts.

The last line is one JSON object: engine → pages, word_recall, number_recall, word_precision,
cpu_s_per_page, wall_s_per_page, peak_mb, failed.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from casework.base.aio import run
from casework.documents.fenced.workers import Workers
from casework.documents.ocr.engines import ENGINES, is_usable, version_of
from casework.documents.ocr.recognition import Recognition
from casework.documents.reading import Limits
from casework.types.plugin import OcrEngineSpec

_TOKEN = re.compile(r"[^\W_]+")
_LIMITS = Limits(seconds=120.0, memory_mb=4096)
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")


def tokens(text: str) -> Counter[str]:
    """The words of a text, each with how often it stands there."""
    return Counter(_TOKEN.findall(text.casefold()))


def truth_of(picture: Path) -> Counter[str]:
    """What people read in a picture."""
    told = json.loads(picture.with_suffix(".words.json").read_text("utf-8"))
    return sum((tokens(segment["t"]) for segment in told["segments"]), Counter())


def children_cpu_s() -> float:
    """CPU time of the processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def measure(spec: OcrEngineSpec, pictures: list[Path]) -> dict[str, object]:
    """The figures of one engine."""
    found: Counter[str] = Counter()
    wanted = given = numbers = numbers_found = failed = 0
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    cpu, clock = children_cpu_s(), time.perf_counter()
    async with Workers(Limits(), count=1) as readers, Workers(_LIMITS, count=1) as workers:
        recognition = Recognition(workers, [spec], wanted=spec.name)
        for done, picture in enumerate(pictures, 1):
            parsed = await readers.parse(picture, picture.name)
            document = await recognition.complete(picture, parsed)
            failed += document.state != "read"
            truth = truth_of(picture)
            got = tokens(" ".join(page.text for page in document.pages))
            hits = truth & got
            found.update({"hits": hits.total()})
            wanted += truth.total()
            given += got.total()
            numbers += sum(count for word, count in truth.items() if word.isdigit())
            numbers_found += sum(count for word, count in hits.items() if word.isdigit())
            print(f"\r{spec.name}: {done}/{len(pictures)} ", end="", file=sys.stderr)
        peak_mb = workers.peak_mb
    print(file=sys.stderr)
    ended_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if spec.program and ended_mb * 1024 > peak_kb:
        peak_mb = max(peak_mb, ended_mb)
    return {
        "version": version_of(spec),
        "pages": len(pictures),
        "word_recall": round(found["hits"] / max(wanted, 1), 4),
        "number_recall": round(numbers_found / max(numbers, 1), 4),
        "word_precision": round(found["hits"] / max(given, 1), 4),
        "cpu_s_per_page": round((children_cpu_s() - cpu) / len(pictures), 2),
        "wall_s_per_page": round((time.perf_counter() - clock) / len(pictures), 2),
        "peak_mb": round(peak_mb, 1),
        "failed": failed,
    }


async def measure_all(names: list[str], pictures: list[Path]) -> dict[str, object]:
    """The figures of every engine that is asked for and installed."""
    figures: dict[str, object] = {}
    for spec in ENGINES:
        if names and spec.name not in names:
            continue
        if is_usable(spec):
            figures[spec.name] = await measure(spec, pictures)
        else:
            print(f"{spec.name} is not installed here.", file=sys.stderr)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="a set with docs/ of pictures and their words")
    parser.add_argument(
        "--every", type=int, default=1, help="take every Nth picture (default: all)"
    )
    parser.add_argument("--engine", action="append", default=[], help="only this one")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    options = parser.parse_args()
    pictures = [
        path
        for path in sorted((options.folder / "docs").glob("*"))
        if path.suffix.lower() in _PICTURES and path.with_suffix(".words.json").exists()
    ][:: max(options.every, 1)]
    if not pictures:
        parser.error(f"no pictures with words in {options.folder / 'docs'}")
    figures = run(measure_all(options.engine, pictures))
    if not options.json:
        for name, figure in figures.items():
            print(f"{name:>12}: {figure}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
