"""Home: what waits, which worksheet is slow, held up or costing, what left the machine."""

from __future__ import annotations

from playwright.async_api import Page

from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio


async def test_home_tells_what_stands_and_what_waits(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await page.goto(studio.url)
    await page.wait_for_selector(".sheets .split i")
    row = await page.locator(".sheets tbody tr").inner_text()
    assert "4 cases" in row
    assert "settled and proved" in row
    assert "no model" in row
    await page.wait_for_selector("#mine:has-text('for me')")
    assert await page.locator("#border ~ .list, #border").count()
    assert "nothing" in await page.inner_text("#side")
    await page.click("#side .list a >> nth=0")
    await page.wait_for_url("**/w/invoices/review**")


async def test_home_is_fresh_without_a_reload(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await page.goto(studio.url)
    await page.wait_for_selector(".sheets .split i")
    assert await page.locator(".split i.p").count() == 0
    table = await invoices.table()
    await invoices.accept(table.rows[0].case.id, table.rows[0].cells[0].step_id)
    await page.locator(".split i.p").wait_for(state="attached", timeout=10_000)


async def test_an_empty_workspace_says_what_to_do(studio: RunningStudio, page: Page) -> None:
    await page.goto(studio.url)
    assert "no worksheet yet" in await page.inner_text("main")
    await page.wait_for_selector("#side:has-text('Nothing waits for me')")
    await page.set_viewport_size({"width": 320, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_turnaround_is_counted_from_arrival_to_decision(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    figures = await studio.workspace.overview.figures("invoices")
    assert sum(figures.tones.values()) == 24
    low, high = figures.turnaround
    assert (low is None) == (high is None)
    if low is not None and high is not None:
        assert low <= high
    [line] = await studio.workspace.overview.lines()
    assert (line.view.cases, line.steps, line.held_up) == (4, 6, 0)
    [run] = await studio.workspace.overview.runs()
    assert (run.slug, run.number, run.run.state) == ("invoices", 1, "finished")
    assert await studio.workspace.overview.departures() == []
