"""A sheet that stays open while its server goes and another one comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, expect

from casework.sdk.workspace import Workspace
from casework.serve.house import Options
from casework.serve.run import free_port, server_of
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

_GOES_WITHIN_S = 8
NET = '[data-row="0"] [data-column="2"]'


@asynccontextmanager
async def serving(folder: Path, port: int) -> AsyncIterator[Workspace]:
    """A studio over a workspace as long as it is needed; it lets its viewers go at once."""
    async with await Workspace.open(folder) as workspace:
        running = server_of(workspace, Options(port=port))
        task = asyncio.create_task(running.serve())
        while not running.started:
            await asyncio.sleep(0.01)
        try:
            yield workspace
        finally:
            running.should_exit = True
            async with asyncio.timeout(_GOES_WITHIN_S):
                await task


async def test_a_page_goes_on_when_its_server_was_started_anew(
    tmp_path: Path, procedure: Path, browser: object, workspace: Workspace
) -> None:
    sheet = await workspace.new_worksheet("claims", procedure)
    paper = tmp_path / "A-1.txt"
    paper.write_text(invoice("A-1"), "utf-8")
    await sheet.add(paper)
    port = free_port()
    context: BrowserContext = await browser.new_context(locale="en-GB")  # type: ignore[attr-defined]
    page = await context.new_page()
    async with serving(workspace.folder, port) as first:
        studio = RunningStudio(f"http://127.0.0.1:{port}", first)
        await studio.enter(context)
        await page.goto(f"{studio.url}/w/claims")
        await page.wait_for_selector("html[data-ready=sheet]")
        await expect(page.locator(NET)).to_contain_text("not asked yet")
    await sheet.run()
    await expect(page.locator(NET)).to_contain_text("not asked yet")
    async with serving(workspace.folder, port):
        await expect(page.locator(NET)).to_contain_text("100.00")
        await page.reload()
        await expect(page.locator(NET)).to_contain_text("100.00")
        await context.close()
