"""The sheet in a real browser: the grid, its keys, filters in the address, runs, files."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from casework.sdk.worksheet import Worksheet
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

READY = "html[data-ready=sheet]"
Opened = Callable[[str], Awaitable[Page]]


@pytest.fixture
async def many(studio: RunningStudio, procedure: Path) -> Worksheet:
    """A worksheet of 300 cases that nobody has run."""
    sheet = await studio.workspace.new_worksheet("many", procedure)
    for number in range(1, 301):
        await sheet._house.store.cases.add(sheet.id, f"K-{number}", f"Case {number:03d}")
    return sheet


@pytest.fixture
def opened(studio: RunningStudio, page: Page) -> Opened:
    async def at(path: str) -> Page:
        await page.goto(studio.url + path)
        await page.wait_for_selector(READY)
        return page

    return at


def cell(page: Page, row: int, column: int) -> object:
    return page.locator(f'[data-row="{row}"] [data-column="{column}"]')


async def focused(page: Page) -> tuple[int, int]:
    """Row and column of the cell that has the focus, as screen readers count them."""
    told = await page.evaluate(
        "() => { const c = document.activeElement; return [Number(c.closest('[role=row]')"
        "?.getAttribute('aria-rowindex')), Number(c.getAttribute('aria-colindex'))] }"
    )
    return told[0], told[1]


async def names(page: Page) -> list[str]:
    return await page.locator(".g-body [role=rowheader] a").all_inner_texts()


async def test_a_long_sheet_draws_only_what_is_in_sight(many: Worksheet, opened: Opened) -> None:
    page = await opened("/w/many")
    grid = page.locator("#grid")
    await expect(grid).to_have_attribute("aria-rowcount", "301")
    assert await page.locator(".g-body [role=row]").count() < 60
    await grid.evaluate("grid => grid.scrollTop = grid.scrollHeight")
    await expect(page.get_by_role("link", name="Case 300")).to_be_visible()
    assert await page.locator(".g-body [role=row]").count() < 60
    await grid.evaluate("grid => grid.scrollTop = 36 * 148")
    await expect(page.get_by_role("link", name="Case 150")).to_be_visible()


async def test_the_grid_is_walked_by_keys_alone(many: Worksheet, opened: Opened) -> None:
    page = await opened("/w/many")
    await page.locator('[data-row="0"] [data-column="1"]').focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    assert await focused(page) == (3, 3)
    await page.keyboard.press("End")
    assert await focused(page) == (3, 7)
    await page.keyboard.press("Control+End")
    assert await focused(page) == (301, 7)
    await expect(page.get_by_role("link", name="Case 300")).to_be_visible()
    await page.keyboard.press("Control+Home")
    assert await focused(page) == (2, 1)
    await page.keyboard.press("ArrowUp")
    assert await focused(page) == (1, 1)
    await page.keyboard.press("PageDown")
    row, _ = await focused(page)
    assert row > 10


async def test_cells_are_selected_by_keys(many: Worksheet, opened: Opened) -> None:
    page = await opened("/w/many")
    await page.locator('[data-row="0"] [data-column="2"]').focus()
    await page.keyboard.press("Space")
    told = page.locator("[data-selected]")
    await expect(told).to_have_text("1 case × Net")
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("Shift+ArrowRight")
    await expect(told).to_have_text("2 cases × 2 steps")
    assert await page.locator('.gc[aria-selected="true"]').count() == 4
    await page.keyboard.press("Control+A")
    await expect(told).to_have_text("300 cases × all steps")
    await page.keyboard.press("Escape")
    await expect(page.locator("#selected")).to_be_hidden()


async def test_enter_opens_the_case_with_what_was_shown(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices?q=A-2")
    await page.locator('[data-row="0"] [data-column="0"]').focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/w/invoices/cases/[0-9a-f-]+\?q=A-2"))


async def test_filter_order_and_hidden_steps_stand_in_the_address(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices")
    await page.keyboard.press("f")
    await page.select_option("[name=step]", "net")
    await page.select_option("[name=field]", "value")
    await page.select_option("[name=relation]", "at least")
    await page.fill("#filter [name=value]", "50")
    await page.keyboard.press("Enter")
    await expect(page.locator(".asked")).to_have_text("Net at least 50")
    await expect(page.locator(".g-body [role=row]")).to_have_count(3)
    await page.locator('[role=columnheader][data-column="2"]').click()
    await page.get_by_role("menuitem", name="Largest or last on top").click()
    await expect(page.locator('[aria-sort="descending"]')).to_contain_text("Net")
    assert (await names(page))[0] == "A-2"
    await page.locator('[role=columnheader][data-column="3"]').click()
    await page.get_by_role("menuitem", name="Hide").click()
    await expect(page.locator("#steps-shown")).to_have_text("5 of 6 steps shown")
    address = page.url
    page = await opened(address.removeprefix(page.url.split("/w/")[0]))
    assert await names(page) == ["A-2", "A-1", "A-3"]
    await page.locator(".asked").click()
    await expect(page.locator(".g-body [role=row]")).to_have_count(4)
    await page.go_back()
    await expect(page.locator(".g-body [role=row]")).to_have_count(3)


async def test_a_view_is_kept_and_counted(invoices: Worksheet, opened: Opened) -> None:
    page = await opened("/w/invoices?q=A-3")
    await page.fill("[data-save-view] [name=name]", "Odd ones")
    await page.keyboard.press("Enter")
    tab = page.locator("#views a", has_text="Odd ones")
    await expect(tab).to_have_attribute("aria-current", "page")
    await expect(tab).to_contain_text("1")
    page = await opened("/w/invoices")
    await tab.click()
    await expect(page.locator(".g-body [role=row]")).to_have_count(1)
    await page.get_by_role("button", name="Delete this view").click()
    await expect(tab).to_have_count(0)


async def test_nothing_that_fits_says_so_and_leads_back(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices?q=nowhere")
    await page.get_by_role("link", name="Show all").click()
    await expect(page.locator(".g-body [role=row]")).to_have_count(4)


async def test_a_run_is_planned_first_and_goes_live_to_a_second_viewer(
    studio: RunningStudio, many: Worksheet, viewing: BrowserContext, opened: Opened, tmp_path: Path
) -> None:
    papers = []
    for number in range(1, 4):
        path = tmp_path / f"Z-{number}.txt"
        path.write_text(invoice(f"Z-{number}"), "utf-8")
        papers.append(path)
    await many.add(*papers)
    page = await opened("/w/many?q=Z-")
    other = await viewing.new_page()
    await other.goto(f"{studio.url}/w/many?q=Z-")
    await other.wait_for_selector(READY)
    await page.locator('[data-row="0"] [data-column="0"]').focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("nothing runs before you say so")
    button = dialog.get_by_role("button", name=re.compile(r"Run 18 cells"))
    await button.click()
    await expect(page.locator("#run")).to_contain_text("The run is finished")
    net = '[data-row="0"] [data-column="2"]'
    await expect(other.locator(net)).to_contain_text("100.00")
    await expect(other.locator("#run")).to_contain_text("The run is finished")
    await page.reload()
    await page.wait_for_selector(READY)
    await expect(page.locator(net)).to_contain_text("100.00")


async def test_dropped_files_become_cases_and_what_was_left_out_says_why(
    studio: RunningStudio, page: Page, procedure: Path, tmp_path: Path
) -> None:
    await studio.workspace.new_worksheet("empty", procedure)
    await page.goto(f"{studio.url}/w/empty")
    await page.wait_for_selector(READY)
    await expect(page.get_by_role("heading", name="No case yet")).to_be_visible()
    good, none = tmp_path / "B-1.txt", tmp_path / "nothing.txt"
    good.write_text(invoice("B-1"), "utf-8")
    none.write_bytes(b"")
    async with page.expect_file_chooser() as chooser:
        await page.locator(".empty [data-add-files]").click()
    await (await chooser.value).set_files([good, none])
    told = page.locator(".became")
    await expect(told).to_contain_text("2 documents in 2 cases")
    await expect(told).to_contain_text("nothing.txt")
    await expect(page.get_by_role("link", name="B-1")).to_be_visible()
    await expect(page.locator(".empty:not(.fits)")).to_have_count(0)


async def test_markup_in_names_and_values_is_shown_and_never_run(
    studio: RunningStudio, page: Page, procedure: Path, tmp_path: Path
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    sheet = await studio.workspace.new_worksheet('"><script>alert(2)</script>', procedure)
    path = tmp_path / "<svg onload=alert(3)>.txt"
    path.write_text(invoice(evil), "utf-8")
    await sheet.add(path)
    await sheet.run()
    await sheet.correct("1", "Invoice number", evil)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    slug = (await sheet.view()).slug
    await page.goto(f"{studio.url}/w/{slug}?q=%3Cscript%3E&if=*:reason:contains:%3Cb%3E")
    await page.wait_for_selector(READY)
    await page.goto(f"{studio.url}/w/{slug}")
    await page.wait_for_selector(READY)
    await expect(page.locator('[data-row="0"] [data-column="1"] .v')).to_have_text(evil)
    await page.locator('[data-row="0"] [data-column="1"]').hover()
    await expect(page.locator(".tip")).to_contain_text(evil)
    assert await page.locator("#grid img, #grid script, .tip img").count() == 0
    assert dialogs == []


async def test_only_the_grid_scrolls_sideways(invoices: Worksheet, opened: Opened) -> None:
    page = await opened("/w/invoices")
    for width, height in ((320, 640), (768, 900), (3840, 2160)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        await expect(page.locator('[data-row="0"] [data-column="0"]')).to_be_visible()


async def test_a_verdict_given_elsewhere_shows_by_itself(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices")
    await expect(page.locator('[data-row="1"] [data-column="2"]')).to_contain_text("250.00")
    await invoices.correct("A-2", "Net", "EUR 251.00")
    place = page.locator('[data-row="1"] [data-column="2"]')
    await expect(place).to_contain_text("251.00")
    await expect(place.locator("svg.person")).to_be_visible()


async def width_of(place: Locator) -> float:
    """How wide something is drawn, in px. Heads are drawn anew now and then: until one is there."""
    while not (width := await place.evaluate("(head) => head.getBoundingClientRect().width")):
        pass
    return float(width)


async def test_escape_closes_a_dialog_and_leaves_the_selection(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices")
    await page.locator('[data-row="0"] [data-column="2"]').click()
    await page.keyboard.press("Space")
    await expect(page.locator("#cell-tip")).to_be_hidden()
    await page.locator("#selected [data-does=assign]").click()
    dialog = page.locator("#ask")
    await expect(dialog).to_be_visible()
    await expect(page.locator("#cell-tip")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("[data-selected]")).to_have_text(re.compile("^1 case"))
    await page.keyboard.press("Escape")
    await expect(page.locator("#selected")).to_be_hidden()


async def test_columns_of_words_use_the_room_of_a_wide_window(
    invoices: Worksheet, opened: Opened
) -> None:
    page = await opened("/w/invoices")
    await page.set_viewport_size({"width": 1000, "height": 800})
    name = page.locator(".gch.first")
    narrow = await width_of(name)
    await page.set_viewport_size({"width": 2400, "height": 800})
    await page.wait_for_function(
        "(before) => document.querySelector('.gch.first').offsetWidth > before + 20", arg=narrow
    )
    assert not await page.evaluate("document.querySelector('#grid').scrollWidth > 2400")


async def test_columns_are_made_wider_and_stay_so(invoices: Worksheet, opened: Opened) -> None:
    page = await opened("/w/invoices")
    head = page.locator('[role=columnheader][data-column="1"]')
    before = await width_of(head)
    await head.click()
    await page.get_by_role("menuitem", name="Wider").click()
    await page.keyboard.press("Escape")
    after = await width_of(head)
    assert after > before
    page = await opened("/w/invoices")
    assert await width_of(page.locator('[role=columnheader][data-column="1"]')) == after


async def test_what_is_shown_is_taken_out_as_a_file(
    invoices: Worksheet, opened: Opened, tmp_path: Path
) -> None:
    page = await opened("/w/invoices?q=A-2&hide=vat")
    await page.locator("[data-export]").click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="CSV").click()
    path = tmp_path / "out.csv"
    await (await download.value).save_as(path)
    lines = path.read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "VAT" not in lines[0]
    assert lines[1].startswith("A-2,")
