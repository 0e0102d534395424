"""What becomes of cells when an endpoint misbehaves: every one ends in a value or a reason.

    .venv/bin/python benchmarks/faults.py --cells 12000 --rate 100 --json

The scripted server answers 429 above a rate (with `Retry-After: 1`), 500 to 5 % of the requests,
hangs on 1 % and breaks the JSON of 2 %. `rate_share` is what it accepted of what it would have
accepted in the time of the run, with nothing known of the rate before. Then the server goes away in
the middle of a second run, comes back, and a third run ends the work.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import configure

from casework.base.aio import run as run_async
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json

_STEPS = 2
_HANGING_S = 3.0
_DOWN_S = 6.0
_FAULTS: list[Json] = [
    {"share": 0.05, "error": "server"},
    {"share": 0.01, "hang": True},
    {"share": 0.02, "broken": "json"},
]


def procedure() -> str:
    """Steps that a model reads from each document."""
    steps = (
        f"## Field {number}\n\nWhich sentence says when to pay, read the {number}th time?\n"
        for number in range(1, _STEPS + 1)
    )
    return "# Faults\n\n" + "\n".join(steps)


def documents(folder: Path, count: int) -> Path:
    """So many orders, no two the same."""
    folder.mkdir(parents=True)
    for number in range(count):
        text = f"Order {number}.\nPayment is due within {number % 90 + 1} days of receipt.\n"
        (folder / f"order-{number:06}.txt").write_text(text, "utf-8")
    return folder


async def states(sheet: Worksheet) -> Counter[str]:
    """How many cells are in each state; `neither` has neither a value nor a reason."""
    found: Counter[str] = Counter()
    for row in (await sheet.table()).rows:
        found["set_aside_cases"] += bool(row.case.set_aside)
        for cell in row.cells:
            found[cell.state] += 1
            if cell.state in ("failed", "set_aside"):
                print(f"{cell.case_name}, {cell.step_name}: {cell.reason}", file=sys.stderr)
            reasoned = bool(cell.reason or cell.absence) and not cell.shown
            found["valued"] += bool(cell.shown)
            found["reasoned"] += reasoned
            found["neither"] += not cell.shown and not reasoned
    return found


async def misbehaving(
    folder: Path, server: ScriptedServer, cells: int, rate: float
) -> dict[str, float]:
    """One run against all faults at once."""
    async with await Workspace.create(folder / "faults") as workspace:
        (folder / "faults.md").write_text(procedure(), "utf-8")
        sheet = await workspace.new_worksheet("faults", folder / "faults.md")
        await sheet.add(documents(folder / "orders", cells // _STEPS), cases="file")
        server.play(rules=_FAULTS, rate_per_s=rate, retry_after="1", latency_ms=50)
        began = time.perf_counter()
        await sheet.run()
        wall_s = time.perf_counter() - began
        stats = server.stats()
        refused = stats.statuses.get("429", 0)
        found = await states(sheet)
    return {
        "cells": cells // _STEPS * _STEPS,
        "valued": found["valued"],
        "reasoned": found["reasoned"],
        "neither": found["neither"],
        "rate_share": round((stats.calls - refused) / (rate * wall_s), 4),
        "wall_s": round(wall_s, 1),
        "calls": stats.calls,
        "refused": refused,
        "failed": found["failed"],
        "waiting": found["waiting"],
        "set_aside_cases": found["set_aside_cases"],
    }


async def outage(folder: Path, server: ScriptedServer, cells: int) -> dict[str, float]:
    """The server goes away in the middle of a run, and is back for the next one."""
    async with await Workspace.create(folder / "outage") as workspace:
        sheet = await workspace.new_worksheet("outage", folder / "faults.md")
        await sheet.add(documents(folder / "more-orders", cells // _STEPS), cases="file")
        server.play(rate_per_s=cells / 4, latency_ms=50)
        running = asyncio.create_task(sheet.run())
        await asyncio.sleep(2.0)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(_DOWN_S)
        await asyncio.to_thread(server.start)
        await running
        during = await states(sheet)
        await sheet.run()
        after = await states(sheet)
    return {
        "outage_cells": cells // _STEPS * _STEPS,
        "outage_waiting": during["waiting"],
        "outage_neither": during["neither"] + after["neither"],
        "outage_failed": during["failed"] + after["failed"],
        "outage_set_aside": during["set_aside"] + during["set_aside_cases"],
        "outage_valued_after": after["valued"],
    }


async def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Both, each in a workspace of its own."""
    with ScriptedServer() as server:
        configure(folder, server.base_url, options.concurrency)
        settings = folder / "config" / "settings.toml"
        text = settings.read_text("utf-8")
        timeout = f"timeout = {_HANGING_S}\nconcurrency"
        settings.write_text(text.replace("concurrency", timeout, 1), "utf-8")
        told = await misbehaving(folder, server, options.cells, options.rate)
        return told | await outage(folder, server, options.outage_cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=12_000)
    parser.add_argument("--outage-cells", type=int, default=600)
    parser.add_argument("--rate", type=float, default=100.0, help="calls a second that are allowed")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--json", action="store_true", help="only the JSON line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = run_async(measure(options, Path(folder)))
    if not options.json:
        for name, value in told.items():
            print(f"{name:20} {value}")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
