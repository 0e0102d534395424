"""A step that is being written while its studio is killed and another comes at the same port."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession
from playwright.async_api import Browser, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.serve.run import free_port
from casework.types.values import Json
from tests.serve.test_killed import _studio as studio_process
from tests.serve.test_killed import folder as folder

SLOW_MS = 60_000
"""So long a model thinks that a draft is surely at work when its studio is killed."""
LONG_MS = 60_000
NO_SERVER = "Failed to load resource: net::ERR_"


def _curt() -> Json:
    claims: Json = [{"text": "It has a number.", "cells": ["invoice-number"]}]
    return [
        {
            "match": "",
            "answer": {"status": "answered", "value": "curt", "claims": claims, "note": ""},
        }
    ]


async def _answers(url: str) -> None:
    """Return once the studio there answers: it says where it is a moment before it listens."""
    async with asyncio.timeout(LONG_MS / 1000), ClientSession() as http:
        while True:
            with suppress(ClientConnectionError):
                async with http.get(f"{url}/healthz"):
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("typed_meanwhile", ["", " Mind the tone."], ids=["still", "typing"])
async def test_what_is_typed_outlives_a_kill_and_its_draft_goes_on(
    folder: Path, browser: Browser, server: ScriptedServer, typed_meanwhile: str
) -> None:
    async with await Workspace.open(folder) as workspace:
        sheet = await workspace.worksheet("invoices")
        server.play(rules=_curt())
        await sheet.run()
        path = sheet.procedure_path
    before = path.read_text("utf-8")
    complaints: list[str] = []
    context = await browser.new_context(locale="en-GB")
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    page, port = await context.new_page(), free_port()
    area, sample = page.locator("#step-instruction"), page.locator("#step-sample")
    typed = "Say how {Invoice number} sounds. Be brief."
    async with studio_process(folder, port) as (process, link):
        at = link.partition("/enter/")[0]
        await _answers(at)
        await page.goto(link)
        await page.goto(f"{at}/w/invoices?step=tone")
        await page.wait_for_selector("#step-told [data-look]", timeout=LONG_MS)
        server.play(rules=_curt(), latency_ms=SLOW_MS)
        await area.press("End")
        await area.press_sequentially(" Be brief.")
        await page.wait_for_selector("[data-draft][data-done=no]", timeout=LONG_MS)
        assert await area.input_value() == typed
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await expect(page.locator(".toast").first).to_contain_text(
            "does not answer", timeout=LONG_MS
        )
        await area.press("End")
        await area.press_sequentially(typed_meanwhile)
    assert await area.input_value() == typed + typed_meanwhile
    assert path.read_text("utf-8") == before
    server.play(rules=_curt())
    async with studio_process(folder, port):
        # Nobody touches the page: it finds the studio again by itself.
        await page.wait_for_selector("[data-draft][data-done=yes]", timeout=LONG_MS)
        await expect(sample.locator("tbody tr")).to_have_count(5)
        await expect(sample).to_contain_text("curt")
        assert await area.input_value() == typed + typed_meanwhile
        assert await area.evaluate("one => one === document.activeElement")
        assert path.read_text("utf-8") == before
        await page.locator("[data-act=save]").press("Enter")
        await expect(page.locator(".toast", has_text="Saved").first).to_be_visible(timeout=LONG_MS)
        assert path.read_text("utf-8") == before.replace(
            "Say how {Invoice number} sounds.", typed + typed_meanwhile
        )
        await context.close()
    assert [said for said in complaints if not said.startswith(NO_SERVER)] == []
