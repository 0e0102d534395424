"""Whether changed files can break reading: every file must end in pages or in a reason.

Run: .venv/bin/python benchmarks/fuzz.py --seconds 600 [--data DIR ...] [--seed 1] [--json]

Each reader gets the same share of the time. Its files are small whole ones (those of the tests)
and, with --data, real ones that its reader reads; each is changed at random (bits, blocks, splices
of two files, words of the format, entries of packed files) and read in a worker, as a user's file
would be. `read` and `refused` (by state) are fine. `crashed` tells how many of the refused killed
their worker, `unforeseen` how many ended in an error that their reader did not foresee, by kind;
both have a reason that says so. An escape is anything else: an error that comes out, an answer long
after the time limit, a document with neither words nor a reason or with places that are not there.
What escaped or was unforeseen is kept under --keep. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from casework.base.aio import run
from casework.documents.fenced.workers import Workers
from casework.documents.formats.registry import BUILT_IN
from casework.documents.formats.sniff import sniff
from casework.documents.formats.sound import wrong_with_document
from casework.documents.reading import Limits
from tests.documents.mutations import mutated
from tests.documents.seeds import seeds

_LIMIT_S = 10.0
_LATE_S = 5.0
_MEMORY_MB = 1024
_LARGEST_SEED = 300_000
_MOST_SEEDS = 40
_REAL_SHARE = 0.5
_UNFORESEEN = re.compile(r"damaged or unusual(?:: | \()(\w+)")


@dataclass
class Tally:
    """What became of the changed files of one reader."""

    files: int = 0
    read: int = 0
    crashed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unforeseen: Counter[str] = field(default_factory=Counter)
    escapes: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def told(self) -> dict[str, object]:
        return {
            "files": self.files,
            "read": self.read,
            "refused": dict(self.refused.most_common()),
            "crashed": self.crashed,
            "unforeseen": dict(self.unforeseen.most_common()),
            "escapes": len(self.escapes),
            "slowest_s": round(self.slowest_s, 1),
        }


class Fuzz:
    """Changed files of every reader, read until the time is over."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.tallies: dict[str, Tally] = {}
        self._options = options
        self._folder = folder
        self._seeds = seeds()
        self._real = real_files(options.data)
        self._names = options.readers.split(",") if options.readers else sorted(self._seeds)

    async def run(self, workers: Workers) -> None:
        """Each reader for its share of the time."""
        share_s = self._options.seconds / len(self._names)
        count = self._options.workers or 2
        for name in self._names:
            tally = self.tallies[name] = Tally()
            files, until = self._changed(name), time.monotonic() + share_s
            turns = (self._turn(workers, files, tally, until) for _ in range(count))
            await asyncio.gather(*turns)
            if not self._options.json:
                print(f"{name:14} {tally.told()}", file=sys.stderr, flush=True)

    async def _turn(
        self, workers: Workers, files: Iterator[_File], tally: Tally, until: float
    ) -> None:
        """One file after another until the time is over, or they are enough."""
        most = self._options.files or sys.maxsize
        while time.monotonic() < until and tally.files < most:
            await self._one(workers, next(files), tally)

    def _changed(self, reader: str) -> Iterator[_File]:
        """Changed files without end, the same for the same seed."""
        chance = random.Random(f"{self._options.seed} {reader}")
        given, real = self._seeds[reader], self._real.get(reader, [])
        own = sorted(given.files.items())
        others = [data for each in self._seeds.values() for data in each.files.values()]
        number = 0
        while True:
            number += 1
            name, data = chance.choice(real if real and chance.random() < _REAL_SHARE else own)
            other = chance.choice(own)[1] if chance.random() < 0.7 else chance.choice(others)
            yield _File(reader, number, name, mutated(data, other, given.words, chance))

    async def _one(self, workers: Workers, file: _File, tally: Tally) -> None:
        path = self._folder / f"{file.reader}-{file.number}-{Path(file.name).name[-60:]}"
        path.write_bytes(file.data)
        began = time.monotonic()
        escaped = ""
        try:
            document = (await workers.parse(path, file.name)).document
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            escaped = f"{type(error).__name__}: {error}"
        else:
            if document.state == "read":
                tally.read += 1
            else:
                tally.refused[document.state] += 1
            tally.crashed += "crashed on it" in document.reason
            if found := _UNFORESEEN.search(document.reason):
                tally.unforeseen[found[1]] += 1
                self._keep(f"unforeseen-{path.name}", file.data, document.reason)
            escaped = wrong_with_document(document)
        took_s = time.monotonic() - began
        tally.files += 1
        tally.slowest_s = max(tally.slowest_s, took_s)
        if not escaped and took_s > _LIMIT_S + _LATE_S:
            escaped = f"an answer after {took_s:.0f} s"
        if escaped:
            tally.escapes.append(escaped)
            self._keep(f"escaped-{path.name}", file.data, escaped)
        path.unlink()

    def _keep(self, name: str, data: bytes, why: str) -> None:
        """Keep a file that somebody has to look at, where that was asked for."""
        print(f"{name}: {why}", file=sys.stderr, flush=True)
        if self._options.keep:
            self._options.keep.mkdir(parents=True, exist_ok=True)
            (self._options.keep / name).write_bytes(data)


@dataclass(frozen=True, slots=True)
class _File:
    reader: str
    number: int
    name: str
    data: bytes


def real_files(folders: list[Path]) -> dict[str, list[tuple[str, bytes]]]:
    """Real files by the reader they go to, in a fixed order; large ones are left out."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > _LARGEST_SEED:
            continue
        data = path.read_bytes()
        kind = sniff(data, path.name).format
        if kind:
            files = found.setdefault(BUILT_IN.of(kind)[0].name, [])
            if len(files) < _MOST_SEEDS:
                files.append((path.name, data))
    return found


async def fuzz(options: argparse.Namespace) -> dict[str, object]:
    """The counts, over all readers and for each."""
    limits = Limits(seconds=_LIMIT_S, memory_mb=_MEMORY_MB)
    with TemporaryDirectory(prefix="fuzz-") as folder:
        made = Fuzz(options, Path(folder))
        async with Workers(limits, count=options.workers or 2) as workers:
            await made.run(workers)
        tallies = made.tallies
        return {
            "files": sum(tally.files for tally in tallies.values()),
            "escapes": sum(len(tally.escapes) for tally in tallies.values()),
            "crashed": sum(tally.crashed for tally in tallies.values()),
            "seed": options.seed,
            "seconds": options.seconds,
            "workers_started": workers.started,
            "readers": {name: tally.told() for name, tally in tallies.items()},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="in all, shared by the readers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=0, help="at most so many of each reader")
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="folders with real files")
    parser.add_argument("--readers", default="", help="only these, between commas")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument(
        "--keep", type=Path, default=None, help="where to put what escaped or was unforeseen"
    )
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    options = parser.parse_args()
    missing = [folder for folder in options.data if not folder.is_dir()]
    if missing:
        parser.error(f"no folder {missing[0]}; name one with documents")
    figures = run(fuzz(options))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
