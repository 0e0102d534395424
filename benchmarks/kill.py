"""Kills a running worksheet at random moments and counts what is lost, wrong or paid for twice.

Each kill is a SIGKILL of the process that runs; the next process goes on. A cell counts as lost
when it was told as committed and is not there at the end; as wrong when its value differs from the
value of a run that was never killed. The server counts calls by content.

    python benchmarks/kill.py --store sqlite --kills 50 --json
    python benchmarks/kill.py --store postgres --url postgresql://user@host/database --kills 50
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from casework.base.aio import run as run_async
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.types.case import CellState

URL = "postgresql://postgres@127.0.0.1:5432/test"
CONCURRENCY = 32
LATENCY_MS = 40
STEPS = 3
CELLS_A_KILL = 500
"""Cells that a process could fill between its start and the latest kill: work never runs out."""

_CHILD = """
import sys
from casework.base.aio import run
from casework.sdk.workspace import Workspace
from casework.types.event import CellSettled

def tell(event):
    if isinstance(event, CellSettled):
        sys.stdout.write(f"{event.cell.case_id} {event.cell.step_id}\\n")
        sys.stdout.flush()

async def main():
    async with await Workspace.open(sys.argv[1]) as workspace:
        workspace.listen(tell)
        await (await workspace.worksheet("bench")).run()

run(main())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--url",
        default=os.environ.get("CASEWORK_TEST_POSTGRES", URL),
        help="a Postgres database; schemas of its own are made there and dropped",
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        ScriptedServer(latency_ms=LATENCY_MS) as server,
    ):
        _configure(Path(folder), server.base_url)
        stores = Stores(arguments.url if arguments.store == "postgres" else "")
        try:
            dice = random.Random(arguments.seed)
            told = {"store": arguments.store} | _measure(
                Path(folder), server, arguments.kills, dice, stores
            )
        finally:
            run_async(stores.drop())
    if not arguments.json:
        for name, value in told.items():
            print(f"{name:16} {value}")
    print(json.dumps(told))


@dataclass
class Stores:
    """Where workspaces keep their rows: '' for their folders, else schemas of a database."""

    url: str
    made: list[str] = field(default_factory=list)

    def new(self) -> str:
        """The address for one more workspace."""
        if not self.url:
            return ""
        self.made.append(f"kill_{uuid4().hex[:12]}")
        return f"{self.url}?schema={self.made[-1]}"

    async def drop(self) -> None:
        """Remove what was made."""
        if self.made:
            import asyncpg

            connection = await asyncpg.connect(self.url)
            for schema in self.made:
                await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            await connection.close()


@dataclass
class Ledger:
    """Which kill cost which call: a call that is made again is charged to the kill that ended the
    run in which its content was last asked for."""

    runs: int = 0
    within: int = 0
    charged: Counter[int] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    last_run: dict[str, int] = field(default_factory=dict)

    def close_run(self, counts: dict[str, int]) -> None:
        """Take the counts of the server, by content, after a run."""
        for content, count in counts.items():
            made = count - self.counts.get(content, 0)
            if made and content in self.last_run:
                self.charged[self.last_run[content]] += 1
            if made:
                self.within += made - 1
                self.last_run[content] = self.runs
        self.counts = counts
        self.runs += 1


def _measure(
    folder: Path, server: ScriptedServer, kills: int, dice: random.Random, stores: Stores
) -> dict[str, str | int | float]:
    rows = max(20, kills * CELLS_A_KILL // STEPS)
    texts = _documents(folder / "documents", rows)
    run_async(_make(folder / "killed", texts, stores.new()))
    server.play(latency_ms=LATENCY_MS)
    committed: set[str] = set()
    ledger = Ledger()
    for done in range(1, kills + 1):
        told, killed = _run_and_kill(folder / "killed", server, dice)
        committed |= told
        ledger.close_run(server.counts())
        if not killed:
            raise SystemExit(f"The work ran out after {done} kills: raise CELLS_A_KILL.")
        print(f"\r{done} of {kills} kills, {len(committed)} cells", end="", file=sys.stderr)
    whole = [sys.executable, "-c", _CHILD, str(folder / "killed")]
    subprocess.run(whole, check=True, stdout=subprocess.DEVNULL)
    ledger.close_run(server.counts())
    found = run_async(_values(folder / "killed"))
    run_async(_make(folder / "whole", texts, stores.new()))
    run_async(_run(folder / "whole"))
    expected = run_async(_values(folder / "whole"))
    print(file=sys.stderr)
    return _judge(found, expected, committed, ledger)


def _judge(
    found: dict[str, tuple[str, str, CellState, str]],
    expected: dict[str, tuple[str, str, CellState, str]],
    committed: set[str],
    ledger: Ledger,
) -> dict[str, str | int | float]:
    """`found` and `expected`: case and step by name → state and value, with the cell's ids."""
    there = {f"{case} {step}" for case, step, state, _ in found.values() if state == "value"}
    wrong = [name for name, cell in expected.items() if found.get(name, ("",) * 4)[2:] != cell[2:]]
    return {
        "kills": ledger.runs - 1,
        "cells": len(expected),
        "lost": len(committed - there),
        "wrong": len(wrong),
        "repeated_max": max(ledger.charged.values(), default=0),
        "repeated_all": sum(ledger.charged.values()),
        "repeated_within_a_run": ledger.within,
        "in_flight": CONCURRENCY,
    }


def _run_and_kill(
    folder: Path, server: ScriptedServer, dice: random.Random
) -> tuple[set[str], bool]:
    """Start a run, kill it a random moment after its first call; what it told as committed."""
    calls_before = server.stats().calls
    log = folder / "told.txt"
    with log.open("wb") as sink:
        child = subprocess.Popen([sys.executable, "-c", _CHILD, str(folder)], stdout=sink)
        while server.stats().calls == calls_before and child.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.0, 0.5))
        killed = child.poll() is None
        child.kill()
        child.wait()
    time.sleep(LATENCY_MS / 1000 * 2)
    lines = log.read_text("utf-8").split("\n")[:-1]
    return set(lines), killed


async def _make(folder: Path, documents: Path, store: str) -> None:
    procedure = documents.parent / "bench.md"
    lines = ["# Bench"]
    for number in range(1, STEPS + 1):
        before = f" It follows {{Step {number - 1}}}." if number > 1 else ""
        lines += [f"\n## Step {number}", "- by: document\n", f"Which sentence?{before}"]
    procedure.write_text("\n".join(lines) + "\n", "utf-8")
    async with await Workspace.create(folder, store=store) as workspace:
        sheet = await workspace.new_worksheet("bench", procedure)
        await sheet.add(documents, cases="file")


async def _run(folder: Path) -> None:
    async with await Workspace.open(folder) as workspace:
        await (await workspace.worksheet("bench")).run()


async def _values(folder: Path) -> dict[str, tuple[str, str, CellState, str]]:
    async with await Workspace.open(folder) as workspace:
        table = await (await workspace.worksheet("bench")).table()
    return {
        f"{row.case.name} {cell.step_id}": (cell.case_id, cell.step_id, cell.state, cell.shown)
        for row in table.rows
        for cell in row.cells
    }


def _documents(folder: Path, rows: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(rows):
        lines = [f"Order {number}, clause {line}: the goods are paid on day {line}." for line in
                 range(12)]  # fmt: skip
        (folder / f"order-{number:06}.txt").write_text("\n".join(lines), "utf-8")
    return folder


def _configure(folder: Path, base_url: str) -> None:
    config = folder / "config"
    config.mkdir()
    os.environ["CASEWORK_CONFIG"] = str(config)
    (config / "settings.toml").write_text(
        f'[model]\ndefault = "bench:scripted"\nconcurrency = {CONCURRENCY}\n'
        f'[provider.bench]\nbase_url = "{base_url}"\ndialect = "openai"\n',
        "utf-8",
    )


if __name__ == "__main__":
    main()
