"""What is typed in the step panel lives through a reload; a text with mistakes is not applied; what
a change that was tried asks stands on the sheet until it is decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casework.sdk.sheet.views import Condition, SheetQuery
from casework.sdk.worksheet import Worksheet
from tests.serve.axe import violations
from tests.serve.conftest import RunningStudio
from tests.serve.test_steps import made

PATIENT_MS = 30_000
PROCEDURE = """# checks

## Net
- type: money

## VAT
- type: money

## Total due
- type: money

## Sums agree
- type: yes/no
`{Net} + {VAT} == {Total due}`
"""
expect.set_options(timeout=PATIENT_MS)


@pytest.fixture
async def sheet(studio: RunningStudio, tmp_path: Path) -> Worksheet:
    """Seven invoices, of which one adds up."""
    return await made(studio.workspace, tmp_path, PROCEDURE)


async def opened(page: Page, studio: RunningStudio, more: str = "") -> None:
    await page.goto(f"{studio.url}/w/checks{more}")
    await page.wait_for_selector("[data-ready=sheet]", timeout=PATIENT_MS)


async def panel(page: Page, studio: RunningStudio, step: str) -> None:
    await opened(page, studio, f"?step={step}")
    await page.wait_for_selector("#step-told [data-look]", timeout=PATIENT_MS)


async def test_what_was_typed_is_offered_again_after_a_reload(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    await panel(page, studio, "net")
    area = page.locator("#step-instruction")
    await area.fill("The amount before tax.")
    await page.reload()
    await expect(page.locator("[data-kept-line]")).to_be_visible()
    await expect(area).to_have_value("")
    assert await violations(page) == []
    await page.get_by_role("button", name="Take it up").click()
    await expect(area).to_have_value("The amount before tax.")
    await expect(page.locator("[data-draft-tag]")).to_be_visible()
    # the sheet tells of it where the panel is not open, and leads back
    await opened(page, studio)
    tag = page.locator("[data-draft-open]")
    await expect(tag).to_have_text("draft open: Net")
    await tag.click()
    await page.get_by_role("button", name="Drop it").click()
    await expect(tag).to_have_count(0)
    await page.reload()
    await page.wait_for_selector("[data-ready=sheet]", timeout=PATIENT_MS)
    await expect(tag).to_have_count(0)


async def test_leaving_with_a_draft_asks_and_a_saved_one_does_not(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    asked: list[str] = []

    async def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        await dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    await panel(page, studio, "net")
    await page.locator("#step-instruction").press_sequentially("Before tax.")
    await expect(page.locator("[data-draft-tag]")).to_be_visible()
    await page.goto(f"{studio.url}/settings/account")
    assert asked == ["beforeunload"]
    await panel(page, studio, "net")
    await page.get_by_role("button", name="Take it up").click()
    await page.get_by_role("button", name="Save for later").click()
    await expect(page.locator("[data-draft-tag]")).to_be_hidden()
    await expect(page.locator("[data-draft-open]")).to_have_count(0)
    assert "Before tax." in sheet.procedure_path.read_text("utf-8")
    await page.goto(f"{studio.url}/settings/account")
    assert asked == ["beforeunload"]


async def test_with_a_mistake_nothing_can_be_applied_and_the_last_draft_says_whose_it_is(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    await panel(page, studio, "sums-agree")
    area = page.locator("#step-instruction")
    await area.fill("`{Net} + {VAT} <= {Total due}`")
    run = page.locator("[data-act=apply]")
    await expect(run).to_be_enabled()
    await expect(page.locator("#step-sample [data-done=yes]")).to_be_visible()
    await expect(page.locator("#step-sample tbody").first).to_contain_text("Total due EUR 119.00")
    await area.fill("`{Net} + {Nothing} <= {Total due}`")
    await expect(page.locator("[data-of-last]")).to_be_visible()
    await expect(run).to_be_disabled()
    assert await violations(page) == []
    await area.fill("`{Net} + {VAT} <= {Total due}`")
    await expect(page.locator("[data-of-last]")).to_be_hidden()
    await expect(run).to_be_enabled()


async def test_a_new_step_stands_beside_nothing(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    await opened(page, studio)
    await page.locator("[data-new-step]").click()
    await page.get_by_label("Name of the step").fill("Tax")
    await page.locator("#step-instruction").fill("`{Total due} - {Net}`")
    await expect(page.locator("#step-sample [data-done=yes]")).to_be_visible()
    await expect(page.locator("#step-sample header")).to_contain_text("5 new")
    await expect(page.locator("#step-sample thead th")).to_have_text(["Case", "Draft", "Because"])


async def test_what_a_tried_change_asks_stands_on_the_sheet_until_it_is_decided(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    text = sheet.procedure_path.read_text("utf-8")
    sheet.procedure_path.write_text(text.replace("==", "<="), "utf-8")
    await sheet.changes.run()
    await opened(page, studio)
    badge, line = page.locator(".bar [data-badge]"), page.locator("#standing [data-differ]")
    await expect(line).to_contain_text("6 cells differ")
    await expect(badge).to_have_text("procedure v1, 6 cells differ")
    await page.locator("[data-compare]").click()
    change = page.locator("#change")
    await change.get_by_role("button", name="Adopt A-1, Sums agree").click()
    await expect(line).to_contain_text("5 cells differ")
    assert await violations(page) == []
    await expect(badge).to_have_text("procedure v2, 5 cells differ")
    await change.get_by_role("button", name="Keep the old value of A-2, Sums agree").click()
    await expect(line).to_contain_text("4 cells differ")
    await page.reload()
    await expect(line).to_contain_text("4 cells differ")
    await page.locator("[data-compare]").click()
    await change.get_by_role("button", name="Adopt all 4").click()
    await expect(line).to_have_count(0)
    await expect(badge).to_have_text("procedure v2")
    look = await sheet.sheet.ids(SheetQuery((Condition("", "state", "is", "look"),)))
    await expect(page.locator("#views")).to_contain_text(f"To look at {len(look)}")


async def test_mistakes_and_renames_of_the_file_are_told_on_the_sheet_as_they_happen(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    await opened(page, studio)
    badge, lines = page.locator(".bar [data-badge]"), page.locator("#standing")
    await expect(badge).to_have_text("procedure v1")
    path, text = sheet.procedure_path, sheet.procedure_path.read_text("utf-8")
    path.write_text(text.replace("{VAT} ==", "{Tax} =="), "utf-8")
    await expect(badge).to_have_text("procedure v1, with a mistake in its file")
    await expect(lines).to_contain_text("The procedure file cannot be followed, line ")
    assert await violations(page) == []
    path.write_text(text.replace("VAT", "Tax"), "utf-8")
    await expect(lines).to_contain_text("VAT is gone from the procedure, Tax is new: same step?")
    assert await violations(page) == []
    await expect(badge).to_have_text("procedure v1, edited since")
    path.write_text(f"{text}\n## Tax\n- type: money\n", "utf-8")
    await expect(lines).to_have_text("")
    await expect(page.locator("#steps-shown")).to_have_text("5 steps")
    await page.locator("[data-open-filter]").click()
    await expect(page.locator("#filter-form [name=step] option")).to_have_count(6)
