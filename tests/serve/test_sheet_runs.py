"""A run that takes its time: seen at work, stopped from the page, refused a second time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice, use_model
from tests.serve.conftest import RunningStudio

_SLOW_MS = 60_000
PROCEDURE = """# Letters

## Invoice number

## Words
- by: model
Say in a few words what {Invoice number} may be.
"""


@pytest.fixture
async def workspace(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Workspace]:
    """A workspace whose model answers after a minute."""
    use_model(own_configuration, server)
    with (own_configuration / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('[extract]\nwith = "embedded"\n')
    server.play(latency_ms=_SLOW_MS)
    async with await Workspace.create(tmp_path / "workspace") as made:
        yield made
    server.play()


@pytest.fixture
async def letters(studio: RunningStudio, tmp_path: Path) -> Worksheet:
    path = tmp_path / "letters.md"
    path.write_text(PROCEDURE, "utf-8")
    sheet = await studio.workspace.new_worksheet("letters", path)
    for number in ("A-1", "A-2"):
        paper = tmp_path / f"{number}.txt"
        paper.write_text(invoice(number), "utf-8")
        await sheet.add(paper)
    return sheet


async def test_a_run_is_seen_at_work_and_stopped_by_anybody_who_may(
    studio: RunningStudio, letters: Worksheet, page: Page, viewing: BrowserContext
) -> None:
    await page.goto(f"{studio.url}/w/letters")
    await page.wait_for_selector("html[data-ready=sheet]")
    await page.keyboard.press("r")
    await page.locator("[data-go=run]").click()
    strip = page.locator("#run")
    await expect(strip.get_by_role("button", name="Stop")).to_be_visible()
    await expect(strip).to_contain_text("2 of 4 cells")
    words = page.locator('[data-row="0"] [data-column="2"]')
    await expect(words.locator("svg.busy")).to_be_visible(timeout=15_000)
    async with studio.client() as http:
        told = {"cases": [], "steps": [], "all": True, "query": ""}
        async with http.post("/w/letters/run", json=told) as answer:
            assert answer.status == 409
            assert "goes on" in await answer.text()
    other = await viewing.new_page()
    await other.goto(f"{studio.url}/w/letters")
    await other.locator("#run").get_by_role("button", name="Stop").click()
    await expect(strip).to_contain_text("was stopped")
    await expect(page.locator('[data-row="0"] [data-column="1"]')).to_contain_text("A-1")
    assert (await letters.runs())[0].state == "cancelled"


async def test_a_run_of_another_process_shows_who_holds_the_sheet(
    studio: RunningStudio, letters: Worksheet, page: Page
) -> None:
    async with await Workspace.open(studio.workspace.folder) as elsewhere:
        foreign = asyncio.create_task((await elsewhere.worksheet("letters")).run())
        await page.goto(f"{studio.url}/w/letters")
        strip = page.locator("#run")
        await expect(strip).to_contain_text("a run of")
        await expect(strip.get_by_role("button", name="Stop")).to_be_hidden()
        async with studio.client() as http:
            told = {"cases": [], "steps": [], "all": True, "query": ""}
            async with http.post("/w/letters/run", json=told) as answer:
                assert answer.status == 409
        foreign.cancel()
        await asyncio.gather(foreign, return_exceptions=True)
        await expect(strip).to_contain_text("was stopped")
