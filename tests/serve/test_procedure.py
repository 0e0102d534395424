"""The procedure page: its text beside its steps, edited here and elsewhere, and its versions."""

from __future__ import annotations

from decimal import Decimal

from playwright.async_api import Page, expect

import casework
from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio

AREA = "#procedure-text"


async def test_a_line_lights_its_step_and_a_step_its_lines(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/invoices/procedure")
    await expect(page.locator(".step-card")).to_have_count(6)
    await page.get_by_role("button", name="Sums agree").click()
    await expect(page.locator(".mirror > .lit").first).to_have_text("## Sums agree")
    await expect(page.locator(".step-card.lit")).to_contain_text("reads Net, VAT, Total due")
    await page.locator(AREA).press("Control+Home")
    await page.locator(AREA).press("ArrowDown")
    await page.locator(AREA).press("ArrowDown")
    await page.locator(AREA).press("ArrowDown")
    await expect(page.locator(".step-card.lit")).to_contain_text("Invoice number")


async def test_a_mistake_stands_by_its_line_and_a_right_text_is_saved_by_keyboard(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/invoices/procedure")
    area = page.locator(AREA)
    text = invoices.procedure_path.read_text("utf-8")
    await area.fill(text.replace("{Net} + {VAT}", "{Nett} + {VAT}"))
    await expect(page.locator(".mirror > [data-mistake]")).to_contain_text("{Nett}")
    await expect(page.locator(".mistakes li")).to_contain_text("Did you mean {Net}?")
    await area.press("Control+s")
    await expect(page.locator(".toast")).to_contain_text("Nett")
    assert invoices.procedure_path.read_text("utf-8") == text
    mended = text.replace("including tax.", "including tax, rounded.")
    await area.fill(mended)
    await expect(page.locator(".mistakes li")).to_have_count(0)
    await area.press("Control+s")
    await expect(page.locator("[data-said]")).to_have_text("saved")
    assert invoices.procedure_path.read_text("utf-8") == mended
    await expect(page.locator("#beside")).to_contain_text("Total due: the instruction changed.")
    await page.locator("[data-try]").click()
    await page.wait_for_selector("[data-change][data-open=yes]")
    await (
        page.get_by_role("button", name="Take the procedure up")
        .or_(page.get_by_role("button", name="Adopt all"))
        .first.click()
    )
    await expect(page.locator(".bar [data-version]")).to_have_text("version 2 in force")
    await expect(page.locator(".version-list > li")).to_have_count(2)


async def test_an_edit_on_disk_shows_by_itself_and_never_overwrites_what_is_typed(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    async with page.expect_response("**/live*"):
        await page.goto(f"{studio.url}/w/invoices/procedure")
    await expect(page.locator(".step-card")).to_have_count(6)
    path, text = invoices.procedure_path, invoices.procedure_path.read_text("utf-8")
    path.write_text(
        text.replace("## Net", "## Net amount").replace("{Net}", "{Net amount}"), "utf-8"
    )
    await expect(page.locator(".ask-rename")).to_contain_text(
        "Net is gone, Net amount is new", timeout=30_000
    )
    await page.get_by_role("button", name="Same step: nothing runs").click()
    await expect(page.locator(".ask-rename")).to_have_count(0)
    assert "- id: net" in path.read_text("utf-8")
    assert (await invoices.plan()).count() == 0
    area = page.locator(AREA)
    await area.press("Control+End")
    await area.press_sequentially("Mine.")
    theirs = path.read_text("utf-8").replace("including tax", "with tax")
    path.write_text(theirs, "utf-8")
    await expect(page.locator("[data-meanwhile]")).to_be_visible()
    assert (await area.input_value()).endswith("Mine.")
    assert path.read_text("utf-8") == theirs
    await page.locator("[data-theirs]").click()
    await expect(area).to_have_value(theirs)


async def test_a_file_with_mistakes_takes_no_page_away(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    path = invoices.procedure_path
    path.write_text(path.read_text("utf-8").replace("{Net} +", "{Nix} +"), "utf-8")
    async with studio.client() as http:
        for address in ("/w/invoices/procedure", "/w/invoices", "/w/invoices/steps/sums-agree"):
            answer = await http.get(address)
            assert answer.status == 200, address
        page = await (await http.get("/w/invoices/procedure")).text()
    assert "There is no step named &#39;Nix&#39;" in page
    assert "the sheet follows version 1" in page


async def test_versions_tell_what_differs_and_what_each_would_recompute(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    path, text = invoices.procedure_path, invoices.procedure_path.read_text("utf-8")
    path.write_text(text.replace("{VAT} ==", "{VAT} <="), "utf-8")
    await invoices.run()
    async with studio.client() as http:
        page = await (await http.get("/w/invoices/procedure")).text()
        assert "version 2 in force" in page
        diff = await (await http.get("/w/invoices/procedure/versions/1")).text()
        assert "{VAT} &lt;=" in diff
        plan = await (await http.get("/w/invoices/procedure/versions/1/plan")).text()
        assert "come from memory" in plan
        back = await http.post("/w/invoices/procedure/versions/1/back")
        assert back.status == 200
    assert path.read_text("utf-8") == text
    assert (await invoices.plan()).remembered > 0


async def test_line_ends_of_the_file_stay_as_they_are(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    path = invoices.procedure_path
    mixed = path.read_text("utf-8").replace("\n", "\r\n", 4)
    path.write_bytes(mixed.encode())
    async with studio.client() as http:
        told = await (await http.get("/w/invoices/procedure/now")).json()
        sent = mixed.replace("\r\n", "\n").replace("including tax.", "including tax, and fees.")
        data = {"text": sent, "over": told["sha256"]}
        assert (await http.post("/w/invoices/procedure/save", data=data)).status == 200
        again = await http.post("/w/invoices/procedure/save", data={**data, "text": "## Other"})
        assert again.status == 409
    kept = path.read_bytes().decode()
    assert kept == mixed.replace("including tax.", "including tax, and fees.")


def net() -> Decimal:
    """The net amount."""
    return Decimal(1)


async def test_a_procedure_made_in_python_is_shown_read_only_and_says_why(
    studio: RunningStudio,
) -> None:
    await studio.workspace.new_worksheet("made", casework.procedure("Made", [net]))
    async with studio.client() as http:
        page = await (await http.get("/w/made/procedure")).text()
        assert "made in a Python program" in page
        assert "readonly" in page
        panel = await (await http.get("/w/made/steps/net")).text()
        assert "<textarea" not in panel
        assert "return Decimal(1)" in panel
