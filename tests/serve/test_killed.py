"""A studio in a process of its own that is killed while it runs, is decided in and is looked at."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.serve.run import free_port
from casework.types.values import Json
from tests.sdk.conftest import PROCEDURE, invoice, use_model
from tests.serve.walk import WORDS

CASES = 8
TONE = 7
"""The column that the model fills."""
READY = "html[data-ready=sheet]"
SLOW_MS = 1_000
SOON_MS = 60_000
KIND: Json = [
    {
        "match": "",
        "answer": {
            "status": "answered",
            "value": "kind",
            "claims": [{"text": "It has a number.", "cells": ["invoice-number"]}],
            "note": "",
        },
    }
]


@pytest.fixture
async def folder(tmp_path: Path, own_configuration: Path, server: ScriptedServer) -> Path:
    """A workspace of eight invoices that nobody has run, worked through one after the other."""
    use_model(own_configuration, server)
    with (own_configuration / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('[extract]\nwith = "embedded"\n[run]\ncases = 1\n')
    server.play(rules=KIND, latency_ms=SLOW_MS)
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        path = tmp_path / "invoice.md"
        path.write_text(PROCEDURE + WORDS, "utf-8")
        sheet = await workspace.new_worksheet("invoices", path)
        for number in range(1, CASES + 1):
            paper = tmp_path / f"A-{number}.txt"
            paper.write_text(invoice(f"A-{number}"), "utf-8")
            await sheet.add(paper)
        return workspace.folder


@asynccontextmanager
async def _studio(folder: Path, port: int) -> AsyncIterator[tuple[Process, str]]:
    """A studio as the command starts it, and the link that lets one in."""
    told = ("--workspace", str(folder), "--port", str(port), "--no-open", "--json")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "casework.serve", *told, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), SOON_MS / 1000)
        yield process, json.loads(line)["link"]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _shown(folder: Path) -> dict[str, dict[str, str]]:
    """What stands, by case and step."""
    async with await Workspace.open(folder) as workspace:
        table = await (await workspace.worksheet("invoices")).table()
        return {
            row.cells[0].case_name: {one.step_id: one.shown for one in row.cells}
            for row in table.rows
        }


async def test_a_kill_in_the_middle_of_a_run_loses_nothing_and_pays_nothing_twice(
    folder: Path, browser: Browser, server: ScriptedServer
) -> None:
    port = free_port()
    page = await (await browser.new_context(locale="en-GB")).new_page()
    tone = page.locator(f'[data-row="1"] [data-column="{TONE}"]')
    async with AsyncExitStack() as stack:
        process, link = await stack.enter_async_context(_studio(folder, port))
        at = link.partition("/enter/")[0]
        await page.goto(link)
        await page.goto(f"{at}/w/invoices")
        await page.wait_for_selector(READY)
        await page.locator("[data-plan]").click()
        await page.locator("[data-go=run]").click()
        other = await page.context.new_page()
        await expect(page.locator(f'[data-row="0"] [data-column="{TONE}"]')).to_contain_text(
            "kind", timeout=SOON_MS
        )
        await page.locator('[data-row="0"] [role=rowheader] a').click()
        await page.wait_for_selector(".field.on")
        case = page.url.partition("#")[0]
        await other.goto(f"{case}#f-net")
        await other.wait_for_selector("[data-field=net].on")
        await other.keyboard.press("Enter")
        await other.wait_for_selector("[data-field=net][data-verdict=accepted]")
        await page.goto(f"{at}/w/invoices")
        await expect(tone).to_contain_text("kind", timeout=SOON_MS)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    before = await _shown(folder)
    left = sum(cells["tone"] != "kind" for cells in before.values())
    assert 0 < left < CASES
    server.play(rules=KIND)
    async with _studio(folder, port) as (_, link):
        await expect(page.locator("#run")).not_to_contain_text("Stop", timeout=SOON_MS)
        await page.reload()
        await page.wait_for_selector(READY)
        assert page.url == f"{at}/w/invoices"
        await expect(tone).to_contain_text("kind")
        await page.locator("[data-plan]").click()
        await page.locator("[data-go=run]").click()
        last = page.locator(f'[data-row="{CASES - 1}"] [data-column="{TONE}"]')
        await expect(last).to_contain_text("kind", timeout=SOON_MS)
        await expect(page.locator("#run")).to_contain_text("finished", timeout=SOON_MS)
        await other.reload()
        await other.wait_for_selector("[data-field=net][data-verdict=accepted]")
    assert server.stats().calls == left
    after = await _shown(folder)
    assert {cells["tone"] for cells in after.values()} == {"kind"}
    for case, cells in before.items():
        kept = {step: shown for step, shown in cells.items() if step in ("invoice-number", "net")}
        assert cells["tone"] != "kind" or kept.items() <= after[case].items()
