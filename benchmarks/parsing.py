"""How fast and how surely documents are read, in worker processes, with word boxes.

Run: .venv/bin/python benchmarks/parsing.py DIR [DIR ...] [--json] [--workers N] [--peers]

Reads every file under the folders through `casework.documents.fenced.workers.Workers`. `read` has
text, `refused` a state and a reason; `crashed` are files on which a worker died or an error
escaped, `hung` those that ran into the time limit. `pages_per_cpu_s` counts the CPU time of this
process and of all workers, start-up included. Every file counts once; the last line is one JSON
object.

With --peers other parsers read the PDF files among them too, in the same run, each in one process
of an environment of its own, start-up included; ours are then measured on these alone once more
(`pdf`). Whether a page without text counts as a page is the same for all: it does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from measuring import ENVIRONMENTS, cpu_s, environment

from casework.base.aio import run
from casework.documents.fenced.workers import Workers
from casework.documents.reading import Limits

_LEFT_OUT = frozenset({"fields.json", "gold.jsonl"})
_SHOWN = 20
_SCRIPTS = Path(__file__).parent / "peer_scripts"
_LIMIT_S = 1800

PEERS: dict[str, tuple[str, ...]] = {
    "pdfplumber": ("pdfplumber==0.11.10",),
    "docling-parse": ("docling-parse==7.23.1",),
}
"""Other parsers that give words with boxes, and what each needs."""


@dataclass
class Tally:
    """What happened to the files."""

    files: int = 0
    pages: int = 0
    words: int = 0
    states: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
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
            if document.reason:
                tally.why[document.reason.partition(". ")[0]] += 1
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


def peers(files: list[Path], only: str, folder: Path) -> dict[str, dict[str, object]]:
    """The figures of other parsers for these PDF files, or why there are none."""
    named = "\n".join(str(path.absolute()) for path in files)
    told: dict[str, dict[str, object]] = {}
    for name in only.split(","):
        script = _SCRIPTS / f"{name.replace('-', '_')}_parser.py"
        try:
            python = environment(name, PEERS[name], folder)
            told[name] = _peer([python, str(script)], named)
        except subprocess.CalledProcessError as error:
            words = (error.stderr or b"").decode(errors="replace").strip().splitlines()
            told[name] = {"error": words[-1] if words else str(error)}
        print(f"{name}: {told[name]}", file=sys.stderr)
    return told


def _peer(command: list[str], named: str) -> dict[str, object]:
    """What a parser of others made of the named files, and what its process used."""
    with TemporaryFile() as given, TemporaryFile() as answer, TemporaryFile() as said:
        given.write(named.encode())
        given.seek(0)
        process = subprocess.Popen(command, stdin=given, stdout=answer, stderr=said)
        until = time.monotonic() + _LIMIT_S
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        while not ended:
            if time.monotonic() > until:
                process.kill()
                return {"error": f"took longer than {_LIMIT_S} s"}
            time.sleep(0.05)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        said.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(
                process.returncode, command, stderr=said.read()[-2000:]
            )
        counts: dict[str, object] = json.loads(answer.read().decode().strip().rpartition("\n")[2])
    spent_s = used.ru_utime + used.ru_stime
    return counts | {
        "pages_per_cpu_s": round(int(str(counts["pages"])) / spent_s, 1),
        "cpu_s": round(spent_s, 2),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }


async def measure(files: list[Path], count: int | None) -> dict[str, object]:
    """The figures for these files."""
    before = cpu_s()
    async with Workers(Limits(), count=count) as workers:
        tally = await read_all(files, workers)
    spent_s = cpu_s() - before
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
        "why": dict(tally.why.most_common()),
        "pages": tally.pages,
        "words": tally.words,
        "pages_per_cpu_s": round(tally.pages / spent_s, 1),
        "cpu_s": round(spent_s, 2),
        "peak_mb": round(max(own_mb, workers.peak_mb), 1),
        "workers_started": workers.started,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="+", help="folders with documents")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one a core)")
    parser.add_argument(
        "--peers",
        nargs="?",
        const=",".join(PEERS),
        default="",
        help=f"read the PDFs with others too: all, or some of {','.join(PEERS)}",
    )
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS)
    options = parser.parse_args()
    missing = [folder for folder in options.folder if not folder.exists()]
    if missing:
        parser.error(f"no folder {missing[0]}; name one with documents")
    files = files_under(options.folder)
    figures = run(measure(files, options.workers))
    if options.peers:
        pdfs = [path for path in files if path.suffix.lower() == ".pdf"]
        figures["pdf"] = run(measure(pdfs, options.workers)) if pdfs != files else "the same"
        figures["peers"] = peers(pdfs, options.peers, options.environments)
    if not options.json:
        for key, value in figures.items():
            print(f"{key:>16}: {value}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
