"""What the studio takes with many cases: first paint, windows of rows, the queue of the review
desk, memory of the server, and viewers of a worksheet that changes.

The workspaces are made (or used again with `--folder`), the real server runs in a process of its
own, and it is asked over HTTP as a browser asks it.

    python benchmarks/studio.py --cases 100000 --steps 20 --folder /somewhere --json

`first_paint_ms` is the first contentful paint in Chromium, `first_rows_ms` when the first row stood
there (null without a browser). `window_p95_ms` is the server's own time (`Server-Timing`) for 60
rows at random places, of all cases and of filters and orders; `filter_first_ms` is the slowest
first answer to one of them. `queue_p95_ms` is wall time from asking for the next item to having the
picture of its page, which nobody has asked for before. `window_cpu_ms` and `queue_cpu_ms` are the
server's CPU for one of each.
`server_peak_mb` is the most memory that the server had with `--cases`, `server_peak_mb_small` with
a tenth of them. `viewers` are streams of events beside another process that writes: how many news
came, how many are missing, how late they were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from measuring import cpu_s
from studio_cases import make

from casework.base.aio import run as run_async
from casework.base.clock import SystemClock, stamp
from casework.base.ids import uuid7
from casework.sdk.workspace import Workspace
from casework.types.verdict import Verdict

_ROWS = 60
_WINDOWS = 150
_ITEMS = 40
_PAINTS = 3
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SHEET = "/w/invoices"
_QUERIES = (
    "",
    "if=net:value:at least:3000",
    "if=vat:state:is:failed",
    "if=*:state:is:look",
    "sort=due-date&desc=1",
    "q=acme",
)
_TIMING = re.compile(r"dur=([\d.]+)")
_PICTURE = re.compile(r'data-src="([^"]+\.png[^"]*)"')
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
_WRITES, _PAUSE_S = 100, 0.05
_SETTLE_S = 6.0
_TRIES = 200


@dataclass
class Watched:
    """What one viewer was told: by case when, and how often to load all anew."""

    heard: dict[str, float] = field(default_factory=dict)
    reloads: list[float] = field(default_factory=list)
    events: int = 0


def main() -> None:
    arguments = _arguments()
    told = run_async(_measure(arguments))
    if not arguments.json:
        for name, value in told.items():
            print(f"{name:24} {value}")
    print(json.dumps(told))


async def _measure(arguments: argparse.Namespace) -> dict[str, object]:
    with kept_folder(arguments.folder) as folder:
        small = await _ready(folder, max(1, arguments.cases // 10), arguments.steps)
        large = await _ready(folder, arguments.cases, arguments.steps)
        told: dict[str, object] = {"cases": arguments.cases, "steps": arguments.steps}
        told |= {f"{key}_small": value for key, value in (await _asked(small.path, 0)).items()}
        told |= await _asked(large.path, arguments.viewers)
        told["index_cpu_ms_per_case"] = large.index_cpu_ms
        order = ("first_paint_ms", "window_p95_ms", "queue_p95_ms", "server_peak_mb", "viewers")
        return {**{key: told[key] for key in order}, **told}


@dataclass(frozen=True)
class Ready:
    """A workspace whose index of looks is made; what that took, None where it was there."""

    path: Path
    index_cpu_ms: float | None


async def _ready(folder: Path, cases: int, steps: int) -> Ready:
    path = folder / f"studio-{cases}-{steps}"
    if not (path / "ready").is_file():
        shutil.rmtree(path, ignore_errors=True)
        print(f"making {cases:,} cases of {steps} steps …", file=sys.stderr, flush=True)
        await make(path, cases, steps)
        (path / "ready").touch()
    async with await Workspace.open(path) as workspace:
        sheet = (await workspace.worksheet("Invoices")).sheet
        await sheet.heads()  # an index of an older version is begun anew
        if await sheet.told():
            return Ready(path, None)
        print("making its index …", file=sys.stderr, flush=True)
        began = cpu_s()
        while not await sheet.told():
            await sheet.heads()
            await asyncio.sleep(0.2)
        return Ready(path, round((cpu_s() - began) * 1000 / cases, 3))


async def _asked(workspace: Path, viewers: int) -> dict[str, object]:
    """One server over one workspace, asked for everything; no picture of a page was kept before."""
    shutil.rmtree(workspace / "cache", ignore_errors=True)
    async with serving(workspace) as (http, link, pid):
        told: dict[str, object] = {}
        told |= await _windows(http, pid)
        told |= await _queue(http, pid)
        if viewers:
            told["viewers"] = await _viewers(http, workspace, viewers)
            told |= await _paints(link, str(http._base_url))
        told["server_peak_mb"] = _peak_mb(pid)
        print(json.dumps(told), file=sys.stderr, flush=True)
        return told


async def _windows(http: aiohttp.ClientSession, pid: int) -> dict[str, object]:
    began = cpu_of(pid)
    chance, firsts, times = random.Random(7), list[float](), dict[str, list[float]]()
    for query in _QUERIES:
        total, took = await _window(http, query, 0)
        firsts.append(took)
        for _ in range(_WINDOWS // len(_QUERIES)):
            first = chance.randrange(max(1, total - _ROWS))
            times.setdefault(query, []).append((await _window(http, query, first))[1])
    every = [one for some in times.values() for one in some]
    return {
        "window_p95_ms": p95(every),
        "window_cpu_ms": round((cpu_of(pid) - began) * 1000 / (len(every) + len(firsts)), 1),
        "window_median_ms": round(statistics.median(every), 1),
        "window_plain_p95_ms": p95(times[""]),
        "filter_first_ms": round(max(firsts), 1),
    }


async def _window(http: aiohttp.ClientSession, query: str, first: int) -> tuple[int, float]:
    """How many rows fit, and the server's time in ms."""
    async with http.get(f"{_SHEET}/window?{query}&first={first}&count={_ROWS}") as reply:
        told = await reply.json()
        timing = _TIMING.search(reply.headers["Server-Timing"])
        assert reply.status == 200, told
        assert timing, told
        return int(told["total"]), float(timing[1])


async def _queue(http: aiohttp.ClientSession, pid: int) -> dict[str, object]:
    """Items one after the other, each put back, with the picture of its first page."""
    times: list[float] = []
    used: list[float] = []
    seen: list[dict[str, str]] = []
    for _ in range(_ITEMS + 1):
        began = time.perf_counter()
        async with http.post(f"{_SHEET}/review/next", json={"cells": seen[-50:]}) as reply:
            assert reply.status == 200, await reply.text()
            card = (await reply.json())["card"]
        picture = _PICTURE.search(card)
        if picture:
            async with http.get(picture[1].replace("&amp;", "&")) as reply:
                assert reply.status == 200, reply.status
                await reply.read()
        times.append((time.perf_counter() - began) * 1000)
        used.append(cpu_of(pid))
        place = re.search(r'data-case="([^"]+)"[^>]*data-path="([^"]+)"', card)
        if place is None:
            break
        seen.append({"case": place[1], "path": place[2]})
    return {
        "queue_p95_ms": p95(times[1:]) if len(times) > 1 else None,
        "queue_cpu_ms": round((used[-1] - used[0]) * 1000 / max(1, len(used) - 1), 1),
        "queue_first_ms": round(times[0], 1),
        "queue_items": len(times) - 1,
    }


async def _viewers(http: aiohttp.ClientSession, workspace: Path, count: int) -> dict[str, object]:
    """So many streams, while another process decides on one cell after the other."""
    watched = [Watched() for _ in range(count)]
    tasks = [asyncio.create_task(_watch(http, one)) for one in watched]
    await asyncio.sleep(1.0)
    written = await asyncio.to_thread(_written_beside, workspace)
    await asyncio.sleep(_SETTLE_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    lags, missing = list[float](), 0
    for one in watched:
        for case_id, at in written.items():
            later = [t for t in (one.heard.get(case_id), *one.reloads) if t and t >= at]
            missing += not later
            lags += [min(later) - at] if later else []
    return {
        "count": count,
        "changes": len(written),
        "events": sum(one.events for one in watched),
        "missed": missing,
        "lag_p95_ms": p95([1000 * lag for lag in lags]) if lags else None,
    }


async def _watch(http: aiohttp.ClientSession, watched: Watched) -> None:
    async with http.get(f"{_SHEET}/live", timeout=aiohttp.ClientTimeout(total=None)) as reply:
        kind = ""
        async for raw in reply.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: ") and kind == "change":
                told, now = json.loads(line.removeprefix("data: ")), time.time()
                watched.events += 1
                for case_id in told["cases"]:
                    watched.heard[case_id] = now
                if told["reload"]:
                    watched.reloads.append(now)


def _written_beside(workspace: Path) -> dict[str, float]:
    """Decisions by another process: when each was committed, by case."""
    command = [sys.executable, __file__, "--write", str(workspace)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    told: dict[str, float] = json.loads(done.stdout)
    return told


async def _write(path: Path) -> None:
    async with await Workspace.open(path) as workspace:
        sheet = await workspace.worksheet("Invoices")
        ids = await sheet.sheet.ids()
        written: dict[str, float] = {}
        for case_id in random.Random(11).sample(ids, min(_WRITES, len(ids))):
            at = stamp(SystemClock().now())
            told = Verdict(uuid7(), case_id, "order-number", "accepted", "X", "", "", "Ada", at)
            await workspace._house.store.verdicts.add(told)
            written[case_id] = time.time()
            await asyncio.sleep(_PAUSE_S)
        print(json.dumps(written))


async def _paints(link: str, url: str) -> dict[str, object]:
    """The page in a real browser, each time in a fresh one of its windows that is signed in."""
    path = browser_path()
    if not path:
        print("no Chromium: first paint is not measured", file=sys.stderr)
        return {"first_paint_ms": None, "first_rows_ms": None}
    from playwright.async_api import async_playwright

    paints, rows = list[float](), list[float]()
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        inside = await browser.new_context()
        page = await inside.new_page()
        await page.goto(link)
        kept = await inside.storage_state()
        for _ in range(_PAINTS):
            fresh = await browser.new_context(
                storage_state=kept, viewport={"width": 1440, "height": 900}
            )
            page = await fresh.new_page()
            began = time.perf_counter()
            await page.goto(f"{url.rstrip('/')}{_SHEET}", wait_until="commit")
            await page.get_by_text("INV-000000").first.wait_for()
            rows.append((time.perf_counter() - began) * 1000)
            told = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            paints.append(float(await page.evaluate(told)))
            await fresh.close()
        await browser.close()
    return {
        "first_paint_ms": round(statistics.median(paints), 1),
        "first_rows_ms": round(statistics.median(rows), 1),
    }


def browser_path() -> str:
    """The Chromium of this machine; '' for none."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), "")


@asynccontextmanager
async def serving(workspace: Path) -> AsyncIterator[tuple[aiohttp.ClientSession, str, int]]:
    """A running server, somebody who is signed in, another link to come in by, and its process."""
    command = [sys.executable, "-m", "casework.serve", "--workspace", str(workspace), "--json"]
    process = subprocess.Popen([*command, "--no-open"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = json.loads(await asyncio.to_thread(process.stdout.readline))
        jar = aiohttp.CookieJar(unsafe=True)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(told["url"], cookie_jar=jar, connector=connector) as http:
            await _listening(http)
            async with http.get(told["link"]) as reply:
                assert reply.status == 200, reply.status
            async with http.get(_SHEET) as reply:
                page = await reply.text()
            word = _CSRF.search(page)
            assert word, page[:500]
            http.headers["X-CSRF-Token"] = word[1]
            yield http, await _another_link(workspace, told["url"]), process.pid
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()


async def _listening(http: aiohttp.ClientSession) -> None:
    """Wait until it answers."""
    for _ in range(_TRIES):
        with suppress(aiohttp.ClientConnectorError):
            async with http.get("/healthz"):
                return
        await asyncio.sleep(0.1)


async def _another_link(workspace: Path, url: str) -> str:
    """A link lets somebody in once; the browser takes one of its own."""
    async with await Workspace.open(workspace) as opened:
        return f"{url}/enter/{(await opened.entering.link()).token}"


def cpu_of(pid: int) -> float:
    """CPU seconds (user + system) of a process so far (Linux)."""
    told = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    """The most memory that a process has had (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return round(sorted(times)[max(0, round(0.95 * len(times)) - 1)], 1)


@contextmanager
def kept_folder(named: Path | None) -> Iterator[Path]:
    """The folder that was named, or one that goes afterwards."""
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--folder", type=Path, help="where workspaces are kept for the next time")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        run_async(_write(Path(sys.argv[2])))
    else:
        main()
