"""What it takes to write a worksheet of many cases to a file: memory and CPU of each format, which
has a process of its own.

The workspaces are made as for benchmarks/studio.py, or used again with `--folder`; nothing in them
is changed.

    python benchmarks/exporting.py --cases 100000 --steps 20 --formats csv,json --json

`export_peak_mb` is the most memory that any of the formats took in all, `export_grown_mb` the most
that one took beyond what the process had before it began; `export_cpu_us_per_cell` is the dearest
format's CPU for one cell. `formats` tells the same of each, with the size of its file.
`export_longest_ms` is the longest that the event loop stood still meanwhile, which is how long
others wait for an answer of the same process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from measuring import cpu_s
from studio import kept_folder
from studio_cases import make

from casework.base.aio import run as run_async
from casework.base.errors import CaseworkError
from casework.sdk.workspace import Workspace

_FORMATS = ("csv", "json", "parquet", "xlsx")
_TICK_S = 0.005
_MINUTES = 60 * 60
_MICRO = 1_000_000


def main() -> None:
    arguments = _arguments()
    with kept_folder(arguments.folder) as folder:
        path = run_async(_ready(folder, arguments.cases, arguments.steps))
        told = {one: _asked(path, one) for one in arguments.formats.split(",")}
    cells = arguments.cases * arguments.steps
    done = [one for one in told.values() if "refused" not in one]
    for one in done:
        one["cpu_us_per_cell"] = round(one["cpu_s"] * _MICRO / cells, 1)
    figures = {
        "cases": arguments.cases,
        "steps": arguments.steps,
        "export_peak_mb": max((one["peak_mb"] for one in done), default=None),
        "export_grown_mb": max((one["grown_mb"] for one in done), default=None),
        "export_cpu_us_per_cell": max((one["cpu_us_per_cell"] for one in done), default=None),
        "export_longest_ms": max((one["longest_ms"] for one in done), default=None),
        "formats": told,
    }
    if not arguments.json:
        for name, value in figures.items():
            print(f"{name:24} {value}")
    print(json.dumps(figures))


async def _ready(folder: Path, cases: int, steps: int) -> Path:
    path = folder / f"studio-{cases}-{steps}"
    if not (path / "ready").is_file():
        print(f"making {cases:,} cases of {steps} steps …", file=sys.stderr, flush=True)
        await make(path, cases, steps)
        (path / "ready").touch()
    return path


def _asked(workspace: Path, format: str) -> dict[str, float]:
    """One export in a fresh process."""
    command = [sys.executable, __file__, "--write", str(workspace), format]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=_MINUTES)
    told: dict[str, float] = json.loads(done.stdout)
    print(f"{format}: {told}", file=sys.stderr, flush=True)
    return told


async def _write(workspace: Path, format: str) -> dict[str, object]:
    """Write all of it to a file that goes afterwards, and tell what that took."""
    async with await Workspace.open(workspace) as opened:
        sheet = await opened.worksheet("Invoices")
        await sheet.table(limit=1)
        before, used, began = _peak_mb(), cpu_s(), time.perf_counter()
        stood = asyncio.create_task(_longest())
        with tempfile.TemporaryDirectory(dir=workspace.parent) as folder:
            try:
                written = await sheet.export(Path(folder) / f"out.{format}")
            except CaseworkError as error:
                return {"refused": error.message}
            size = written.stat().st_size
        stood.cancel()
        with suppress(asyncio.CancelledError):
            await stood
        return {
            "peak_mb": _peak_mb(),
            "grown_mb": round(_peak_mb() - before, 1),
            "cpu_s": round(cpu_s() - used, 2),
            "wall_s": round(time.perf_counter() - began, 2),
            "longest_ms": round(max(_STOOD) * 1000, 1),
            "file_mb": round(size / 1e6, 1),
        }


_STOOD = [0.0]


async def _longest() -> None:
    """Note how late this is woken, again and again."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_TICK_S)
        _STOOD[0] = max(_STOOD[0], time.perf_counter() - began - _TICK_S)


def _peak_mb() -> float:
    """The most memory that this process has had since it began (Linux); what `getrusage` tells
    counts in that of the process which started it."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--formats", default=",".join(_FORMATS), help="which, with commas between")
    parser.add_argument("--folder", type=Path, help="where workspaces are kept for the next time")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    return parser.parse_args()


def _alone(told: Sequence[str]) -> None:
    print(json.dumps(run_async(_write(Path(told[0]), told[1]))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        _alone(sys.argv[2:])
    else:
        main()
