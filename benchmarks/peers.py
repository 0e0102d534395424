"""CPU a model cell beside other tools: the same texts and chained questions, the same server.

    python benchmarks/peers.py --rows 1000 --latency-ms 50 --json

Each peer is installed into an environment of its own (pinned below; some gigabytes, kept in
`--environments`) and runs its script in `peer_scripts/`, written as its own documentation has it. A
peer's figure is the CPU of all its processes for the whole work, less that for a single row (its
start), a cell; ours includes reading a document a row, and `run_cpu_ms_per_cell` is the run alone.
What each keeps of the work is up to it; ours and the floor make every cell durable. A peer that
cannot be installed or fails stands in the answer with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from measuring import ENVIRONMENTS, environment

from casework.sdk.testing import ScriptedServer

_SCRIPTS = Path(__file__).parent / "peer_scripts"
_STEPS = 3
_MARK = "CASEWORK_PEER"
_SETTLE_S = 1.0
_LIMIT_S = 1800
_TICKS = os.sysconf("SC_CLK_TCK")

PEERS: dict[str, tuple[str, ...]] = {
    "casework": (),
    "floor": (),
    "langgraph": (
        "langgraph==1.2.22",
        "langchain-openai",
        "langgraph-checkpoint-sqlite",
    ),
    "pixeltable": ("pixeltable==0.7.21", "openai"),
    "docetl": ("docetl==0.3.0",),
    "lotus": ("lotus-ai==1.2.4",),
}
"""What each needs; without a requirement it runs in this environment."""


@dataclass(frozen=True)
class Spent:
    """What a peer's processes used, how many calls it made, and what its script told."""

    cpu_s: float
    wall_s: float
    calls: int
    told: dict[str, float]


def main() -> None:
    arguments = _arguments()
    wanted = arguments.only.split(",") if arguments.only else list(PEERS)
    told: dict[str, dict[str, object]] = {}
    with ScriptedServer(latency_ms=arguments.latency_ms) as server:
        for name in wanted:
            told[name] = _peer(name, server, arguments)
            if not arguments.json:
                print(f"{name:12} {told[name]}", flush=True)
    print(json.dumps(told))


def _peer(name: str, server: ScriptedServer, arguments: argparse.Namespace) -> dict[str, object]:
    """The figures of one peer, or why there are none."""
    try:
        python = environment(name, PEERS[name], arguments.environments)
        start = _run(name, python, server, 1)
        whole = _run(name, python, server, arguments.rows)
    except subprocess.CalledProcessError as error:
        words = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        return {"error": words[-1] if words else str(error)}
    except subprocess.TimeoutExpired:
        return {"error": f"took longer than {_LIMIT_S} s"}
    cells = arguments.rows * _STEPS
    apart = {
        f"{name.removesuffix('_cpu_s')}_cpu_ms_per_cell": round(used_s * 1000 / cells, 4)
        for name, used_s in whole.told.items()
    }
    return apart | {
        "cpu_ms_per_cell": round((whole.cpu_s - start.cpu_s) * 1000 / (cells - _STEPS), 4),
        "start_cpu_s": round(start.cpu_s, 2),
        "wall_s": round(whole.wall_s, 1),
        "calls": whole.calls,
        "cells": cells,
    }


def _run(name: str, python: str, server: ScriptedServer, rows: int) -> Spent:
    """Run a peer's script in an empty folder; count the CPU of every process that it left too."""
    before = server.stats().calls
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory() as folder:
        began, clock = _children_cpu_s(), time.perf_counter()
        environment = os.environ | {_MARK: mark, "HOME": folder}
        script = str(_SCRIPTS / f"{name}_peer.py")
        try:
            done = subprocess.run(
                [python, script, server.base_url, str(rows), folder],
                check=True,
                env=environment,
                capture_output=True,
                timeout=_LIMIT_S,
            )
            wall_s = time.perf_counter() - clock
            cpu_s = _children_cpu_s() - began + _left_cpu_s(mark)
        finally:
            _end(mark)
    last = done.stdout.decode(errors="replace").strip().rpartition("\n")[2]
    told = json.loads(last) if last.startswith("{") else {}
    return Spent(cpu_s, wall_s, server.stats().calls - before, told)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _marked(mark: str) -> list[int]:
    """Processes that bear the mark in their environment: daemons that the script left behind."""
    wanted = f"{_MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if wanted in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # gone, or somebody else's
            continue
    return found


def _left_cpu_s(mark: str) -> float:
    """CPU of marked processes, of what they started, and of their children that have ended
    (proc(5): fields 4 and 14 to 17)."""
    told: dict[int, tuple[int, int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            told[int(entry.name)] = int(fields[1]), sum(int(field) for field in fields[11:15])
    counted = set(_marked(mark))
    while more := {pid for pid, (parent, _) in told.items() if parent in counted} - counted:
        counted |= more
    return sum(told[pid][1] for pid in counted if pid in told) / _TICKS


def _end(mark: str) -> None:
    """Stop what a peer left running."""
    for pid in _marked(mark):
        subprocess.run(["kill", str(pid)], check=False, stderr=subprocess.DEVNULL)
    time.sleep(_SETTLE_S)
    for pid in _marked(mark):
        subprocess.run(["kill", "-9", str(pid)], check=False, stderr=subprocess.DEVNULL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--only", default="", help=f"some of {','.join(PEERS)}")
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS)
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
