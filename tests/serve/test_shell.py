"""Every page opens, in light and dark, and says what went wrong where something did."""

from __future__ import annotations

from playwright.async_api import Browser, Page

from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio

PAGES = ("/", "/w/invoices", "/w/invoices/review", "/w/invoices/procedure", "/w/invoices/runs",
         "/settings")  # fmt: skip


async def test_every_page_opens_without_a_complaint(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    for path in PAGES:
        answer = await page.goto(studio.url + path)
        assert answer is not None
        assert answer.status == 200, path
        await page.wait_for_selector("main h1, main h2, .bar h1")


async def test_a_page_that_is_not_there_says_so(studio: RunningStudio, browser: Browser) -> None:
    page = await browser.new_page()
    await studio.enter(page)
    answer = await page.goto(f"{studio.url}/w/nothing")
    assert answer is not None
    assert answer.status == 404
    assert "no worksheet" in (await page.inner_text("main")).lower()
