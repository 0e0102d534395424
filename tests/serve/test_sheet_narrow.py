"""The sheet in a narrow window: one row of buttons, the others in a menu, and room for fingers."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio

WIDTHS = (320, 360, 400)
LEAST_PX = 44
_ROWS = """() => [...new Set([...document.querySelectorAll(".bar > button")]
  .filter((one) => one.checkVisibility())
  .map((one) => Math.round(one.getBoundingClientRect().top)))]"""
_SMALL = """([where, least]) => [...document.querySelectorAll(where)]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least).map(([words]) => words)"""


@pytest.fixture
async def narrow(studio: RunningStudio, invoices: Worksheet, page: Page) -> Page:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{studio.url}/w/invoices")
    await page.wait_for_selector('[data-ready="sheet"] [data-row="0"] [data-column="1"]')
    return page


async def violations(page: Page) -> list[str]:
    return [one["id"] for one in (await Axe().run(page)).response["violations"]]


async def test_the_buttons_of_a_narrow_sheet_stand_in_one_row_with_room_for_fingers(
    narrow: Page, invoices: Worksheet
) -> None:
    text = invoices.procedure_path.read_text("utf-8")
    invoices.procedure_path.write_text(text.replace("payable", "due"), "utf-8")
    await narrow.reload()
    await expect(narrow.locator(".bar .tag")).to_contain_text("edited since")
    for width in WIDTHS:
        await narrow.set_viewport_size({"width": width, "height": 640})
        assert len(await narrow.evaluate(_ROWS)) == 1
        assert await narrow.evaluate(_SMALL, [".bar > button", LEAST_PX]) == []
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await narrow.evaluate(over) <= 0
    await narrow.set_viewport_size({"width": 1440, "height": 900})
    await expect(narrow.locator("[data-new-step]")).to_be_visible()
    await expect(narrow.locator("[popovertarget=bar-more]")).to_be_hidden()
    assert len(await narrow.evaluate(_ROWS)) == 1


async def test_the_menu_of_a_narrow_sheet_goes_by_keys_and_has_no_violation(narrow: Page) -> None:
    opener = narrow.locator("[popovertarget=bar-more]")
    await opener.focus()
    await narrow.keyboard.press("Enter")
    menu = narrow.locator("#bar-more")
    await expect(menu.get_by_role("button", name="Steps shown")).to_be_focused()
    assert await narrow.evaluate(_SMALL, ["#bar-more button", LEAST_PX]) == []
    assert await violations(narrow) == []
    for name in ("Step", "Add files", "Export", "Steps shown"):
        await narrow.keyboard.press("ArrowDown")
        await expect(menu.get_by_role("button", name=name, exact=True)).to_be_focused()
    await narrow.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(opener).to_be_focused()
    await narrow.keyboard.press("Enter")
    await menu.get_by_role("button", name="Steps shown").click()
    await expect(narrow.locator("#steps-menu")).to_be_visible()
    await narrow.locator("#steps-menu").get_by_label("VAT").uncheck()
    await expect(narrow).to_have_url(re.compile("hide=vat"))


async def test_a_step_takes_the_place_of_the_grid_in_a_narrow_window_and_gives_it_back(
    narrow: Page,
) -> None:
    await narrow.locator("[popovertarget=bar-more]").click()
    await narrow.locator("[data-new-step]").click()
    await narrow.wait_for_selector(".step-name:focus")
    await expect(narrow.locator("#bar-more")).to_be_hidden()
    await expect(narrow.locator("#grid")).to_be_hidden()
    assert await violations(narrow) == []
    await narrow.locator("[data-close-panel]").click()
    await expect(narrow.locator('#grid [data-row="0"] [data-column="1"]')).to_be_visible()


async def test_what_is_selected_in_a_narrow_window_is_acted_on_at_its_foot(narrow: Page) -> None:
    await narrow.locator('[data-row="0"] [data-column="1"]').click()
    await narrow.keyboard.press("Space")
    bar = narrow.locator("#selected")
    await expect(bar).to_be_visible()
    box = await bar.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"] + box["height"])) == (0, 844)
    assert await narrow.evaluate(_SMALL, ["#selected > button", LEAST_PX]) == []
    assert await violations(narrow) == []
