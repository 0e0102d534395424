"""Home: what waits, which worksheet is slow, held up or costing, what left the machine."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from casework.sdk.worksheet import Worksheet
from tests.sdk.conftest import invoice
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
    await page.locator(".split i.p").wait_for(state="attached", timeout=30_000)


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


async def test_what_waits_in_several_worksheets_leads_to_the_page_that_has_all_of_it(
    studio: RunningStudio, invoices: Worksheet, procedure: Path, tmp_path: Path, page: Page
) -> None:
    other = await studio.workspace.new_worksheet("others", procedure)
    paper = tmp_path / "B-1.txt"
    paper.write_text(invoice("B-1", total="120.00"), "utf-8")
    await other.add(paper)
    await other.run()
    count = await invoices.desk.count() + await other.desk.count()
    await page.goto(studio.url)
    await expect(page.locator("#mine")).to_have_text(f"{count} wait for me")
    await expect(page.locator("[data-waits-anywhere]")).to_have_text(str(count))
    ways = await page.locator("#side section[aria-labelledby=mine] .list a").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    assert set(ways) <= {"/review", "/w/invoices/review", "/w/others/review"}
    assert "/review" in ways
    await page.click("text=Start review")
    await page.wait_for_url("**/review")
    await expect(page.locator("nav [aria-current]")).to_contain_text("Review")
    await expect(page.locator("[data-waits-anywhere]")).to_have_text(str(count))


async def test_cases_of_all_worksheets_are_found_where_no_worksheet_is_open(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    for path in ("/", "/runs", "/settings/people"):
        await page.goto(f"{studio.url}{path}")
        await expect(page.locator(".top nav")).to_contain_text("Review")
        await page.wait_for_function("document.readyState === 'complete'")
        await page.keyboard.press("/")
        await page.keyboard.type("A-2")
        first = page.locator("[role=option]").first
        await expect(first).to_contain_text("A-2")
        await expect(first).to_contain_text("in invoices")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/w/invoices/cases/**")
