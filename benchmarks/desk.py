"""How many cells one person could decide in a minute at the review desk, by keyboard alone, if they
needed no time to think: what the page, the server and the pictures of pages take.

A worksheet is made (or used again with `--folder`), the real server runs in a process of its own,
and a Chromium is driven by keys: Enter where the machine's value can be accepted, N (not in the
document) where it cannot. A key is pressed once the item is before the person, and with it the
picture of its page.

    python benchmarks/desk.py --cases 200 --decisions 60 --json

`per_minute` counts decisions that were kept (`refused` were settled by an earlier one in their
case, and passed over); `median_ms` and `p95_ms` are from a key to the next item with its
picture; `kept` are the answers that the server has kept when the last one was given,
`kept_in_the_end` those once it has caught up (`catch_up_ms`). `server_cpu_ms` is its CPU for a
decision, with the next item, the queue, and the pictures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright
from studio import browser_path, cpu_of, kept_folder, p95, serving
from studio_cases import make

from casework.base.aio import run as run_async

_PAGE = "/w/invoices/review"
_STEPS = 20
_PASS = "j"
"""The key that passes over what cannot be kept: an earlier answer in its case settled it."""
_TRIES = 40
_CAUGHT_UP_S = 0.05
_PLACE = (
    "const card = document.querySelector('#desk-here .card');"
    " const place = card ? card.dataset.case + card.dataset.path : '';"
)
_READY = (
    f"(before) => {{ {_PLACE} if (!place) return null;"
    " if (card.querySelector('[data-outcome] .problem-line')) return [place, 'j'];"
    " if (place === before) return null;"
    " const leaf = card.querySelector('.rv-leaf:not([hidden]) img');"
    " const drawn = !card.querySelector('[data-leaf]') || (leaf && leaf.complete"
    " && leaf.naturalWidth > 0);"
    " return drawn ? [place, card.querySelector('[data-choice][data-accepts]') ? 'Enter' : 'n']"
    " : null; }"
)


def main() -> None:
    arguments = _arguments()
    with kept_folder(arguments.folder) as folder:
        told = run_async(_measure(folder, arguments.cases, arguments.decisions))
    if not arguments.json:
        for name, value in told.items():
            print(f"{name:16} {value}")
    print(json.dumps(told))


async def _measure(folder: Path, cases: int, decisions: int) -> dict[str, object]:
    path = folder / f"desk-{cases}"
    if not path.exists():
        await make(path, cases, _STEPS)
    async with serving(path) as (http, link, pid), async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=browser_path() or None, args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(link)
        began = time.perf_counter()
        await page.goto(f"{str(http._base_url).rstrip('/')}{_PAGE}")
        place, key = await _item(page, "")
        opened_ms = (time.perf_counter() - began) * 1000
        before, cpu_before = await _kept(page), cpu_of(pid)
        times: list[float] = []
        refused = 0
        while len(times) < decisions:
            pressed = time.perf_counter()
            refused += key == _PASS
            await page.keyboard.press(key)
            place, key = await _item(page, place)
            times.append(time.perf_counter() - pressed)
        kept = await _kept(page) - before
        ended = time.perf_counter()
        for _ in range(_TRIES):
            if await _kept(page) - before >= decisions - 2 * refused:
                break
            await asyncio.sleep(_CAUGHT_UP_S)
        caught_up_s = time.perf_counter() - ended
        every = await _kept(page) - before
        await browser.close()
        return {
            "cases": cases,
            "decisions": decisions,
            "per_minute": round(60 * every / (sum(times) + caught_up_s)),
            "median_ms": round(statistics.median(times) * 1000, 1),
            "p95_ms": p95([1000 * one for one in times]),
            "opened_ms": round(opened_ms, 1),
            "kept": kept,
            "kept_in_the_end": every,
            "refused": refused,
            "catch_up_ms": round(caught_up_s * 1000, 1),
            "server_cpu_ms": round((cpu_of(pid) - cpu_before) * 1000 / decisions, 1),
            "load": round(os.getloadavg()[0], 1),
        }


async def _item(page: Page, before: str) -> tuple[str, str]:
    """The place of the item in focus and the key that decides on it, once it is another one and
    its page can be seen."""
    found = await page.wait_for_function(_READY, arg=before, polling="raf")
    place, key = await found.json_value()
    return place, key


async def _kept(page: Page) -> int:
    """How many decisions of today the page says that the server has kept."""
    words = await page.locator("#desk-today").inner_text()
    return next((int(one) for one in words.replace(",", "").split() if one.isdecimal()), 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--decisions", type=int, default=60, help="keys that are pressed")
    parser.add_argument("--folder", type=Path, help="where the workspace is kept for the next time")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
