"""How fast and how surely documents are read, in worker processes, with word boxes.

Run: .venv/bin/python benchmarks/parsing.py DIR [DIR ...] [--json] [--workers N]

Reads every file under the folders through `casework.documents.worker.Workers`. `read` has text,
`refused` a state and a reason; `crashed` are files on which a worker died or an error escaped,
`hung` those that ran into the time limit. `pages_per_cpu_s` counts the CPU time of this process
and of all workers, start-up included. Every file counts once; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from casework.base.aio import run
from casework.documents.reading import Limits
from casework.documents.worker import Workers

_LEFT_OUT = frozenset({"fields.json", "gold.jsonl"})
_SHOWN = 20


@dataclass
class Tally:
    """What happened to the files."""

    files: int = 0
    pages: int = 0
    words: int = 0
    states: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Files that ended in neither pages nor a reason; must stay empty."""


def files_under(folders: list[Path]) -> list[Path]:
    """The files to read, in a fixed order; a set's labels are no documents."""
    return sorted(
        path
        for folder in folders
        for path in ([folder] if folder.is_file() else folder.rglob("*"))
        if path.is_file()
        and path.name not in _LEFT_OUT
        and not path.name.endswith(".words.json")
        and not path.name.startswith(".")
    )


async def read_all(files: list[Path], workers: Workers) -> Tally:
    """Read all files and count."""
    tally = Tally(files=len(files))
    begun = time.monotonic()

    async def read_one(path: Path) -> None:
        try:
            document = (await workers.parse(path, path.name)).document
        except Exception as error:  # noqa: BLE001 - counted, never hidden
            tally.crashed.append(f"{path.name}: {type(error).__name__}: {error}")
            tally.states["crashed"] += 1
        else:
            tally.states[document.state] += 1
            tally.pages += len(document.pages)
            tally.words += document.word_count
            if document.state == "too_slow":
                tally.hung.append(path.name)
            if "crashed on it" in document.reason:
                tally.crashed.append(path.name)
            if not document.reason and not document.pages:
                tally.silent.append(path.name)
        done = sum(tally.states.values())
        if done % 25 == 0 or done == len(files):
            pace = tally.pages / (time.monotonic() - begun)
            print(f"\r{done}/{len(files)} files, {pace:,.0f} pages/s ", end="", file=sys.stderr)

    waiting = asyncio.Semaphore(64)

    async def in_turn(path: Path) -> None:
        async with waiting:
            await read_one(path)

    await asyncio.gather(*(in_turn(path) for path in files))
    print(file=sys.stderr)
    return tally


async def measure(files: list[Path], count: int | None) -> dict[str, object]:
    """The figures for these files."""
    before = _cpu_s()
    async with Workers(Limits(), count=count) as workers:
        tally = await read_all(files, workers)
    cpu_s = _cpu_s() - before
    own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name in (tally.crashed + tally.hung + tally.silent)[:_SHOWN]:
        print(f"look at: {name}", file=sys.stderr)
    return {
        "files": tally.files,
        "read": tally.states["read"],
        "refused": tally.files - tally.states["read"] - tally.states["crashed"],
        "crashed": len(tally.crashed),
        "hung": len(tally.hung),
        "silent": len(tally.silent),
        "reasons": dict(tally.states.most_common()),
        "pages": tally.pages,
        "words": tally.words,
        "pages_per_cpu_s": round(tally.pages / cpu_s, 1),
        "cpu_s": round(cpu_s, 2),
        "peak_mb": round(max(own_mb, workers.peak_mb), 1),
        "workers_started": workers.started,
    }


def _cpu_s() -> float:
    """User and system time of this process and of its ended children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="+", help="folders with documents")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one a core)")
    options = parser.parse_args()
    missing = [folder for folder in options.folder if not folder.exists()]
    if missing:
        parser.error(f"no folder {missing[0]}; name one with documents")
    figures = run(measure(files_under(options.folder), options.workers))
    if not options.json:
        for key, value in figures.items():
            print(f"{key:>16}: {value}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
