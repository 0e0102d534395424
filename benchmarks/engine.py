"""What the engine costs: CPU per model cell, re-runs, edits and late rows, beside a floor by hand.

A chain of steps over a text of 1.2 kB a case. The scripted server runs in a process of its own and
is not counted. The floor is aiohttp and sqlite3 written by hand for the same work: the same calls,
one quote looked up, every cell durable by group commit, and nothing else.

    python benchmarks/engine.py --rows 1000 --steps 3 --latency-ms 50 --concurrency 64 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measuring import configure, cpu_s, peak_mb, timed

from casework.base.aio import run as run_async
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace

_WORDS = (
    "the parties agree that deliveries made under this order are invoiced monthly in arrears and "
    "paid within thirty days of receipt unless the goods were refused in writing before that date "
)
_TEXT_LENGTH = 1200
_FLOOR_BATCH = 1000


@dataclass(frozen=True)
class Work:
    """How much work there is, and where it goes."""

    rows: int
    steps: int
    concurrency: int
    latency_ms: float
    folder: Path
    base_url: str


def main() -> None:
    arguments = _arguments()
    with (
        tempfile.TemporaryDirectory() as folder,
        ScriptedServer(latency_ms=arguments.latency_ms) as server,
    ):
        work = Work(
            arguments.rows,
            arguments.steps,
            arguments.concurrency,
            arguments.latency_ms,
            Path(folder),
            server.base_url,
        )
        configure(work.folder, work.base_url, work.concurrency)
        told = run_async(_measure(work, server))
        told |= _measure_floor(work, server)
        told["startup_cpu_s"] = _one_row_in_a_fresh_process(work)
        told["help_cpu_s"] = _cpu_of([sys.executable, "-m", "casework.cli.main", "--help"])
    told["ratio_to_floor"] = round(told["cpu_ms_per_cell"] / told["floor_cpu_ms_per_cell"], 2)
    if not arguments.json:
        for name, value in told.items():
            print(f"{name:24} {value}")
    print(json.dumps(told))


async def _measure(work: Work, server: ScriptedServer) -> dict[str, float]:
    """Cold run, run again, edit of step 2, ten late rows."""
    cells = work.rows * work.steps
    told: dict[str, float] = {}
    async with await _workspace(work, work.rows) as workspace:
        sheet = await workspace.worksheet("bench")
        server.play(latency_ms=work.latency_ms)
        used_s, wall_s = await timed(sheet.run())
        told["cpu_ms_per_cell"] = round(used_s * 1000 / cells, 4)
        told["server_calls_per_s"] = round(server.stats().calls / wall_s, 1)
        assert server.stats().calls == cells, server.stats()
        calls = server.stats().calls
        told["rerun_cpu_s"], _ = await timed(sheet.run())
        told["rerun_calls"] = server.stats().calls - calls
        calls = server.stats().calls
        path = sheet.procedure_path
        path.write_text(path.read_text("utf-8").replace("Instruction 2.", "Instruction 2b."))
        plan = await sheet.plan()
        told["edit_planned"] = plan.count(certain=True)
        told["edit_perhaps"] = plan.count(certain=False)
        told["edit_cells"] = sum((await sheet.run()).counts.values())
        told["edit_calls"] = server.stats().calls - calls
        calls = server.stats().calls
        await sheet.add(_documents(work.folder / "late", work.rows, 10))
        await sheet.run()
        told["add10_calls"] = server.stats().calls - calls
    told["peak_mb"] = peak_mb()
    return told


async def _workspace(work: Work, rows: int, name: str = "workspace") -> Workspace:
    folder = work.folder / name
    workspace = await Workspace.create(folder)
    procedure = work.folder / "bench.md"
    procedure.write_text(_procedure(work.steps), "utf-8")
    sheet = await workspace.new_worksheet("bench", procedure)
    await sheet.add(_documents(work.folder / f"{name}-documents", 0, rows), cases="file")
    return workspace


def _procedure(steps: int) -> str:
    """A chain: each step reads the document and the step before it."""
    lines = ["# Bench"]
    for number in range(1, steps + 1):
        lines += ["", f"## Step {number}", "- by: document", ""]
        before = f" It follows {{Step {number - 1}}}." if number > 1 else ""
        lines.append(f"Instruction {number}. Which sentence says when to pay?{before}")
    return "\n".join(lines) + "\n"


def _documents(folder: Path, first: int, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(first, first + count):
        (folder / f"order-{number:06}.txt").write_text(_text(number), "utf-8")
    return folder


def _text(number: int) -> str:
    lines = [f"Order {number}, clause {line}: {_WORDS}" for line in range(9)]
    return "\n".join(lines)[:_TEXT_LENGTH]


def _one_row_in_a_fresh_process(work: Work) -> float:
    async def prepare() -> None:
        await (await _workspace(work, 1, "one")).close()

    run_async(prepare())
    code = (
        "import sys\n"
        "from casework.base.aio import run\n"
        "from casework.sdk.workspace import Workspace\n"
        "async def main():\n"
        "    async with await Workspace.open(sys.argv[1]) as workspace:\n"
        "        sheet = await workspace.worksheet('bench')\n"
        "        record = await sheet.run()\n"
        "        assert record.counts == {'value': int(sys.argv[2])}, record\n"
        "run(main())\n"
    )
    return _cpu_of([sys.executable, "-c", code, str(work.folder / "one"), str(work.steps)])


def _cpu_of(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    return round(user + after.ru_stime - before.ru_stime, 3)


def _measure_floor(work: Work, server: ScriptedServer) -> dict[str, float]:
    """The same calls by hand: aiohttp, json, str.find, sqlite3 with group commit."""
    server.play(latency_ms=work.latency_ms)
    began = cpu_s()
    run_async(_floor(work))
    used_s = cpu_s() - began
    assert server.stats().calls == work.rows * work.steps
    return {"floor_cpu_ms_per_cell": round(used_s * 1000 / (work.rows * work.steps), 4)}


async def _floor(work: Work) -> None:
    import aiohttp

    database = sqlite3.connect(work.folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE cell (row INTEGER, step INTEGER, value TEXT, start INTEGER)")
    queue: asyncio.Queue[tuple[tuple[object, ...], asyncio.Future[None]]] = asyncio.Queue()
    slots = asyncio.Semaphore(work.concurrency)
    connector = aiohttp.TCPConnector(limit=work.concurrency)

    async def write() -> None:
        while True:
            batch = [await queue.get()]
            while not queue.empty() and len(batch) < _FLOOR_BATCH:
                batch.append(queue.get_nowait())
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO cell VALUES (?, ?, ?, ?)", [b[0] for b in batch])
            database.execute("COMMIT")
            for _, done in batch:
                done.set_result(None)

    async def one_row(session: aiohttp.ClientSession, row: int) -> None:
        text, value = _text(row), ""
        for step in range(work.steps):
            body = json.dumps(_floor_body(text, step, value))
            async with slots:
                async with session.post(f"{work.base_url}/chat/completions", data=body) as reply:
                    answer = json.loads((await reply.json())["choices"][0]["message"]["content"])
                value = str(answer["value"])
                start = text.find(str(answer["quotes"][0]["quote"]))
                done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                queue.put_nowait(((row, step, value, start), done))
                await done

    writer = asyncio.create_task(write())
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(one_row(session, row) for row in range(work.rows)))
    writer.cancel()
    database.close()


def _floor_body(text: str, step: int, value: str) -> dict[str, object]:
    quote = {"type": "object", "properties": {"quote": {"type": "string"}}, "required": ["quote"]}
    schema = {
        "type": "object",
        "properties": {"value": {"type": "string"}, "quotes": {"type": "array", "items": quote}},
        "required": ["value", "quotes"],
    }
    content = f'<document id="d1">{text}</document>\nStep {step}: when to pay? {value}'
    return {
        "model": "scripted",
        "messages": [{"role": "user", "content": content}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema},
        },
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
