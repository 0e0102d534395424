"""What many cells cost: CPU a cell, memory, a run of nothing new, the plan of an edit, the edit.

A case is a small text; its steps are a model step, a rule over it, and a chain of model steps
that begins at the rule. So an edit of the first step ends there (early cutoff), and one of the last
but one touches two columns. Small and large are measured in processes of their own.

    python benchmarks/scale.py --cells 100000 --json

`peak_mb` is the run's peak; `mb_at_tenth` what it was when a tenth of the cells was done, so that
their difference says whether memory grows with rows. `small_cpu_ms_per_cell` is the same work with
10,000 cells, in the same run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from measuring import configure, cpu_s, peak_mb, timed

from casework.base.aio import run as run_async
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.run import Progress

_SMALL = 10_000
_FILES_AT_ONCE = 5_000
_LINES_A_TEXT = 3


@dataclass(frozen=True)
class Work:
    """How much work there is, and where."""

    cells: int
    steps: int
    concurrency: int
    store: str

    @property
    def rows(self) -> int:
        return self.cells // self.steps


def main() -> None:
    arguments = _arguments()
    work = Work(arguments.cells, arguments.steps, arguments.concurrency, arguments.store)
    if arguments.alone:
        print(json.dumps(_alone(work, arguments.latency_ms, edits=not arguments.no_edits)))
        return
    told = _in_a_process(arguments, work.cells, edits=True)
    if work.cells > _SMALL:
        small = _in_a_process(arguments, _SMALL, edits=False)
        told["small_cpu_ms_per_cell"] = small["cpu_ms_per_cell"]
        told["small_peak_mb"] = small["peak_mb"]
        ratio = told["cpu_ms_per_cell"] / small["cpu_ms_per_cell"]
        told["ratio_to_small"] = round(ratio, 3)
    if not arguments.json:
        for name, value in told.items():
            print(f"{name:24} {value}")
    print(json.dumps(told))


def _in_a_process(arguments: argparse.Namespace, cells: int, *, edits: bool) -> dict[str, float]:
    command = [
        sys.executable, __file__, "--alone", "--cells", str(cells), "--steps", str(arguments.steps),
        "--concurrency", str(arguments.concurrency), "--latency-ms", str(arguments.latency_ms),
        "--store", arguments.store,
    ]  # fmt: skip
    done = subprocess.run(
        command + ([] if edits else ["--no-edits"]), check=True, stdout=subprocess.PIPE
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _alone(work: Work, latency_ms: float, *, edits: bool) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ScriptedServer(latency_ms=latency_ms) as server,
    ):
        configure(Path(folder), server.base_url, work.concurrency)
        return run_async(_measure(work, Path(folder), server, edits=edits))


async def _measure(
    work: Work, folder: Path, server: ScriptedServer, *, edits: bool
) -> dict[str, float]:
    told: dict[str, float] = {"cells": work.rows * work.steps}
    async with await Workspace.create(folder / "workspace", store=work.store) as workspace:
        procedure = folder / "scale.md"
        procedure.write_text(_procedure(work.steps), "utf-8")
        sheet = await workspace.new_worksheet("scale", procedure)
        told["add_cpu_ms_per_case"] = await _add(sheet, work, folder)
        told["mb_before"] = peak_mb()
        await _cold(sheet, work, told)
        calls = server.stats().calls
        assert calls == work.rows * (work.steps - 1), (calls, work)
        told["rerun_cpu_s"], _ = await timed(sheet.run())
        told["rerun_calls"] = server.stats().calls - calls
        if edits:
            await _edit(sheet, server, work, told)
    told["peak_mb"] = max(told["peak_mb"], peak_mb())
    return told


async def _add(sheet: Worksheet, work: Work, folder: Path) -> float:
    """Add the cases, some thousand files at a time; CPU ms a case, workers included."""
    began = cpu_s()
    for first in range(0, work.rows, _FILES_AT_ONCE):
        batch = folder / f"batch-{first}"
        batch.mkdir()
        for number in range(first, min(work.rows, first + _FILES_AT_ONCE)):
            (batch / f"order-{number:07}.txt").write_text(_text(number), "utf-8")
        await sheet.add(batch, cases="file")
    used_s: float = cpu_s() - began
    return round(used_s * 1000 / work.rows, 3)


async def _cold(sheet: Worksheet, work: Work, told: dict[str, float]) -> None:
    """The first run; how much memory it had after a tenth and at its end."""
    tenth = work.rows * work.steps // 10

    def look(progress: Progress) -> None:
        if progress.done == tenth:
            told["mb_at_tenth"] = peak_mb()

    clock = time.perf_counter()
    cpu, _ = await timed(sheet.run(on_progress=look))
    told["cpu_ms_per_cell"] = round(cpu * 1000 / told["cells"], 4)
    told["cells_per_s"] = round(told["cells"] / (time.perf_counter() - clock), 1)
    told["peak_mb"] = peak_mb()


async def _edit(
    sheet: Worksheet, server: ScriptedServer, work: Work, told: dict[str, float]
) -> None:
    """An edit of the last step but one, then one of the first, which ends at the rule."""
    for name, step in (("edit", f"Step {work.steps - 1}."), ("cutoff", "Step 1.")):
        path = sheet.procedure_path
        path.write_text(path.read_text("utf-8").replace(step, f"{step} Once more:"))
        cpu, _ = await timed(sheet.plan())
        told[f"{name}_plan_cpu_s"] = round(cpu, 3)
        calls = server.stats().calls
        record = await sheet.run()
        told[f"{name}_calls"] = server.stats().calls - calls
        told[f"{name}_cells"] = sum(record.counts.values())
    told["plan_cpu_s"] = told.pop("edit_plan_cpu_s")


def _procedure(steps: int) -> str:
    """A model step, a rule over it, and a chain of model steps that begins at the rule."""
    lines = ["# Scale", "", "## Step 1", "- by: document", "", "Step 1. When is it paid?"]
    lines += ["", "## Answered", "- type: yes/no", "", '`{Step 1} != ""`']
    before = "Answered"
    for number in range(3, steps + 1):
        lines += ["", f"## Step {number}", "- by: document", ""]
        lines.append(f"Step {number}. When is it paid? It follows {{{before}}}.")
        before = f"Step {number}"
    return "\n".join(lines) + "\n"


def _text(number: int) -> str:
    lines = (
        f"Order {number}, clause {line}: invoiced monthly, paid within {number % 60 + line} days."
        for line in range(_LINES_A_TEXT)
    )
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=10, help="columns, 4 or more")
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency-ms", type=float, default=20.0)
    parser.add_argument("--store", default="", help="'' for SQLite, or a URL of a Postgres")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--no-edits", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.steps < 4 or arguments.cells < arguments.steps:
        parser.error("it takes 4 steps or more, and a cell for each")
    return arguments


if __name__ == "__main__":
    main()
